//! One sentence that says how a check ended.

use crate::evidence::SocketEvidence;
use crate::phase::Phase;
use crate::reason::{Reason, ReasonCode};
use crate::verdict::Verdict;

/// How many reasons a summary names.
const NAMED: usize = 2;

pub(super) fn summary(
    evidence: &SocketEvidence,
    targets: &[Verdict],
    verdict: Verdict,
    reasons: &[Reason],
) -> String {
    let mut parts = Vec::new();
    if targets.len() > 1 {
        let taking = targets.iter().filter(|verdict| verdict.takes_mail()).count();
        let tried = targets.iter().filter(|verdict| **verdict != Verdict::Unknown).count();
        parts.push(format!("{taking} of {tried} targets answered"));
    } else if let ([target], [verdict]) = (evidence.targets.as_slice(), targets)
        && (*verdict == Verdict::Up || reasons.is_empty())
    {
        let bye = target.phase(Phase::Quit).is_some();
        parts.push(format!(
            "{} answered{}",
            target.host,
            if bye { format!(" in {}", target.answered()) } else { String::new() }
        ));
    } else if targets.is_empty() && verdict == Verdict::Up {
        parts.push(format!("{} publishes a null MX, as expected", evidence.target));
    }
    // The counts are in the sentence already.
    let telling: Vec<_> = reasons.iter().filter(|reason| reason.code != ReasonCode::SomeHostsDown).collect();
    parts.extend(telling.iter().take(NAMED).map(|reason| reason.message.clone()));
    if telling.len() > NAMED {
        parts.push(format!("{} more", telling.len() - NAMED));
    }
    parts.join("; ")
}
