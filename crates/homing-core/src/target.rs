//! What a person may ask to be checked.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

use crate::domain::{DomainName, InvalidDomain};

/// The port of mail relay (RFC 5321 §4.5.4.2), taken where none is given.
pub const SMTP_PORT: u16 = 25;

/// The port of submission over TLS (RFC 8314 §7.3), where TLS begins at once.
pub const SUBMISSIONS_PORT: u16 = 465;

/// Whether a name stands for a domain with MX records or for one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameRole {
    /// A mail domain: its MX records are followed.
    Mx,
    /// A host: its addresses are used.
    Host,
}

/// The thing that is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A mail domain: every host of its MX records.
    Domain(DomainName),
    /// One host: every address of it.
    Host(DomainName),
    /// One address.
    Address(IpAddr),
}

/// A parsed target: subject and port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What is checked.
    pub subject: Subject,
    /// The port, never 0.
    pub port: u16,
    /// Canonical text: the subject, and the port where the person wrote it to the name.
    pub text: String,
}

/// Why a text is not a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTarget {
    /// Nothing was given.
    #[error("it is empty; give a domain, a host, an address or host:port")]
    Empty,
    /// A URL was given.
    #[error("it is a URL; write the name alone, without `{0}://`")]
    Url(String),
    /// The name is no DNS name.
    #[error(transparent)]
    Name(#[from] InvalidDomain),
    /// What stands in brackets is no address.
    #[error("`{0}` in the brackets is not an IPv4 or IPv6 address")]
    Literal(String),
    /// A bracket without its partner.
    #[error("the bracket is not closed; write [2001:db8::1]:25")]
    Bracket,
    /// An IPv6 address with a zone.
    #[error("an address with a zone (`%`) is not supported; give a global address")]
    Zone,
    /// Several colons, but no IPv6 address.
    #[error("it has several colons, but is not an IPv6 address; write [2001:db8::1]:25 or host:25")]
    Colons,
    /// Not a port number.
    #[error("`{0}` is not a port; give a number from 1 to 65535")]
    Port(String),
    /// Two ports that differ.
    #[error("it says port {text}, but --port says {option}; give the port once")]
    TwoPorts {
        /// The port in the target.
        text: u16,
        /// The port of the option.
        option: u16,
    },
    /// `--as mx` for an address.
    #[error("an address has no MX records; leave `--as mx` away")]
    AddressAsMx,
}

impl Target {
    /// Parses a domain, host, IPv4 or IPv6 address (also in brackets), `host:port`, internationalised name or
    /// e-mail address (its domain counts).
    ///
    /// Without a role a name is a mail domain on port 25 and a host on any other port.
    ///
    /// # Errors
    /// [`InvalidTarget`] says what is wrong and how to write it.
    pub fn parse(text: &str, role: Option<NameRole>, port: Option<u16>) -> Result<Self, InvalidTarget> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidTarget::Empty);
        }
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(InvalidTarget::Url(scheme.to_owned()));
        }
        let domain_part = text.rsplit_once('@').map_or(text, |(_, domain)| domain);
        let (name, text_port) = split_port(domain_part)?;
        let port = match (text_port, port) {
            (Some(text), Some(option)) if text != option => {
                return Err(InvalidTarget::TwoPorts { text, option });
            }
            (given, option) => given.or(option).unwrap_or(SMTP_PORT),
        };
        if port == 0 {
            return Err(InvalidTarget::Port("0".to_owned()));
        }
        let subject = subject(name, role, port)?;
        let text = canonical(&subject, text_port);
        Ok(Self { subject, port, text })
    }

    /// The canonical text with U-labels, for people.
    pub fn to_unicode(&self) -> String {
        match &self.subject {
            Subject::Domain(name) | Subject::Host(name) => {
                self.text.replacen(name.as_str(), &name.to_unicode(), 1)
            }
            Subject::Address(_) => self.text.clone(),
        }
    }
}

fn subject(name: Name<'_>, role: Option<NameRole>, port: u16) -> Result<Subject, InvalidTarget> {
    let name = match name {
        Name::Address(_) if role == Some(NameRole::Mx) => return Err(InvalidTarget::AddressAsMx),
        Name::Address(address) => return Ok(Subject::Address(address)),
        Name::Text(text) => text.parse::<DomainName>()?,
    };
    let local = name.as_str() == "localhost" || name.as_str().ends_with(".localhost");
    let guess = if port == SMTP_PORT && !local { NameRole::Mx } else { NameRole::Host };
    Ok(match role.unwrap_or(guess) {
        NameRole::Mx => Subject::Domain(name),
        NameRole::Host => Subject::Host(name),
    })
}

fn canonical(subject: &Subject, port: Option<u16>) -> String {
    match (subject, port) {
        (Subject::Domain(name) | Subject::Host(name), None) => name.to_string(),
        (Subject::Domain(name) | Subject::Host(name), Some(port)) => format!("{name}:{port}"),
        (Subject::Address(address), None) => address.to_string(),
        (Subject::Address(IpAddr::V4(address)), Some(port)) => format!("{address}:{port}"),
        (Subject::Address(IpAddr::V6(address)), Some(port)) => format!("[{address}]:{port}"),
    }
}

#[derive(Clone, Copy)]
enum Name<'a> {
    Text(&'a str),
    Address(IpAddr),
}

