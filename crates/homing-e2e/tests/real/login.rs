//! AUTH at the submission server, and where the credentials must not go. That the password is in no output is
//! asserted by [`run::homing`] for every run.

use crate::row::{Aim, POSTFIX_TLS, Row, Shown};
use crate::run;
use crate::table;

const IN_TLS: &str =
    "PIPELINING,SIZE 10240000,VRFY,ETRN,AUTH PLAIN LOGIN,ENHANCEDSTATUSCODES,8BITMIME,DSN,SMTPUTF8,CHUNKING";
const LOGIN: &str = "--auth-user {user} --auth-password-file {password-file}";
const WRONG: &str = "--auth-user {user} --auth-password-file {wrong-password-file}";
const TRUSTING: &str = "--ca-file {ca}";

/// A check of the submission port. What is said up to AUTH is always the same.
fn submission(options: &str, phases: &str, auth: &[&'static str]) -> Row {
    let options = format!("--resolver {{validating}} --no-dnssec {options}");
    let lines = [&["EHLO probe.example", "STARTTLS", "*EHLO probe.example"], auth, &["*QUIT"]].concat();
    let aim = Aim {
        port: "{submission-port}",
        capabilities: POSTFIX_TLS,
        capabilities_tls: Some(IN_TLS),
        certificate: Some(Shown::good("submission")),
        says: Some(lines),
        ..Aim::new("submission.test", None, "{submission}")
    };
    Row::new("submission.test:{submission-port}", &options)
        .aim(aim.phases(&format!("dns connect banner ehlo starttls tls ehlo_tls {phases} quit")))
}

/// A check of the port that has TLS from the first byte.
fn submissions(options: &str, phases: &str, auth: &[&'static str]) -> Row {
    let options = format!("--tls implicit --resolver {{validating}} --no-dnssec {options}");
    let aim = Aim {
        port: "{smtps-port}",
        capabilities: IN_TLS,
        certificate: Some(Shown::good("submission")),
        says: Some([&["*EHLO probe.example"], auth, &["*QUIT"]].concat()),
        ..Aim::new("submission.test", None, "{submission}")
    };
    Row::new("submission.test:{smtps-port}", &options)
        .aim(aim.phases(&format!("dns connect tls banner ehlo {phases} quit")))
}

#[test]
fn the_right_password_is_accepted() {
    let plain = ["*AUTH PLAIN ***"];
    let login = ["*AUTH LOGIN", "****", "****"];
    let with = |more: &str| format!("{TRUSTING} {LOGIN} {more}");
    table::check(&[
        submission(&with(""), "auth", &plain),
        submission(&with("--auth-mechanism plain"), "auth", &plain),
        submission(&with("--auth-mechanism login"), "auth", &login),
        submission(&with("--tls required"), "auth", &plain),
        submissions(&with(""), "auth", &plain),
        submissions(&with("--auth-mechanism login"), "auth", &login),
    ]);
}

/// Who has logged in may send anywhere; whether strangers may is asked before.
#[test]
fn the_envelope_comes_after_the_login_and_the_relay_question_before() {
    let with = |more: &str| format!("{TRUSTING} {LOGIN} {more}");
    let auth = "*AUTH PLAIN ***";
    let envelope = [auth, "*MAIL FROM:<me@elsewhere.test>", "*RCPT TO:<x@example.com>", "*RSET"];
    let relay = ["*MAIL FROM:<>", "*RCPT TO:<x@example.com>", "*RSET", auth];
    let offer = with("--mail-from me@elsewhere.test --rcpt x@example.com");
    table::check(&[
        submission(&offer, "auth mail_from rcpt_to rset", &envelope),
        submission(&with("--open-relay x@example.com"), "open_relay auth", &relay),
    ]);
}

#[test]
fn the_wrong_password_is_refused_once() {
    let with = |more: &str| format!("{TRUSTING} {WRONG} {more}");
    table::check(&[
        submission(&with(""), "auth:failed", &["*AUTH PLAIN ***"]).faulty("down", "auth_rejected", "auth"),
        submission(&with("--auth-mechanism login"), "auth:failed", &["*AUTH LOGIN", "****", "****"]).faulty(
            "down",
            "auth_rejected",
            "auth",
        ),
        submissions(&with(""), "auth:failed", &["*AUTH PLAIN ***"]).faulty("down", "auth_rejected", "auth"),
    ]);
}

/// Whoever has no certificate that can be checked might be anyone: the transcript ends without AUTH.
#[test]
fn credentials_are_withheld_from_servers_that_are_not_verified() {
    let untrusted = Shown { trusted: false, ..Shown::good("submission") };
    let withheld = "auth_withheld down auth submission.test";
    let row = |row: Row, shown: &Shown, reason: &str| {
        let row = row.verdict("down").reasons(&[withheld, reason]);
        row.with(|aim| Aim { certificate: Some(shown.clone()), ..aim.verdict("down") })
    };
    let name = Shown { name_matches: false, ..Shown::good("submission") };
    let elsewhere = format!("{TRUSTING} {LOGIN} --tls-name elsewhere.test");
    let skipped = "auth:skipped";
    table::check(&[
        row(submission(LOGIN, skipped, &[]), &untrusted, "cert_untrusted degraded tls submission.test"),
        row(submissions(LOGIN, skipped, &[]), &untrusted, "cert_untrusted down tls submission.test"),
        row(submission(&elsewhere, skipped, &[]), &name, "cert_name_mismatch degraded tls submission.test"),
    ]);
}

#[test]
fn clear_text_takes_the_operators_word() {
    let clear = "dns connect banner ehlo starttls:skipped auth:skipped quit";
    let allowed = format!("{LOGIN} --auth-in-clear");
    let sink = "PIPELINING,8BITMIME,AUTH PLAIN LOGIN,XCLIENT NAME HELO,XFORWARD NAME ADDR PROTO HELO,\
                ENHANCEDSTATUSCODES,DSN";
    table::check(&[
        Row::server("plain", LOGIN).with(|aim| aim.phases(clear)).faulty("down", "auth_withheld", "auth"),
        Row::server("sink", LOGIN).with(|aim| aim.phases(clear).capabilities(sink)).faulty(
            "down",
            "auth_withheld",
            "auth",
        ),
        Row::server("plain", &allowed)
            .with(|aim| aim.phases("dns connect banner ehlo starttls:skipped auth:failed quit"))
            .faulty("down", "auth_missing", "auth"),
    ]);
}

#[test]
fn a_mechanism_that_is_not_offered_is_missing() {
    let options = format!("{TRUSTING} {LOGIN} --auth-mechanism xoauth2");
    table::check(&[submission(&options, "auth:failed", &[]).faulty("down", "auth_missing", "auth")]);
}

/// In every form of output; each run asserts that the password, plain or encoded, is not in it.
#[test]
fn no_output_tells_the_password() {
    let target = "check submission.test:{submission-port} --resolver {validating} --no-dnssec --ca-file {ca}";
    for credentials in [LOGIN, WRONG] {
        let exit = if credentials == LOGIN { 0 } else { 2 };
        for form in ["", "--transcript", "--nagios", "--json", "-n 2 -i 200ms", "-n 2 -i 200ms --transcript"]
        {
            for mechanism in ["plain", "login"] {
                let command = format!("{target} {credentials} --auth-mechanism {mechanism} {form}");
                let ran = run::homing(&command);
                assert_eq!(ran.code, Some(exit), "{command}: {}{}", ran.stdout, ran.stderr);
            }
        }
    }
}
