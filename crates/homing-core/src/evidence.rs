//! What one socket check found: facts only, from which the verdict can be computed at any later time.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::certificate::TlsEvidence;
use crate::elapsed::Elapsed;
use crate::phase::{Failure, Phase, PhaseReport};
use crate::transcript::TranscriptLine;

/// Everything one socket check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketEvidence {
    /// The target in canonical text.
    pub target: String,
    /// When the check began.
    pub started_at: Timestamp,
    /// How long it took as a whole.
    #[serde(rename = "duration_ms")]
    pub duration: Elapsed,
    /// Where it ran from.
    pub location: String,
    /// What DNS said.
    pub dns: DnsEvidence,
    /// One entry for each address of each host.
    pub targets: Vec<TargetEvidence>,
    /// Remarks that do not count for the verdict: what was left out, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// How the look-up of the target's mail servers ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DnsOutcome {
    /// Records were found.
    Ok,
    /// The domain declares that it takes no mail (RFC 7505).
    NullMx,
    /// The name does not exist.
    Nxdomain,
    /// The name exists, records of the wanted type do not (NODATA).
    NoData,
    /// The resolver failed to get an answer.
    Servfail,
    /// The resolver refused to answer.
    Refused,
    /// No resolver answered in time.
    Timeout,
    /// The DNSSEC signatures do not validate.
    Bogus,
    /// Nothing was asked, as for an address.
    Skipped,
}

impl DnsOutcome {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NullMx => "null_mx",
            Self::Nxdomain => "nxdomain",
            Self::NoData => "no_data",
            Self::Servfail => "servfail",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
            Self::Bogus => "bogus",
            Self::Skipped => "skipped",
        }
    }
}

/// What DNSSEC says of the names that were looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dnssec {
    /// Signed, and the chain of signatures leads to the trust anchor.
    Secure,
    /// Provably not signed.
    Insecure,
    /// Signed, and the signatures do not validate.
    Bogus,
    /// Not known: nothing to validate, switched off, or the resolvers do not pass DNSSEC records on.
    Unchecked,
}

/// What DNS said of the target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsEvidence {
    /// How the look-up ended.
    pub outcome: DnsOutcome,
    /// From the first question to the last answer that sessions waited for.
    #[serde(rename = "duration_ms")]
    pub duration: Elapsed,
    /// The MX records, best preference first, equals in the random order in which they were used.
    pub mx: Vec<MxRecord>,
    /// No MX record exists and the domain's own addresses are used instead (RFC 5321 §5.1).
    pub implicit_mx: bool,
    /// What DNSSEC says.
    pub dnssec: Dnssec,
    /// Each host that was looked up, with its addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostEvidence>,
    /// Each question that was asked, in the order of asking.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<QueryReport>,
    /// Why there are no hosts to try, if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What is wrong although hosts were found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Failure>,
}

/// An MX record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MxRecord {
    /// The preference; lower is better.
    pub preference: u16,
    /// The host, in lower-case A-labels without the final dot; `.` for a null MX.
    pub host: String,
}

/// The addresses of one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostEvidence {
    /// The host, as in the MX record or the target.
    pub host: String,
    /// The preference of its MX record; absent for a host that was named directly.
    pub preference: Option<u16>,
    /// Its addresses, IPv4 first; only of the families that were asked for.
    pub addresses: Vec<IpAddr>,
    /// Why there are none, if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What is wrong although it has addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Failure>,
}

/// One DNS question and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryReport {
    /// The name asked for.
    pub name: String,
    /// The record type: `MX`, `A`, `AAAA`, `SOA`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How it ended.
    pub outcome: DnsOutcome,
    /// How long the answer took.
    #[serde(rename = "duration_ms")]
    pub duration: Elapsed,
    /// The answer's records of that type, as text.
    pub answers: Vec<String>,
}

/// What the session with one address of one host found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetEvidence {
    /// The host, or the address in text where an address was asked for.
    pub host: String,
    /// The preference of its MX record, if it has one.
    pub preference: Option<u16>,
    /// The address connected to.
    pub address: IpAddr,
    /// The port connected to.
    pub port: u16,
    /// From the look-up of the address to the end of the session.
    #[serde(rename = "total_ms")]
    pub total: Elapsed,
    /// The phases, in the order in which they began.
    pub phases: Vec<PhaseReport>,
    /// The keywords of the first EHLO reply, with their parameters.
    pub capabilities: Vec<String>,
    /// The keywords of the EHLO reply inside TLS, after STARTTLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities_tls: Option<Vec<String>>,
    /// What TLS showed; absent without TLS.
    pub tls: Option<TlsEvidence>,
    /// What is wrong although the session went on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What was said.
    pub transcript: Vec<TranscriptLine>,
}

impl TargetEvidence {
    /// The report of a phase, if it was reached; the first, where a phase came twice.
    pub fn phase(&self, phase: Phase) -> Option<&PhaseReport> {
        self.phases.iter().find(|report| report.name == phase)
    }

    /// The phases that count: RSET and QUIT are courtesies, and a server that is slow with them is not slow.
    pub fn counting_phases(&self) -> impl Iterator<Item = &PhaseReport> {
        self.phases.iter().filter(|report| report.name < Phase::Rset)
    }

    /// From the look-up of the address to the end of the last phase that counts.
    pub fn answered(&self) -> Elapsed {
        self.counting_phases().map(|report| report.start.plus(report.duration)).max().unwrap_or_default()
    }

    /// The first phase that went wrong.
    pub fn failed_phase(&self) -> Option<&PhaseReport> {
        self.phases.iter().find(|report| report.failure.is_some())
    }
}

/// Something wrong that did not end the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Where it showed.
    pub phase: Phase,
    /// What it is.
    #[serde(flatten)]
    pub failure: Failure,
}
