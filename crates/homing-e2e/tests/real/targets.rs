//! The ways to write a target.

use crate::row::{Aim, CLEAR, ENCRYPTED, Row, Shown};
use crate::run;
use crate::setting::lab;
use crate::table;

/// An address, about which DNS is not asked.
fn address(target: &str, options: &str, aim: Aim) -> Row {
    let phases = aim.phases.replacen("dns", "dns:skipped", 1);
    Row::new(target, options).dns("skipped").aim(aim.phases(&phases))
}

#[test]
fn addresses_are_taken_as_they_are() {
    let plain = || Aim::new("{plain}", None, "{plain}").phases(CLEAR);
    let shown = Shown { name_matches: false, ..Shown::good("tls") };
    let tls = || Aim::new("{tls}", None, "{tls}").encrypted(shown.clone()).phases(ENCRYPTED);
    let mut rows = vec![
        address("{plain}", "--port {smtp}", plain()),
        address("{plain}:{smtp}", "", plain()),
        address("[{plain}]:{smtp}", "", plain()),
        address("{nobody}:{smtp}", "", Aim::refused("{nobody}", None))
            .verdict("down")
            .reasons(&["connect_refused down connect {nobody}"]),
        // An address has no name that a certificate could be held against, unless TLS is required.
        address("{tls}:{smtp}", "--ca-file {ca}", tls()),
        address("{tls}:{smtp}", "--ca-file {ca} --tls required", tls()).faulty(
            "down",
            "cert_name_mismatch",
            "tls",
        ),
        address("{tls}:{smtp}", "--ca-file {ca} --tls required --tls-name mx.tls.test", tls())
            .with(|aim| Aim { certificate: Some(Shown::good("tls")), ..aim }),
    ];
    if lab().ipv6 {
        let shown = Shown { name_matches: false, ..Shown::good("dual") };
        let dual = || Aim::new("::1", None, "::1").encrypted(shown.clone());
        rows.push(address("[::1]:{smtp}", "--ca-file {ca}", dual()));
        rows.push(address("::1", "--port {smtp} --ca-file {ca}", dual()));
        rows.push(address("[IPv6:::1]:{smtp}", "--ca-file {ca}", dual()));
    }
    table::check(&rows);
}

#[test]
fn a_port_makes_a_name_a_host() {
    let options = "--resolver {validating} --ca-file {ca} --no-dnssec";
    let plain = || Aim::new("mx.plain.test", None, "{plain}");
    let submission = || {
        let aim = Aim::new("submission.test", None, "{submission}").encrypted(Shown::good("submission"));
        let inside = "PIPELINING,SIZE 10240000,VRFY,ETRN,AUTH PLAIN LOGIN,ENHANCEDSTATUSCODES,8BITMIME,DSN,\
                      SMTPUTF8,CHUNKING";
        Aim { port: "{submission-port}", capabilities_tls: Some(inside), ..aim }
    };
    let as_host = |target: &str, more: &str| Row::new(target, &format!("{options} {more}"));
    table::check(&[
        as_host("mx.plain.test:{smtp}", "").aim(plain()),
        as_host("MX.Plain.Test.:{smtp}", "").aim(plain()),
        as_host("mx.plain.test", "--port {smtp}").aim(plain()),
        as_host("mx.plain.test", "--as host --port {smtp}").aim(plain()),
        as_host("submission.test:{submission-port}", "").aim(submission()),
        as_host("submission.test", "--as host --port {submission-port}").aim(submission()),
        as_host("mx.tls.test:{smtp}", "")
            .aim(Aim::new("mx.tls.test", None, "{tls}").encrypted(Shown::good("tls"))),
        as_host("plain.test", "--as host --port {smtp}")
            .verdict("down")
            .reasons(&["dns_no_address down dns -"])
            .dns("no_data"),
        as_host("missing.test:{smtp}", "")
            .verdict("down")
            .reasons(&["dns_nxdomain down dns -"])
            .dns("nxdomain"),
        as_host("servfail.test:{smtp}", "")
            .verdict("down")
            .reasons(&["dns_servfail down dns -"])
            .dns("servfail"),
    ]);
}

#[test]
fn of_a_mail_address_the_domain_counts() {
    let row = Row::domain("someone@plain.test", "{validating}", "--no-dnssec");
    table::check(&[row.mx(&["10 mx.plain.test"]).aim(Aim::new("mx.plain.test", Some(10), "{plain}"))]);
    let command = "check someone@plain.test --as mx --port {smtp} --resolver {validating} --no-dnssec --json";
    assert_eq!(run::homing(command).json()["target"], "plain.test");
}

/// The name in the result is the canonical one.
#[test]
fn targets_are_shown_in_canonical_form() {
    let plain = lab().server("plain").unwrap();
    let port = lab().smtp_port;
    let rows = [
        ("Plain.TEST.", "plain.test".to_owned()),
        ("bücher.test", "xn--bcher-kva.test".to_owned()),
        ("BÜCHER.test", "xn--bcher-kva.test".to_owned()),
        ("xn--bcher-kva.test", "xn--bcher-kva.test".to_owned()),
    ];
    for (target, expected) in rows {
        let options = "--as mx --port {smtp} --resolver {validating} --no-dnssec --json";
        let result = run::homing(&format!("check {target} {options}")).json();
        assert_eq!((&result["target"], &result["verdict"]), (&expected.into(), &"up".into()), "{target}");
    }
    let result = run::homing("check [{plain}]:{smtp} --json").json();
    assert_eq!(result["target"], format!("{plain}:{port}"));
}
