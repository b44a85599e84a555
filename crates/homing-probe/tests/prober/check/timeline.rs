//! The time line of each target begins with its own look-up.

use std::time::Duration;

use homing_core::elapsed::Elapsed;
use homing_core::phase::{Outcome, Phase};
use homing_core::verdict::Verdict;

use super::{check, order, phase, request};
use crate::doubles::{Network, Peer, Zone};

/// Look-ups of both families and of two hosts take different times; each target shows its own.
#[tokio::test(start_paused = true)]
async fn a_target_begins_with_the_look_up_of_its_own_address() {
    let zone = Zone::new(
        "corp.test MX AFTER 500ms 10 a.test
         corp.test MX 20 b.test
         a.test A AFTER 40ms 192.0.2.1
         a.test AAAA AFTER 90ms 2001:db8::1
         b.test A AFTER 300ms 192.0.2.2",
    );
    let seen = check(&zone, &Network::of(Peer::PoliteAfter(Duration::from_millis(7))), "corp.test").await;
    for (target, millis) in seen.run.targets.iter().zip([40, 90, 300]) {
        let looked_up = Elapsed::from_millis(millis);
        let dns = phase(target, Phase::Dns);
        assert_eq!((dns.outcome, dns.start, dns.duration), (Outcome::Ok, Elapsed::ZERO, looked_up));
        assert_eq!(phase(target, Phase::Connect).start, looked_up);
        let banner = phase(target, Phase::Banner);
        assert_eq!((banner.start, banner.duration), (looked_up, Elapsed::from_millis(7)));
        assert_eq!(target.evidence.total, Elapsed::from_millis(millis + 7));
        let connected = &target.evidence.transcript[0];
        assert_eq!(connected.at, looked_up, "the transcript is on the same line: {}", connected.text);
    }
    assert_eq!(seen.run.targets.len(), 3);
}

/// Waiting for others is nobody's time: neither for DNS of another host, nor for room among the sessions.
#[tokio::test(start_paused = true)]
async fn a_target_that_waits_for_room_begins_when_it_has_it() {
    let zone = super::forty_addresses();
    let seen = check(&zone, &Network::of(Peer::PoliteAfter(Duration::from_secs(1))), "corp.test").await;
    assert_eq!(seen.took, Duration::from_secs(3));
    for target in &seen.run.targets {
        assert_eq!(target.evidence.total, Elapsed::from_millis(1_000));
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_has_no_look_up() {
    let seen = check(&Zone::new(""), &Network::of(Peer::Polite), "192.0.2.1").await;
    let dns = phase(&seen.run.targets[0], Phase::Dns);
    assert_eq!((dns.outcome, dns.duration), (Outcome::Skipped, Elapsed::ZERO));
    assert_eq!(seen.run.targets[0].evidence.total, Elapsed::ZERO);
    assert_eq!(seen.run.dns.duration, Elapsed::ZERO);
}

/// Phases follow one another without gap or overlap.
#[tokio::test(start_paused = true)]
async fn phases_follow_one_another() {
    let zone = Zone::new("corp.test MX 10 mx.test\nmx.test A AFTER 25ms 192.0.2.1");
    let seen = check(&zone, &Network::of(Peer::PoliteAfter(Duration::from_millis(60))), "corp.test").await;
    let evidence = &seen.run.targets[0].evidence;
    let names: Vec<_> = evidence.phases.iter().map(|report| report.name).collect();
    let expected = [Phase::Dns, Phase::Connect, Phase::Banner, Phase::Ehlo, Phase::Starttls, Phase::Quit];
    assert_eq!(names, expected);
    let mut at = Elapsed::ZERO;
    for report in &evidence.phases {
        assert_eq!(report.start, at, "{}", report.name);
        at = at.plus(report.duration);
    }
    assert_eq!(evidence.total, at);
}

/// The slow look-up leaves less for the session: the limit is for the whole.
#[tokio::test(start_paused = true)]
async fn time_for_dns_is_taken_from_the_check() {
    let zone = Zone::new("corp.test MX AFTER 1s 10 mx.test\nmx.test A AFTER 1s 192.0.2.1");
    let mut request = request("corp.test");
    request.timeout = Duration::from_secs(5);
    let seen = order(&zone, &Network::of(Peer::Silent), &request).await;
    assert_eq!(seen.took, Duration::from_secs(5));
    assert_eq!(seen.run.verdict, Verdict::Down);
    let banner = phase(&seen.run.targets[0], Phase::Banner);
    assert_eq!(banner.duration, Elapsed::from_millis(3_000));
    assert_eq!(banner.start, Elapsed::from_millis(1_000));
}
