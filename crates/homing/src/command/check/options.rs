//! The options of `homing check`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use homing_core::address::MailAddress;
use homing_core::domain::DomainName;
use homing_core::expectations::{BannerPattern, TlsMode};
use homing_smtp::ehlo_name::EhloName;
use homing_smtp::tls::ServerIdentity;

use crate::duration;
use crate::show::Color;

const EXAMPLES: &str = "\
Examples:
  homing check example.org                         every host of the domain's MX records
  homing check mx1.example.org:587 --tls required  one host, submission port
  homing check 192.0.2.1 --transcript              one address, and every line that was said
  homing check example.org --rcpt postmaster@example.org --mail-from me@example.net
  homing check example.org --nagios                one line with performance data
  homing check example.org -n 20 -i 1s             twenty times, with a summary

Exit code: 0 up, 1 degraded, 2 down, 3 unknown (Homing could not tell, or bad usage).";

/// Whether a name is a domain or a host.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Role {
    /// A domain: its MX records are followed
    Mx,
    /// A host: its addresses are used
    Host,
}

/// How TLS is used.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Tls {
    /// Never
    None,
    /// STARTTLS where it is offered; faults of it are `degraded`
    Opportunistic,
    /// STARTTLS, and without it the server is `down`
    Required,
    /// From the first byte, as on port 465
    Implicit,
}

impl From<Tls> for TlsMode {
    fn from(tls: Tls) -> Self {
        match tls {
            Tls::None => Self::None,
            Tls::Opportunistic => Self::Opportunistic,
            Tls::Required => Self::Required,
            Tls::Implicit => Self::Implicit,
        }
    }
}

/// How to log in.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum AuthMechanism {
    /// RFC 4616
    Plain,
    /// The old way that many servers still offer
    Login,
    /// OAuth 2; the password file holds an access token
    Xoauth2,
}

