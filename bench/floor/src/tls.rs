//! The two ends of STARTTLS: the floor's client and the sink's server.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use rustls::client::Resumption;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use crate::chain::Chain;

/// The floor's configuration: it verifies chain and name every time and resumes nothing, as a
/// monitor must that wants to see the certificate.
pub(crate) fn client(ca_file: &Path) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    let unreadable = || format!("cannot read certificates from {}", ca_file.display());
    for certificate in CertificateDer::pem_file_iter(ca_file).with_context(unreadable)? {
        roots.add(certificate.with_context(unreadable)?)?;
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(Arc::new(config))
}

/// The sink's configuration.
pub(crate) fn server(chain: Chain) -> Result<Arc<ServerConfig>> {
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain.sent, chain.leaf_key)?;
    Ok(Arc::new(config))
}
