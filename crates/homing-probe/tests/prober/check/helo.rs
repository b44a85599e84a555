//! The name that a check greets with.

use homing_core::run::SocketRun;
use homing_core::transcript::Speaker;
use rstest::rstest;

use super::{order, request};
use crate::doubles::{Network, Peer, Zone};

/// What was said, without QUIT.
fn said(run: &SocketRun) -> Vec<&str> {
    let transcript = run.targets[0].evidence.transcript.iter();
    let ours = transcript.filter(|line| line.from == Speaker::Client);
    ours.map(|line| line.text.as_str()).filter(|line| *line != "QUIT").collect()
}

#[rstest]
#[case::name_of_the_order(Some("probe.example"), "192.0.2.200", "EHLO probe.example")]
#[case::ipv4_literal(None, "192.0.2.200", "EHLO [192.0.2.200]")]
#[case::ipv6_literal(None, "2001:db8::200", "EHLO [IPv6:2001:db8::200]")]
#[case::mapped_ipv4_is_ipv4(None, "::ffff:192.0.2.200", "EHLO [192.0.2.200]")]
#[tokio::test(start_paused = true)]
async fn the_name_is_that_of_the_order_or_the_own_address(
    #[case] helo: Option<&str>,
    #[case] local: &str,
    #[case] expected: &str,
) {
    let mut request = request("192.0.2.1");
    request.helo = helo.map(|name| name.parse().unwrap());
    let seen = order(&Zone::new(""), &Network::of(Peer::Polite).from(local), &request).await;
    assert_eq!(said(&seen.run), [expected]);
}
