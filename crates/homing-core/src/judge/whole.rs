//! The verdict on a check as a whole: DNS, and all hosts and addresses together.

use crate::evidence::{DnsOutcome, HostEvidence, SocketEvidence};
use crate::expectations::Expectations;
use crate::judge::severity;
use crate::judge::target::JudgedTarget;
use crate::phase::{Failure, Phase};
use crate::reason::{Fault, Reason, ReasonCode};
use crate::verdict::Verdict;

/// A place where mail could be taken: an address of a host, or a host without any.
struct Slot {
    preference: Option<u16>,
    verdict: Verdict,
}

pub(super) fn judge_whole(
    evidence: &SocketEvidence,
    judged: &[JudgedTarget],
    expectations: &Expectations,
) -> (Verdict, Vec<Reason>) {
    let mut reasons = Vec::new();
    let slots = slots(evidence, judged);
    if expectations.null_mx {
        let declared = evidence.dns.outcome == DnsOutcome::NullMx && slots.is_empty();
        match evidence.dns.failure.as_ref().filter(|failure| failure.code.fault() == Fault::Ours) {
            Some(failure) if slots.is_empty() => reasons.push(dns_reason(evidence, failure, expectations)),
            _ if declared => {}
            _ => {
                let text = format!("{} does not publish a null MX, though it should", evidence.target);
                reasons.push(whole(ReasonCode::NullMxExpected, Verdict::Down, text));
            }
        }
    } else if let Some(failure) = &evidence.dns.failure {
        reasons.push(dns_reason(evidence, failure, expectations));
    }
    for finding in &evidence.dns.findings {
        // Hosts were found all the same, so mail can be received.
        let text = format!("{} {}", evidence.target, finding.message);
        reasons.push(Reason { phase: Some(Phase::Dns), ..whole(finding.code, Verdict::Degraded, text) });
    }
    for host in &evidence.dns.hosts {
        host_reasons(host, expectations, &mut reasons);
    }
    let base = combine(&slots);
    if base.takes_mail() {
        reasons.extend(partial_outage(&slots));
    }
    if judged.iter().flat_map(|target| &target.reasons).any(|reason| reason.code == ReasonCode::CheckTimeout)
    {
        let text = format!("{} has addresses that could not be tried in time", evidence.target);
        reasons.push(whole(ReasonCode::CheckTimeout, Verdict::Degraded, text));
    }
    // A host that is down is weighed with the slots; one that is merely odd degrades the whole.
    let weighed = |reason: &&Reason| reason.host.is_none() || reason.verdict == Verdict::Degraded;
    let verdict = reasons.iter().filter(weighed).fold(base, |worst, reason| worst.worst(reason.verdict));
    (verdict, reasons)
}

fn slots(evidence: &SocketEvidence, judged: &[JudgedTarget]) -> Vec<Slot> {
    let of_targets = evidence
        .targets
        .iter()
        .zip(judged)
        .map(|(target, judged)| Slot { preference: target.preference, verdict: judged.verdict });
    let of_hosts = evidence.dns.hosts.iter().filter_map(|host| {
        let verdict = host_verdict(host)?;
        Some(Slot { preference: host.preference, verdict })
    });
    of_targets.chain(of_hosts).collect()
}

/// The verdict on a host without addresses; none for a host that has some, whose addresses speak for it.
pub fn host_verdict(host: &HostEvidence) -> Option<Verdict> {
    let ours = host.failure.as_ref()?.code.fault() == Fault::Ours;
    Some(if ours { Verdict::Unknown } else { Verdict::Down })
}

/// The rule for several hosts and addresses; see the [module](super).
fn combine(slots: &[Slot]) -> Verdict {
    let known: Vec<_> = slots.iter().map(|slot| slot.verdict).filter(|v| *v != Verdict::Unknown).collect();
    if known.is_empty() {
        return if slots.is_empty() { Verdict::Up } else { Verdict::Unknown };
    }
    if !known.iter().any(|verdict| verdict.takes_mail()) {
        return Verdict::Down;
    }
    if known.iter().all(|verdict| *verdict == Verdict::Up) { Verdict::Up } else { Verdict::Degraded }
}

fn partial_outage(slots: &[Slot]) -> Vec<Reason> {
    let known: Vec<_> = slots.iter().filter(|slot| slot.verdict != Verdict::Unknown).collect();
    let down = known.iter().filter(|slot| slot.verdict == Verdict::Down).count();
    if down == 0 {
        return Vec::new();
    }
    let verb = if down == 1 { "does" } else { "do" };
    let text = format!("{down} of {} hosts and addresses {verb} not take mail", known.len());
    let mut reasons = vec![whole(ReasonCode::SomeHostsDown, Verdict::Degraded, text)];
    let best = known.iter().filter_map(|slot| slot.preference).min();
    if let Some(best) = best
        && !known.iter().any(|slot| slot.preference == Some(best) && slot.verdict.takes_mail())
    {
        let text = format!("no host of preference {best} takes mail; only a backup does");
        reasons.push(whole(ReasonCode::OnlyBackupUp, Verdict::Degraded, text));
    }
    reasons
}

fn host_reasons(host: &HostEvidence, expectations: &Expectations, reasons: &mut Vec<Reason>) {
    let mut add = |failure: &Failure, verdict: Verdict| {
        let text = format!("{} {}", host.host, failure.message);
        reasons.push(Reason {
            host: Some(host.host.clone()),
            phase: Some(Phase::Dns),
            ..whole(failure.code, verdict, text)
        });
    };
    if let Some(failure) = &host.failure {
        add(failure, severity(failure.code, expectations.tls));
    }
    for finding in &host.findings {
        add(finding, Verdict::Degraded);
    }
}

fn dns_reason(evidence: &SocketEvidence, failure: &Failure, expectations: &Expectations) -> Reason {
    let text = format!("{} {}", evidence.target, failure.message);
    Reason { phase: Some(Phase::Dns), ..whole(failure.code, severity(failure.code, expectations.tls), text) }
}

fn whole(code: ReasonCode, verdict: Verdict, message: String) -> Reason {
    Reason { code, verdict, fault: code.fault(), host: None, address: None, phase: None, message }
}
