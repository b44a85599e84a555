//! Sessions over streams in memory: limits of time are exact, because the clock is paused, and certificates are
//! made for each test.

#![expect(clippy::unwrap_used, reason = "tests may; the lint sees only those marked as such")]

mod certificates;
mod limits;
mod peer;
mod steps;
