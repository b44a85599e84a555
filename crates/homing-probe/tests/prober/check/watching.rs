//! What those who watch are told, and what DNS alone makes of the verdict.

use std::time::Duration;

use homing_core::reason::ReasonCode;
use homing_core::verdict::Verdict;
use homing_probe::check::Progress;
use rstest::rstest;

use super::{check, codes, host_request, order, request};
use crate::doubles::{Network, Peer, Zone};

#[rstest]
#[case::one("mx.test A 192.0.2.1", 1)]
#[case::several("mx.test A 192.0.2.1\nmx.test A 192.0.2.2\nmx.test AAAA 2001:db8::1", 3)]
#[case::none("other.test A 192.0.2.1", 0)]
#[tokio::test(start_paused = true)]
async fn progress_is_the_plan_and_the_end_of_each_session(
    #[case] lines: &str,
    #[case] count: usize,
    #[values(Peer::Polite, Peer::Refusing, Peer::Silent, Peer::NoRoute)] peer: Peer,
) {
    let seen = order(&Zone::new(lines), &Network::of(peer), &host_request("mx.test")).await;
    let mut expected = vec![Progress::Finished; count];
    expected.insert(0, Progress::Planned(count));
    assert_eq!(seen.progress, expected);
}

/// Those that were not tried for want of time count as ended too, or a watcher would wait for them.
#[tokio::test(start_paused = true)]
async fn progress_counts_addresses_that_were_not_tried() {
    let mut request = request("corp.test");
    request.timeout = Duration::from_secs(3);
    let seen = order(&super::forty_addresses(), &Network::of(Peer::Silent), &request).await;
    assert_eq!(seen.progress[0], Progress::Planned(40));
    assert_eq!(seen.progress.len(), 41);
}

/// Zones in which DNS decides, with every server in order.
#[rstest]
#[case::null_mx("corp.test MX 0 .", Verdict::Down, &[ReasonCode::NullMx])]
#[case::nxdomain("other.test A 192.0.2.1", Verdict::Down, &[ReasonCode::DnsNxdomain])]
#[case::servfail("corp.test MX SERVFAIL", Verdict::Down, &[ReasonCode::DnsServfail])]
#[case::own_resolvers("corp.test MX SERVFAIL\n. SOA SERVFAIL", Verdict::Unknown, &[ReasonCode::MonitorDnsFailed])]
#[case::own_resolvers_silent("corp.test MX SILENT\n. SOA SILENT", Verdict::Unknown, &[ReasonCode::MonitorDnsFailed])]
#[case::one_family("corp.test MX 10 mx.test\nmx.test A 192.0.2.1\nmx.test AAAA SERVFAIL", Verdict::Degraded, &[ReasonCode::DnsServfail])]
#[case::one_family_own_fault("corp.test MX 10 mx.test\nmx.test A 192.0.2.1\nmx.test AAAA SERVFAIL\n. SOA SERVFAIL", Verdict::Up, &[])]
#[case::alias("corp.test MX 10 mx.test\nmx.test CNAME real.test\nreal.test A 192.0.2.1", Verdict::Degraded, &[ReasonCode::MxIsCname])]
#[case::null_mx_beside("corp.test MX 0 .\ncorp.test MX 10 mx.test\nmx.test A 192.0.2.1", Verdict::Degraded, &[ReasonCode::NullMx])]
#[case::all_hosts_gone("corp.test MX 10 gone.test", Verdict::Down, &[ReasonCode::MxUnresolvable])]
#[tokio::test(start_paused = true)]
async fn dns_alone_can_decide(
    #[case] lines: &str,
    #[case] verdict: Verdict,
    #[case] expected: &[ReasonCode],
) {
    let seen = check(&Zone::new(lines), &Network::of(Peer::Polite), "corp.test").await;
    assert_eq!(seen.run.verdict, verdict, "{}", seen.run.summary);
    assert_eq!(codes(&seen.run), expected);
}

/// A host that our own resolvers failed for does not count, so the verdict does not show it: a note has to.
#[tokio::test(start_paused = true)]
async fn a_host_that_our_own_resolvers_failed_for_is_noted() {
    let zone = Zone::new(
        "corp.test MX 10 good.test
         corp.test MX 20 lost.test
         good.test A 192.0.2.1
         lost.test A SERVFAIL
         . SOA SERVFAIL",
    );
    let seen = check(&zone, &Network::of(Peer::Polite), "corp.test").await;
    assert_eq!(seen.run.verdict, Verdict::Up, "{}", seen.run.summary);
    assert!(seen.run.reasons.is_empty());
    let failure = seen.run.dns.hosts[1].failure.as_ref().unwrap();
    assert_eq!(failure.code, ReasonCode::MonitorDnsFailed);
    assert!(seen.run.notes.iter().any(|note| note.contains("lost.test")), "{:?}", seen.run.notes);
}

/// One host is broken in DNS, the other is well: it is tried, and only what is broken is reported.
#[tokio::test(start_paused = true)]
async fn a_silent_host_in_dns_does_not_bring_the_whole_down() {
    let zone = Zone::new(
        "corp.test MX 10 mute.test
         corp.test MX 20 good.test
         mute.test A SILENT
         mute.test AAAA SILENT
         good.test A AFTER 50ms 192.0.2.1",
    );
    let seen = check(&zone, &Network::of(Peer::Polite), "corp.test").await;
    assert_eq!(seen.run.verdict, Verdict::Degraded, "{}", seen.run.summary);
    assert!(codes(&seen.run).contains(&ReasonCode::DnsTimeout));
}

#[tokio::test(start_paused = true)]
async fn a_silent_resolver_leaves_the_check_in_time() {
    let mut request = request("corp.test");
    request.timeout = Duration::from_secs(3);
    let zone = Zone::new("corp.test MX SILENT\n. SOA AFTER 400ms OK");
    let seen = order(&zone, &Network::of(Peer::Polite), &request).await;
    assert_eq!(codes(&seen.run), [ReasonCode::DnsTimeout]);
    assert_eq!(
        seen.took,
        Duration::from_millis(1_900),
        "three quarters of two thirds, and the control question"
    );
}
