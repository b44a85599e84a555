//! The verdict on a socket check: a pure function of evidence and expectations.
//!
//! # Rules
//! - A target is as bad as the worst that was found with it.
//! - A check with several hosts or addresses is `up` if all are, `degraded` if at least one takes mail, `down`
//!   if none does.
//! - What Homing could not try through its own fault does not count, unless nothing else is left: then the
//!   check is `unknown`.
//! - A null MX is `down`, unless it was expected: then it is `up`, and everything else `down`.

mod severity;
mod summary;
mod target;
mod whole;

use crate::evidence::SocketEvidence;
use crate::expectations::Expectations;
use crate::reason::Reason;
use crate::verdict::Verdict;

pub use severity::severity;
pub use target::target_verdict;
pub use whole::host_verdict;

/// What [`judge`] makes of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict on the whole.
    pub verdict: Verdict,
    /// One sentence that says it.
    pub summary: String,
    /// What is wrong, worst first.
    pub reasons: Vec<Reason>,
    /// The verdict on each target, in the order of the evidence.
    pub targets: Vec<Verdict>,
}

/// Judges what a check found by what its owner expects.
pub fn judge(evidence: &SocketEvidence, expectations: &Expectations) -> Judgement {
    let judged: Vec<_> = evidence
        .targets
        .iter()
        .map(|target| target::judge_target(target, evidence.started_at, expectations))
        .collect();
    let (mut verdict, mut reasons) = whole::judge_whole(evidence, &judged, expectations);
    let targets = judged.iter().map(|target| target.verdict).collect::<Vec<_>>();
    reasons.extend(judged.into_iter().flat_map(|target| target.reasons));
    // A target that was not tried through our own fault is no reason for a verdict that others carry.
    if verdict != Verdict::Unknown {
        reasons.retain(|reason| reason.verdict != Verdict::Unknown);
    }
    // `up` means that nothing is wrong, not even with a target that we could not try to the end.
    if !reasons.is_empty() {
        verdict = verdict.worst(Verdict::Degraded);
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.verdict.severity()));
    let summary = summary::summary(evidence, &targets, verdict, &reasons);
    Judgement { verdict, summary, reasons, targets }
}
