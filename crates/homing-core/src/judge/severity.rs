//! How bad each reason is.

use crate::expectations::TlsMode;
use crate::reason::ReasonCode;
use crate::verdict::Verdict;

/// What a reason makes of the thing that it was found with: the target if it came from a session, else the
/// whole check.
///
/// Faults of TLS and certificate follow the mode: senders that encrypt where they can deliver all the same, so
/// they only degrade; where TLS is required they are an outage.
pub const fn severity(code: ReasonCode, tls: TlsMode) -> Verdict {
    use ReasonCode as R;
    match code {
        R::DnsNxdomain
        | R::DnsNoAddress
        | R::DnsServfail
        | R::DnsTimeout
        | R::DnsRefused
        | R::DnsBogus
        | R::NullMx
        | R::NullMxExpected
        | R::MxUnresolvable
        | R::ConnectRefused
        | R::ConnectTimeout
        | R::ConnectUnreachable
        | R::ConnectionReset
        | R::ConnectionClosed
        | R::BannerTimeout
        | R::BannerRejected
        | R::BannerMismatch
        | R::ReplyTimeout
        | R::ReplyMalformed
        | R::ReplyTooLong
        | R::EhloRejected
        | R::EarlyTalkerError
        | R::AuthMissing
        | R::AuthRejected
        | R::AuthWithheld
        | R::MailFromRejected
        | R::RcptRejected => Verdict::Down,

        R::MxIsCname
        | R::CapabilityMissing
        | R::CertExpiresSoon
        | R::RcptDeferred
        | R::OpenRelay
        | R::Slow
        | R::SomeHostsDown
        | R::OnlyBackupUp => Verdict::Degraded,

        R::StarttlsMissing
        | R::StarttlsRejected
        | R::StarttlsInjection
        | R::TlsHandshakeFailed
        | R::TlsVersionOld
        | R::CertExpired
        | R::CertNotYetValid
        | R::CertNameMismatch
        | R::CertUntrusted
        | R::CertSelfSigned => {
            if tls.is_strict() {
                Verdict::Down
            } else {
                Verdict::Degraded
            }
        }

        R::CheckTimeout | R::MonitorDnsFailed | R::MonitorNetworkFailed => Verdict::Unknown,
    }
}
