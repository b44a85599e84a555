//! The steps of a client session, one command at a time.
//!
//! Each step is one phase: it writes one command in one piece, waits for the last line of its reply and records
//! both. It never pipelines, never speaks before the greeting is complete, and never takes one reply for another:
//! a server that says more than it was asked is out of step, and the session ends.

mod envelope;
mod greeting;
mod secure;

pub use envelope::{Envelope, Relay};

use homing_core::evidence::Finding;
use homing_core::phase::{Failure, Phase};
use homing_core::reason::ReasonCode;
use homing_core::reply::Reply;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use crate::limits::Limits;
use crate::record::{Record, Running, Trouble};
use crate::reply::Irregularity;
use crate::wire::{Wire, WireError};

/// A session over a connected stream.
pub struct Session<S> {
    wire: Wire<S>,
    record: Record,
    findings: Vec<Finding>,
    limits: Limits,
    deadline: Instant,
    hello_refused: bool,
}

/// What a session leaves behind.
#[derive(Debug)]
pub struct Remains {
    /// Phases and transcript.
    pub record: Record,
    /// What was wrong although the session went on.
    pub findings: Vec<Finding>,
    /// Whether a TLS handshake failed because the server turned our hello down.
    pub hello_refused: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// A session whose phases keep to `limits` and which ends at `deadline` at the latest.
    pub const fn new(stream: S, record: Record, limits: Limits, deadline: Instant) -> Self {
        Self { wire: Wire::new(stream), record, findings: Vec::new(), limits, deadline, hello_refused: false }
    }

    /// The record so far.
    pub const fn record(&mut self) -> &mut Record {
        &mut self.record
    }

    /// Ends the session without another word.
    pub fn into_remains(self) -> Remains {
        Remains { record: self.record, findings: self.findings, hello_refused: self.hello_refused }
    }

    /// QUIT, and its 221 for a short while (RFC 5321 §4.1.1.10). A courtesy: nothing that goes wrong here counts.
    pub async fn quit(&mut self) {
        let running = self.record.begin(Phase::Quit);
        if let Some(finding) = self.unasked() {
            self.findings.push(finding);
        }
        let deadline = running.deadline(self.limits.quit, self.deadline);
        let result = self.exchange(&running, "QUIT", Some(b"QUIT\r\n"), deadline).await;
        let _ = self.record.end(running, courtesy(result));
        self.wire.close(deadline).await;
    }

    /// When the reply to a command of this phase has to be there.
    fn reply_deadline(&self, running: &Running) -> Instant {
        running.deadline(self.limits.reply, self.deadline)
    }

    /// Writes a command, if there is one, and reads the whole reply. `shown` is what the transcript says.
    async fn exchange(
        &mut self,
        running: &Running,
        shown: &str,
        command: Option<&[u8]>,
        deadline: Instant,
    ) -> Result<Reply, Trouble> {
        let mut reset = false;
        if let Some(command) = command {
            let sent = self.wire.send(command, deadline).await;
            if !matches!(sent, Err(WireError::Unasked(_))) {
                self.record.client(shown);
            }
            match sent {
                // The server may have said why it leaves, before it left. The kernel tells of a reset only once,
                // afterwards the stream looks closed.
                Ok(()) | Err(WireError::Closed) => {}
                Err(WireError::Reset) => reset = true,
                Err(error) => return Err(self.trouble(running, shown, &error, deadline)),
            }
        }
        match self.wire.read_reply(&mut self.record, deadline).await {
            Ok((reply, irregularity)) => {
                self.note_irregularity(running.phase(), irregularity);
                Ok(reply)
            }
            Err(WireError::Closed) if reset => Err(self.trouble(running, shown, &WireError::Reset, deadline)),
            Err(error) => Err(self.trouble(running, shown, &error, deadline)),
        }
    }

    fn trouble(&mut self, running: &Running, shown: &str, error: &WireError, deadline: Instant) -> Trouble {
        let greeting = running.phase() == Phase::Banner;
        let instead = if greeting { "greeting".to_owned() } else { format!("answering {}", verb(shown)) };
        let (code, message) = match error {
            WireError::TimedOut if greeting => {
                (ReasonCode::BannerTimeout, format!("did not greet within {}", running.limit(deadline)))
            }
            WireError::TimedOut => {
                let limit = running.limit(deadline);
                (ReasonCode::ReplyTimeout, format!("did not answer {} within {limit}", verb(shown)))
            }
            WireError::Closed => {
                (ReasonCode::ConnectionClosed, format!("closed the connection instead of {instead}"))
            }
            WireError::Reset => {
                (ReasonCode::ConnectionReset, format!("reset the connection instead of {instead}"))
            }
            WireError::Broken(_) => (ReasonCode::ConnectionReset, format!("{error} instead of {instead}")),
            WireError::TooMuch => (ReasonCode::ReplyTooLong, format!("{error} instead of {instead}")),
            WireError::Reply(fault) if fault.is_too_long() => {
                (ReasonCode::ReplyTooLong, format!("{error} instead of {instead}"))
            }
            WireError::Reply(_) => (ReasonCode::ReplyMalformed, format!("{error}, instead of {instead}")),
            WireError::Unasked(_) => (ReasonCode::ReplyMalformed, error.to_string()),
        };
        let message = self.record.redact(message);
        self.record.note(message.as_str());
        Trouble { timed_out: matches!(error, WireError::TimedOut), ..Trouble::lost(code, message) }
    }

    /// A reply that is plain in meaning but not quite legal is reported once.
    fn note_irregularity(&mut self, phase: Phase, irregularity: Option<Irregularity>) {
        let message = match irregularity {
            None => return,
            Some(Irregularity::BareLf) => {
                "ends its lines with LF alone instead of CRLF (RFC 5321 section 2.3.8)"
            }
            Some(Irregularity::BareCr) => "sends a CR inside a line (RFC 5321 section 2.3.8)",
        };
        if !self.findings.iter().any(|finding| finding.failure.message == message) {
            self.findings.push(Finding { phase, failure: Failure::new(ReasonCode::ReplyMalformed, message) });
        }
    }

    /// What the server said beyond the last reply, before QUIT, where it no longer does harm.
    fn unasked(&mut self) -> Option<Finding> {
        if self.wire.is_taking_leave() {
            return None;
        }
        let pending = self.wire.discard_pending();
        if pending.is_empty() {
            return None;
        }
        let line = pending.split(|&b| b == b'\n').next().unwrap_or_default();
        self.record.server(Instant::now(), line.trim_ascii_end());
        let message = "sent more than it was asked";
        Some(Finding { phase: Phase::Quit, failure: Failure::new(ReasonCode::ReplyMalformed, message) })
    }
}

/// What comes of a command that is a courtesy: recorded, not judged.
fn courtesy(result: Result<Reply, Trouble>) -> Result<((), Option<Reply>), Trouble> {
    match result {
        Ok(reply) if reply.is_positive() => Ok(((), Some(reply))),
        Ok(reply) => Err(Trouble::unjudged(reply)),
        Err(trouble) => Err(Trouble { failure: None, ..trouble }),
    }
}

/// The command's verb, for messages: what follows it may be long or secret.
fn verb(shown: &str) -> &str {
    match shown {
        "" | "*" | "***" => "AUTH",
        _ => ["MAIL FROM", "RCPT TO"]
            .into_iter()
            .find(|verb| shown.starts_with(verb))
            .unwrap_or_else(|| shown.split(' ').next().unwrap_or(shown)),
    }
}
