//! Our own resolvers: their failures are Homing's, not the checked side's.

use std::time::Duration;

use crate::row::{Aim, Row};
use crate::run;
use crate::table;

const SECOND: Duration = Duration::from_secs(1);

fn plain(resolver: &str) -> Row {
    Row::domain("plain.test", resolver, "--no-dnssec")
}

fn up(row: Row) -> Row {
    row.mx(&["10 mx.plain.test"]).aim(Aim::new("mx.plain.test", Some(10), "{plain}"))
}

#[test]
fn resolvers_that_fail_say_nothing_about_the_domain() {
    let fails = |resolver, outcome| {
        let row = plain(resolver).verdict("unknown").reasons(&["monitor_dns_failed unknown dns -"]);
        row.dns(outcome)
    };
    let short = fails("{silent}", "timeout");
    let short = Row { command: format!("{} --timeout 2s", short.command), ..short };
    table::check(&[
        fails("{silent}", "timeout").takes(SECOND, 10 * SECOND),
        short.takes(SECOND / 2, 3 * SECOND),
        fails("{refusing}", "refused"),
        fails("{servfail}", "servfail"),
    ]);
}

/// The same where the look-up of a host fails rather than that of a domain.
#[test]
fn hosts_that_cannot_be_looked_up_are_unknown_too() {
    let row = |resolver: &str| {
        let row = Row::new("mx.plain.test:{smtp}", &format!("--resolver {resolver} --no-dnssec"));
        row.verdict("unknown").reasons(&["monitor_dns_failed unknown dns -"])
    };
    table::check(&[row("{refusing}").dns("refused"), row("{servfail}").dns("servfail")]);
}

#[test]
fn one_resolver_that_works_is_enough() {
    table::check(&[
        up(plain("{silent} --resolver {validating}")).takes(Duration::ZERO, 9 * SECOND),
        up(plain("{validating} --resolver {silent}")),
    ]);
}

/// The failure of one resolver must not count as the domain's while another could have answered, nor may the other's
/// answer to the control question clear the broken one. Which of them is the first to answer is chance: so it takes
/// several tries.
#[test]
fn a_broken_resolver_beside_a_good_one_changes_nothing() {
    let pairs = [
        "{servfail} --resolver {validating}",
        "{validating} --resolver {servfail}",
        "{refusing} --resolver {validating}",
        "{validating} --resolver {refusing}",
    ];
    std::thread::scope(|scope| {
        let tries = pairs.map(|pair| {
            scope.spawn(move || {
                let options = format!("--as mx --port {{smtp}} --no-dnssec --resolver {pair}");
                run::homing(&format!("check plain.test {options} -n 10 -i 200ms")).stdout
            })
        });
        let told = tries.map(|tries| tries.join().unwrap());
        let wrong: Vec<_> = told.iter().filter(|told| !told.contains("\n10 tries, 10 up · ")).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

/// The resolver that withholds a name may be any of ours.
#[test]
fn signatures_are_held_against_a_name_whichever_resolver_judges_them() {
    let row = |resolvers| {
        let row = Row::domain("bogus.test", resolvers, "--no-dnssec").verdict("down");
        row.reasons(&["dns_bogus down dns -"]).dns("servfail").dnssec("bogus")
    };
    table::check(&[
        row("{servfail} --resolver {validating}"),
        row("{validating} --resolver {servfail}"),
        row("{silent} --resolver {validating}").takes(Duration::ZERO, 9 * SECOND),
    ]);
}

/// Blame takes an answer with data to the control question.
#[test]
fn the_control_question_can_be_another() {
    let servfail = |name: &str| {
        let options = format!("--no-dnssec --control-name {name}");
        Row::domain("servfail.test", "{validating}", &options).dns("servfail")
    };
    table::check(&[
        servfail("secure.test").verdict("down").reasons(&["dns_servfail down dns -"]),
        servfail(".").verdict("down").reasons(&["dns_servfail down dns -"]),
        servfail("nothing.missing.test").verdict("unknown").reasons(&["monitor_dns_failed unknown dns -"]),
    ]);
}
