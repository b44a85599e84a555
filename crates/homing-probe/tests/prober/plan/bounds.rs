//! No more than so many hosts and addresses.

use std::fmt::Write as _;

use homing_probe::plan::{MAX_ADDRESSES, MAX_HOSTS};
use rstest::rstest;

use super::{addresses, domain, host, hosts};
use crate::doubles::Zone;

#[rstest]
#[case::at_the_bound(MAX_HOSTS, &[])]
#[case::beyond(MAX_HOSTS + 3, &["only the first 16 of 19 MX hosts were tried"])]
#[tokio::test(start_paused = true)]
async fn the_best_hosts_are_tried(#[case] count: usize, #[case] notes: &[&str]) {
    let mut text = String::new();
    // The best stand last, so that the bound must come after the sort.
    for n in (0..count).rev() {
        writeln!(text, "corp.test MX {n} mx{n}.test\nmx{n}.test A 192.0.2.{n}").unwrap();
    }
    let plan = domain(&Zone::new(&text), "corp.test").await;
    let best: Vec<_> = (0..MAX_HOSTS).map(|n| format!("mx{n}.test")).collect();
    assert_eq!(hosts(&plan), best);
    assert_eq!(plan.notes, notes);
    assert_eq!(plan.dns.mx.len(), count, "the evidence keeps what DNS said");
}

#[tokio::test(start_paused = true)]
async fn repeated_hosts_do_not_count_for_the_bound() {
    let mut text = String::new();
    for n in 0..40 {
        writeln!(text, "corp.test MX {n} mx{}.test", n % MAX_HOSTS).unwrap();
    }
    for n in 0..MAX_HOSTS {
        writeln!(text, "mx{n}.test A 192.0.2.{n}").unwrap();
    }
    let plan = domain(&Zone::new(&text), "corp.test").await;
    assert_eq!(plan.candidates.len(), MAX_HOSTS);
    assert!(plan.notes.is_empty());
}

#[rstest]
#[case::at_the_bound(MAX_ADDRESSES, &[])]
#[case::beyond(MAX_ADDRESSES + 4, &["only the first 16 of 20 addresses of mx.test were tried"])]
#[tokio::test(start_paused = true)]
async fn so_many_addresses_of_a_host_are_tried(#[case] count: usize, #[case] notes: &[&str]) {
    let mut text = String::new();
    for n in 0..count {
        writeln!(text, "mx.test A 192.0.2.{n}").unwrap();
    }
    let plan = host(&Zone::new(&text), "mx.test").await;
    assert_eq!(plan.candidates.len(), MAX_ADDRESSES);
    assert_eq!(plan.dns.hosts[0].addresses.len(), MAX_ADDRESSES);
    assert_eq!(plan.notes, notes);
}

#[tokio::test(start_paused = true)]
async fn an_address_that_is_given_twice_is_tried_once() {
    let zone = Zone::new(
        "mx.test A 192.0.2.1
         mx.test A 192.0.2.2
         mx.test A 192.0.2.1
         mx.test AAAA 2001:db8::1
         mx.test AAAA 2001:db8::1",
    );
    let plan = host(&zone, "mx.test").await;
    assert_eq!(addresses(&plan), ["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
}
