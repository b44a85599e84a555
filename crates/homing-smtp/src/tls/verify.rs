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
    let untrusted_because = if roots.is_pinned(fingerprint) {
        None
    } else {
        match &parsed {
            Ok(parsed) => untrusted(parsed, above, &facts, roots, provider, now),
            Err(error) => Some(format!("it cannot be read as a server certificate ({error})")),
        }
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
    let moment = match moment(facts, above, now) {
        Some(moment) => moment,
        None => return Some("it and the certificates above it were never valid at the same time".to_owned()),
    };
    match verify(moment) {
        Ok(()) => None,
        Err(error) => Some(words(&error, above, facts)),
    }
}

/// The moment by which to judge the chain: now, or for a certificate that is out of date the nearest moment at
/// which it and everything above it were valid.
fn moment(facts: &Facts, above: &[CertificateDer<'_>], now: Timestamp) -> Option<Timestamp> {
    if facts.not_before <= now && now <= facts.not_after {
        return Some(now);
    }
    let (mut from, mut until) = (facts.not_before, facts.not_after);
    for (begin, end) in above.iter().filter_map(|der| facts::validity(der)) {
        from = from.max(begin);
        until = until.min(end);
    }
    (from <= until).then(|| now.clamp(from, until))
}

/// The library's finding in a person's words.
fn words(error: &Error, above: &[CertificateDer<'_>], facts: &Facts) -> String {
    let Error::InvalidCertificate(error) = error else { return error.to_string() };
    match error {
        CertificateError::UnknownIssuer if facts.issued_by_itself => "it is signed by itself".to_owned(),
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
