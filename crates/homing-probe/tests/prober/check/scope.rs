//! Every host, or one after the other until one takes mail.

use std::time::Duration;

use homing_core::expectations::HostScope;
use homing_core::reason::ReasonCode;
use homing_core::verdict::Verdict;
use rstest::rstest;

use super::{addresses, codes, order, request};
use crate::doubles::{Network, Peer, Zone};

fn zone() -> Zone {
    Zone::new(
        "corp.test MX 10 a.test
         corp.test MX 20 b.test
         corp.test MX 30 c.test
         a.test A 192.0.2.1
         a.test A 192.0.2.2
         b.test A 192.0.2.3
         c.test A 192.0.2.4",
    )
}

/// What stands behind both addresses of the first host and the one of the second, and how far the check goes.
#[rstest]
#[case::the_first_is_well([Peer::Polite, Peer::Polite, Peer::Polite], 2, Verdict::Up)]
#[case::one_address_is_enough([Peer::Refusing, Peer::Polite, Peer::Polite], 2, Verdict::Degraded)]
#[case::the_first_is_down([Peer::Refusing, Peer::Rude("554 no"), Peer::Polite], 3, Verdict::Degraded)]
#[case::the_first_has_no_route([Peer::NoRoute, Peer::NoRoute, Peer::Polite], 3, Verdict::Up)]
#[case::two_are_down([Peer::Refusing, Peer::Refusing, Peer::Refusing], 4, Verdict::Degraded)]
#[tokio::test(start_paused = true)]
async fn the_first_host_that_takes_mail_is_the_last(
    #[case] peers: [Peer; 3],
    #[case] tried: usize,
    #[case] verdict: Verdict,
) {
    let [first, second, third] = peers;
    let network =
        Network::of(Peer::Polite).with("192.0.2.1", first).with("192.0.2.2", second).with("192.0.2.3", third);
    let mut request = request("corp.test");
    request.hosts = HostScope::First;
    let seen = order(&zone(), &network, &request).await;
    let expected: Vec<_> = (1..=tried).map(|n| format!("192.0.2.{n}")).collect();
    assert_eq!(network.tried(), expected);
    assert_eq!(addresses(&seen.run), expected);
    assert_eq!(seen.run.verdict, verdict, "{}", seen.run.summary);
}

#[tokio::test(start_paused = true)]
async fn all_hosts_are_tried_where_all_are_wanted() {
    let network = Network::of(Peer::Polite);
    let seen = order(&zone(), &network, &request("corp.test")).await;
    assert_eq!(addresses(&seen.run).len(), 4);
    assert_eq!(seen.run.verdict, Verdict::Up);
}

#[tokio::test(start_paused = true)]
async fn all_hosts_down_is_down() {
    let network = Network::of(Peer::Refusing);
    let mut request = request("corp.test");
    request.hosts = HostScope::First;
    let seen = order(&zone(), &network, &request).await;
    assert_eq!(seen.run.verdict, Verdict::Down);
    assert_eq!(codes(&seen.run), [ReasonCode::ConnectRefused; 4]);
}

/// Addresses of one host are tried side by side, hosts one after the other.
#[tokio::test(start_paused = true)]
async fn hosts_come_one_after_the_other() {
    let network = Network::of(Peer::PoliteAfter(Duration::from_secs(1)))
        .with("192.0.2.1", Peer::Rude("554 no"))
        .with("192.0.2.2", Peer::Rude("421 busy"));
    let mut request = request("corp.test");
    request.hosts = HostScope::First;
    let seen = order(&zone(), &network, &request).await;
    assert_eq!(network.peak(), 2);
    assert_eq!(network.tried(), ["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
    assert_eq!(seen.took, Duration::from_secs(1));
    assert!(codes(&seen.run).contains(&ReasonCode::OnlyBackupUp));
}

/// A sender gives up on a host that hangs and turns to the next; so must a check that does as a sender would.
#[rstest]
#[case(Peer::Silent)]
#[case(Peer::BlackHole)]
#[tokio::test(start_paused = true)]
async fn a_host_that_hangs_leaves_time_for_the_next(#[case] peer: Peer) {
    let network = Network::of(Peer::Polite).with("192.0.2.1", peer).with("192.0.2.2", peer);
    let mut request = request("corp.test");
    request.hosts = HostScope::First;
    let seen = order(&zone(), &network, &request).await;
    assert_eq!(network.tried(), ["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
    assert_eq!(seen.run.verdict, Verdict::Degraded, "{}", seen.run.summary);
}
