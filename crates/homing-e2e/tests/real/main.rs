//! `homing check` against real mail and DNS servers: Postfix, Exim, OpenSMTPD, smtp-sink, Knot and unbound.
//!
//! Everything runs in one lab, started around the whole target:
//!
//! ```text
//! homing-lab exec -- cargo test -p homing-e2e --test real
//! ```
//!
//! Tests only read: no check may leave anything behind in a server, which [`leftovers`] proves. Most are tables of
//! [`row::Row`]s, one check each with everything its JSON must say; [`invariants`] holds what must be true of every
//! check. `HOMING_ROW=TEXT` runs only the rows whose names contain the text and prints what came of them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may; the lint sees only those marked as such")]

mod answered;
mod certificate;
mod certificates;
mod commands;
mod envelope;
mod hosts;
mod invariants;
mod leftovers;
mod legacy;
mod login;
mod nagios;
mod names;
mod nameservers;
mod politeness;
mod refusals;
mod row;
mod run;
mod servers;
mod setting;
mod shapes;
mod table;
mod targets;
mod terminal;
mod transcripts;
