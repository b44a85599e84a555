//! Which host is tried before which.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use homing_probe::plan::MAX_HOSTS;
use proptest::prelude::*;

use super::{domain, hosts};
use crate::doubles::Zone;

#[tokio::test(start_paused = true)]
async fn a_better_preference_comes_first() {
    let zone = Zone::new(
        "corp.test MX 30 c.test
         corp.test MX 5 a.test
         corp.test MX 20 b.test
         a.test A 192.0.2.1
         b.test A 192.0.2.2
         c.test AAAA 2001:db8::3",
    );
    let plan = domain(&zone, "corp.test").await;
    assert_eq!(hosts(&plan), ["a.test", "b.test", "c.test"]);
    let preferences: Vec<_> = plan.candidates.iter().map(|candidate| candidate.preference).collect();
    assert_eq!(preferences, [Some(5), Some(20), Some(30)]);
    let records: Vec<_> = plan.dns.mx.iter().map(|record| record.host.as_str()).collect();
    assert_eq!(records, ["a.test", "b.test", "c.test"]);
    assert!(!plan.dns.implicit_mx);
}

/// Two equals come in each order about every second time: that one order is missing from a hundred is less likely
/// than a fault of the machine.
#[tokio::test(start_paused = true)]
async fn equals_come_in_random_order() {
    let zone = Zone::new(
        "corp.test MX 10 a.test
         corp.test MX 10 b.test
         corp.test MX 20 backup.test
         a.test A 192.0.2.1
         b.test A 192.0.2.2
         backup.test A 192.0.2.3",
    );
    let mut seen = BTreeSet::new();
    for _ in 0..100 {
        let plan = domain(&zone, "corp.test").await;
        let order: Vec<_> = hosts(&plan).into_iter().map(str::to_owned).collect();
        let records: Vec<_> = plan.dns.mx.iter().map(|record| record.host.clone()).collect();
        assert_eq!(records, order, "the evidence shows the order that was used");
        seen.insert(order.join(" "));
    }
    let seen: Vec<_> = seen.iter().map(String::as_str).collect();
    assert_eq!(seen, ["a.test b.test backup.test", "b.test a.test backup.test"]);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_listed_twice_is_tried_once_where_it_is_better() {
    let zone = Zone::new(
        "corp.test MX 20 a.test
         corp.test MX 15 b.test
         corp.test MX 10 a.test
         a.test A 192.0.2.1
         b.test A 192.0.2.2",
    );
    let plan = domain(&zone, "corp.test").await;
    assert_eq!(hosts(&plan), ["a.test", "b.test"]);
    assert_eq!(plan.candidates[0].preference, Some(10));
    assert_eq!(plan.dns.mx.len(), 3, "the evidence keeps what DNS said");
    assert_eq!(zone.times("a.test A"), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a domain publishes, hosts are tried once each, best first, and no more than the bound.
    #[test]
    fn any_set_of_records_gives_an_order(records in prop::collection::vec((0u16..6, 0usize..24), 1..40)) {
        let mut text = String::new();
        for (preference, host) in &records {
            writeln!(text, "corp.test MX {preference} mx{host}.test").unwrap();
        }
        for host in 0..24 {
            writeln!(text, "mx{host}.test A 192.0.2.{host}").unwrap();
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let plan = runtime.unwrap().block_on(domain(&Zone::new(&text), "corp.test"));
        let distinct: BTreeSet<_> = records.iter().map(|(_, host)| host).collect();
        prop_assert_eq!(plan.candidates.len(), distinct.len().min(MAX_HOSTS));
        prop_assert_eq!(hosts(&plan).into_iter().collect::<BTreeSet<_>>().len(), plan.candidates.len());
        prop_assert!(plan.candidates.is_sorted_by_key(|candidate| candidate.preference));
        prop_assert_eq!(plan.dns.mx.len(), records.len());
        for candidate in &plan.candidates {
            let of_host = records.iter().filter(|(_, host)| format!("mx{host}.test") == candidate.host);
            prop_assert_eq!(candidate.preference, of_host.map(|(preference, _)| *preference).min());
        }
        prop_assert_eq!(plan.notes.is_empty(), distinct.len() <= MAX_HOSTS);
    }
}
