//! The questions to DNS.

mod checking_disabled;
mod hickory;

use std::future::Future;
use std::net::IpAddr;

use homing_core::domain::DomainName;
use homing_core::elapsed::Elapsed;
use homing_core::evidence::{DnsOutcome, Dnssec};

pub use hickory::{Dns, DnsSetupError};

/// The record types that a check asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// Mail exchangers.
    Mx,
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
}

impl RecordKind {
    /// The name in evidence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mx => "MX",
            Self::A => "A",
            Self::Aaaa => "AAAA",
        }
    }
}

/// One record of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// An MX record; the host in lower case without the final dot, empty for the root.
    Mx {
        /// Lower is better.
        preference: u16,
        /// The host as DNS gave it, which may be no legal host name.
        host: String,
    },
    /// An A or AAAA record.
    Address(IpAddr),
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How it ended; `ok` with at least one record of the kind that was asked for.
    pub outcome: DnsOutcome,
    /// The records of that kind.
    pub records: Vec<Record>,
    /// The name is an alias for this one.
    pub alias: Option<String>,
    /// How long it took.
    pub took: Elapsed,
}

/// Asks DNS. An implementation limits its own time; the caller has a limit over it.
pub trait Resolve: Send + Sync {
    /// One question, following aliases.
    fn query(&self, name: &DomainName, kind: RecordKind) -> impl Future<Output = Answer> + Send;

    /// Whether the resolvers answer a question that any working resolver can answer. Asked before a failure is
    /// blamed on the target.
    fn control(&self) -> impl Future<Output = Answer> + Send;

    /// The name of the control question, for messages.
    fn control_name(&self) -> String;

    /// What DNSSEC says of the records, as far as these resolvers let it be seen.
    fn dnssec(&self, name: &DomainName, kind: RecordKind) -> impl Future<Output = Dnssec> + Send;

    /// Whether a SERVFAIL comes from signatures that do not validate: the same question with checking disabled
    /// (RFC 4035 §3.2.2) is then answered.
    fn is_bogus(&self, name: &DomainName, kind: RecordKind) -> impl Future<Output = bool> + Send;
}
