//! Real mail and DNS servers on loopback, to test Homing against.
//!
//! A test is run through `homing-lab exec -- cargo test …`: the lab starts the servers, says in a file where
//! they are ([`LabDescription`]), and leaves nothing behind when the command has ended.
//!
//! # Layout
//! - `lab`, `plan`, `selection`: which servers there are, on which addresses, and starting them.
//! - `knot`, `unbound`, `zones`, `signing`, `dns_query`: DNS, signed from a root of its own.
//! - `postfix`, `dovecot`, `exim`, `opensmtpd`, `sink`, `smtp_ready`: mail servers, one file each.
//! - `certificates`: the lab's authorities and what they sign.
//! - `ports`, `files`, `process`, `idle`, `cleanup`, `exec`: free addresses, folders, and processes that end.
//! - `description`, `binary`: what a test is told.

mod binary;
mod certificates;
mod cleanup;
mod description;
mod dns_query;
mod dovecot;
mod exec;
mod exim;
mod files;
mod idle;
mod knot;
mod lab;
mod opensmtpd;
mod plan;
mod ports;
mod postfix;
mod process;
mod selection;
mod signing;
mod sink;
mod smtp_ready;
mod unbound;
mod zones;

pub use binary::binary_under_test;
pub use description::{Credentials, LabDescription, Resolvers, VARIABLE};
pub use exec::exec;
pub use lab::Lab;
pub use selection::{Group, Selection};
