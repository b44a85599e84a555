//! Reason codes: the closed vocabulary of what can be wrong.
//!
//! Storage, API, pages, metrics and documents share these codes and no others. A new one is a line in the list
//! below, its weight in `judge/severity.rs`, a row in `tests/judge/table.rs`, and `make docs`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::phase::Phase;
use crate::verdict::Verdict;

/// Whose fault something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The checked side's.
    Theirs,
    /// Homing's own: its resolver, its network. Never counted against the checked side.
    Ours,
}

macro_rules! reason_codes {
    ($($variant:ident $code:literal $fault:ident $meaning:literal $mend:literal)*) => {
        /// One way in which a check can find something wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ReasonCode {
            $(#[doc = $meaning] #[serde(rename = $code)] $variant,)*
        }

        impl ReasonCode {
            /// Every code, in the order in which documents list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as programs see it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Whose fault it is.
            pub const fn fault(self) -> Fault {
                match self { $(Self::$variant => Fault::$fault,)* }
            }

            /// What it means, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// What to do about it, in a sentence.
            pub const fn mend(self) -> &'static str {
                match self { $(Self::$variant => $mend,)* }
            }
        }
    };
}

reason_codes! {
    DnsNxdomain "dns_nxdomain" Theirs
        "The name does not exist in DNS (NXDOMAIN)."
        "Check the spelling; check that the domain is registered and delegated."
    DnsNoAddress "dns_no_address" Theirs
        "The name exists, but has neither MX nor A or AAAA records."
        "Publish an MX record whose host has an address, or a null MX if the domain takes no mail."
    DnsServfail "dns_servfail" Theirs
        "Resolvers that work for other names answer SERVFAIL for this one."
        "Check the domain's name servers and, if it is signed, its DNSSEC records."
    DnsTimeout "dns_timeout" Theirs
        "Resolvers that work for other names do not answer for this one in time."
        "Check that the domain's name servers are reachable over UDP and TCP port 53."
    DnsRefused "dns_refused" Theirs
        "Resolvers that work for other names refuse to answer for this one (REFUSED)."
        "Check the delegation, and whether the resolver filters this name."
    DnsBogus "dns_bogus" Theirs
        "The DNSSEC signatures of the name do not validate; validating senders cannot find its mail servers."
        "Sign the zone again, or correct the DS records at the parent."
    NullMx "null_mx" Theirs
        "The domain publishes a null MX (RFC 7505): it declares that it takes no mail."
        "Remove the null MX if the domain should receive mail; otherwise let the check expect it."
    NullMxExpected "null_mx_expected" Theirs
        "A null MX was expected, but the domain does not publish exactly that."
        "Publish `MX 0 .` as the only MX record (RFC 7505 section 3)."
    MxIsCname "mx_is_cname" Theirs
        "An MX record names an alias (CNAME); RFC 5321 section 5.1 wants a name with address records."
        "Let the MX record name the host that the alias points to."
    MxUnresolvable "mx_unresolvable" Theirs
        "An MX record names a host that has no usable address."
        "Publish an A or AAAA record for the host, or correct the MX record; an address written in place of a name does not count (RFC 5321 section 5.1)."
    ConnectRefused "connect_refused" Theirs
        "The address refuses connections to the port."
        "Start the mail server, check the address and port it listens on, and the firewall before it."
    ConnectTimeout "connect_timeout" Theirs
        "The address does not answer connection attempts in time."
        "Check host, routing and firewall; many access networks also block outgoing port 25: try from another network."
    ConnectUnreachable "connect_unreachable" Theirs
        "The network reports that the address cannot be reached."
        "Check the routing towards the address."
    ConnectionReset "connection_reset" Theirs
        "The server reset the connection in mid-session."
        "Look into the server's log; intrusion prevention and overload do this."
    ConnectionClosed "connection_closed" Theirs
        "The server closed the connection in mid-session without a word."
        "Look into the server's log; access lists and overload do this."
    BannerTimeout "banner_timeout" Theirs
        "The connection stands, but no complete greeting came in time."
        "Check the server's load, its milters and its reverse look-ups of the client's address."
    BannerRejected "banner_rejected" Theirs
        "The server greeted with a refusal instead of 220."
        "Read the server's words: too many connections, an access list, or a service being shut down."
    BannerMismatch "banner_mismatch" Theirs
        "The greeting does not match the expected pattern."
        "Check that the right server answers, or correct the pattern."
    ReplyTimeout "reply_timeout" Theirs
        "The server did not answer a command in time."
        "Check the server's load and what it waits for: look-ups, policy services, milters."
    ReplyMalformed "reply_malformed" Theirs
        "The server's answer is not a legal SMTP reply (RFC 5321 section 4.2)."
        "Check that the port belongs to a mail server, and any proxy or inspection device before it."
    ReplyTooLong "reply_too_long" Theirs
        "The server's answer goes past the limits on line, lines or bytes."
        "Check that the port belongs to a mail server."
    EhloRejected "ehlo_rejected" Theirs
        "The server refused both EHLO and HELO."
        "Read the server's words; it may want another EHLO name, or refuse this client."
    EarlyTalkerError "early_talker_error" Theirs
        "The server accuses the client of talking too early, although each command waited for its reply."
        "Look for a proxy that rewrites the session, or for a protocol test on the server that misfires."
    CapabilityMissing "capability_missing" Theirs
        "A required EHLO keyword is not announced."
        "Switch the extension on, or take it out of the requirements."
    StarttlsMissing "starttls_missing" Theirs
        "TLS is required, but the server does not announce STARTTLS."
        "Switch TLS on; if it is on, look for a device that strips STARTTLS."
    StarttlsRejected "starttls_rejected" Theirs
        "The server announced STARTTLS, but refused the command."
        "Look into the server's log: certificate or key cannot be read, most often."
    StarttlsInjection "starttls_injection" Theirs
        "Plain text followed the answer to STARTTLS: the server, or someone between, can inject commands or replies."
        "Update the server; look for a device in between."
    TlsHandshakeFailed "tls_handshake_failed" Theirs
        "The TLS handshake did not succeed."
        "Check the server's TLS settings and log; the transcript has the alert."
    TlsVersionOld "tls_version_old" Theirs
        "The server speaks only TLS 1.0 or 1.1, which RFC 8996 retired."
        "Enable TLS 1.2 and 1.3."
    CertExpired "cert_expired" Theirs
        "The certificate's validity is over."
        "Renew the certificate and reload the mail server."
    CertNotYetValid "cert_not_yet_valid" Theirs
        "The certificate's validity has not begun."
        "Check the clock of the machine that issued it, or install the right certificate."
    CertNameMismatch "cert_name_mismatch" Theirs
        "The certificate is not valid for the host's name."
        "Install a certificate that lists the name that the MX record gives."
    CertUntrusted "cert_untrusted" Theirs
        "The certificate's chain does not lead to a trusted root."
        "Send the intermediate certificates too; for a private authority give its root to the check."
    CertSelfSigned "cert_self_signed" Theirs
        "The certificate is signed by itself."
        "Install a certificate from an authority, or give this one to the check as trusted."
    CertExpiresSoon "cert_expires_soon" Theirs
        "The certificate's validity ends within the set number of days."
        "Renew the certificate and reload the mail server."
    AuthMissing "auth_missing" Theirs
        "The server does not offer AUTH with a usable mechanism."
        "Check the port (587 or 465 for submission) and the server's SASL settings."
    AuthRejected "auth_rejected" Theirs
        "The server refused the credentials, or could not check them."
        "Check user and password, and the server's authentication service."
    AuthWithheld "auth_withheld" Theirs
        "The credentials were not sent, because the connection is not protected by verified TLS."
        "Mend the certificate or trust it explicitly; allow AUTH in clear only where nobody can listen."
    MailFromRejected "mail_from_rejected" Theirs
        "The server refused the sender."
        "Read the server's words; it may dislike the sender's domain or be out of resources."
    RcptRejected "rcpt_rejected" Theirs
        "The server refused the recipient for good (5xx)."
        "Check that the recipient exists, and the server's restrictions."
    RcptDeferred "rcpt_deferred" Theirs
        "The server put the recipient off (4xx); greylisting does this by design."
        "If it stays, check quota and look-ups; a second check after some minutes passes greylisting."
    OpenRelay "open_relay" Theirs
        "The server accepted a foreign sender and a foreign recipient: it relays for anyone."
        "Close the relay at once; it will be found by spammers and listed."
    Slow "slow" Theirs
        "The session took longer than the set threshold."
        "See which phase took the time."
    SomeHostsDown "some_hosts_down" Theirs
        "Some hosts or addresses do not take mail, others do."
        "Mend the ones listed; senders may lose time or mail on them."
    OnlyBackupUp "only_backup_up" Theirs
        "No host of the best preference takes mail; a backup does."
        "Mend the primary mail servers."
    CheckTimeout "check_timeout" Theirs
        "The limit of time for the whole check was over before every address could be tried; what was not tried counts for nothing."
        "Raise the limit, or mend the slow servers before them."
    MonitorDnsFailed "monitor_dns_failed" Ours
        "Homing's own resolvers do not answer, or not even the control question."
        "Check the resolvers that Homing uses; the checked side is not to blame."
    MonitorNetworkFailed "monitor_network_failed" Ours
        "Homing's own machine has no route to the address."
        "Check the network of the machine that Homing runs on; the checked side is not to blame."
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no reason code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no reason code")]
pub struct UnknownReason(pub String);

impl FromStr for ReasonCode {
    type Err = UnknownReason;

    fn from_str(text: &str) -> Result<Self, UnknownReason> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or_else(|| UnknownReason(text.to_owned()))
    }
}

/// One thing that is wrong, where, and for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What is wrong.
    pub code: ReasonCode,
    /// What it makes of the thing it speaks of: of the target if it names an address, else of the whole.
    pub verdict: Verdict,
    /// Whose fault it is.
    pub fault: Fault,
    /// The host, if it speaks of one.
    pub host: Option<String>,
    /// The address, if it speaks of one.
    pub address: Option<IpAddr>,
    /// The phase, if it speaks of one.
    pub phase: Option<Phase>,
    /// A sentence for a person.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_parse_back() {
        let mut seen = std::collections::BTreeSet::new();
        for &code in ReasonCode::ALL {
            assert!(seen.insert(code.as_str()), "{code} twice");
            assert_eq!(code.as_str().parse(), Ok(code));
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{code}\""));
        }
        assert!("nonsense".parse::<ReasonCode>().is_err());
    }

    #[test]
    fn only_homings_own_failures_are_ours() {
        for &code in ReasonCode::ALL {
            assert_eq!(code.fault() == Fault::Ours, code.as_str().starts_with("monitor_"), "{code}");
        }
    }
}