/// Check a mail server now: DNS, connection, SMTP handshake, TLS and certificate. It sends no mail and needs
/// nothing from the checked side.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckOptions {
    /// A domain, host, IPv4 or IPv6 address, host:port, IPv6 in brackets with a port, or an e-mail address (its domain)
    pub(crate) target: String,

    /// The port
    #[arg(long, value_name = "N", value_parser = port)]
    pub(crate) port: Option<u16>,
    /// What a name stands for [default: a domain on port 25, a host on any other]
    #[arg(long = "as", value_name = "ROLE")]
    pub(crate) role: Option<Role>,
    /// How TLS is used [default: opportunistic; implicit on port 465]
    #[arg(long, value_name = "MODE")]
    pub(crate) tls: Option<Tls>,
    /// Use IPv4 only
    #[arg(short = '4', long, conflicts_with = "ipv6")]
    pub(crate) ipv4: bool,
    /// Use IPv6 only
    #[arg(short = '6', long)]
    pub(crate) ipv6: bool,
    /// Try every host [default]
    #[arg(long, conflicts_with = "first_host")]
    pub(crate) all_hosts: bool,
    /// Try one host after the other in order of preference, until one takes mail; each but the last gets half of
    /// the time that is left
    #[arg(long)]
    pub(crate) first_host: bool,
    /// The limit for the whole check
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration::parse_limit)]
    pub(crate) timeout: Duration,
    /// The name to say in EHLO [default: this machine's full name, else its address]
    #[arg(long, value_name = "NAME", value_parser = shown_error::<EhloName>)]
    pub(crate) helo: Option<EhloName>,

    /// Offer this sender, and the recipient of --rcpt; nothing is sent
    #[arg(long, value_name = "ADDRESS", requires = "rcpt", value_parser = shown_error::<MailAddress>)]
    #[arg(help_heading = "Envelope and login")]
    pub(crate) mail_from: Option<MailAddress>,
    /// Offer this recipient; nothing is sent
    #[arg(long, value_name = "ADDRESS", requires = "mail_from", value_parser = shown_error::<MailAddress>)]
    #[arg(help_heading = "Envelope and login")]
    pub(crate) rcpt: Option<MailAddress>,
    /// Ask whether the server relays to this address, which must be foreign to it; nothing is sent
    #[arg(long, value_name = "ADDRESS", value_parser = shown_error::<MailAddress>)]
    #[arg(help_heading = "Envelope and login")]
    pub(crate) open_relay: Option<MailAddress>,
    /// Log in as this user, over verified TLS only
    #[arg(long, value_name = "USER", requires = "auth_password_file", help_heading = "Envelope and login")]
    pub(crate) auth_user: Option<String>,
    /// The file whose first line is the password or access token
    #[arg(long, value_name = "FILE", requires = "auth_user", help_heading = "Envelope and login")]
    pub(crate) auth_password_file: Option<PathBuf>,
    /// How to log in [default: plain, else login]
    #[arg(long, value_name = "MECHANISM", requires = "auth_user", help_heading = "Envelope and login")]
    pub(crate) auth_mechanism: Option<AuthMechanism>,
    /// Log in even without verified TLS: anyone on the way can read the password
    #[arg(long, requires = "auth_user", help_heading = "Envelope and login")]
    pub(crate) auth_in_clear: bool,

    /// Trust the certificates of this PEM file instead of the system's
    #[arg(long, value_name = "FILE", help_heading = "Certificates and DNS")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The name that the certificate has to be valid for [default: the host]
    #[arg(long, value_name = "NAME", value_parser = shown_error::<ServerIdentity>)]
    #[arg(help_heading = "Certificates and DNS")]
    pub(crate) tls_name: Option<ServerIdentity>,
    /// Ask this resolver instead of the system's; may be given several times
    #[arg(long, value_name = "IP[:PORT]", value_parser = resolver, help_heading = "Certificates and DNS")]
    pub(crate) resolver: Vec<SocketAddr>,
    /// The name that tells whether our own resolvers work [default: the root]
    #[arg(long, value_name = "NAME", value_parser = control_name, help_heading = "Certificates and DNS")]
    pub(crate) control_name: Option<ControlName>,
    /// DNSKEY records to trust instead of the root's
    #[arg(long, value_name = "FILE", help_heading = "Certificates and DNS")]
    pub(crate) trust_anchor: Option<PathBuf>,
    /// Do not ask for the DNSSEC state
    #[arg(long, conflicts_with = "trust_anchor", help_heading = "Certificates and DNS")]
    pub(crate) no_dnssec: bool,

    /// Days that a certificate must have left
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = days, help_heading = "Expectations")]
    pub(crate) min_cert_days: u16,
    /// A longer session is degraded
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration::parse_limit)]
    #[arg(help_heading = "Expectations")]
    pub(crate) slow: Duration,
    /// A regular expression that the greeting must match
    #[arg(long, value_name = "REGEX", value_parser = shown_error::<BannerPattern>, help_heading = "Expectations")]
    pub(crate) expect_banner: Option<BannerPattern>,
    /// An EHLO keyword that must be announced, with parameters if those must be there; may be given several times
    #[arg(long, value_name = "KEYWORD", value_parser = keyword, help_heading = "Expectations")]
    pub(crate) expect_capability: Vec<String>,
    /// The domain should publish a null MX: taking mail is the fault
    #[arg(long, help_heading = "Expectations")]
    pub(crate) expect_null_mx: bool,

    /// Show every line that was said; JSON has it anyway
    #[arg(long, conflicts_with = "nagios", help_heading = "Output")]
    pub(crate) transcript: bool,
    /// Print the whole result as JSON
    #[arg(long, conflicts_with = "nagios", help_heading = "Output")]
    pub(crate) json: bool,
    /// Print one status line with performance data, for Nagios and its kin
    #[arg(long, help_heading = "Output")]
    pub(crate) nagios: bool,
    /// Check so many times, then summarise
    #[arg(short = 'n', long, value_name = "COUNT", value_parser = count, conflicts_with = "nagios")]
    #[arg(help_heading = "Output")]
    pub(crate) count: Option<u32>,
    /// The time from one try to the next
    #[arg(short = 'i', long, value_name = "DURATION", default_value = "1s", value_parser = duration::parse_interval)]
    #[arg(requires = "count", help_heading = "Output")]
    pub(crate) interval: Duration,
    /// Whether to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(crate) color: Color,
}

/// The name of the control question.
#[derive(Clone, Debug)]
pub(crate) struct ControlName(pub(crate) Option<DomainName>);

/// Parses by `FromStr`, with the error as text.
fn shown_error<T>(text: &str) -> Result<T, String>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn port(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(port) if port != 0 && !text.starts_with('+') => Ok(port),
        _ => Err("it is not a port; give a number from 1 to 65535".to_owned()),
    }
}

fn days(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "give a number of days from 0 to 65535".to_owned())
}

fn count(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(count @ 1..=1_000_000) => Ok(count),
        _ => Err("give a number from 1 to 1000000".to_owned()),
    }
}

fn control_name(text: &str) -> Result<ControlName, String> {
    if text == "." { Ok(ControlName(None)) } else { shown_error(text).map(|name| ControlName(Some(name))) }
}

/// Anything but printable ASCII cannot be a keyword.
fn keyword(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return Err("it is no EHLO keyword; give one such as SMTPUTF8 or \"AUTH PLAIN\"".to_owned());
    }
    Ok(text.to_owned())
}

fn resolver(text: &str) -> Result<SocketAddr, String> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = match bare.parse::<IpAddr>() {
        Ok(address) => Some(SocketAddr::new(address, 53)),
        Err(_) => text.parse().ok(),
    };
    match address {
        Some(address) if address.port() != 0 => Ok(address),
        _ => {
            Err("it is not the address of a resolver; give 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53"
                .to_owned())
        }
    }
}
