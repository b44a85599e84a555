//! The result of a socket check: evidence and judgement in one object, as `--json` and the API show it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::elapsed::Elapsed;
use crate::evidence::{DnsEvidence, SocketEvidence, TargetEvidence};
use crate::expectations::Expectations;
use crate::judge::judge;
use crate::reason::Reason;
use crate::verdict::Verdict;

/// The kind of a run; so far there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// A socket check.
    Socket,
}

/// A judged socket check. New fields may be added; those that are here keep their names and meanings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketRun {
    /// Always `socket`.
    pub kind: RunKind,
    /// The target in canonical text.
    pub target: String,
    /// The verdict on the whole.
    pub verdict: Verdict,
    /// One sentence that says it.
    pub summary: String,
    /// What is wrong; empty if nothing is.
    pub reasons: Vec<Reason>,
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
    pub targets: Vec<TargetRun>,
    /// Remarks that do not count for the verdict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A judged target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetRun {
    /// The verdict on this address of this host.
    pub verdict: Verdict,
    /// What the session found.
    #[serde(flatten)]
    pub evidence: TargetEvidence,
}

impl SocketRun {
    /// Judges evidence and joins both.
    pub fn new(evidence: SocketEvidence, expectations: &Expectations) -> Self {
        let judgement = judge(&evidence, expectations);
        let targets = judgement.targets.into_iter().zip(evidence.targets);
        Self {
            kind: RunKind::Socket,
            target: evidence.target,
            verdict: judgement.verdict,
            summary: judgement.summary,
            reasons: judgement.reasons,
            started_at: evidence.started_at,
            duration: evidence.duration,
            location: evidence.location,
            dns: evidence.dns,
            targets: targets.map(|(verdict, evidence)| TargetRun { verdict, evidence }).collect(),
            notes: evidence.notes,
        }
    }

    /// The time of the slowest target that takes mail; what Homing itself waits for beside it does not count.
    pub fn slowest(&self) -> Option<Elapsed> {
        let taking = self.targets.iter().filter(|target| target.verdict.takes_mail());
        taking.map(|target| target.evidence.answered()).max()
    }

    /// The evidence alone, so that it can be judged again, by other expectations perhaps.
    pub fn into_evidence(self) -> SocketEvidence {
        SocketEvidence {
            target: self.target,
            started_at: self.started_at,
            duration: self.duration,
            location: self.location,
            dns: self.dns,
            targets: self.targets.into_iter().map(|target| target.evidence).collect(),
            notes: self.notes,
        }
    }
}
