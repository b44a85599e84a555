//! The certificates of the sink: root, intermediate and leaf, of the kinds that mail servers show.

use anyhow::Result;
use clap::ValueEnum;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rcgen::{PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, SignatureAlgorithm};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// The name that the leaf stands for.
pub(crate) const NAME: &str = "mail.bench.test";

/// The keys of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Keys {
    /// P-256 leaf and intermediate under a P-384 root.
    Ec,
    /// RSA with 2,048 bits throughout.
    Rsa,
}

impl Keys {
    /// The root's, the intermediate's and the leaf's algorithm.
    fn algorithms(self) -> [&'static SignatureAlgorithm; 3] {
        match self {
            Self::Ec => [&PKCS_ECDSA_P384_SHA384, &PKCS_ECDSA_P256_SHA256, &PKCS_ECDSA_P256_SHA256],
            Self::Rsa => [&PKCS_RSA_SHA256; 3],
        }
    }
}

/// What the sink shows, and what a prober needs to believe it.
pub(crate) struct Chain {
    pub(crate) root_pem: String,
    /// Leaf first, then the intermediate; the root is not sent.
    pub(crate) sent: Vec<CertificateDer<'static>>,
    pub(crate) leaf_key: PrivateKeyDer<'static>,
}

impl Chain {
    /// Makes a fresh chain.
    pub(crate) fn generate(keys: Keys) -> Result<Self> {
        let [root_algorithm, intermediate_algorithm, leaf_algorithm] = keys.algorithms();

        let root_key = KeyPair::generate_for(root_algorithm)?;
        let root_params = authority("Bench Root")?;
        let root = root_params.self_signed(&root_key)?;
        let root_issuer = Issuer::new(root_params, root_key);

        let intermediate_key = KeyPair::generate_for(intermediate_algorithm)?;
        let intermediate_params = authority("Bench Intermediate")?;
        let intermediate = intermediate_params.signed_by(&intermediate_key, &root_issuer)?;
        let intermediate_issuer = Issuer::new(intermediate_params, intermediate_key);

        let leaf_key = KeyPair::generate_for(leaf_algorithm)?;
        let mut leaf_params = named(CertificateParams::new(vec![NAME.to_owned()])?, NAME);
        leaf_params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf_params.use_authority_key_identifier_extension = true;
        let leaf = leaf_params.signed_by(&leaf_key, &intermediate_issuer)?;

        Ok(Self {
            root_pem: root.pem(),
            sent: vec![leaf.der().clone(), intermediate.der().clone()],
            leaf_key: PrivatePkcs8KeyDer::from(leaf_key.serialize_der()).into(),
        })
    }
}

fn authority(name: &str) -> Result<CertificateParams> {
    let mut params = named(CertificateParams::new(Vec::new())?, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

/// Sets the subject and a validity that no peer finds odd.
fn named(mut params: CertificateParams, name: &str) -> CertificateParams {
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = rcgen::date_time_ymd(2025, 1, 1);
    params.not_after = rcgen::date_time_ymd(2049, 1, 1);
    params
}
