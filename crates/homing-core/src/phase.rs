//! The timed parts of one session, and what came of each.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::elapsed::Elapsed;
use crate::reason::ReasonCode;
use crate::reply::Reply;

/// A timed part of a session, in the order in which they happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Look-up of the host's addresses.
    Dns,
    /// TCP connect.
    Connect,
    /// Waiting for the last line of the greeting (RFC 5321 §3.1).
    Banner,
    /// EHLO, or HELO where EHLO was refused (RFC 5321 §4.1.1.1).
    Ehlo,
    /// The STARTTLS command (RFC 3207 §4).
    Starttls,
    /// The TLS handshake.
    Tls,
    /// EHLO again, inside TLS (RFC 3207 §4.2).
    EhloTls,
    /// The open-relay question: a foreign sender and recipient, without DATA.
    OpenRelay,
    /// AUTH (RFC 4954).
    Auth,
    /// MAIL FROM.
    MailFrom,
    /// RCPT TO.
    RcptTo,
    /// RSET after the envelope, so that nothing is sent.
    Rset,
    /// QUIT and its 221.
    Quit,
}

impl Phase {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Banner => "banner",
            Self::Ehlo => "ehlo",
            Self::Starttls => "starttls",
            Self::Tls => "tls",
            Self::EhloTls => "ehlo_tls",
            Self::OpenRelay => "open_relay",
            Self::Auth => "auth",
            Self::MailFrom => "mail_from",
            Self::RcptTo => "rcpt_to",
            Self::Rset => "rset",
            Self::Quit => "quit",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What came of a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It ended as it should.
    Ok,
    /// It ended otherwise; [`PhaseReport::failure`] says how.
    Failed,
    /// It did not end within its limit.
    Timeout,
    /// It was not tried.
    Skipped,
}

/// One phase of one session: when it began, how long it took, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseReport {
    /// Which phase.
    pub name: Phase,
    /// What came of it.
    pub outcome: Outcome,
    /// From the beginning of the target's own time line.
    #[serde(rename = "start_ms")]
    pub start: Elapsed,
    /// Wall time on a monotonic clock, to the last byte of the reply.
    #[serde(rename = "duration_ms")]
    pub duration: Elapsed,
    /// The server's reply, where the phase has one.
    pub reply: Option<Reply>,
    /// What went wrong, where it counts for the verdict: a server that is slow to answer QUIT is not held
    /// against anyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// What went wrong, as a code for programs and a predicate for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The reason code.
    pub code: ReasonCode,
    /// A predicate whose subject is the host: "refused the connection after 0.3 ms".
    pub message: String,
}

impl Failure {
    /// A failure with its predicate.
    pub fn new(code: ReasonCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}
