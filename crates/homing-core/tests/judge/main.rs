//! The verdict: a row for every reason code, and the rules for several hosts.

#![expect(clippy::unwrap_used, reason = "tests may; the lint sees only those marked as such")]

mod build;
mod properties;
mod rules;
mod table;
