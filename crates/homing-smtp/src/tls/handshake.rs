//! One handshake, and what its failure means.

use std::io;

use homing_core::certificate::TlsEvidence;
use homing_core::reason::ReasonCode;
use jiff::Timestamp;
use rustls::crypto::SupportedKxGroup;
use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible, ProtocolVersion};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::client::TlsStream;

use super::{Inspection, ServerIdentity, TlsInspector, proof};

/// Why a handshake failed: a reason code and a predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandshakeTrouble {
    /// `tls_version_old` or `tls_handshake_failed`.
    pub code: ReasonCode,
    /// A predicate whose subject is the host.
    pub message: String,
    /// Whether time ran out.
    pub timed_out: bool,
    /// Whether the server turned our hello down, as against our turning down what it answered.
    pub refused: bool,
}

impl TlsInspector {
    /// Makes the handshake; any certificate will do.
    pub(crate) async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        identity: &ServerIdentity,
        deadline: Instant,
    ) -> Result<TlsStream<S>, HandshakeTrouble> {
        let Some(name) = identity.server_name() else {
            return Err(failed("has a name that TLS cannot carry"));
        };
        match timeout_at(deadline, self.connector().connect(name, stream)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(explain(&error)),
            Err(_) => Err(HandshakeTrouble { timed_out: true, ..failed("did not finish the TLS handshake") }),
        }
    }

    /// Reads what the handshake showed.
    pub(crate) fn inspection<S>(
        &self,
        stream: &TlsStream<S>,
        identity: &ServerIdentity,
        now: Timestamp,
    ) -> Inspection {
        let (_, connection) = stream.get_ref();
        let certificate = connection.peer_certificates().and_then(|chain| self.inspect(chain, identity, now));
        let suite = connection.negotiated_cipher_suite().map(|suite| suite.suite());
        let group = connection.negotiated_key_exchange_group().map(SupportedKxGroup::name);
        let verified = proof(certificate.as_ref(), now);
        let evidence = TlsEvidence {
            identity: identity.to_string(),
            version: version(connection.protocol_version()),
            cipher: suite.and_then(|suite| suite.as_str()).map_or_else(|| "unknown".to_owned(), iana_name),
            key_exchange: group.and_then(|group| group.as_str()).map(ToOwned::to_owned),
            certificate,
        };
        Inspection { evidence, verified }
    }
}

/// The library marks the suites of TLS 1.3; IANA does not.
fn iana_name(suite: &str) -> String {
    suite.replacen("TLS13_", "TLS_", 1)
}

fn version(version: Option<ProtocolVersion>) -> String {
    match version {
        Some(ProtocolVersion::TLSv1_3) => "TLSv1.3".to_owned(),
        Some(ProtocolVersion::TLSv1_2) => "TLSv1.2".to_owned(),
        Some(other) => format!("{other:?}"),
        None => "unknown".to_owned(),
    }
}

fn failed(message: impl Into<String>) -> HandshakeTrouble {
    let message = message.into();
    HandshakeTrouble { code: ReasonCode::TlsHandshakeFailed, message, timed_out: false, refused: false }
}

fn refused(message: impl Into<String>) -> HandshakeTrouble {
    HandshakeTrouble { refused: true, ..failed(message) }
}

fn explain(error: &io::Error) -> HandshakeTrouble {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(error) => explain_tls(error),
        None => match error.kind() {
            io::ErrorKind::UnexpectedEof => refused("closed the connection in the TLS handshake"),
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
                refused("reset the connection in the TLS handshake")
            }
            _ => failed(format!("broke the connection in the TLS handshake: {error}")),
        },
    }
}

fn explain_tls(error: &Error) -> HandshakeTrouble {
    match error {
        Error::AlertReceived(AlertDescription::ProtocolVersion)
        | Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => HandshakeTrouble {
            code: ReasonCode::TlsVersionOld,
            ..refused("speaks neither TLS 1.2 nor TLS 1.3, only something older")
        },
        Error::AlertReceived(alert) => refused(format!("ended the TLS handshake with the alert {alert:?}")),
        Error::PeerIncompatible(_) => {
            refused(format!("has no version or cipher suite in common with us ({error})"))
        }
        Error::InvalidCertificate(CertificateError::BadSignature) => {
            failed("could not prove that it holds the key of its certificate")
        }
        Error::InvalidMessage(_) => failed(format!("sent something that is not TLS ({error})")),
        other => failed(format!("failed the TLS handshake: {other}")),
    }
}
