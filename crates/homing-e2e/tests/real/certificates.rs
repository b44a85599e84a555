//! Certificates with one fault each.

use crate::row::{Aim, Row, Shown};
use crate::table;

/// A server whose certificate has one fault: a degradation to those who encrypt where they can, an outage to
/// those who insist on TLS.
fn both(server: &'static str, code: &str, shown: &Shown) -> [Row; 2] {
    [("", "degraded"), ("--tls required", "down")].map(|(options, verdict)| {
        let row = Row::server(server, options).with(|aim| aim.encrypted(shown.clone()));
        row.faulty(verdict, code, "tls")
    })
}

#[test]
fn each_fault_has_its_own_reason() {
    let good = Shown::good;
    let rows = [
        both("expired", "cert_expired", &Shown { days_left: -9_999..=-2_000, ..good("expired") }),
        both("notyet", "cert_not_yet_valid", &Shown { days_left: 5_000..=9_999, ..good("notyet") }),
        both("wrongname", "cert_name_mismatch", &Shown { name_matches: false, ..good("wrongname") }),
        both(
            "selfsigned",
            "cert_self_signed",
            &Shown { trusted: false, days_left: 9_499..=9_500, ..good("selfsigned") },
        ),
        both("untrusted", "cert_untrusted", &Shown { trusted: false, ..good("untrusted") }),
    ];
    table::check(&rows.concat());
}

#[test]
fn the_nearing_end_degrades_in_every_mode() {
    let soon = |options| {
        let shown = Shown { days_left: 4..=5, ..Shown::good("soon") };
        Row::server("soon", options).with(|aim| aim.encrypted(shown))
    };
    table::check(&[
        soon("").faulty("degraded", "cert_expires_soon", "tls"),
        soon("--tls required").faulty("degraded", "cert_expires_soon", "tls"),
        soon("--min-cert-days 3"),
        Row::server("tls", "--min-cert-days 91").with(|aim| aim.encrypted(Shown::good("tls"))).faulty(
            "degraded",
            "cert_expires_soon",
            "tls",
        ),
    ]);
}

/// What a person trusts is trusted: the certificate itself, another authority, another name.
#[test]
fn a_person_decides_whom_to_trust() {
    let given = |file: &str| format!("--tls required --ca-file {{folder}}/certificates/{file}.pem");
    let pinned = Shown { days_left: 9_499..=9_500, ..Shown::good("selfsigned") };
    let encrypted = |shown: &Shown| {
        let shown = shown.clone();
        move |aim: Aim| aim.encrypted(shown)
    };
    table::check(&[
        Row::server("selfsigned", &given("selfsigned")).with(encrypted(&pinned)),
        Row::server("untrusted", &given("stranger")).with(encrypted(&Shown::good("untrusted"))),
        Row::server("tls", &given("stranger"))
            .with(encrypted(&Shown { trusted: false, ..Shown::good("tls") }))
            .faulty("down", "cert_untrusted", "tls"),
        Row::server("wrongname", "--tls required --tls-name elsewhere.test")
            .with(encrypted(&Shown::good("wrongname"))),
        Row::server("tls", "--tls required --tls-name elsewhere.test")
            .with(encrypted(&Shown { name_matches: false, ..Shown::good("tls") }))
            .faulty("down", "cert_name_mismatch", "tls"),
    ]);
}