fn split_port(text: &str) -> Result<(Name<'_>, Option<u16>), InvalidTarget> {
    if let Some(inside) = text.strip_prefix('[') {
        let (literal, rest) = inside.split_once(']').ok_or(InvalidTarget::Bracket)?;
        let port = match rest.strip_prefix(':') {
            Some(port) => Some(parse_port(port)?),
            None if rest.is_empty() => None,
            None => return Err(InvalidTarget::Bracket),
        };
        return Ok((Name::Address(bracketed(literal)?), port));
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok((Name::Address(address), None));
    }
    if text.contains('%') {
        return Err(InvalidTarget::Zone);
    }
    match text.split_once(':') {
        None => Ok((Name::Text(text), None)),
        Some((_, port)) if port.contains(':') => Err(InvalidTarget::Colons),
        Some((name, port)) => {
            let port = parse_port(port)?;
            let address = name.parse::<Ipv4Addr>().map(IpAddr::V4);
            Ok((address.map_or(Name::Text(name), Name::Address), Some(port)))
        }
    }
}

/// An address in brackets, also as the SMTP literal `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3).
fn bracketed(literal: &str) -> Result<IpAddr, InvalidTarget> {
    if literal.contains('%') {
        return Err(InvalidTarget::Zone);
    }
    let bare = match literal.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("ipv6:") => &literal[5..],
        _ => literal,
    };
    bare.parse().map_err(|_| InvalidTarget::Literal(literal.to_owned()))
}

fn parse_port(text: &str) -> Result<u16, InvalidTarget> {
    match text.parse() {
        Ok(port) if port != 0 && text.bytes().all(|b| b.is_ascii_digit()) => Ok(port),
        _ => Err(InvalidTarget::Port(text.to_owned())),
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, role: Option<NameRole>, port: Option<u16>) -> String {
        match Target::parse(text, role, port) {
            Ok(Target { subject, port, text }) => {
                let kind = match subject {
                    Subject::Domain(name) => format!("domain {name}"),
                    Subject::Host(name) => format!("host {name}"),
                    Subject::Address(address) => format!("address {address}"),
                };
                format!("{kind} {port} {text}")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn every_form_is_understood() {
        let rows = [
            ("corp.test", "domain corp.test 25 corp.test"),
            ("Corp.Test.", "domain corp.test 25 corp.test"),
            ("corp.test:25", "domain corp.test 25 corp.test:25"),
            ("mx1.corp.test:587", "host mx1.corp.test 587 mx1.corp.test:587"),
            ("192.0.2.1", "address 192.0.2.1 25 192.0.2.1"),
            ("192.0.2.1:465", "address 192.0.2.1 465 192.0.2.1:465"),
            ("[192.0.2.1]", "address 192.0.2.1 25 192.0.2.1"),
            ("2001:db8::1", "address 2001:db8::1 25 2001:db8::1"),
            ("[2001:DB8::1]:25", "address 2001:db8::1 25 [2001:db8::1]:25"),
            ("[IPv6:2001:db8::1]", "address 2001:db8::1 25 2001:db8::1"),
            ("someone@corp.test", "domain corp.test 25 corp.test"),
            ("\"a@b\"@corp.test", "domain corp.test 25 corp.test"),
            ("bücher.test", "domain xn--bcher-kva.test 25 xn--bcher-kva.test"),
            ("localhost", "host localhost 25 localhost"),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(text, None, None), expected, "{text}");
        }
    }

    #[test]
    fn the_role_follows_the_port_unless_it_is_given() {
        assert_eq!(shown("a.test", None, Some(587)), "host a.test 587 a.test");
        assert_eq!(shown("a.test", Some(NameRole::Mx), Some(2525)), "domain a.test 2525 a.test");
        assert_eq!(shown("a.test", Some(NameRole::Host), None), "host a.test 25 a.test");
    }

    #[test]
    fn bad_targets_are_told_how_to_write_it() {
        let rows = [
            ("", "it is empty; give a domain, a host, an address or host:port"),
            ("smtp://a.test", "it is a URL; write the name alone, without `smtp://`"),
            ("a.test:0", "`0` is not a port; give a number from 1 to 65535"),
            ("a.test:70000", "`70000` is not a port; give a number from 1 to 65535"),
            ("a.test:", "`` is not a port; give a number from 1 to 65535"),
            ("a.test:+25", "`+25` is not a port; give a number from 1 to 65535"),
            ("[::1", "the bracket is not closed; write [2001:db8::1]:25"),
            ("[nonsense]", "`nonsense` in the brackets is not an IPv4 or IPv6 address"),
            (
                "2001:db8::g",
                "it has several colons, but is not an IPv6 address; write [2001:db8::1]:25 or host:25",
            ),
            ("fe80::1%eth0", "an address with a zone (`%`) is not supported; give a global address"),
            ("0x7f000001", "it looks like a number; write an address as four decimal parts, 192.0.2.1"),
            ("user@", "the name is empty"),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(text, None, None), expected, "{text}");
        }
        assert_eq!(
            shown("a.test:25", None, Some(26)),
            "it says port 25, but --port says 26; give the port once"
        );
        assert_eq!(
            shown("192.0.2.1", Some(NameRole::Mx), None),
            "an address has no MX records; leave `--as mx` away"
        );
    }

    #[test]
    fn people_see_u_labels() {
        assert_eq!(Target::parse("bücher.test:587", None, None).unwrap().to_unicode(), "bücher.test:587");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_canonical_text_parses_to_the_same(text in "\\PC{0,20}|[a-z0-9.@:\\[\\]-]{1,12}(:[0-9]{1,5})?|[0-9a-f:]{2,20}") {
            if let Ok(target) = Target::parse(&text, None, None) {
                let role = match target.subject { Subject::Host(_) => Some(NameRole::Host), _ => None };
                let again = Target::parse(&target.text, role, None).unwrap();
                proptest::prop_assert_eq!(again, target);
            }
        }
    }
}
