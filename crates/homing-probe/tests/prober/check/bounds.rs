//! How many sessions at once, and how long in all.

use std::time::Duration;

use homing_core::phase::{Outcome, Phase};
use homing_core::reason::ReasonCode;
use homing_core::verdict::Verdict;
use homing_probe::check::PARALLEL;
use proptest::prelude::*;

use super::{
    addresses, check, codes, failure, forty_addresses, host_request, one_host, order, phase, request,
};
use crate::doubles::{Network, Peer};

fn in_order() -> Vec<String> {
    (0..40).map(|n| format!("192.0.2.{n}")).collect()
}

#[tokio::test(start_paused = true)]
async fn so_many_sessions_run_side_by_side_and_no_more() {
    let network = Network::of(Peer::PoliteAfter(Duration::from_secs(1)));
    let seen = check(&forty_addresses(), &network, "corp.test").await;
    assert_eq!((network.peak(), PARALLEL), (16, 16), "documents promise sixteen");
    assert_eq!(network.tried(), in_order());
    assert_eq!(seen.took, Duration::from_secs(3), "16, 16 and 8");
    assert_eq!(seen.run.verdict, Verdict::Up, "{}", seen.run.summary);
    assert_eq!(addresses(&seen.run), in_order());
}

/// Those that were begun last end first.
#[tokio::test(start_paused = true)]
async fn results_keep_the_order_of_the_plan() {
    let network = (0..40).fold(Network::of(Peer::Refusing), |network, n| {
        let peer = Peer::PoliteAfter(Duration::from_millis(400 - 10 * n));
        network.with(&format!("192.0.2.{n}"), peer)
    });
    let seen = check(&forty_addresses(), &network, "corp.test").await;
    assert_eq!(addresses(&seen.run), in_order());
    assert_eq!(seen.run.verdict, Verdict::Up);
}

/// A session that ends makes room at once: the slow one does not hold the others up.
#[tokio::test(start_paused = true)]
async fn one_slow_session_delays_nobody() {
    let network = Network::of(Peer::PoliteAfter(Duration::from_secs(1)))
        .with("192.0.2.0", Peer::PoliteAfter(Duration::from_secs(5)));
    let seen = check(&forty_addresses(), &network, "corp.test").await;
    assert_eq!(network.peak(), PARALLEL);
    assert_eq!(seen.took, Duration::from_secs(5));
}

/// The third batch begins when a second is left, and its servers greet after two: that is not their fault.
#[tokio::test(start_paused = true)]
async fn a_session_that_began_late_is_not_blamed_for_being_cut_short() {
    let network = Network::of(Peer::PoliteAfter(Duration::from_secs(2)));
    let mut request = request("corp.test");
    request.timeout = Duration::from_secs(5);
    let seen = order(&forty_addresses(), &network, &request).await;
    assert_eq!(seen.took, Duration::from_secs(5));
    let (answered, late) = seen.run.targets.split_at(2 * PARALLEL);
    assert!(answered.iter().all(|target| target.verdict == Verdict::Up));
    for target in late {
        assert_eq!(failure(target), Some((Phase::Banner, ReasonCode::CheckTimeout)));
        assert_eq!(target.verdict, Verdict::Unknown);
    }
    assert_eq!((seen.run.verdict, codes(&seen.run)), (Verdict::Degraded, vec![ReasonCode::CheckTimeout]));
}

#[tokio::test(start_paused = true)]
async fn silent_addresses_end_with_the_check_and_the_rest_is_not_tried() {
    let network = Network::of(Peer::Silent);
    let mut request = request("corp.test");
    request.timeout = Duration::from_secs(3);
    let seen = order(&forty_addresses(), &network, &request).await;
    assert_eq!(seen.took, Duration::from_secs(3));
    assert_eq!(network.tried(), in_order()[..PARALLEL]);
    let (tried, rest) = seen.run.targets.split_at(PARALLEL);
    for target in tried {
        assert_eq!(failure(target), Some((Phase::Banner, ReasonCode::BannerTimeout)));
        assert_eq!(target.verdict, Verdict::Down);
    }
    for target in rest {
        assert_eq!(failure(target), Some((Phase::Connect, ReasonCode::CheckTimeout)));
        assert_eq!(phase(target, Phase::Connect).outcome, Outcome::Skipped);
        assert_eq!(target.verdict, Verdict::Unknown);
    }
    assert_eq!(addresses(&seen.run), in_order());
    assert_eq!(seen.run.verdict, Verdict::Down);
    assert!(codes(&seen.run).contains(&ReasonCode::CheckTimeout));
}

/// Time that ran out shows in the verdict even if all that was tried is well. That servers ignore QUIT takes time
/// and is not held against them.
#[tokio::test(start_paused = true)]
async fn addresses_that_were_not_tried_degrade() {
    let network = Network::of(Peer::WithoutGoodbye);
    let mut request = request("corp.test");
    request.timeout = Duration::from_secs(2);
    let seen = order(&forty_addresses(), &network, &request).await;
    assert_eq!(network.dialled().len(), PARALLEL);
    assert_eq!(seen.run.verdict, Verdict::Degraded, "{}", seen.run.summary);
    assert_eq!(codes(&seen.run), [ReasonCode::CheckTimeout]);
}

fn any_peer() -> impl Strategy<Value = Peer> {
    let polite = Just(Peer::Polite);
    let late = (0u64..6_000).prop_map(|millis| Peer::PoliteAfter(Duration::from_millis(millis)));
    let others = vec![
        Peer::WithoutGoodbye,
        Peer::Silent,
        Peer::Rude("554 go away"),
        Peer::Refusing,
        Peer::Unreachable,
        Peer::NoRoute,
        Peer::NoFiles,
        Peer::BlackHole,
    ];
    prop_oneof![polite, late, prop::sample::select(others)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever stands behind the addresses: one result for each, in order, in time, and a verdict that fits.
    #[test]
    fn any_network_gives_a_result(
        peers in prop::collection::vec(any_peer(), 1..16),
        seconds in 1u64..8,
    ) {
        let network = (0..).zip(&peers).fold(Network::of(Peer::Refusing), |network, (n, peer): (u8, _)| {
            network.with(&format!("192.0.2.{n}"), *peer)
        });
        let mut request = host_request("mx.test");
        request.timeout = Duration::from_secs(seconds);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let seen = runtime.unwrap().block_on(order(&one_host(0..peers.len()), &network, &request));
        prop_assert_eq!(seen.run.targets.len(), peers.len());
        for (target, peer) in seen.run.targets.iter().zip(&peers) {
            let late = Peer::PoliteAfter(request.timeout);
            let expected = match peer {
                Peer::Polite | Peer::WithoutGoodbye => Verdict::Up,
                Peer::PoliteAfter(time) if *time < request.timeout => Verdict::Up,
                Peer::NoRoute | Peer::NoFiles => Verdict::Unknown,
                _ => Verdict::Down,
            };
            prop_assert!(target.verdict == expected || *peer == late, "{:?}: {:?}", peer, target.evidence);
        }
        let known = seen.run.targets.iter().filter(|target| target.verdict != Verdict::Unknown);
        let (taking, rest): (Vec<_>, Vec<_>) = known.partition(|target| target.verdict.takes_mail());
        let expected = match (taking.len(), rest.len()) {
            (0, 0) => Verdict::Unknown,
            (0, _) => Verdict::Down,
            (_, 0) => Verdict::Up,
            (_, _) => Verdict::Degraded,
        };
        prop_assert_eq!(seen.run.verdict, expected, "{}", seen.run.summary);
    }
}
