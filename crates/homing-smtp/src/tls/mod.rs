//! A handshake that takes any certificate and tells all about it.
//!
//! The session goes on after a bad certificate, so that the evidence is whole; what the certificate is worth is
//! said in [`Inspection`]. Only an [`Inspection`] without fault holds a [`VerifiedTls`], without which no
//! credentials leave (see [`auth`](crate::auth)): the type that inspects cannot log in.
//!
//! Resumption is off, because a resumed session shows no certificate.

mod any_certificate;
mod chain;
mod facts;
mod handshake;
pub(crate) mod legacy;
mod memory;
mod roots;

use std::net::IpAddr;
use std::sync::{Arc, Once};

use homing_core::certificate::{Certificate, TlsEvidence};
use homing_core::domain::DomainName;
use jiff::Timestamp;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, SupportedCipherSuite, client::Resumption};
use tokio_rustls::TlsConnector;

pub use handshake::HandshakeTrouble;
pub use legacy::LegacyChoice;
pub use roots::{RootsError, TrustRoots};

use any_certificate::AnyCertificate;
use memory::ChainMemory;

/// The name or address that the server's certificate has to be valid for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ServerIdentity {
    /// A host name; sent as SNI.
    Name(DomainName),
    /// An address; no SNI is sent (RFC 6066 §3).
    Address(IpAddr),
}

impl ServerIdentity {
    fn server_name(&self) -> Option<ServerName<'static>> {
        match self {
            Self::Name(name) => ServerName::try_from(name.as_str().to_owned()).ok(),
            Self::Address(address) => Some(ServerName::IpAddress((*address).into())),
        }
    }
}

impl std::fmt::Display for ServerIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl std::str::FromStr for ServerIdentity {
    type Err = homing_core::domain::InvalidDomain;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(address) => Ok(Self::Address(address)),
            Err(_) => text.parse().map(Self::Name),
        }
    }
}

/// The proof that a session is encrypted and the server is who it should be: a trusted chain, in date, for the
/// right name. Only this crate's inspection makes one.
#[derive(Debug)]
pub struct VerifiedTls(());

/// What a handshake showed.
#[derive(Debug)]
pub struct Inspection {
    /// The facts.
    pub evidence: TlsEvidence,
    /// The proof that nothing is wrong with them.
    pub verified: Option<VerifiedTls>,
}

/// Makes handshakes and inspects what they show. One for a whole process: it remembers what it found out about a
/// chain, so that the same chain costs no signature checks until a validity border is crossed; the certificate
/// itself is seen and compared each time.
#[derive(Debug)]
pub struct TlsInspector {
    connector: Arc<ClientConfig>,
    provider: Arc<CryptoProvider>,
    roots: TrustRoots,
    memory: Option<ChainMemory>,
    seeded: Once,
}

impl TlsInspector {
    /// An inspector that trusts these roots.
    pub fn new(roots: TrustRoots) -> Self {
        let mut provider = rustls::crypto::aws_lc_rs::default_provider();
        // The same suites, but those whose hash is the cheaper one first: nothing secret of weight is sent, and
        // SHA-384 alone would be a tenth of a handshake's cost.
        provider.cipher_suites.sort_by_key(|suite| hash_length(*suite));
        let provider = Arc::new(provider);
        let verifier = AnyCertificate::new(provider.signature_verification_algorithms);
        let mut config = client_config(&provider)
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        config.resumption = Resumption::disabled();
        Self {
            connector: Arc::new(config),
            provider,
            roots,
            memory: Some(ChainMemory::default()),
            seeded: Once::new(),
        }
    }

    /// The same, but every chain is checked anew each time. For benchmarks.
    #[must_use]
    pub fn without_memory(mut self) -> Self {
        self.memory = None;
        self
    }

    /// Lets the random number generator seed itself, which may take its time when it is built to mistrust the
    /// kernel. Called before the handshake's clock starts, because it is no fault of the server's.
    pub(crate) fn seed(&self) {
        self.seeded.call_once(|| {
            // Without randomness the handshake fails on its own account.
            let _ = self.provider.secure_random.fill(&mut [0; 16]);
        });
    }

    /// Bytes that nobody can foresee.
    pub(crate) fn random(&self) -> [u8; 32] {
        let mut random = [0; 32];
        // In the worst case the hello has a poor random value, of which nothing depends here.
        let _ = self.provider.secure_random.fill(&mut random);
        random
    }

    fn connector(&self) -> TlsConnector {
        TlsConnector::from(Arc::clone(&self.connector))
    }

    /// The certificate's facts and whether it is worth anything, from memory where chain, name and time allow.
    fn inspect(
        &self,
        chain: &[rustls::pki_types::CertificateDer<'_>],
        identity: &ServerIdentity,
        now: Timestamp,
    ) -> Option<Certificate> {
        let leaf = chain.first()?;
        let fingerprint = facts::sha256(leaf);
        let memory = self.memory.as_ref();
        if let Some(known) = memory.and_then(|memory| memory.recall(&fingerprint, chain, identity, now)) {
            return Some(known);
        }
        let (certificate, window) =
            chain::certificate(chain, &fingerprint, identity, &self.roots, &self.provider, now)?;
        if let Some(memory) = memory {
            memory.remember(fingerprint, chain, identity, &certificate, window);
        }
        Some(certificate)
    }
}

fn hash_length(suite: SupportedCipherSuite) -> usize {
    match suite {
        SupportedCipherSuite::Tls12(suite) => suite.common.hash_provider.output_len(),
        SupportedCipherSuite::Tls13(suite) => suite.common.hash_provider.output_len(),
    }
}

type VersionedBuilder = rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>;

fn client_config(provider: &Arc<CryptoProvider>) -> VersionedBuilder {
    let builder = ClientConfig::builder_with_provider(Arc::clone(provider));
    #[expect(clippy::expect_used, reason = "the provider is compiled in and has suites for both versions")]
    builder.with_safe_default_protocol_versions().expect("aws-lc-rs speaks TLS 1.2 and 1.3")
}

fn proof(certificate: Option<&Certificate>, now: Timestamp) -> Option<VerifiedTls> {
    let certificate = certificate?;
    let in_date = certificate.not_before <= now && now <= certificate.not_after;
    (certificate.trusted && certificate.name_matches && in_date).then_some(VerifiedTls(()))
}
