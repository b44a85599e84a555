//! What was found out about a chain, so that the same chain costs no signature checks again.
//!
//! The certificate is seen and compared byte by byte each time; only the conclusion is remembered, and only until
//! the next moment at which it could change.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use homing_core::certificate::{Certificate, days_left};
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;

use super::ServerIdentity;
use super::chain::Window;
use super::facts::Fingerprint;

/// The most chains that are remembered; past that all are forgotten, which costs one check each.
const MOST: usize = 10_000;

#[derive(Debug)]
struct Known {
    chain: Vec<CertificateDer<'static>>,
    certificate: Certificate,
    window: Window,
}

#[derive(Debug, Default)]
pub(super) struct ChainMemory {
    known: Mutex<HashMap<(Fingerprint, ServerIdentity), Known>>,
}

impl ChainMemory {
    pub(super) fn recall(
        &self,
        fingerprint: &Fingerprint,
        chain: &[CertificateDer<'_>],
        identity: &ServerIdentity,
        now: Timestamp,
    ) -> Option<Certificate> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = known.get(&(*fingerprint, identity.clone()))?;
        if entry.chain != chain || !entry.window.contains(&now) {
            return None;
        }
        let mut certificate = entry.certificate.clone();
        certificate.days_left = days_left(now, certificate.not_after);
        Some(certificate)
    }

    pub(super) fn remember(
        &self,
        fingerprint: Fingerprint,
        chain: &[CertificateDer<'_>],
        identity: &ServerIdentity,
        certificate: &Certificate,
        window: Window,
    ) {
        let chain = chain.iter().map(|der| der.clone().into_owned()).collect();
        let entry = Known { chain, certificate: certificate.clone(), window };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert((fingerprint, identity.clone()), entry);
    }
}
