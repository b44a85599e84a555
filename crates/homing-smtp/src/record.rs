//! Phases and transcript of one session, on one monotonic clock.
//!
//! Every phase of every session is timed here and nowhere else.

use std::net::SocketAddr;
use std::time::Duration;

use homing_core::elapsed::Elapsed;
use homing_core::phase::{Failure, Outcome, Phase, PhaseReport};
use homing_core::reason::ReasonCode;
use homing_core::reply::Reply;
use homing_core::transcript::{MAX_TRANSCRIPT, Speaker, TranscriptLine};
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::escape::{cut_line, escape, escape_line};

/// Why a phase did not end as it should.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// The reply, if the server gave one.
    pub reply: Option<Reply>,
    /// What counts for the verdict; nothing for a phase that is a courtesy.
    pub failure: Option<Failure>,
    /// Whether time ran out.
    pub timed_out: bool,
    /// Whether the stream is of no more use: closed, broken or out of step.
    pub lost: bool,
}

impl Trouble {
    /// The server answered, but not as hoped; the session can go on.
    pub fn refused(code: ReasonCode, message: impl Into<String>, reply: Option<Reply>) -> Self {
        Self { reply, failure: Some(Failure::new(code, message)), timed_out: false, lost: false }
    }

    /// The stream is of no more use.
    pub fn lost(code: ReasonCode, message: impl Into<String>) -> Self {
        Self { reply: None, failure: Some(Failure::new(code, message)), timed_out: false, lost: true }
    }

    /// The server answered, not as hoped, and nobody holds it against it.
    pub fn unjudged(reply: Reply) -> Self {
        Self { reply: Some(reply), failure: None, timed_out: false, lost: false }
    }

    /// The server answered 421 and is about to leave.
    pub fn is_leave_taking(&self) -> bool {
        self.reply.as_ref().is_some_and(|reply| reply.code == 421)
    }
}

/// A phase that has begun; hand it back to [`Record::end`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Running {
    phase: Phase,
    began: Instant,
}

impl Running {
    /// When the phase has to be over: `limit` after it began, but not after the deadline of the whole.
    pub fn deadline(&self, limit: Duration, whole: Instant) -> Instant {
        self.began.checked_add(limit).map_or(whole, |own| own.min(whole))
    }

    /// The time from the beginning of the phase to `deadline`, for messages.
    pub fn limit(&self, deadline: Instant) -> Elapsed {
        deadline.saturating_duration_since(self.began).into()
    }

    /// Which phase.
    pub const fn phase(&self) -> Phase {
        self.phase
    }
}

/// Phases and transcript of one session.
#[derive(Debug)]
pub struct Record {
    epoch: Instant,
    phases: Vec<PhaseReport>,
    lines: Vec<TranscriptLine>,
    bytes: usize,
    tls: bool,
    secrets: Vec<Zeroizing<String>>,
}

impl Record {
    /// A record whose time line begins now.
    pub fn start_now() -> Self {
        Self::start_at(Instant::now())
    }

    /// A record whose time line began at `epoch`, with the look-up of the address perhaps.
    pub fn start_at(epoch: Instant) -> Self {
        Self {
            epoch,
            phases: Vec::with_capacity(8),
            lines: Vec::with_capacity(16),
            bytes: 0,
            tls: false,
            secrets: Vec::new(),
        }
    }

    /// Begins a phase.
    pub fn begin(&self, phase: Phase) -> Running {
        Running { phase, began: Instant::now() }
    }

    /// Ends a phase with what came of it and gives the same back, for `?`.
    ///
    /// # Errors
    /// The trouble that was handed in.
    pub fn end<T>(
        &mut self,
        running: Running,
        result: Result<(T, Option<Reply>), Trouble>,
    ) -> Result<T, Trouble> {
        let (outcome, reply, failure, result) = match result {
            Ok((value, reply)) => (Outcome::Ok, reply, None, Ok(value)),
            Err(trouble) => {
                let outcome = if trouble.timed_out { Outcome::Timeout } else { Outcome::Failed };
                (outcome, trouble.reply.clone(), trouble.failure.clone(), Err(trouble))
            }
        };
        let Running { phase, began } = running;
        self.phases.push(PhaseReport {
            name: phase,
            outcome,
            start: self.since_epoch(began),
            duration: began.elapsed().into(),
            reply,
            failure,
        });
        result
    }

    /// Adds a phase that was over before the session began, with which the time line starts: the look-up of the
    /// address.
    pub fn earlier(&mut self, phase: Phase, outcome: Outcome, duration: Elapsed) {
        let start = Elapsed::ZERO;
        self.phases.push(PhaseReport { name: phase, outcome, start, duration, reply: None, failure: None });
    }

    /// Adds a phase that is not tried.
    pub fn skip(&mut self, phase: Phase, failure: Option<Failure>) {
        let start = self.since_epoch(Instant::now());
        self.phases.push(PhaseReport {
            name: phase,
            outcome: Outcome::Skipped,
            start,
            duration: Elapsed::ZERO,
            reply: None,
            failure,
        });
    }

