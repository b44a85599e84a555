//! What was said in a session, line by line, safe to show.

use serde::{Deserialize, Serialize};

use crate::elapsed::Elapsed;

/// The longest line of a transcript, in characters; the rest is cut and the cut is marked.
pub const MAX_LINE: usize = 1_000;

/// The longest transcript, in bytes of text; the rest is cut and the cut is marked.
pub const MAX_TRANSCRIPT: usize = 64 * 1024;

/// Who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The mail server.
    Server,
    /// Homing.
    Client,
    /// A remark of Homing's that was not sent: connected, TLS established, limit reached.
    Note,
}

/// One line of a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptLine {
    /// From the beginning of the target's own time line.
    #[serde(rename = "at_ms")]
    pub at: Elapsed,
    /// Who spoke.
    pub from: Speaker,
    /// Whether it was said inside TLS.
    pub tls: bool,
    /// The line without its end; non-text bytes as `\xNN`, a backslash doubled, secrets as `***`.
    pub text: String,
}
