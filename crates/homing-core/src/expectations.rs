//! What the owner of a check expects; with the evidence it makes the verdict.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::elapsed::Elapsed;

/// How TLS is used and how strictly it is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsMode {
    /// Never start TLS.
    None,
    /// STARTTLS where it is announced, as mail servers do among themselves; faults of it are `degraded`.
    #[default]
    Opportunistic,
    /// STARTTLS, and without it or with a faulty certificate the target is `down`.
    Required,
    /// TLS from the first byte (RFC 8314 §3.3), judged as strictly.
    Implicit,
}

impl TlsMode {
    /// Every mode.
    pub const ALL: [Self; 4] = [Self::None, Self::Opportunistic, Self::Required, Self::Implicit];

    /// Whether faults of TLS or certificate make the target `down`.
    pub const fn is_strict(self) -> bool {
        matches!(self, Self::Required | Self::Implicit)
    }
}

/// Which hosts of a domain are tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostScope {
    /// Every address of every host.
    #[default]
    All,
    /// One host after the other in order of preference, until one takes mail, as a sender would.
    First,
}

/// What a healthy target looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expectations {
    /// How strictly TLS is judged.
    pub tls: TlsMode,
    /// Fewer whole days than this left on a certificate make the target `degraded`.
    pub min_cert_days: u16,
    /// A longer session makes the target `degraded`.
    #[serde(rename = "slow_ms")]
    pub slow: Option<Elapsed>,
    /// A pattern that the greeting must contain.
    pub banner: Option<BannerPattern>,
    /// EHLO keywords that must be announced, in any case; with parameters if those must be there too.
    pub capabilities: Vec<String>,
    /// The domain should take no mail: a null MX is `up`, everything else `down`.
    pub null_mx: bool,
}

impl Default for Expectations {
    fn default() -> Self {
        Self {
            tls: TlsMode::default(),
            min_cert_days: 14,
            slow: Some(Elapsed::from_millis(10_000)),
            banner: None,
            capabilities: Vec::new(),
            null_mx: false,
        }
    }
}

/// A regular expression that is searched in the greeting's text, its lines joined by one space.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BannerPattern(regex_lite::Regex);

impl BannerPattern {
    /// Whether the pattern is found in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// The text is no regular expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not a regular expression: {0}")]
pub struct InvalidPattern(String);

impl FromStr for BannerPattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        regex_lite::Regex::new(text).map(Self).map_err(|error| InvalidPattern(error.to_string()))
    }
}

impl TryFrom<String> for BannerPattern {
    type Error = InvalidPattern;

    fn try_from(text: String) -> Result<Self, InvalidPattern> {
        text.parse()
    }
}

impl From<BannerPattern> for String {
    fn from(pattern: BannerPattern) -> Self {
        pattern.0.as_str().to_owned()
    }
}

impl PartialEq for BannerPattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for BannerPattern {}

impl fmt::Display for BannerPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
