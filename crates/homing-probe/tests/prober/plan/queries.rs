//! The questions as evidence.

use homing_core::elapsed::Elapsed;
use homing_core::evidence::{DnsOutcome, QueryReport};

use super::domain;
use crate::doubles::Zone;

fn report(name: &str, kind: &str, outcome: DnsOutcome, millis: u64, answers: &[&str]) -> QueryReport {
    QueryReport {
        name: name.to_owned(),
        kind: kind.to_owned(),
        outcome,
        duration: Elapsed::from_millis(millis),
        answers: answers.iter().map(|&answer| answer.to_owned()).collect(),
    }
}

#[tokio::test(start_paused = true)]
async fn each_question_is_kept_with_what_came_of_it() {
    let zone = Zone::new(
        "corp.test MX AFTER 20ms 10 mx.test
         corp.test MX 20 gone.test
         mx.test A AFTER 40ms 192.0.2.1
         mx.test AAAA AFTER 70ms SERVFAIL
         . SOA AFTER 5ms OK",
    );
    let plan = domain(&zone, "corp.test").await;
    let expected = [
        report("corp.test", "MX", DnsOutcome::Ok, 20, &["10 mx.test.", "20 gone.test."]),
        report("mx.test", "A", DnsOutcome::Ok, 40, &["192.0.2.1"]),
        report("mx.test", "AAAA", DnsOutcome::Servfail, 70, &[]),
        report(".", "SOA", DnsOutcome::Ok, 5, &[]),
        report("gone.test", "A", DnsOutcome::Nxdomain, 0, &[]),
        report("gone.test", "AAAA", DnsOutcome::Nxdomain, 0, &[]),
    ];
    // Which host is looked up first is not promised.
    for query in &expected {
        assert!(plan.dns.queries.contains(query), "{query:?} is missing from {:#?}", plan.dns.queries);
    }
    assert_eq!(plan.dns.queries.len(), expected.len());
    assert_eq!(plan.dns.duration, Elapsed::from_millis(95), "families are asked for side by side");
}

#[tokio::test(start_paused = true)]
async fn a_question_that_was_cut_short_is_kept_with_its_time() {
    let zone = Zone::new("corp.test MX SILENT");
    let plan = domain(&zone, "corp.test").await;
    assert_eq!(plan.dns.queries[0], report("corp.test", "MX", DnsOutcome::Timeout, 6_750, &[]));
}

/// The control question costs a stranger's server a query: none without need, and never two.
#[tokio::test(start_paused = true)]
async fn the_control_question_is_asked_only_after_a_failure_and_once() {
    let healthy = Zone::new(
        "corp.test MX 10 a.test
         corp.test MX 20 gone.test
         corp.test MX 30 bare.test
         a.test A 192.0.2.1
         bare.test TXT hello",
    );
    domain(&healthy, "corp.test").await;
    assert_eq!(healthy.times(". SOA"), 0, "NXDOMAIN and NODATA are answers");
    for control in ["OK", "SERVFAIL"] {
        let broken = Zone::new(&format!(
            "corp.test MX 10 a.test
             corp.test MX 20 b.test
             corp.test MX 30 c.test
             a.test A SERVFAIL
             b.test A REFUSED
             c.test A 192.0.2.1
             c.test AAAA SERVFAIL
             . SOA {control}"
        ));
        domain(&broken, "corp.test").await;
        assert_eq!(broken.times(". SOA"), 1, "control {control}");
    }
}
