//! The steps of a check, in order, from the connected stream to QUIT.

use homing_core::certificate::TlsEvidence;
use homing_core::elapsed::Elapsed;
use homing_core::evidence::Finding;
use homing_core::expectations::TlsMode;
use homing_core::phase::{Failure, Phase, PhaseReport};
use homing_core::reason::ReasonCode;
use homing_core::transcript::TranscriptLine;
use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use crate::auth::{AllowedInClear, Clearance, Credentials};
use crate::capability::Capabilities;
use crate::ehlo_name::EhloName;
use crate::limits::Limits;
use crate::record::{Record, Trouble};
use crate::session::{Relay, Session};
use crate::tls::{LegacyChoice, ServerIdentity, TlsInspector, VerifiedTls};

pub use crate::session::Envelope;

/// What a check says and asks in a session.
#[derive(Clone, Debug)]
pub struct Script {
    /// The name said after EHLO.
    pub helo: EhloName,
    /// Who the server's certificate has to be valid for.
    pub identity: ServerIdentity,
    /// Whether and when to start TLS.
    pub tls: TlsMode,
    /// Credentials to log in with.
    pub credentials: Option<Credentials>,
    /// The operator's word that they may be sent without verified TLS.
    pub auth_in_clear: Option<AllowedInClear>,
    /// A sender and recipient to offer, after AUTH.
    pub envelope: Option<Envelope>,
    /// A foreign sender and recipient for the open-relay question, before AUTH.
    pub relay: Option<Envelope>,
    /// How long each phase may take.
    pub limits: Limits,
    /// When the session has to be over.
    pub deadline: Instant,
    /// The time by which certificates are judged.
    pub now: Timestamp,
}

impl Script {
    /// Banner, EHLO, STARTTLS where offered, QUIT, within 30 s from now.
    pub fn new(helo: EhloName, identity: ServerIdentity) -> Self {
        Self {
            helo,
            identity,
            tls: TlsMode::Opportunistic,
            credentials: None,
            auth_in_clear: None,
            envelope: None,
            relay: None,
            limits: Limits::default(),
            deadline: Instant::now() + Limits::default().banner,
            now: Timestamp::now(),
        }
    }
}

/// What a session found.
#[derive(Debug)]
pub struct Found {
    /// The phases, with those that the record had before.
    pub phases: Vec<PhaseReport>,
    /// What was said.
    pub transcript: Vec<TranscriptLine>,
    /// The keywords of the first EHLO reply.
    pub capabilities: Capabilities,
    /// The keywords inside TLS, after STARTTLS.
    pub capabilities_tls: Option<Capabilities>,
    /// What TLS showed.
    pub tls: Option<TlsEvidence>,
    /// What was wrong although the session went on.
    pub findings: Vec<Finding>,
    /// From the beginning of the record's time line to the end of the session.
    pub total: Elapsed,
    /// Whether a TLS handshake failed because the server turned our hello down.
    pub hello_refused: bool,
}

/// Speaks with a server that has just been connected to. Never fails: what goes wrong is evidence.
pub async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    record: Record,
    script: &Script,
    tls: &TlsInspector,
) -> Found {
    let mut record = record;
    if let Some(credentials) = &script.credentials {
        // From the beginning: a server that has heard them before may say them in its greeting.
        record.hide(credentials.secrets());
    }
    let session = Session::new(stream, record, script.limits, script.deadline);
    let mut dialogue = Dialogue {
        session,
        script,
        tls,
        capabilities: Capabilities::default(),
        capabilities_tls: None,
        evidence: None,
        verified: None,
        relay_open: false,
    };
    let ended = dialogue.run().await;
    if !matches!(ended, Err(Trouble { lost: true, .. })) {
        dialogue.session.quit().await;
    }
    dialogue.found()
}

/// After a handshake that failed for no plain reason: speaks with the server once more, over a new stream, to see
/// which old version or cipher suite it would have taken. Adds nothing to the evidence but what it returns.
pub async fn legacy_choice<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    script: &Script,
    tls: &TlsInspector,
) -> Option<LegacyChoice> {
    let mut session = Session::new(stream, Record::start_now(), script.limits, script.deadline);
    if script.tls != TlsMode::Implicit
        && let Err(trouble) = as_far_as_tls(&mut session, script).await
    {
        if !trouble.lost {
            session.quit().await;
        }
        return None;
    }
    session.ask_legacy(tls, &script.identity).await
}

async fn as_far_as_tls<S>(session: &mut Session<S>, script: &Script) -> Result<(), Trouble>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    session.banner().await?;
    session.ehlo(Phase::Ehlo, &script.helo).await?;
    session.starttls().await
}

