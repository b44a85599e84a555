//! How much a server may send, and how long it may take.

use std::time::Duration;

/// The longest reply line that is accepted, in bytes without its end. RFC 5321 §4.5.3.1.5 allows 512; real
/// servers go beyond it.
pub const MAX_REPLY_LINE: usize = 2_048;

/// The most lines of one reply.
pub const MAX_REPLY_LINES: usize = 128;

/// The most bytes a server may send in one session, in and outside of TLS.
pub const MAX_SESSION_BYTES: usize = 256 * 1024;

/// How long each phase may take. RFC 5321 §4.5.3.2 would have senders wait minutes; a check asks sooner and
/// calls it a time-out, with the limit in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// TCP connect.
    pub connect: Duration,
    /// From the connection to the last line of the greeting.
    pub banner: Duration,
    /// From a command to the last line of its reply.
    pub reply: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// From QUIT to its 221, which is only a courtesy.
    pub quit: Duration,
}

impl Limits {
    /// Limits for a check that may take `whole` in all: connect at most 15 s, TLS at most 15 s, the answer to
    /// QUIT at most 2 s, everything else as long as the check itself.
    pub fn within(whole: Duration) -> Self {
        let at_most = |seconds| whole.min(Duration::from_secs(seconds));
        Self { connect: at_most(15), banner: whole, reply: whole, tls: at_most(15), quit: at_most(2) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::within(Duration::from_secs(30))
    }
}
