//! Mail domains of every kind, by a resolver that validates and by a name server that does not.

use std::time::Duration;

use crate::row::{Aim, Row};
use crate::table;

const VALIDATING: &str = "{validating}";
const AUTHORITATIVE: &str = "{authoritative}";

/// A check that also asks for the DNSSEC state.
fn domain(name: &str, resolver: &str) -> Row {
    Row::domain(&format!("{name}.test"), resolver, "--trust-anchor {anchor}").dnssec("secure")
}

/// The same expectations whichever server answers.
fn by_both(name: &str, expected: impl Fn(Row) -> Row) -> [Row; 2] {
    [VALIDATING, AUTHORITATIVE].map(|resolver| expected(domain(name, resolver)))
}

fn plain(host: &str, preference: u16) -> Aim {
    Aim::new(host, Some(preference), "{plain}")
}

#[test]
fn domains_with_several_hosts() {
    let rows = [
        by_both("partial", |row| {
            row.verdict("degraded")
                .reasons(&["some_hosts_down degraded - -", "connect_refused down connect down.partial.test"])
                .mx(&["10 up.partial.test", "20 down.partial.test"])
                .aims(vec![plain("up.partial.test", 10), Aim::refused("down.partial.test", Some(20))])
        }),
        by_both("backup", |row| {
            row.verdict("degraded")
                .reasons(&[
                    "some_hosts_down degraded - -",
                    "only_backup_up degraded - -",
                    "connect_refused down connect down.backup.test",
                ])
                .mx(&["10 down.backup.test", "20 up.backup.test"])
                .aims(vec![Aim::refused("down.backup.test", Some(10)), plain("up.backup.test", 20)])
        }),
        by_both("alldown", |row| {
            row.verdict("down")
                .reasons(&[
                    "connect_refused down connect a.alldown.test",
                    "connect_refused down connect b.alldown.test",
                ])
                .mx(&["10 a.alldown.test", "20 b.alldown.test"])
                .aims(vec![
                    Aim::refused("a.alldown.test", Some(10)),
                    Aim::refused("b.alldown.test", Some(20)),
                ])
        }),
        by_both("manyaddresses", |row| {
            let aims = ["{multi-a}", "{multi-b}", "{multi-c}"];
            row.mx(&["10 mx.manyaddresses.test"])
                .aims(aims.map(|address| Aim::new("mx.manyaddresses.test", Some(10), address)).to_vec())
        }),
    ];
    table::check(&rows.concat());
}

#[test]
fn records_that_lead_there_in_an_odd_way() {
    let rows = [
        by_both("implicit", |row| row.implicit_mx().aim(Aim::new("implicit.test", None, "{plain}"))),
        by_both("cname", |row| {
            row.verdict("degraded")
                .reasons(&["mx_is_cname degraded dns alias.cname.test"])
                .mx(&["10 alias.cname.test"])
                .aim(plain("alias.cname.test", 10))
        }),
        by_both("nullmxplus", |row| {
            row.verdict("degraded")
                .reasons(&["null_mx degraded dns -"])
                .mx(&["0 .", "10 mx.plain.test"])
                .aim(plain("mx.plain.test", 10))
        }),
        // Typed as people write it; the result has the form that DNS knows.
        by_both("bücher", |row| {
            row.mx(&["10 mx.xn--bcher-kva.test"]).aim(plain("mx.xn--bcher-kva.test", 10))
        }),
    ];
    table::check(&rows.concat());
}

#[test]
fn records_that_lead_nowhere() {
    let nowhere = |row: Row, reason: &str| row.verdict("down").reasons(&[reason]).dnssec("unchecked");
    // There are MX records, and they are signed.
    let lost = |row: Row, reason: &str| nowhere(row, reason).dnssec("secure");
    let rows = [
        by_both("literal", |row| lost(row, "mx_unresolvable down dns {plain}").mx(&["10 {plain}"])),
        by_both("unresolvable", |row| {
            let row = lost(row, "mx_unresolvable down dns nosuchhost.unresolvable.test");
            row.mx(&["10 nosuchhost.unresolvable.test"])
        }),
        by_both("noaddress", |row| {
            lost(row, "mx_unresolvable down dns mx.noaddress.test").mx(&["10 mx.noaddress.test"])
        }),
        by_both("nullmx", |row| lost(row, "null_mx down dns -").dns("null_mx").mx(&["0 ."])),
        by_both("nodata", |row| nowhere(row, "dns_no_address down dns -").dns("no_data")),
        by_both("missing", |row| nowhere(row, "dns_nxdomain down dns -").dns("nxdomain")),
        by_both("servfail", |row| nowhere(row, "dns_servfail down dns -").dns("servfail")),
    ];
    table::check(&rows.concat());
}

