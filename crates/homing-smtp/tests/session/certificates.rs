//! What the handshake tells of certificates, with a server that has one made for the test.

use std::io::Write;
use std::sync::Arc;

use homing_core::certificate::Certificate;
use homing_core::expectations::TlsMode;
use homing_core::phase::Phase;
use homing_core::reason::ReasonCode;
use homing_smtp::auth::Credentials;
use homing_smtp::dialogue::{Found, Script, converse};
use homing_smtp::record::Record;
use homing_smtp::tls::{TlsInspector, TrustRoots};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio_rustls::TlsAcceptor;

use crate::peer::{failed, script, streams};

/// An authority that lasts from 2020 to 2040.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2040, 1, 1));
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server's certificate and key.
struct Served {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

/// A certificate for a name that lasts from one year to another, signed by the authority or by itself.
fn served(name: &str, years: (i32, i32), by: Option<&CertifiedIssuer<'static, KeyPair>>) -> Served {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
    let key = KeyPair::generate().unwrap();
    let certificate = match by {
        Some(issuer) => params.signed_by(&key, issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    Served { certificate: certificate.into(), key }
}

/// Trust in these certificates, by way of a file.
fn trust(certificates: &[&CertificateDer<'_>]) -> TlsInspector {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for certificate in certificates {
        let pem = pem(certificate);
        file.write_all(pem.as_bytes()).unwrap();
    }
    TlsInspector::new(TrustRoots::from_file(file.path()).unwrap())
}

fn pem(der: &CertificateDer<'_>) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

/// A session in TLS from the first byte with a server that answers 250 to all and 221 to QUIT.
async fn visit(served: &Served, tls: &TlsInspector, script: &Script) -> Found {
    let (ours, theirs) = streams();
    let key = PrivateKeyDer::try_from(served.key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![served.certificate.clone()], key)
        .unwrap();
    let server = tokio::spawn(async move {
        let stream = TlsAcceptor::from(Arc::new(config)).accept(theirs).await.unwrap();
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 mx.test\r\n").await.unwrap();
        let mut line = String::new();
        while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
            let bye = line.starts_with("QUIT");
            let reply: &[u8] = match &*line {
                _ if bye => b"221 bye\r\n",
                text if text.starts_with("EHLO") => b"250-mx.test\r\n250 AUTH PLAIN\r\n",
                text if text.starts_with("AUTH") => b"235 ok\r\n",
                _ => b"250 ok\r\n",
            };
            stream.write_all(reply).await.unwrap();
            line.clear();
        }
    });
    let found = converse(ours, Record::start_now(), script, tls).await;
    server.await.unwrap();
    found
}

fn implicit() -> Script {
    Script { tls: TlsMode::Implicit, now: "2030-06-01T00:00:00Z".parse().unwrap(), ..script() }
}

async fn seen(served: &Served, tls: &TlsInspector) -> Certificate {
    let found = visit(served, tls, &implicit()).await;
    assert_eq!(failed(&found), None);
    found.tls.unwrap().certificate.unwrap()
}

#[tokio::test]
async fn a_good_certificate_is_trusted_and_described() {
    let authority = authority("Ours");
    let tls = trust(&[authority.der()]);
    let certificate = seen(&served("mx.test", (2030, 2031), Some(&authority)), &tls).await;
    assert!(certificate.trusted && certificate.name_matches && !certificate.self_signed);
    assert_eq!(certificate.names, ["mx.test"]);
    assert_eq!(certificate.days_left, 214);
    assert_eq!(certificate.key, "EC P-256");
    assert_eq!(certificate.signature_algorithm, "ecdsa-with-SHA256");
    assert_eq!(certificate.untrusted_because, None);
}

#[tokio::test]
async fn expired_and_wrongly_named_are_two_faults_and_the_chain_is_neither() {
    let authority = authority("Ours");
    let tls = trust(&[authority.der()]);
    let certificate = seen(&served("other.test", (2028, 2029), Some(&authority)), &tls).await;
    assert!(certificate.trusted && !certificate.name_matches);
    assert!(certificate.days_left < 0);
}

#[tokio::test]
async fn self_signed_is_told_from_an_unknown_issuer() {
    let (ours, stranger) = (authority("Ours"), authority("A stranger"));
    let tls = trust(&[ours.der()]);
    let alone = seen(&served("mx.test", (2030, 2031), None), &tls).await;
    assert!(!alone.trusted && alone.self_signed);
    let unknown = seen(&served("mx.test", (2030, 2031), Some(&stranger)), &tls).await;
    assert!(!unknown.trusted && !unknown.self_signed);
    assert!(unknown.untrusted_because.unwrap().contains("sends no intermediate certificate"));
}

#[tokio::test]
async fn a_certificate_that_was_given_as_trusted_is_trusted_as_it_stands() {
    let served = served("mx.test", (2030, 2031), None);
    let certificate = seen(&served, &trust(&[&served.certificate])).await;
    assert!(certificate.trusted && !certificate.self_signed);
}

#[tokio::test]
async fn what_is_remembered_of_a_chain_ends_at_its_validity_border() {
    let authority = authority("Ours");
    let tls = trust(&[authority.der()]);
    let served = served("mx.test", (2030, 2031), Some(&authority));
    assert_eq!(seen(&served, &tls).await.days_left, 214);
    let later = Script { now: "2030-12-31T12:00:00Z".parse().unwrap(), ..implicit() };
    let later = visit(&served, &tls, &later).await.tls.unwrap().certificate.unwrap();
    assert_eq!((later.days_left, later.trusted), (0, true));
    let over = Script { now: "2031-06-01T00:00:00Z".parse().unwrap(), ..implicit() };
    let over = visit(&served, &tls, &over).await.tls.unwrap().certificate.unwrap();
    assert!(over.days_left < 0);
    // The same certificate under another name is another question.
    let other = Script { identity: "other.test".parse().unwrap(), ..implicit() };
    assert!(!visit(&served, &tls, &other).await.tls.unwrap().certificate.unwrap().name_matches);
    assert!(seen(&served, &tls).await.name_matches);
}

#[tokio::test]
async fn credentials_leave_only_for_a_certificate_without_fault() {
    let authority = authority("Ours");
    let tls = trust(&[authority.der()]);
    let credentials = || Some(Credentials::new("tim", String::from("horse battery").into(), None).unwrap());
    let good = served("mx.test", (2030, 2031), Some(&authority));
    let login = visit(&good, &tls, &Script { credentials: credentials(), ..implicit() }).await;
    assert_eq!(failed(&login), None);
    let expired = served("mx.test", (2028, 2029), Some(&authority));
    let wrong_name = served("other.test", (2030, 2031), Some(&authority));
    let untrusted = served("mx.test", (2030, 2031), None);
    for bad in [expired, wrong_name, untrusted] {
        let found = visit(&bad, &tls, &Script { credentials: credentials(), ..implicit() }).await;
        assert_eq!(failed(&found), Some((Phase::Auth, ReasonCode::AuthWithheld)));
    }
}
