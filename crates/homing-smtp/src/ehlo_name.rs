//! The name that Homing greets with, as a type that cannot carry a second command.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use homing_core::domain::{DomainName, InvalidDomain};

/// The argument of EHLO: a fully qualified name or an address literal (RFC 5321 §4.1.1.1, §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EhloName(String);

/// Why a text cannot be said after EHLO.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEhloName {
    /// Brackets without an address.
    #[error("`{0}` is not an address literal; write [192.0.2.1] or [IPv6:2001:db8::1]")]
    Literal(String),
    /// Not a name.
    #[error(transparent)]
    Name(#[from] InvalidDomain),
}

impl EhloName {
    /// The literal of an address, for a machine that has no name of its own.
    pub fn from_address(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(v4) => format!("[{v4}]"),
            IpAddr::V6(v6) => format!("[IPv6:{v6}]"),
        })
    }

    /// As it goes over the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EhloName {
    type Err = InvalidEhloName;

    fn from_str(text: &str) -> Result<Self, InvalidEhloName> {
        let Some(literal) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) else {
            return Ok(Self(text.parse::<DomainName>()?.to_string()));
        };
        let address = match literal.get(..5) {
            Some(tag) if tag.eq_ignore_ascii_case("ipv6:") => literal[5..].parse().map(IpAddr::V6).ok(),
            _ => literal.parse().map(IpAddr::V4).ok(),
        };
        address.map(Self::from_address).ok_or_else(|| InvalidEhloName::Literal(text.to_owned()))
    }
}

impl From<DomainName> for EhloName {
    fn from(name: DomainName) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for EhloName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_literals() {
        let parse = |text: &str| text.parse::<EhloName>().map(|name| name.to_string());
        assert_eq!(parse("Probe.Example.").unwrap(), "probe.example");
        assert_eq!(parse("[192.0.2.1]").unwrap(), "[192.0.2.1]");
        assert_eq!(parse("[ipv6:2001:DB8::1]").unwrap(), "[IPv6:2001:db8::1]");
        for text in ["", "a b", "[a]", "[2001:db8::1]", "[IPv6:1.2.3.4]", "a\r\nRSET", "192.0.2.1"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
