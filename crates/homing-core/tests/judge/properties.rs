//! Properties: more failures never make a verdict better, and JSON keeps everything.

use homing_core::elapsed::Elapsed;
use homing_core::evidence::{DnsOutcome, SocketEvidence};
use homing_core::expectations::{Expectations, TlsMode};
use homing_core::judge::judge;
use homing_core::phase::{Failure, Phase};
use homing_core::reason::{Fault, ReasonCode};
use homing_core::run::SocketRun;
use homing_core::transcript::{Speaker, TranscriptLine};
use homing_core::verdict::Verdict;
use proptest::prelude::*;

use crate::build::{fail_target, find, first_certificate, healthy, host, target};

/// Something more that is wrong.
#[derive(Clone, Debug)]
enum Failing {
    Phase(usize, Phase, ReasonCode),
    Target(Phase, ReasonCode, u16),
    Host(ReasonCode, u16),
    Finding(Phase, ReasonCode),
    DnsFinding(ReasonCode),
    Certificate(u8),
}

fn reason() -> impl Strategy<Value = ReasonCode> {
    proptest::sample::select(ReasonCode::ALL.to_vec())
}

fn phase() -> impl Strategy<Value = Phase> {
    proptest::sample::select(vec![Phase::Connect, Phase::Banner, Phase::Ehlo, Phase::Tls, Phase::RcptTo])
}

fn failing() -> impl Strategy<Value = Failing> {
    prop_oneof![
        (0usize..4, phase(), reason()).prop_map(|(at, phase, code)| Failing::Phase(at, phase, code)),
        (phase(), reason(), 0u16..4).prop_map(|(phase, code, pref)| Failing::Target(phase, code, pref)),
        (reason(), 0u16..4).prop_map(|(code, pref)| Failing::Host(code, pref)),
        (phase(), reason()).prop_map(|(phase, code)| Failing::Finding(phase, code)),
        reason().prop_map(Failing::DnsFinding),
        (0u8..4).prop_map(Failing::Certificate),
    ]
}

fn apply(evidence: &mut SocketEvidence, failing: &Failing) {
    let count = evidence.targets.len();
    match failing {
        Failing::Phase(at, phase, code) => fail_target(&mut evidence.targets[at % count], *phase, *code),
        Failing::Target(phase, code, preference) => {
            let mut more = target("mx9.corp.test", Some(*preference), "192.0.2.9");
            fail_target(&mut more, *phase, *code);
            evidence.targets.push(more);
        }
        Failing::Host(code, preference) => {
            evidence.dns.hosts.push(host("mx8.corp.test", *preference, Some(*code)));
        }
        Failing::Finding(phase, code) => find(evidence, *phase, *code),
        Failing::DnsFinding(code) => evidence.dns.findings.push(Failing::finding(*code)),
        Failing::Certificate(which) => {
            let certificate = first_certificate(evidence);
            match which {
                0 => certificate.trusted = false,
                1 => certificate.name_matches = false,
                2 => certificate.not_after = certificate.not_before,
                _ => certificate.days_left = 1,
            }
        }
    }
}

impl Failing {
    fn finding(code: ReasonCode) -> Failure {
        Failure::new(code, "is odd")
    }

    /// One more host that takes mail in part is a change for the better where none did before.
    fn is_pure_failure(&self, tls: TlsMode) -> bool {
        match self {
            Self::Target(_, code, _) => !homing_core::judge::severity(*code, tls).takes_mail(),
            _ => true,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_a_failure_never_improves_the_verdict(
        hosts in 1usize..4,
        steps in proptest::collection::vec(failing(), 1..8),
        tls in proptest::sample::select(TlsMode::ALL.to_vec()),
    ) {
        let expectations = Expectations { tls, ..Expectations::default() };
        let mut evidence = healthy();
        for index in 1..hosts {
            let preference = Some(10 * u16::try_from(index).unwrap());
            evidence.targets.push(target("mx2.corp.test", preference, "192.0.2.2"));
        }
        let mut before = judge(&evidence, &expectations).verdict;
        for step in steps.iter().filter(|step| step.is_pure_failure(tls)) {
            apply(&mut evidence, step);
            let judgement = judge(&evidence, &expectations);
            prop_assert!(
                judgement.verdict.severity() >= before.severity(),
                "{step:?} made {before} to {}", judgement.verdict
            );
            prop_assert_eq!(judgement.targets.len(), evidence.targets.len());
            prop_assert_eq!(judgement.verdict == Verdict::Up, judgement.reasons.is_empty());
            before = judgement.verdict;
        }
    }

    #[test]
    fn our_own_faults_never_make_anything_down(codes in proptest::collection::vec((phase(), any::<bool>()), 1..6)) {
        let ours = ReasonCode::ALL.iter().copied().filter(|code| code.fault() == Fault::Ours);
        let ours: Vec<_> = ours.collect();
        let mut evidence = healthy();
        for (index, (phase, new)) in codes.iter().enumerate() {
            let code = ours[index % ours.len()];
            let step = if *new { Failing::Target(*phase, code, 10) } else { Failing::Phase(index, *phase, code) };
            apply(&mut evidence, &step);
        }
        let judgement = judge(&evidence, &Expectations::default());
        prop_assert_ne!(judgement.verdict, Verdict::Down);
    }

    #[test]
    fn json_round_trips_and_the_verdict_can_be_computed_from_it(
        steps in proptest::collection::vec(failing(), 0..6),
        micros in 0u64..100_000_000,
        text in "\\PC{0,40}",
    ) {
        let expectations = Expectations::default();
        let mut evidence = healthy();
        steps.iter().for_each(|step| apply(&mut evidence, step));
        evidence.duration = Elapsed::from_micros(micros);
        evidence.dns.outcome = DnsOutcome::Ok;
        evidence.targets[0].transcript.push(TranscriptLine {
            at: Elapsed::from_micros(micros), from: Speaker::Server, tls: true, text,
        });
        let run = SocketRun::new(evidence.clone(), &expectations);
        let json = serde_json::to_string(&run).unwrap();
        let again: SocketRun = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&again, &run);
        prop_assert_eq!(SocketRun::new(again.into_evidence(), &expectations), run);
    }
}
