//! Evidence to judge, built from a healthy check by one change at a time.

use std::net::IpAddr;

use homing_core::certificate::{Certificate, TlsEvidence};
use homing_core::elapsed::Elapsed;
use homing_core::evidence::{
    DnsEvidence, DnsOutcome, Dnssec, Finding, HostEvidence, SocketEvidence, TargetEvidence,
};
use homing_core::phase::{Failure, Outcome, Phase, PhaseReport};
use homing_core::reason::ReasonCode;
use homing_core::reply::Reply;
use jiff::Timestamp;

/// The moment of every check here.
pub(crate) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// A domain with one host and one address, all in order.
pub(crate) fn healthy() -> SocketEvidence {
    SocketEvidence {
        target: "corp.test".to_owned(),
        started_at: now(),
        duration: Elapsed::from_millis(70),
        location: "local".to_owned(),
        dns: DnsEvidence {
            outcome: DnsOutcome::Ok,
            duration: Elapsed::from_millis(5),
            mx: Vec::new(),
            implicit_mx: false,
            dnssec: Dnssec::Insecure,
            hosts: Vec::new(),
            queries: Vec::new(),
            failure: None,
            findings: Vec::new(),
        },
        targets: vec![target("mx1.corp.test", Some(10), "192.0.2.1")],
        notes: Vec::new(),
    }
}

/// A healthy session with STARTTLS.
pub(crate) fn target(host: &str, preference: Option<u16>, address: &str) -> TargetEvidence {
    let phases = [
        (Phase::Dns, None),
        (Phase::Connect, None),
        (Phase::Banner, Some((220, "mx1.corp.test ESMTP Postfix"))),
        (Phase::Ehlo, Some((250, "mx1.corp.test"))),
        (Phase::Starttls, Some((220, "go ahead"))),
        (Phase::Tls, None),
        (Phase::EhloTls, Some((250, "mx1.corp.test"))),
        (Phase::Quit, Some((221, "bye"))),
    ];
    TargetEvidence {
        host: host.to_owned(),
        preference,
        address: address.parse::<IpAddr>().unwrap(),
        port: 25,
        total: Elapsed::from_millis(64),
        phases: phases
            .into_iter()
            .zip(0..)
            .map(|((name, reply), index)| PhaseReport {
                start: Elapsed::from_millis(8 * index),
                ..report(name, reply)
            })
            .collect(),
        capabilities: vec!["STARTTLS".to_owned(), "SIZE 1000".to_owned()],
        capabilities_tls: Some(vec!["AUTH PLAIN LOGIN".to_owned()]),
        tls: Some(TlsEvidence {
            identity: host.to_owned(),
            version: "TLSv1.3".to_owned(),
            cipher: "TLS13_AES_128_GCM_SHA256".to_owned(),
            key_exchange: None,
            certificate: Some(certificate()),
        }),
        findings: Vec::new(),
        transcript: Vec::new(),
    }
}

fn report(name: Phase, reply: Option<(u16, &str)>) -> PhaseReport {
    PhaseReport {
        name,
        outcome: Outcome::Ok,
        start: Elapsed::ZERO,
        duration: Elapsed::from_millis(8),
        reply: reply.map(|(code, text)| Reply { code, enhanced: None, lines: vec![text.to_owned()] }),
        failure: None,
    }
}

fn certificate() -> Certificate {
    Certificate {
        subject: "CN=mx1.corp.test".to_owned(),
        issuer: "CN=R11".to_owned(),
        names: vec!["mx1.corp.test".to_owned()],
        not_before: "2026-05-01T00:00:00Z".parse().unwrap(),
        not_after: "2026-08-01T12:00:00Z".parse().unwrap(),
        days_left: 61,
        trusted: true,
        name_matches: true,
        sha256: "00".repeat(32),
        self_signed: false,
        signature_algorithm: "ecdsa-with-SHA256".to_owned(),
        key: "EC P-256".to_owned(),
        untrusted_because: None,
        chain: Vec::new(),
    }
}

/// Lets a phase of the first target fail.
pub(crate) fn fail(evidence: &mut SocketEvidence, phase: Phase, code: ReasonCode) {
    fail_target(&mut evidence.targets[0], phase, code);
}

/// Lets a phase of a target fail; phases that a healthy session does not have are added, and so is one that
/// has failed already.
pub(crate) fn fail_target(target: &mut TargetEvidence, phase: Phase, code: ReasonCode) {
    let well = |report: &PhaseReport| report.name == phase && report.failure.is_none();
    let index = target.phases.iter().position(well).unwrap_or_else(|| {
        target.phases.push(report(phase, None));
        target.phases.len() - 1
    });
    target.phases[index].outcome = Outcome::Failed;
    target.phases[index].failure = Some(Failure::new(code, "went wrong"));
}

/// Something wrong with the first target that did not end its session.
pub(crate) fn find(evidence: &mut SocketEvidence, phase: Phase, code: ReasonCode) {
    evidence.targets[0].findings.push(Finding { phase, failure: Failure::new(code, "is odd") });
}

/// Nothing was found to connect to.
pub(crate) fn no_hosts(evidence: &mut SocketEvidence, outcome: DnsOutcome, code: ReasonCode) {
    evidence.targets.clear();
    evidence.dns.outcome = outcome;
    evidence.dns.failure = Some(Failure::new(code, "cannot be found"));
}

/// A host without addresses.
pub(crate) fn host(name: &str, preference: u16, failure: Option<ReasonCode>) -> HostEvidence {
    HostEvidence {
        host: name.to_owned(),
        preference: Some(preference),
        addresses: Vec::new(),
        failure: failure.map(|code| Failure::new(code, "has no address")),
        findings: Vec::new(),
    }
}

/// The certificate of the first target.
pub(crate) fn first_certificate(evidence: &mut SocketEvidence) -> &mut Certificate {
    evidence.targets[0].tls.as_mut().unwrap().certificate.as_mut().unwrap()
}
