//! DNS has a share of the time, and keeps to it.

use std::fmt::Write as _;
use std::time::Duration;

use homing_core::reason::ReasonCode;
use rstest::rstest;
use tokio::time::Instant;

use super::{LIMIT, addresses, domain, host};
use crate::doubles::Zone;

/// Three quarters are for the target, the last one is kept for the control question.
const SHARE: Duration = Duration::from_millis(6_750);

#[rstest]
#[case::control_at_once("OK", SHARE, ReasonCode::DnsTimeout)]
#[case::control_late("AFTER 2s OK", Duration::from_millis(8_750), ReasonCode::DnsTimeout)]
#[case::control_silent("SILENT", LIMIT, ReasonCode::MonitorDnsFailed)]
#[tokio::test(start_paused = true)]
async fn a_silent_resolver_leaves_time_for_the_control_question(
    #[case] control: &str,
    #[case] takes: Duration,
    #[case] code: ReasonCode,
) {
    let zone = Zone::new(&format!("corp.test MX SILENT\n. SOA {control}"));
    let began = Instant::now();
    let plan = domain(&zone, "corp.test").await;
    assert_eq!(began.elapsed(), takes);
    assert_eq!(plan.dns.duration.as_duration(), takes);
    let failure = plan.dns.failure.unwrap();
    assert_eq!(failure.code, code);
    if code == ReasonCode::DnsTimeout {
        assert_eq!(failure.message, "did not get an answer for its MX records within 6.75s");
    }
}

/// The message names the time that was given, not the one that could have been.
#[tokio::test(start_paused = true)]
async fn the_message_names_the_time_that_a_question_had() {
    let zone = Zone::new(
        "corp.test MX AFTER 6s 10 mx.test
         mx.test A SILENT
         mx.test AAAA SILENT",
    );
    let plan = domain(&zone, "corp.test").await;
    let failure = plan.dns.hosts[0].failure.as_ref().unwrap();
    assert_eq!(failure.code, ReasonCode::DnsTimeout);
    assert_eq!(failure.message, "did not get an answer for its addresses within 750ms");
}

/// The answer to one family is not lost because the other has none.
#[tokio::test(start_paused = true)]
async fn a_silent_family_does_not_take_the_other_along() {
    let zone = Zone::new("mx.test A AFTER 30ms 192.0.2.1\nmx.test AAAA SILENT");
    let began = Instant::now();
    let plan = host(&zone, "mx.test").await;
    assert_eq!(addresses(&plan), ["192.0.2.1"]);
    assert_eq!(plan.candidates[0].looked_up.unwrap().as_duration(), Duration::from_millis(30));
    assert_eq!(plan.dns.hosts[0].findings[0].code, ReasonCode::DnsTimeout);
    assert_eq!(began.elapsed(), SHARE);
}

/// A host that is not to blame must not be called silent because one before it was.
#[tokio::test(start_paused = true)]
async fn a_silent_host_does_not_take_the_others_along() {
    let zone = Zone::new(
        "corp.test MX 10 mute.test
         corp.test MX 20 good.test
         mute.test A SILENT
         mute.test AAAA SILENT
         good.test A AFTER 50ms 192.0.2.1",
    );
    let began = Instant::now();
    let plan = domain(&zone, "corp.test").await;
    assert!(began.elapsed() <= LIMIT);
    assert_eq!(plan.dns.hosts[0].failure.as_ref().unwrap().code, ReasonCode::DnsTimeout);
    assert_eq!(plan.dns.hosts[1].failure, None);
    assert_eq!(addresses(&plan), ["192.0.2.1"]);
}

/// Each host on its own answers well within the time; so they do all together.
#[tokio::test(start_paused = true)]
async fn many_slow_hosts_are_no_slower_than_one() {
    let mut text = String::new();
    for n in 0..10 {
        writeln!(text, "corp.test MX {n} mx{n}.test\nmx{n}.test A AFTER 1s 192.0.2.{n}").unwrap();
    }
    let plan = domain(&Zone::new(&text), "corp.test").await;
    assert_eq!(plan.candidates.len(), 10);
}

/// The question without checking is bounded for all hosts together, not only for each.
#[tokio::test(start_paused = true)]
async fn questions_without_checking_keep_to_the_limit_too() {
    let mut text = String::new();
    for n in 0..16 {
        writeln!(text, "corp.test MX {n} mx{n}.test\nmx{n}.test A SERVFAIL\nmx{n}.test A+CD SILENT").unwrap();
    }
    let began = Instant::now();
    let plan = domain(&Zone::new(&text), "corp.test").await;
    assert!(began.elapsed() <= LIMIT, "took {:?}", began.elapsed());
    let codes: Vec<_> = plan.dns.hosts.iter().map(|host| host.failure.as_ref().unwrap().code).collect();
    assert_eq!(codes, [ReasonCode::DnsServfail; 16]);
}

/// A late failure, a late control question and no answer without checking: the three together.
#[tokio::test(start_paused = true)]
async fn the_longest_way_to_the_blame_keeps_to_the_limit() {
    let zone = Zone::new(
        "corp.test MX AFTER 6s SERVFAIL
         corp.test MX+CD SILENT
         . SOA AFTER 2s OK",
    );
    let began = Instant::now();
    let plan = domain(&zone, "corp.test").await;
    assert_eq!(plan.dns.failure.unwrap().code, ReasonCode::DnsServfail);
    assert!(began.elapsed() <= LIMIT, "took {:?}", began.elapsed());
}
