//! What stands in a certificate.

use std::net::IpAddr;

use homing_core::certificate::{ChainLink, MAX_NAMES};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_parser::objects::{oid_registry, oid2sn};
use x509_parser::oid_registry::Oid;
use x509_parser::prelude::{ASN1Time, FromDer, GeneralName, X509Certificate};
use x509_parser::public_key::PublicKey;

use crate::escape::escape_line;

/// SHA-256 of a certificate's DER form.
pub(super) type Fingerprint = [u8; 32];

pub(super) fn sha256(der: &[u8]) -> Fingerprint {
    Sha256::digest(der).into()
}

pub(super) fn hexadecimal(fingerprint: &Fingerprint) -> String {
    use std::fmt::Write;
    fingerprint.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The facts of one certificate, in no relation to others yet.
pub(super) struct Facts {
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) issued_by_itself: bool,
    pub(super) names: Vec<String>,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    pub(super) signature_algorithm: String,
    pub(super) key: String,
}

/// Reads a certificate; `None` if it is not one.
pub(super) fn read(der: &[u8]) -> Option<Facts> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    Some(Facts {
        subject: shown(&certificate.subject().to_string()),
        issuer: shown(&certificate.issuer().to_string()),
        issued_by_itself: certificate.subject().as_raw() == certificate.issuer().as_raw(),
        names: names(&certificate),
        not_before: timestamp(certificate.validity().not_before),
        not_after: timestamp(certificate.validity().not_after),
        signature_algorithm: algorithm_name(certificate.signature_algorithm.oid()),
        key: key(&certificate),
    })
}

/// A certificate above the server's own, as evidence; `None` if it cannot be read.
pub(super) fn link(der: &[u8]) -> Option<ChainLink> {
    let facts = read(der)?;
    Some(ChainLink {
        subject: facts.subject,
        issuer: facts.issuer,
        not_after: facts.not_after,
        sha256: hexadecimal(&sha256(der)),
    })
}

/// Both ends of a certificate's validity.
pub(super) fn validity(der: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    Some((timestamp(certificate.validity().not_before), timestamp(certificate.validity().not_after)))
}

impl Facts {
    /// Whether the key is one whose signatures the library checks: RSA from 2,048 to 8,192 bits, the NIST curves,
    /// Ed25519.
    pub(super) fn has_modern_key(&self) -> bool {
        match self.key.split_once(' ') {
            Some(("RSA", bits)) => bits.parse().is_ok_and(|bits: usize| (2_048..=8_192).contains(&bits)),
            _ => matches!(&*self.key, "EC P-256" | "EC P-384" | "EC P-521" | "Ed25519"),
        }
    }
}

fn shown(text: &str) -> String {
    escape_line(text.as_bytes())
}

/// Times beyond the calendar's end stop there: RFC 5280 uses 9999-12-31 for "no end".
fn timestamp(time: ASN1Time) -> Timestamp {
    Timestamp::from_second(time.timestamp()).unwrap_or(Timestamp::MAX)
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return Vec::new() };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some(shown(name)),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
        _ => None,
    };
    extension.value.general_names.iter().filter_map(name).take(MAX_NAMES).collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(octets.into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}

fn algorithm_name(oid: &Oid<'_>) -> String {
    oid2sn(oid, oid_registry()).map_or_else(|_| oid.to_id_string(), ToOwned::to_owned)
}

fn key(certificate: &X509Certificate<'_>) -> String {
    let info = certificate.public_key();
    match info.parsed() {
        Ok(PublicKey::RSA(key)) => format!("RSA {}", key.key_size()),
        Ok(PublicKey::EC(_)) => {
            let curve = info.algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok());
            match curve.map(|oid| oid.to_id_string()).as_deref() {
                Some("1.2.840.10045.3.1.7") => "EC P-256".to_owned(),
                Some("1.3.132.0.34") => "EC P-384".to_owned(),
                Some("1.3.132.0.35") => "EC P-521".to_owned(),
                Some(other) => format!("EC {other}"),
                None => "EC".to_owned(),
            }
        }
        _ if info.algorithm.algorithm.to_id_string() == "1.3.101.112" => "Ed25519".to_owned(),
        _ => algorithm_name(&info.algorithm.algorithm),
    }
}
