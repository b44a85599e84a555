//! Whether a chain is trusted and a name matches, each on its own: an expired certificate may well have the
//! wrong name too, and people want to mend both at once.

use std::ops::Range;

use homing_core::certificate::{Certificate, MAX_CHAIN, days_left};
use jiff::{SignedDuration, Timestamp};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error};

use super::facts::{self, Facts, Fingerprint};
use super::{ServerIdentity, TrustRoots};

/// When the findings about a chain hold: from the validity border before to the one after.
pub(super) type Window = Range<Timestamp>;

/// Reads and checks a chain. `None` if its first certificate cannot be read at all.
pub(super) fn certificate(
    chain: &[CertificateDer<'_>],
    fingerprint: &Fingerprint,
    identity: &ServerIdentity,
    roots: &TrustRoots,
    provider: &CryptoProvider,
    now: Timestamp,
) -> Option<(Certificate, Window)> {
    let (leaf, above) = chain.split_first()?;
    let facts = facts::read(leaf)?;
    let parsed = ParsedCertificate::try_from(leaf);
    let name_matches = match (&parsed, identity.server_name()) {
        (Ok(parsed), Some(name)) => verify_server_name(parsed, &name).is_ok(),
        _ => false,
    };
    let untrusted_because = match &parsed {
        Err(_) => Some(
            "its form is refused by TLS libraries (X.509 before version 3, or an unknown critical extension)"
                .to_owned(),
        ),
        Ok(_) if !facts.has_modern_key() => {
            Some(format!("its key ({}) is of a kind that nobody checks any more", facts.key))
        }
        Ok(_) if roots.is_pinned(fingerprint) => None,
        Ok(parsed) => untrusted(parsed, above, &facts, roots, provider, now),
    };
    let certificate = Certificate {
        days_left: days_left(now, facts.not_after),
        trusted: untrusted_because.is_none(),
        name_matches,
        sha256: facts::hexadecimal(fingerprint),
        self_signed: facts.issued_by_itself && untrusted_because.is_some(),
        subject: facts.subject,
        issuer: facts.issuer,
        names: facts.names,
        not_before: facts.not_before,
        not_after: facts.not_after,
        signature_algorithm: facts.signature_algorithm,
        key: facts.key,
        untrusted_because,
        chain: above.iter().take(MAX_CHAIN).filter_map(|der| facts::link(der)).collect(),
    };
    Some((certificate, window(chain, now)))
}

/// Whether a server can be made to prove that it holds the certificate's key: the library must be able to read the
/// certificate, and to check signatures of that kind of key. Without the proof a certificate is worth nothing, since
/// anyone can show it; [`certificate`] says so in words.
pub(super) fn is_provable(certificate: &CertificateDer<'_>) -> bool {
    let modern = || facts::read(certificate).is_some_and(|facts| facts.has_modern_key());
    ParsedCertificate::try_from(certificate).is_ok() && modern()
}

/// Why the chain does not lead to a root; the validity of the first certificate is left aside, since the
/// evidence has it anyway.
fn untrusted(
    leaf: &ParsedCertificate<'_>,
    above: &[CertificateDer<'_>],
    facts: &Facts,
    roots: &TrustRoots,
    provider: &CryptoProvider,
    now: Timestamp,
) -> Option<String> {
    let verify = |at: Timestamp| {
        let since_epoch = at.duration_since(Timestamp::UNIX_EPOCH).unsigned_abs();
        verify_server_cert_signed_by_trust_anchor(
            leaf,
            roots.store(),
            above,
            UnixTime::since_unix_epoch(since_epoch),
            provider.signature_verification_algorithms.all,
        )
    };
    let moments = moments(facts, above, now);
    let mut errors = Vec::new();
    for &moment in &moments {
        match verify(moment) {
            Ok(()) => return None,
            Err(error) => errors.push(error),
        }
    }
    let error = errors.into_iter().next()?;
    if moments.len() > 1 && is_validity(&error) {
        return Some("it and the certificates above it were never valid at the same time".to_owned());
    }
    Some(words(&error, above, facts))
}

/// The moments by which to judge the chain: now, or for a certificate that is out of date the nearest one at which it
/// was valid, and the nearest at which it was so together with each certificate above it. Not all of those need be
/// on the way to the root: servers send what they no longer use, too.
fn moments(facts: &Facts, above: &[CertificateDer<'_>], now: Timestamp) -> Vec<Timestamp> {
    let valid = |from: Timestamp, until: Timestamp| (from <= until).then(|| now.clamp(from, until));
    if facts.not_before <= now && now <= facts.not_after {
        return vec![now];
    }
    let together = above
        .iter()
        .take(MAX_CHAIN)
        .filter_map(|der| facts::validity(der))
        .filter_map(|(from, until)| valid(from.max(facts.not_before), until.min(facts.not_after)));
    valid(facts.not_before, facts.not_after).into_iter().chain(together).collect()
}

const fn is_validity(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. }
        )
    )
}

/// The library's finding in a person's words.
fn words(error: &Error, above: &[CertificateDer<'_>], facts: &Facts) -> String {
    let Error::InvalidCertificate(error) = error else { return error.to_string() };
    match error {
        CertificateError::UnknownIssuer if facts.issued_by_itself => "no authority vouches for it".to_owned(),
        CertificateError::UnknownIssuer if above.is_empty() => {
            format!(
                "its issuer `{}` is unknown, and the server sends no intermediate certificate",
                facts.issuer
            )
        }
        CertificateError::UnknownIssuer => format!("its issuer `{}` leads to no trusted root", facts.issuer),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "a certificate above it has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "a certificate above it is not valid yet".to_owned()
        }
        CertificateError::BadSignature => "a signature in its chain is wrong".to_owned(),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it is not meant for servers (extended key usage)".to_owned()
        }
        other => format!("{other}"),
    }
}

/// From the last validity border before `now` to the next one after it. Roots have none: webpki takes them as
/// they are.
fn window(chain: &[CertificateDer<'_>], now: Timestamp) -> Window {
    let borders = chain.iter().filter_map(|der| facts::validity(der)).flat_map(|(from, until)| [from, until]);
    let mut window = Timestamp::MIN..Timestamp::MAX;
    for border in borders {
        if border <= now {
            window.start = window.start.max(border);
        } else {
            window.end = window.end.min(border);
        }
    }
    // The last second of a validity still belongs to it.
    window.start = window.start.checked_add(SignedDuration::from_secs(1)).unwrap_or(window.start);
    window
}
