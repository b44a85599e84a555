//! The verdict on one address of one host.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::certificate::Certificate;
use crate::evidence::{Finding, TargetEvidence};
use crate::expectations::Expectations;
use crate::judge::severity;
use crate::phase::Phase;
use crate::reason::{Reason, ReasonCode};
use crate::verdict::Verdict;

/// A judged target.
pub(super) struct JudgedTarget {
    pub(super) verdict: Verdict,
    pub(super) reasons: Vec<Reason>,
}

/// The verdict on one target alone, by the time of its check.
pub fn target_verdict(target: &TargetEvidence, now: Timestamp, expectations: &Expectations) -> Verdict {
    judge_target(target, now, expectations).verdict
}

pub(super) fn judge_target(
    target: &TargetEvidence,
    now: Timestamp,
    expectations: &Expectations,
) -> JudgedTarget {
    let mut judging = Judging { target, expectations, reasons: Vec::new() };
    judging.phases();
    judging.certificate(now);
    judging.expected();
    let verdict = judging.reasons.iter().fold(Verdict::Up, |worst, reason| worst.worst(reason.verdict));
    JudgedTarget { verdict, reasons: judging.reasons }
}

struct Judging<'a> {
    target: &'a TargetEvidence,
    expectations: &'a Expectations,
    reasons: Vec<Reason>,
}

impl Judging<'_> {
    fn add_as(&mut self, verdict: Verdict, code: ReasonCode, phase: Phase, predicate: &str) {
        let target = self.target;
        let address = target.address.to_string();
        let subject = if target.host == address { address } else { format!("{} ({address})", target.host) };
        self.reasons.push(Reason {
            code,
            verdict,
            fault: code.fault(),
            host: Some(target.host.clone()),
            address: Some(target.address),
            phase: Some(phase),
            message: format!("{subject} {predicate}"),
        });
    }

    /// Adds a reason with the weight of its code.
    fn add(&mut self, code: ReasonCode, phase: Phase, predicate: &str) {
        self.add_as(severity(code, self.expectations.tls), code, phase, predicate);
    }

    /// What ended the session or a step of it, and what was noticed along the way.
    fn phases(&mut self) {
        for report in &self.target.phases {
            if let Some(failure) = &report.failure {
                self.add(failure.code, report.name, &failure.message);
            }
        }
        for Finding { phase, failure } in &self.target.findings {
            match failure.code {
                // The session went on, so mail flows.
                ReasonCode::ReplyMalformed => {
                    self.add_as(Verdict::Degraded, failure.code, *phase, &failure.message);
                }
                code => self.add(code, *phase, &failure.message),
            }
        }
    }

    fn certificate(&mut self, now: Timestamp) {
        let Some(tls) = &self.target.tls else { return };
        let Some(certificate) = &tls.certificate else { return };
        if now > certificate.not_after {
            let text = format!("has a certificate that expired on {}", date(certificate.not_after));
            self.add_certificate(ReasonCode::CertExpired, &text);
        } else if now < certificate.not_before {
            let text = format!("has a certificate that is valid only from {}", date(certificate.not_before));
            self.add_certificate(ReasonCode::CertNotYetValid, &text);
        } else if certificate.days_left < i64::from(self.expectations.min_cert_days) {
            let when = match certificate.days_left {
                0 => "today".to_owned(),
                1 => "in 1 day".to_owned(),
                days => format!("in {days} days"),
            };
            let (end, limit) = (date(certificate.not_after), self.expectations.min_cert_days);
            let text = format!("has a certificate that expires {when}, on {end} (limit {limit} days)");
            self.add_certificate(ReasonCode::CertExpiresSoon, &text);
        }
        if !certificate.trusted {
            self.untrusted(certificate);
        }
        // An address has no name to compare; only a client that demands TLS would hold it against the server.
        let named = tls.identity.parse::<IpAddr>().is_err();
        if !certificate.name_matches && (named || self.expectations.tls.is_strict()) {
            let text = format!("has a certificate for {}, not for {}", names(certificate), tls.identity);
            self.add_certificate(ReasonCode::CertNameMismatch, &text);
        }
    }

    fn untrusted(&mut self, certificate: &Certificate) {
        let why = certificate.untrusted_because.as_deref().unwrap_or("its issuer is unknown");
        let (code, what) = if certificate.self_signed {
            (ReasonCode::CertSelfSigned, "has a self-signed certificate")
        } else {
            (ReasonCode::CertUntrusted, "has a certificate that is not trusted")
        };
        self.add_certificate(code, &format!("{what}: {why}"));
    }

    fn add_certificate(&mut self, code: ReasonCode, predicate: &str) {
        self.add(code, Phase::Tls, predicate);
    }

    /// What the owner expects beyond a working session; only asked of what was reached.
    fn expected(&mut self) {
        let target = self.target;
        let banner = target.phase(Phase::Banner).and_then(|report| report.reply.as_ref());
        if let (Some(pattern), Some(reply)) = (&self.expectations.banner, banner)
            && reply.is_positive()
            && !pattern.is_match(&reply.text())
        {
            let text = format!("greeted with `{reply}`, which does not match `{pattern}`");
            self.add(ReasonCode::BannerMismatch, Phase::Banner, &text);
        }
        if target.phase(Phase::Ehlo).is_some_and(|report| report.failure.is_none()) {
            for wanted in &self.expectations.capabilities {
                if !announced(target, wanted) {
                    let text = format!("does not announce {wanted}");
                    self.add(ReasonCode::CapabilityMissing, Phase::Ehlo, &text);
                }
            }
        }
        self.slow();
    }

    fn slow(&mut self) {
        let Some(limit) = self.expectations.slow else { return };
        let greeted = self.target.phase(Phase::Banner).is_some_and(|report| report.failure.is_none());
        let answered = self.target.answered();
        if !greeted || answered <= limit {
            return;
        }
        let slowest = self.target.counting_phases().max_by_key(|report| report.duration);
        let phase = slowest.map_or(Phase::Banner, |report| report.name);
        let took = slowest.map(|report| report.duration).unwrap_or_default();
        let text = format!("took {answered} (limit {limit}), of which {took} for {phase}");
        self.add(ReasonCode::Slow, phase, &text);
    }
}

/// Whether the keyword, with its parameters if some are wanted, is in either EHLO reply.
fn announced(target: &TargetEvidence, wanted: &str) -> bool {
    let mut words = wanted.split_ascii_whitespace();
    let keyword = words.next().unwrap_or_default();
    let parameters: Vec<_> = words.collect();
    let lists = std::iter::once(&target.capabilities).chain(&target.capabilities_tls);
    lists.flatten().any(|line| {
        let mut offered = line.split_ascii_whitespace();
        offered.next().is_some_and(|word| word.eq_ignore_ascii_case(keyword)) && {
            let offered: Vec<_> = offered.collect();
            parameters.iter().all(|p| offered.iter().any(|o| o.eq_ignore_ascii_case(p)))
        }
    })
}

fn date(time: Timestamp) -> String {
    time.to_string().chars().take(10).collect()
}

fn names(certificate: &Certificate) -> String {
    match certificate.names.as_slice() {
        [] => format!("`{}` (without names)", certificate.subject),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}
