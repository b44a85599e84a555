//! Mail addresses as they go into an envelope.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::{DomainName, InvalidDomain};

/// The longest local part (RFC 5321 §4.5.3.1.1).
pub const MAX_LOCAL_PART: usize = 64;

/// An envelope address: `local@domain` in ASCII with the domain in A-labels, or the null address `<>`.
///
/// It cannot hold a space outside quotes, an angle bracket or a control character, so it cannot smuggle a second
/// command into a session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

/// Why a text is not a [`MailAddress`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// No `@`.
    #[error("it has no `@`; write user@example.org, or <> for the null address")]
    NoDomain,
    /// Nothing before the `@`.
    #[error("nothing stands before the `@`")]
    NoLocalPart,
    /// The local part is longer than [`MAX_LOCAL_PART`].
    #[error("the part before the `@` has {0} bytes, at most {MAX_LOCAL_PART} are allowed")]
    LocalPartTooLong(usize),
    /// A character that must not stand in an envelope.
    #[error("`{}` must not stand before the `@`", .0.escape_debug())]
    Character(char),
    /// A local part that needs SMTPUTF8.
    #[error("the part before the `@` is not ASCII; checks do not use SMTPUTF8")]
    NotAscii,
    /// The domain is no DNS name.
    #[error("its domain is wrong: {0}")]
    Domain(#[from] InvalidDomain),
}

impl MailAddress {
    /// The null address, the sender of bounces (RFC 5321 §4.5.5).
    pub fn null() -> Self {
        Self(String::new())
    }

    /// The address without angle brackets; empty for the null address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MailAddress {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let text = text.trim();
        let bare = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(text);
        if bare.is_empty() && text == "<>" {
            return Ok(Self::null());
        }
        let (local, domain) = bare.rsplit_once('@').ok_or(InvalidAddress::NoDomain)?;
        check_local_part(local)?;
        Ok(Self(format!("{local}@{}", domain.parse::<DomainName>()?)))
    }
}

fn check_local_part(local: &str) -> Result<(), InvalidAddress> {
    if local.is_empty() {
        return Err(InvalidAddress::NoLocalPart);
    }
    if local.len() > MAX_LOCAL_PART {
        return Err(InvalidAddress::LocalPartTooLong(local.len()));
    }
    if !local.is_ascii() {
        return Err(InvalidAddress::NotAscii);
    }
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    let inside = if quoted { &local[1..local.len() - 1] } else { local };
    let mut escaped = false;
    for character in inside.chars() {
        let fine = if quoted {
            matches!(character, ' '..='~') && (escaped || character != '"')
        } else {
            matches!(character, 'a'..='z' | 'A'..='Z' | '0'..='9')
                || "!#$%&'*+-/=?^_`{|}~.".contains(character)
        };
        if !fine {
            return Err(InvalidAddress::Character(character));
        }
        escaped = quoted && character == '\\' && !escaped;
    }
    if escaped { Err(InvalidAddress::Character('\\')) } else { Ok(()) }
}

/// In angle brackets, as in MAIL FROM and RCPT TO.
impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

impl TryFrom<String> for MailAddress {
    type Error = InvalidAddress;

    fn try_from(text: String) -> Result<Self, InvalidAddress> {
        if text.is_empty() { Ok(Self::null()) } else { text.parse() }
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, InvalidAddress> {
        text.parse::<MailAddress>().map(|address| address.to_string())
    }

    #[test]
    fn addresses_are_taken_with_and_without_brackets() {
        assert_eq!(parse("a.b+c@Corp.Test").unwrap(), "<a.b+c@corp.test>");
        assert_eq!(parse("<a@bücher.test>").unwrap(), "<a@xn--bcher-kva.test>");
        assert_eq!(parse("\"a b\"@corp.test").unwrap(), "<\"a b\"@corp.test>");
        assert_eq!(parse("<>").unwrap(), "<>");
    }

    #[test]
    fn bad_addresses_name_the_fault() {
        assert_eq!(parse(""), Err(InvalidAddress::NoDomain));
        assert_eq!(parse("a"), Err(InvalidAddress::NoDomain));
        assert_eq!(parse("@corp.test"), Err(InvalidAddress::NoLocalPart));
        assert_eq!(parse("a b@corp.test"), Err(InvalidAddress::Character(' ')));
        assert_eq!(parse("\"a\\\"@corp.test"), Err(InvalidAddress::Character('\\')));
        assert_eq!(parse("ä@corp.test"), Err(InvalidAddress::NotAscii));
        assert_eq!(parse("a@b@c.test"), Err(InvalidAddress::Character('@')));
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_parses_breaks_out_of_its_command(text in "[a-z\"\\\\ @<>.\r\n\t]{1,8}@[a-z.\r\n-]{1,8}") {
            if let Ok(address) = text.parse::<MailAddress>() {
                proptest::prop_assert!(address.as_str().bytes().all(|b| (0x20..0x7f).contains(&b)));
            }
        }
    }
}
