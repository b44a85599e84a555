//! STARTTLS, the handshake, and AUTH.

use homing_core::evidence::Finding;
use homing_core::phase::{Failure, Phase};
use homing_core::reason::ReasonCode;
use homing_core::reply::Reply;
use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::Session;
use crate::auth::{Clearance, Credentials, Mechanism};
use crate::capability::Capabilities;
use crate::escape::escape;
use crate::record::{Running, Trouble};
use crate::tls::{Inspection, LegacyChoice, ServerIdentity, TlsInspector, legacy};

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// The STARTTLS command (RFC 3207 §4). Plain text that came along with the answer is thrown away and
    /// reported: nobody knows who wrote it.
    ///
    /// # Errors
    /// [`Trouble`] with `starttls_rejected` for anything but 220; the session can go on in clear.
    pub async fn starttls(&mut self) -> Result<(), Trouble> {
        let running = self.record.begin(Phase::Starttls);
        let deadline = self.reply_deadline(&running);
        let result = match self.exchange(&running, "STARTTLS", Some(b"STARTTLS\r\n"), deadline).await {
            Ok(reply) if reply.code == 220 => Ok(((), Some(reply))),
            Ok(reply) => {
                let message = format!("answered `{reply}` to STARTTLS");
                Err(Trouble::refused(ReasonCode::StarttlsRejected, message, Some(reply)))
            }
            Err(trouble) => Err(trouble),
        };
        self.record.end(running, result)?;
        self.discard_injected();
        Ok(())
    }

    fn discard_injected(&mut self) {
        let injected = self.wire.discard_pending();
        if injected.is_empty() {
            return;
        }
        let message = format!("sent {} bytes of plain text behind its answer to STARTTLS", injected.len());
        self.record.note(format!("discarded before TLS: {}", escape(&injected)));
        let failure = Failure::new(ReasonCode::StarttlsInjection, message);
        self.findings.push(Finding { phase: Phase::Starttls, failure });
    }

    /// The TLS handshake, which any certificate passes, and what it showed.
    ///
    /// # Errors
    /// [`Trouble`] if there is no session in the end; the stream is of no more use then.
    pub async fn handshake(
        &mut self,
        tls: &TlsInspector,
        identity: &ServerIdentity,
        now: Timestamp,
    ) -> Result<Inspection, Trouble> {
        tls.seed();
        let running = self.record.begin(Phase::Tls);
        let deadline = running.deadline(self.limits.tls, self.deadline);
        let result = match self.wire.take_plain() {
            Some(stream) => tls.handshake(stream, identity, deadline).await.map_err(|trouble| {
                let limit = running.limit(deadline);
                let within = if trouble.timed_out { format!(" within {limit}") } else { String::new() };
                let message = format!("{}{within}", trouble.message);
                self.record.note(message.clone());
                self.hello_refused = trouble.refused;
                Trouble { timed_out: trouble.timed_out, ..Trouble::lost(trouble.code, message) }
            }),
            None => Err(Trouble::lost(ReasonCode::TlsHandshakeFailed, "is in TLS already")),
        };
        let stream = self.record.end(running, result.map(|stream| (stream, None)))?;
        let inspection = tls.inspection(&stream, identity, now);
        self.wire.set_tls(stream);
        self.record.enter_tls();
        self.record.note(describe(&inspection));
        Ok(inspection)
    }

    /// Offers old versions and cipher suites, and reads what the server would have chosen. There is no handshake;
    /// the stream is of no more use.
    pub async fn ask_legacy(
        &mut self,
        tls: &TlsInspector,
        identity: &ServerIdentity,
    ) -> Option<LegacyChoice> {
        let deadline = self.deadline.min(Instant::now() + self.limits.tls);
        let hello = legacy::client_hello(identity, tls.random());
        let answer = self
            .wire
            .exchange_raw(&hello, legacy::ANSWER, deadline, |answer| legacy::server_hello(answer).is_some());
        legacy::server_hello(&answer.await)
    }

    /// AUTH (RFC 4954) with the first usable mechanism. Wrong credentials are tried once and never again.
    ///
    /// # Errors
    /// [`Trouble`] with `auth_missing` or `auth_rejected`; the session can go on.
    pub async fn auth(
        &mut self,
        credentials: &Credentials,
        offered: &Capabilities,
        _clearance: Clearance,
    ) -> Result<(), Trouble> {
        let running = self.record.begin(Phase::Auth);
        let result = match credentials.mechanism(offered) {
            Some(mechanism) => self.log_in(&running, credentials, mechanism).await,
            None => {
                let message = format!("does not offer AUTH {}", credentials.wanted());
                Err(Trouble::refused(ReasonCode::AuthMissing, message, None))
            }
        };
        self.record.end(running, result)
    }

    async fn log_in(
        &mut self,
        running: &Running,
        credentials: &Credentials,
        mechanism: Mechanism,
    ) -> Result<((), Option<Reply>), Trouble> {
        let deadline = self.reply_deadline(running);
        let reply = match mechanism {
            Mechanism::Login => self.auth_login(running, credentials, deadline).await?,
            Mechanism::Plain | Mechanism::Xoauth2 => {
                self.auth_initial(running, credentials, mechanism, deadline).await?
            }
        };
        if reply.code == 235 {
            return Ok(((), Some(reply)));
        }
        if reply.is_intermediate() {
            // The exchange has to be cancelled, or what follows would be taken for its next part (RFC 4954 §4).
            self.exchange(running, "*", Some(b"*\r\n"), deadline).await?;
        }
        let message = format!("answered `{reply}` to AUTH {}", mechanism.as_str());
        Err(Trouble::refused(ReasonCode::AuthRejected, message, Some(reply)))
    }

    async fn auth_initial(
        &mut self,
        running: &Running,
        credentials: &Credentials,
        mechanism: Mechanism,
        deadline: Instant,
    ) -> Result<Reply, Trouble> {
        let name = mechanism.as_str();
        let response = credentials.initial_response(mechanism);
        let line = zeroize::Zeroizing::new(format!("AUTH {name} {}\r\n", *response));
        let shown = format!("AUTH {name} ***");
        let reply = self.exchange(running, &shown, Some(line.as_bytes()), deadline).await?;
        if reply.code != 334 {
            return Ok(reply);
        }
        // XOAUTH2 explains a refusal in a challenge and wants an empty line before it refuses; a server that
        // ignores the initial response of PLAIN asks for it again.
        match mechanism {
            Mechanism::Xoauth2 => self.exchange(running, "", Some(b"\r\n"), deadline).await,
            Mechanism::Plain | Mechanism::Login => self.answer(running, &response, deadline).await,
        }
    }

    async fn auth_login(
        &mut self,
        running: &Running,
        credentials: &Credentials,
        deadline: Instant,
    ) -> Result<Reply, Trouble> {
        let mut reply = self.exchange(running, "AUTH LOGIN", Some(b"AUTH LOGIN\r\n"), deadline).await?;
        for answer in credentials.login_answers() {
            if reply.code != 334 {
                break;
            }
            reply = self.answer(running, &answer, deadline).await?;
        }
        Ok(reply)
    }

    async fn answer(&mut self, running: &Running, answer: &str, deadline: Instant) -> Result<Reply, Trouble> {
        let line = zeroize::Zeroizing::new(format!("{answer}\r\n"));
        self.exchange(running, "***", Some(line.as_bytes()), deadline).await
    }
}

fn describe(inspection: &Inspection) -> String {
    let tls = &inspection.evidence;
    let group = tls.key_exchange.as_deref().unwrap_or("");
    let session = format!("{} {group} {}", tls.version, tls.cipher).replace("  ", " ");
    match &tls.certificate {
        None => format!("{session}, no readable certificate"),
        Some(certificate) => format!(
            "{session}, certificate {}, issued by {}, {} days left, chain {}, name {}",
            certificate.subject,
            certificate.issuer,
            certificate.days_left,
            if certificate.trusted { "trusted" } else { "not trusted" },
            if certificate.name_matches { "matches" } else { "does not match" },
        ),
    }
}
