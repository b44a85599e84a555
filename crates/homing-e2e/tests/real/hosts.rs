//! Which hosts and addresses are tried, and in which order.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::row::{Aim, Row, Shown};
use crate::run;
use crate::setting::lab;
use crate::table;

const MULTI: [&str; 3] = ["10 a.multi.test", "10 b.multi.test", "20 c.multi.test"];

#[test]
fn all_hosts_are_tried() {
    let aims = [("a", 10), ("b", 10), ("c", 20)]
        .map(|(name, preference)| {
            let host = format!("{name}.multi.test");
            Aim::new(&host, Some(preference), &format!("{{multi-{name}}}"))
        })
        .to_vec();
    let row = |options| Row::domain("multi.test", "{validating}", options).mx(&MULTI).aims(aims.clone());
    table::check(&[row("--no-dnssec"), row("--no-dnssec --all-hosts")]);
}

fn hosts(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item["host"].as_str().unwrap().to_owned()).collect()
}

/// RFC 5321 section 5.1: the load is spread over hosts of one preference. Chance keeps one order for all tries
/// once in half a million runs.
#[test]
fn equal_hosts_are_shuffled_and_the_backup_stays_last() {
    let command = "check multi.test --as mx --port {smtp} --resolver {authoritative} --no-dnssec --json";
    let ran = run::homing(&format!("{command} -n 20 -i 200ms --timeout 5s"));
    let mut orders = BTreeSet::new();
    for line in ran.stdout.lines() {
        let result: Value = serde_json::from_str(line).unwrap();
        let order = hosts(&result["dns"]["mx"]);
        assert_eq!(hosts(&result["targets"]), order, "tried in the order of the records");
        assert_eq!(order[2], "c.multi.test");
        orders.insert(order[0].clone());
    }
    assert_eq!(orders.len(), 2, "only {orders:?} came first in 20 tries");
}

#[test]
fn the_first_host_that_takes_mail_can_be_enough() {
    let row = Row::domain("backup.test", "{validating}", "--no-dnssec --first-host");
    let backup = row
        .verdict("degraded")
        .reasons(&[
            "some_hosts_down degraded - -",
            "only_backup_up degraded - -",
            "connect_refused down connect down.backup.test",
        ])
        .mx(&["10 down.backup.test", "20 up.backup.test"])
        .aims(vec![
            Aim::refused("down.backup.test", Some(10)),
            Aim::new("up.backup.test", Some(20), "{plain}"),
        ]);
    let partial = Row::domain("partial.test", "{validating}", "--no-dnssec --first-host")
        .mx(&["10 up.partial.test", "20 down.partial.test"])
        .aim(Aim::new("up.partial.test", Some(10), "{plain}"));
    table::check(&[backup, partial]);

    let command =
        "check multi.test --as mx --port {smtp} --resolver {validating} --no-dnssec --first-host --json";
    let result = run::homing(command).json();
    let tried = hosts(&result["targets"]);
    assert_eq!(tried, hosts(&result["dns"]["mx"])[..1], "only the first");
    assert_eq!(result["verdict"], "up");
}

#[test]
fn address_families_can_be_chosen() {
    let encrypted =
        |address: &str| Aim::new("mx.dual.test", Some(10), address).encrypted(Shown::good("dual"));
    let row = |options: &str, aims: Vec<Aim>| {
        let row = Row::domain("dual.test", "{validating}", &format!("--no-dnssec {options}"));
        row.mx(&["10 mx.dual.test"]).aims(aims)
    };
    let mut rows = vec![
        row("--ipv4", vec![encrypted("{dual}")]),
        row("-4", vec![encrypted("{dual}")]),
        Row::server("plain", "--ipv6")
            .verdict("down")
            .reasons(&["mx_unresolvable down dns mx.plain.test"])
            .aims(vec![]),
        Row::server("plain", "--ipv4"),
    ];
    if lab().ipv6 {
        rows.push(row("", vec![encrypted("{dual}"), encrypted("::1")]));
        rows.push(row("--ipv6", vec![encrypted("::1")]));
    }
    table::check(&rows);
}
