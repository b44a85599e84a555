//! Whole checks between doubles of DNS and network: every answer is written down, nothing touches a socket, and
//! limits of time are exact, because the clock is paused.

#![expect(clippy::unwrap_used, reason = "tests may; the lint sees only those marked as such")]

mod check;
mod doubles;
mod plan;
