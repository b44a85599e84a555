//! The DNSSEC state: asked for beside the sessions, and waited for only a little.

use std::time::Duration;

use homing_core::evidence::Dnssec;
use homing_core::reason::ReasonCode;
use homing_core::verdict::Verdict;
use rstest::rstest;

use super::{check, codes, order, request};
use crate::doubles::{Network, Peer, Zone};

const HEALTHY: &str = "corp.test MX 10 mx.test\nmx.test A 192.0.2.1\n";

fn zone(lines: &str) -> Zone {
    Zone::new(&format!("{HEALTHY}{lines}"))
}

#[rstest]
#[case::secure("secure", Dnssec::Secure, Verdict::Up)]
#[case::insecure("insecure", Dnssec::Insecure, Verdict::Up)]
#[case::unchecked("unchecked", Dnssec::Unchecked, Verdict::Up)]
#[case::bogus("bogus", Dnssec::Bogus, Verdict::Degraded)]
#[tokio::test(start_paused = true)]
async fn only_bogus_counts(#[case] state: &str, #[case] dnssec: Dnssec, #[case] verdict: Verdict) {
    let zone = zone(&format!("corp.test MX+DO {state}"));
    let seen = check(&zone, &Network::of(Peer::Polite), "corp.test").await;
    assert_eq!((seen.run.dns.dnssec, seen.run.verdict), (dnssec, verdict), "{}", seen.run.summary);
    let bogus = dnssec == Dnssec::Bogus;
    assert_eq!(codes(&seen.run), vec![ReasonCode::DnsBogus; usize::from(bogus)]);
    assert_eq!(seen.run.dns.findings.len(), usize::from(bogus));
    assert_eq!(zone.times("corp.test MX+DO"), 1);
}

/// A resolver that validates itself answers SERVFAIL, which is an outage.
#[tokio::test(start_paused = true)]
async fn bogus_behind_a_validating_resolver_is_down() {
    let zone = Zone::new("corp.test MX SERVFAIL\ncorp.test MX+CD OK");
    let seen = check(&zone, &Network::of(Peer::Polite), "corp.test").await;
    assert_eq!((seen.run.dns.dnssec, seen.run.verdict), (Dnssec::Bogus, Verdict::Down));
    assert_eq!(codes(&seen.run), [ReasonCode::DnsBogus]);
    assert_eq!(zone.times("corp.test MX+DO"), 0);
}

/// What was used is what has to be signed.
#[rstest]
#[case::mx("corp.test MX 10 mx.test\nmx.test A 192.0.2.1", "corp.test", Some("corp.test MX+DO"))]
#[case::null_mx("corp.test MX 0 .", "corp.test", Some("corp.test MX+DO"))]
#[case::implicit_mx("corp.test A 192.0.2.1", "corp.test", Some("corp.test A+DO"))]
#[case::host("mx.test AAAA 2001:db8::1", "mx.test:587", Some("mx.test AAAA+DO"))]
#[case::address("", "192.0.2.1", None)]
#[case::nothing_found("other.test A 192.0.2.1", "corp.test", None)]
#[tokio::test(start_paused = true)]
async fn the_records_that_were_used_are_asked_about(
    #[case] lines: &str,
    #[case] target: &str,
    #[case] question: Option<&str>,
) {
    let zone = Zone::new(lines);
    check(&zone, &Network::of(Peer::Polite), target).await;
    let asked: Vec<_> = zone.asked().into_iter().filter(|asked| asked.ends_with("+DO")).collect();
    assert_eq!(asked, Vec::from_iter(question));
}

#[tokio::test(start_paused = true)]
async fn switched_off_it_is_never_asked_for() {
    let zone = zone("corp.test MX+DO bogus");
    let mut request = request("corp.test");
    request.dnssec = false;
    let seen = order(&zone, &Network::of(Peer::Polite), &request).await;
    assert_eq!((seen.run.dns.dnssec, seen.run.verdict), (Dnssec::Unchecked, Verdict::Up));
    assert_eq!(zone.times("corp.test MX+DO"), 0);
}

/// How long the sessions take, and the whole check.
#[rstest]
#[case::sessions_at_once(0, 30, 2_000)]
#[case::sessions_take_a_while(1_500, 30, 3_500)]
#[case::sessions_take_longer(5_000, 30, 7_000)]
#[case::the_check_is_over(4_500, 5, 5_000)]
#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_delays_the_end_by_two_seconds_at_most(
    #[case] session: u64,
    #[case] timeout: u64,
    #[case] at_most: u64,
) {
    let mut request = request("corp.test");
    request.timeout = Duration::from_secs(timeout);
    let network = Network::of(Peer::PoliteAfter(Duration::from_millis(session)));
    let seen = order(&zone("corp.test MX+DO SILENT"), &network, &request).await;
    assert!(seen.took <= Duration::from_millis(at_most), "took {:?}", seen.took);
    assert_eq!((seen.run.dns.dnssec, seen.run.verdict), (Dnssec::Unchecked, Verdict::Up));
}

/// How long the sessions take, the answer, and the whole check: what costs no waiting is taken.
#[rstest]
#[case::within_the_grace(0, "1s", 1_000)]
#[case::while_sessions_run(5_000, "3s", 5_000)]
#[case::shortly_after_them(5_000, "6s", 6_000)]
#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_in_time_counts(#[case] session: u64, #[case] answer: &str, #[case] took: u64) {
    let zone = zone(&format!("corp.test MX+DO AFTER {answer} secure"));
    let network = Network::of(Peer::PoliteAfter(Duration::from_millis(session)));
    let seen = check(&zone, &network, "corp.test").await;
    assert_eq!(seen.run.dns.dnssec, Dnssec::Secure);
    assert_eq!(seen.took, Duration::from_millis(took));
}