struct Dialogue<'a, S> {
    session: Session<S>,
    script: &'a Script,
    tls: &'a TlsInspector,
    capabilities: Capabilities,
    capabilities_tls: Option<Capabilities>,
    evidence: Option<TlsEvidence>,
    verified: Option<VerifiedTls>,
    relay_open: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Dialogue<'_, S> {
    /// The phases in order; the first that goes wrong for good ends the list.
    async fn run(&mut self) -> Result<(), Trouble> {
        if self.script.tls == TlsMode::Implicit {
            self.handshake().await?;
        }
        self.session.banner().await?;
        self.capabilities = self.session.ehlo(Phase::Ehlo, &self.script.helo).await?;
        if matches!(self.script.tls, TlsMode::Opportunistic | TlsMode::Required) {
            self.starttls().await?;
        }
        if let Some(envelope) = &self.script.relay {
            match self.session.ask_relay(envelope).await {
                Ok(answer) => self.relay_open = answer == Relay::Open,
                Err(trouble) if trouble.lost => return Err(trouble),
                // The server would not hear the question; that is no answer to it.
                Err(_) => {}
            }
        }
        self.auth().await?;
        self.envelope().await
    }

    async fn starttls(&mut self) -> Result<(), Trouble> {
        let required = self.script.tls == TlsMode::Required;
        if !self.capabilities.has("STARTTLS") {
            if !required {
                self.session.record().skip(Phase::Starttls, None);
                return Ok(());
            }
            let running = self.session.record().begin(Phase::Starttls);
            let message = "does not announce STARTTLS, though TLS is required";
            let trouble = Trouble::refused(ReasonCode::StarttlsMissing, message, None);
            return self.session.record().end(running, Err(trouble));
        }
        match self.session.starttls().await {
            Ok(()) => {}
            // Senders that encrypt where they can deliver in clear here (RFC 3207 §4).
            Err(trouble) if !required && !trouble.lost => return Ok(()),
            Err(trouble) => return Err(trouble),
        }
        self.handshake().await?;
        self.capabilities_tls = Some(self.session.ehlo(Phase::EhloTls, &self.script.helo).await?);
        Ok(())
    }

    async fn handshake(&mut self) -> Result<(), Trouble> {
        let inspection = self.session.handshake(self.tls, &self.script.identity, self.script.now).await?;
        self.evidence = Some(inspection.evidence);
        self.verified = inspection.verified;
        Ok(())
    }

    async fn auth(&mut self) -> Result<(), Trouble> {
        let Some(credentials) = &self.script.credentials else { return Ok(()) };
        let verified = self.verified.take().map(Clearance::Verified);
        let Some(clearance) = verified.or(self.script.auth_in_clear.map(Clearance::InClear)) else {
            return self.withhold();
        };
        let offered = self.capabilities_tls.as_ref().unwrap_or(&self.capabilities);
        self.session.auth(credentials, offered, clearance).await
    }

    fn withhold(&mut self) -> Result<(), Trouble> {
        let message = if self.evidence.is_some() {
            "did not get the credentials, because its certificate is not valid for it"
        } else {
            "did not get the credentials, because the connection is not encrypted"
        };
        let failure = Failure::new(ReasonCode::AuthWithheld, message);
        let record = self.session.record();
        record.note("credentials withheld");
        record.skip(Phase::Auth, Some(failure));
        Err(Trouble::refused(ReasonCode::AuthWithheld, message, None))
    }

    async fn envelope(&mut self) -> Result<(), Trouble> {
        let Some(envelope) = &self.script.envelope else { return Ok(()) };
        self.session.mail_from(&envelope.from).await?;
        match self.session.rcpt_to(&envelope.to).await {
            Err(trouble) if trouble.lost || trouble.is_leave_taking() => return Err(trouble),
            Ok(()) | Err(_) => {}
        }
        self.session.rset().await
    }

    fn found(self) -> Found {
        let remains = self.session.into_remains();
        let total = remains.record.elapsed();
        let (phases, transcript) = remains.record.into_parts();
        let mut findings = remains.findings;
        if let (true, Some(envelope)) = (self.relay_open, &self.script.relay) {
            let message =
                format!("accepted mail from {} to {}, both foreign to it", envelope.from, envelope.to);
            let failure = Failure::new(ReasonCode::OpenRelay, message);
            findings.push(Finding { phase: Phase::OpenRelay, failure });
        }
        Found {
            phases,
            transcript,
            capabilities: self.capabilities,
            capabilities_tls: self.capabilities_tls,
            tls: self.evidence,
            findings,
            total,
            hello_refused: remains.hello_refused,
        }
    }
}