/// A resolver says SERVFAIL for what a name server refuses it; the refusal itself is seen by those who ask there.
#[test]
fn a_refusal_is_seen_where_it_is_said() {
    let row = |resolver| domain("refused", resolver).verdict("down").dnssec("unchecked");
    table::check(&[
        row(VALIDATING).reasons(&["dns_servfail down dns -"]).dns("servfail"),
        row(AUTHORITATIVE).reasons(&["dns_refused down dns -"]).dns("refused"),
    ]);
}

#[test]
fn a_name_server_that_is_silent_is_not_awaited_for_ever() {
    let row = domain("silent", VALIDATING).verdict("down").reasons(&["dns_timeout down dns -"]);
    let row = row.dns("timeout").dnssec("unchecked");
    let second = Duration::from_secs(1);
    let short = Row { command: format!("{} --timeout 3s", row.command), ..row.clone() };
    table::check(&[row.takes(second, 10 * second), short.takes(second / 2, 4 * second)]);
}

#[test]
fn signatures_are_judged() {
    let bogus = domain("bogus", VALIDATING).verdict("down").reasons(&["dns_bogus down dns -"]);
    // Changed after they were signed: the preference was 10.
    let seen = domain("bogus", AUTHORITATIVE).verdict("degraded").reasons(&["dns_bogus degraded dns -"]);
    let seen = seen.dnssec("bogus").mx(&["20 mx.bogus.test"]).aim(plain("mx.bogus.test", 20));
    let unchecked = Row::domain("bogus.test", AUTHORITATIVE, "--no-dnssec");
    let unchecked = unchecked.mx(&["20 mx.bogus.test"]).aim(plain("mx.bogus.test", 20));
    let secure =
        |row: Row| row.mx(&["10 mx.secure.test"]).aim(Aim::new("mx.secure.test", Some(10), "{secure}"));
    let insecure =
        |row: Row| row.dnssec("insecure").mx(&["10 mx.insecure.test"]).aim(plain("mx.insecure.test", 10));
    let foreign = Row::domain("secure.test", VALIDATING, "");
    let singles = [bogus.dns("servfail").dnssec("bogus"), seen, unchecked];
    let rows = [
        singles.to_vec(),
        by_both("secure", secure).to_vec(),
        by_both("insecure", insecure).to_vec(),
        vec![
            secure(domain("secure", VALIDATING)),
            secure(Row::domain("secure.test", VALIDATING, "--no-dnssec")),
            // By the key of the real root the lab's own proves nothing, and that is nobody's fault.
            secure(foreign),
        ],
    ];
    table::check(&rows.concat());
}

/// The answer does not fit into a UDP packet.
#[test]
fn long_answers_are_fetched_over_tcp() {
    let host = |letter: char| format!("{0}.{0}.big.test", letter.to_string().repeat(60));
    let preference = |index: usize| u16::try_from((index + 1) * 10).unwrap();
    let rows = by_both("big", |row| {
        let hosts: Vec<_> = ('a'..='l').enumerate().map(|(index, c)| (preference(index), host(c))).collect();
        let mx: Vec<_> = hosts.iter().map(|(preference, host)| format!("{preference} {host}")).collect();
        let down = hosts.iter().skip(1).map(|(_, host)| format!("connect_refused down connect {host}"));
        let reasons: Vec<_> = down.chain(["some_hosts_down degraded - -".to_owned()]).collect();
        let aims = hosts.iter().enumerate().map(|(index, (preference, host))| match index {
            0 => plain(host, *preference),
            _ => Aim::refused(host, Some(*preference)),
        });
        let row = Row { reasons, mx, ..row.verdict("degraded") };
        row.aims(aims.collect())
    });
    table::check(&rows);
}

#[test]
fn a_null_mx_can_be_what_is_wanted() {
    let row = |name: &str| Row::domain(&format!("{name}.test"), VALIDATING, "--no-dnssec --expect-null-mx");
    table::check(&[
        row("nullmx").dns("null_mx").mx(&["0 ."]),
        row("plain")
            .verdict("down")
            .reasons(&["null_mx_expected down - -"])
            .mx(&["10 mx.plain.test"])
            .aim(plain("mx.plain.test", 10)),
        row("missing").verdict("down").reasons(&["null_mx_expected down - -"]).dns("nxdomain"),
    ]);
}