    /// From here on lines were said inside TLS.
    pub(crate) fn enter_tls(&mut self) {
        self.tls = true;
    }

    /// Texts that must never be shown, whoever says them: a server may echo a command.
    pub(crate) fn hide(&mut self, secrets: impl IntoIterator<Item = Zeroizing<String>>) {
        for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
            let escaped = escape(secret.as_bytes());
            if escaped != *secret {
                self.secrets.push(Zeroizing::new(escaped));
            }
            self.secrets.push(secret);
        }
    }

    /// The text with every secret replaced.
    pub(crate) fn redact(&self, text: String) -> String {
        // Whole secrets first, so that the beginning of one does not hide where another ends.
        let whole = |text: String, secret: &Zeroizing<String>| {
            if text.contains(secret.as_str()) { text.replace(secret.as_str(), "***") } else { text }
        };
        let text = self.secrets.iter().fold(text, whole);
        self.secrets.iter().fold(text, |text, secret| without(&text, secret).unwrap_or(text))
    }

    /// Replaces every secret in a reply.
    pub(crate) fn redact_reply(&self, reply: &mut Reply) {
        if !self.secrets.is_empty() {
            for line in &mut reply.lines {
                *line = self.redact(std::mem::take(line));
            }
        }
    }

    /// A line of the server's, as bytes without their end.
    pub(crate) fn server(&mut self, at: Instant, line: &[u8]) {
        // Before the cut, which could leave the first half of a secret.
        let text = if self.secrets.is_empty() { escape_line(line) } else { self.redacted_line(line) };
        self.push(at, Speaker::Server, text);
    }

    fn redacted_line(&self, line: &[u8]) -> String {
        cut_line(self.redact(escape(line)))
    }

    /// A line of ours, already fit to be shown.
    pub(crate) fn client(&mut self, text: &str) {
        self.push(Instant::now(), Speaker::Client, text.to_owned());
    }

    /// A remark.
    pub fn note(&mut self, text: impl Into<String>) {
        let text = cut_line(self.redact(text.into()));
        self.push(Instant::now(), Speaker::Note, text);
    }

    /// The remark that the connection stands.
    pub fn note_connected(&mut self, peer: SocketAddr) {
        self.note(format!("connected to {peer}"));
    }

    /// From the beginning of the time line to now.
    pub fn elapsed(&self) -> Elapsed {
        self.since_epoch(Instant::now())
    }

    /// Phases and transcript.
    pub fn into_parts(self) -> (Vec<PhaseReport>, Vec<TranscriptLine>) {
        (self.phases, self.lines)
    }

    fn since_epoch(&self, at: Instant) -> Elapsed {
        at.saturating_duration_since(self.epoch).into()
    }

    fn push(&mut self, at: Instant, from: Speaker, text: String) {
        if self.bytes > MAX_TRANSCRIPT {
            return;
        }
        self.bytes += text.len();
        let (from, text) = if self.bytes > MAX_TRANSCRIPT {
            (Speaker::Note, format!("transcript cut: more than {MAX_TRANSCRIPT} bytes"))
        } else {
            (from, text)
        };
        self.lines.push(TranscriptLine { at: self.since_epoch(at), from, tls: self.tls, text });
    }
}

/// The shortest beginning of a secret that is taken for it: an excerpt may end in the middle of one.
const BEGINNING: usize = 6;

/// The text without the secret, and without any beginning of it; `None` if it holds neither.
fn without(text: &str, secret: &str) -> Option<String> {
    let head = secret.char_indices().nth(BEGINNING).map_or(secret, |(end, _)| &secret[..end]);
    let mut rest = text;
    let mut out = String::new();
    while let Some(at) = rest.find(head) {
        let pairs = rest[at..].chars().zip(secret.chars());
        let shared: usize = pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        out.push_str(&rest[..at]);
        out.push_str("***");
        rest = &rest[at + shared..];
    }
    if out.is_empty() { None } else { Some(out + rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_transcript_ends_at_its_limit_and_says_so() {
        let mut record = Record::start_now();
        for _ in 0..200 {
            record.note("x".repeat(900));
        }
        let (_, lines) = record.into_parts();
        assert_eq!(lines.last().unwrap().text, "transcript cut: more than 65536 bytes");
        assert!(lines.iter().map(|line| line.text.len()).sum::<usize>() <= MAX_TRANSCRIPT + 100);
    }

    #[tokio::test]
    async fn secrets_are_hidden_whoever_says_them() {
        let mut record = Record::start_now();
        record.hide([Zeroizing::new("pa\\ss".to_owned())]);
        record.server(Instant::now(), b"535 wrong password pa\\ss");
        record.note("it said pa\\\\ss and pa\\ss");
        let (_, lines) = record.into_parts();
        assert_eq!(lines[0].text, "535 wrong password ***");
        assert_eq!(lines[1].text, "it said *** and ***");
    }
}
