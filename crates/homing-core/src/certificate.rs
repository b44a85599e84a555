//! What TLS showed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The TLS session of one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsEvidence {
    /// The name or address that the certificate has to be valid for.
    pub identity: String,
    /// `TLSv1.2` or `TLSv1.3`.
    pub version: String,
    /// The cipher suite's IANA name.
    pub cipher: String,
    /// The key exchange group, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_exchange: Option<String>,
    /// The server's own certificate; absent if it sent none.
    pub certificate: Option<Certificate>,
}

/// The server's own certificate, and what became of its chain and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Distinguished name of the subject.
    pub subject: String,
    /// Distinguished name of the issuer.
    pub issuer: String,
    /// Names it is valid for: DNS and IP entries of subjectAltName, at most [`MAX_NAMES`].
    pub names: Vec<String>,
    /// Beginning of validity.
    pub not_before: Timestamp,
    /// End of validity.
    pub not_after: Timestamp,
    /// Whole days from the check to the end of validity; negative once it is over.
    pub days_left: i64,
    /// Whether the chain leads to a trusted root, the validity of this certificate left aside.
    pub trusted: bool,
    /// Whether it is valid for the host that was asked (RFC 6125, RFC 9525).
    pub name_matches: bool,
    /// SHA-256 of the DER form, in hexadecimal.
    pub sha256: String,
    /// Subject and issuer are one, and it is no trusted root.
    pub self_signed: bool,
    /// The signature algorithm, `ecdsa-with-SHA256`.
    pub signature_algorithm: String,
    /// The public key, `EC P-256` or `RSA 2048`.
    pub key: String,
    /// Why the chain is not trusted, in a person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untrusted_because: Option<String>,
    /// The other certificates the server sent, in its order, at most [`MAX_CHAIN`].
    pub chain: Vec<ChainLink>,
}

/// A certificate of the chain above the server's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainLink {
    /// Distinguished name of the subject.
    pub subject: String,
    /// Distinguished name of the issuer.
    pub issuer: String,
    /// End of validity.
    pub not_after: Timestamp,
    /// SHA-256 of the DER form, in hexadecimal.
    pub sha256: String,
}

/// The most names of a certificate that are kept.
pub const MAX_NAMES: usize = 100;

/// The most certificates above the server's own that are kept.
pub const MAX_CHAIN: usize = 10;

/// Whole days from `now` to `not_after`, rounded down, so that a certificate that ends today has 0 left and an
/// expired one a negative number.
pub fn days_left(now: Timestamp, not_after: Timestamp) -> i64 {
    (not_after.as_second() - now.as_second()).div_euclid(86_400)
}
