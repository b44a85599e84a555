//! Whose fault it is that there is no connection.

use std::time::Duration;

use homing_core::phase::{Outcome, Phase};
use homing_core::reason::{Fault, ReasonCode};
use homing_core::verdict::Verdict;
use rstest::rstest;

use super::{check, codes, failure, order, phase, request};
use crate::doubles::{Network, Peer, Zone};

fn both_families() -> Zone {
    Zone::new(
        "corp.test MX 10 mx.test
         mx.test A 192.0.2.1
         mx.test AAAA 2001:db8::1",
    )
}

#[rstest]
#[case::refused(Peer::Refusing, ReasonCode::ConnectRefused, Verdict::Down)]
#[case::unreachable_with_a_route(Peer::Unreachable, ReasonCode::ConnectUnreachable, Verdict::Down)]
#[case::no_route(Peer::NoRoute, ReasonCode::MonitorNetworkFailed, Verdict::Unknown)]
#[case::no_descriptors(Peer::NoFiles, ReasonCode::MonitorNetworkFailed, Verdict::Unknown)]
#[tokio::test(start_paused = true)]
async fn each_failure_has_its_code(
    #[case] peer: Peer,
    #[case] code: ReasonCode,
    #[case] verdict: Verdict,
    #[values("corp.test", "192.0.2.7")] target: &str,
) {
    let seen = check(&both_families(), &Network::of(peer), target).await;
    assert_eq!(seen.run.verdict, verdict);
    for target in &seen.run.targets {
        assert_eq!(failure(target), Some((Phase::Connect, code)));
        assert_eq!(target.verdict, verdict);
        let report = phase(target, Phase::Connect);
        assert_eq!(report.outcome, Outcome::Failed);
        let notes = &target.evidence.transcript;
        assert_eq!(notes[0].text, report.failure.as_ref().unwrap().message);
    }
    let reason = &seen.run.reasons[0];
    let ours = verdict == Verdict::Unknown;
    assert_eq!((reason.code, reason.fault), (code, if ours { Fault::Ours } else { Fault::Theirs }));
    assert!(seen.run.notes.is_empty(), "the reasons say it: {:?}", seen.run.notes);
}

#[tokio::test(start_paused = true)]
async fn a_family_without_route_is_noted_beside_one_that_answers() {
    let network = Network::of(Peer::Polite).with("2001:db8::1", Peer::NoRoute);
    let seen = check(&both_families(), &network, "corp.test").await;
    assert_eq!(seen.run.verdict, Verdict::Up, "{}", seen.run.summary);
    assert!(seen.run.reasons.is_empty());
    let verdicts: Vec<_> = seen.run.targets.iter().map(|target| target.verdict).collect();
    assert_eq!(verdicts, [Verdict::Up, Verdict::Unknown]);
    let [note] = seen.run.notes.as_slice() else { unreachable!("{:?}", seen.run.notes) };
    assert!(note.contains("2001:db8::1") && !note.contains("192.0.2.1"), "{note}");
}

/// The note is not about a route where descriptors are wanting.
#[tokio::test(start_paused = true)]
async fn the_note_does_not_blame_the_route_for_other_faults() {
    let network = Network::of(Peer::Polite).with("2001:db8::1", Peer::NoFiles);
    let seen = check(&both_families(), &network, "corp.test").await;
    assert_eq!(seen.run.verdict, Verdict::Up);
    assert_eq!(seen.run.notes.len(), 1);
    assert!(seen.run.notes[0].contains("2001:db8::1"));
    assert!(!seen.run.notes[0].contains("route"), "{}", seen.run.notes[0]);
}

/// What is known is down: the family that could not be tried does not excuse it.
#[tokio::test(start_paused = true)]
async fn a_family_without_route_does_not_hide_an_outage() {
    let network = Network::of(Peer::Refusing).with("2001:db8::1", Peer::NoRoute);
    let seen = check(&both_families(), &network, "corp.test").await;
    assert_eq!(seen.run.verdict, Verdict::Down);
    assert_eq!(codes(&seen.run), [ReasonCode::ConnectRefused]);
}

#[rstest]
#[case::limit_of_the_phase(30, 15)]
#[case::limit_of_the_check(4, 4)]
#[tokio::test(start_paused = true)]
async fn a_connection_that_is_never_answered_ends_at_the_limit(#[case] timeout: u64, #[case] limit: u64) {
    let mut request = request("corp.test");
    request.timeout = Duration::from_secs(timeout);
    let seen = order(&both_families(), &Network::of(Peer::BlackHole), &request).await;
    assert_eq!(seen.took, Duration::from_secs(limit));
    assert_eq!(seen.run.verdict, Verdict::Down);
    for target in &seen.run.targets {
        assert_eq!(failure(target), Some((Phase::Connect, ReasonCode::ConnectTimeout)));
        let report = phase(target, Phase::Connect);
        assert_eq!(report.outcome, Outcome::Timeout);
        assert_eq!(report.duration.as_duration(), Duration::from_secs(limit));
        let message = format!("did not answer the connection attempt within {limit}.00s");
        assert_eq!(report.failure.as_ref().unwrap().message, message);
    }
}
