//! DNS names as they go over the wire.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest name in text form, without the final dot (RFC 1035 §2.3.4).
pub const MAX_NAME: usize = 253;

/// The longest label (RFC 1035 §2.3.4).
pub const MAX_LABEL: usize = 63;

/// A DNS name in lower-case A-labels (RFC 5890 §2.3.2.1), without the final dot, at most 253 bytes.
///
/// Parsing takes U-labels too and maps them (UTS 46). Underscores are let through, because names with them
/// are served and resolved in practice. An all-numeric last label is refused: `127.1` or `0x7f000001` would be
/// an address to the system's resolver and a name to ours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(String);

/// Why a text is not a [`DomainName`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDomain {
    /// Nothing is left of the name.
    #[error("the name is empty")]
    Empty,
    /// The text form is longer than [`MAX_NAME`].
    #[error("the name has {0} bytes, a DNS name has at most {MAX_NAME}")]
    TooLong(usize),
    /// A label is longer than [`MAX_LABEL`].
    #[error("the label `{0}` is longer than {MAX_LABEL} bytes")]
    LabelTooLong(String),
    /// Two dots in a row, or one at the beginning.
    #[error("the name has an empty label (two dots in a row?)")]
    EmptyLabel,
    /// A character that no host name has.
    #[error("`{}` does not belong in a host name", .0.escape_debug())]
    Character(char),
    /// A hyphen at a label's border (RFC 1123 §2.1).
    #[error("the label `{0}` begins or ends with a hyphen")]
    Hyphen(String),
    /// The last label is a number.
    #[error("it looks like a number; write an address as four decimal parts, 192.0.2.1")]
    Numeric,
    /// U-labels that UTS 46 does not allow.
    #[error("it is not a valid internationalised name")]
    Unicode,
}

impl DomainName {
    /// The A-labels, as they go into a query.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The U-labels, for people; equal to [`as_str`](Self::as_str) where there are none or they are invalid.
    pub fn to_unicode(&self) -> String {
        if !self.0.contains("xn--") {
            return self.0.clone();
        }
        match idna::domain_to_unicode(&self.0) {
            (unicode, Ok(())) => unicode,
            (_, Err(_)) => self.0.clone(),
        }
    }
}

impl FromStr for DomainName {
    type Err = InvalidDomain;

    fn from_str(text: &str) -> Result<Self, InvalidDomain> {
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.is_empty() {
            return Err(InvalidDomain::Empty);
        }
        let name = if text.is_ascii() {
            text.to_ascii_lowercase()
        } else {
            // What UTS 46 would refuse anyway is named first, with the character that is wrong.
            if let Some(character) = text.chars().find(|c| c.is_whitespace() || c.is_control()) {
                return Err(InvalidDomain::Character(character));
            }
            idna::domain_to_ascii(text).map_err(|_| InvalidDomain::Unicode)?
        };
        check(&name)?;
        Ok(Self(name))
    }
}

fn check(name: &str) -> Result<(), InvalidDomain> {
    if let Some(character) = name.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '.')) {
        return Err(InvalidDomain::Character(character));
    }
    if name.len() > MAX_NAME {
        return Err(InvalidDomain::TooLong(name.len()));
    }
    for label in name.split('.') {
        if label.is_empty() {
            return Err(InvalidDomain::EmptyLabel);
        }
        if label.len() > MAX_LABEL {
            return Err(InvalidDomain::LabelTooLong(label.to_owned()));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(InvalidDomain::Hyphen(label.to_owned()));
        }
    }
    let last = name.rsplit('.').next().unwrap_or(name);
    if is_number(last) { Err(InvalidDomain::Numeric) } else { Ok(()) }
}

/// What `inet_aton` would read as a number: decimal, octal or `0x…` (the "ends in a number" test of the URL
/// standard).
fn is_number(label: &str) -> bool {
    let hex = label.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    hex || label.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DomainName {
    type Error = InvalidDomain;

    fn try_from(text: String) -> Result<Self, InvalidDomain> {
        text.parse()
    }
}

impl From<DomainName> for String {
    fn from(name: DomainName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<DomainName, InvalidDomain> {
        text.parse()
    }

    #[test]
    fn names_are_lower_cased_and_lose_the_final_dot() {
        assert_eq!(parse("MX1.Corp.Test.").unwrap().as_str(), "mx1.corp.test");
        assert_eq!(parse("_dmarc.corp.test").unwrap().as_str(), "_dmarc.corp.test");
    }

    #[test]
    fn u_labels_become_a_labels_and_back() {
        let name = parse("Bücher.test").unwrap();
        assert_eq!(name.as_str(), "xn--bcher-kva.test");
        assert_eq!(name.to_unicode(), "bücher.test");
    }

    #[test]
    fn spellings_of_addresses_are_refused() {
        for text in ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "1.2.3.4.5", "host.0x10"] {
            assert_eq!(parse(text), Err(InvalidDomain::Numeric), "{text}");
        }
        assert!(parse("1e100.test").is_ok());
        assert!(parse("0xg.test").is_ok());
    }

    #[test]
    fn malformed_names_say_what_is_wrong() {
        assert_eq!(parse(""), Err(InvalidDomain::Empty));
        assert_eq!(parse("."), Err(InvalidDomain::Empty));
        assert_eq!(parse("a..test"), Err(InvalidDomain::EmptyLabel));
        assert_eq!(parse(".test"), Err(InvalidDomain::EmptyLabel));
        assert_eq!(parse("a b.test"), Err(InvalidDomain::Character(' ')));
        assert_eq!(parse("a\r\nRSET.test"), Err(InvalidDomain::Character('\r')));
        assert_eq!(parse("-a.test"), Err(InvalidDomain::Hyphen("-a".into())));
        assert_eq!(parse(&"a".repeat(64)), Err(InvalidDomain::LabelTooLong("a".repeat(64))));
        assert_eq!(parse(&"ab.".repeat(90)), Err(InvalidDomain::TooLong(269)));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_what_parses_is_stable(text in "\\PC{0,40}|[a-zA-Z0-9äßñ_.-]{1,20}") {
            if let Ok(name) = parse(&text) {
                proptest::prop_assert_eq!(parse(name.as_str()).unwrap(), name);
            }
        }
    }
}
