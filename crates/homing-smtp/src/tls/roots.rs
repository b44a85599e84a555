//! Which authorities are trusted.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};

use super::facts::{Fingerprint, sha256};

/// Trusted roots.
#[derive(Clone, Debug)]
pub struct TrustRoots {
    store: RootCertStore,
    pinned: HashSet<Fingerprint>,
}

/// Why a file of roots cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// It cannot be read.
    #[error("{} cannot be read, give a readable PEM file", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not PEM, or damaged.
    #[error("{} is not a PEM file, give one with certificates", path.display())]
    NotPem {
        /// The file.
        path: PathBuf,
        /// Why.
        source: pem::Error,
    },
    /// It holds no certificate.
    #[error("{} holds no certificate, give a PEM file with one or more", .0.display())]
    Empty(PathBuf),
    /// It holds something that is not a usable certificate.
    #[error("{} holds a certificate that cannot be used as a root, leave it out", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rustls::Error,
    },
}

impl TrustRoots {
    /// The roots of the operating system, or the bundled ones of Mozilla's list on a system without any.
    pub fn system() -> Self {
        let mut store = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        store.add_parsable_certificates(found.certs);
        if store.is_empty() {
            return Self::bundled();
        }
        Self { store, pinned: HashSet::new() }
    }

    /// Mozilla's list, as compiled in.
    pub fn bundled() -> Self {
        let store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self { store, pinned: HashSet::new() }
    }

    /// The certificates of a PEM file, and no others. A server's own certificate may be among them: it is then
    /// trusted as it stands.
    ///
    /// # Errors
    /// [`RootsError`] names the file and what is wrong with it.
    pub fn from_file(path: &Path) -> Result<Self, RootsError> {
        let bytes =
            std::fs::read(path).map_err(|source| RootsError::Unreadable { path: path.to_owned(), source })?;
        let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&bytes)
            .collect::<Result<_, _>>()
            .map_err(|source| RootsError::NotPem { path: path.to_owned(), source })?;
        if certificates.is_empty() {
            return Err(RootsError::Empty(path.to_owned()));
        }
        let mut store = RootCertStore::empty();
        let mut pinned = HashSet::new();
        for certificate in certificates {
            pinned.insert(sha256(&certificate));
            store
                .add(certificate)
                .map_err(|source| RootsError::Unusable { path: path.to_owned(), source })?;
        }
        Ok(Self { store, pinned })
    }

    pub(super) const fn store(&self) -> &RootCertStore {
        &self.store
    }

    /// Whether a certificate was itself given as trusted.
    pub(super) fn is_pinned(&self, fingerprint: &Fingerprint) -> bool {
        self.pinned.contains(fingerprint)
    }
}
