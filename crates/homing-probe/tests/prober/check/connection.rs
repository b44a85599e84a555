//! What the connector is told.

use std::net::SocketAddr;

use homing_core::expectations::TlsMode;
use homing_core::verdict::Verdict;
use rstest::rstest;

use super::{check, order, request};
use crate::doubles::{Network, Peer, Zone};

#[rstest]
#[case("192.0.2.1", "192.0.2.1:25")]
#[case("192.0.2.1:2525", "192.0.2.1:2525")]
#[case("[2001:db8::1]:587", "[2001:db8::1]:587")]
#[case("mx.test:587", "192.0.2.9:587")]
#[tokio::test(start_paused = true)]
async fn the_port_of_the_target_is_used(#[case] target: &str, #[case] expected: SocketAddr) {
    let network = Network::of(Peer::Refusing).with(&expected.to_string(), Peer::Polite);
    let seen = check(&Zone::new("mx.test A 192.0.2.9"), &network, target).await;
    assert_eq!(network.dialled()[0].0, expected);
    assert_eq!(seen.run.verdict, Verdict::Up, "{}", seen.run.summary);
    assert_eq!(seen.run.targets[0].evidence.port, expected.port());
}

/// Only a handshake writes twice in a row.
#[rstest]
#[case(TlsMode::None, false)]
#[case(TlsMode::Opportunistic, true)]
#[case(TlsMode::Required, true)]
#[case(TlsMode::Implicit, true)]
#[tokio::test(start_paused = true)]
async fn bursts_are_announced_where_tls_may_follow(#[case] tls: TlsMode, #[case] bursts: bool) {
    let network = Network::of(Peer::Polite);
    let mut request = request("192.0.2.1");
    request.expect.tls = tls;
    order(&Zone::new(""), &network, &request).await;
    assert_eq!(network.dialled()[0].1, bursts);
}
