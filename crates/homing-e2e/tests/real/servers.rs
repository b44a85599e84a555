//! Servers that are well, of several makes, and the ways to use TLS with them.

use crate::row::{Aim, POSTFIX_TLS, Row, Shown};
use crate::run;
use crate::table;

#[test]
fn servers_of_every_make_are_up() {
    let (exim, exim_tls) = (
        "SIZE 52428800,8BITMIME,PIPELINING,PIPECONNECT,CHUNKING,STARTTLS,SMTPUTF8,HELP",
        "SIZE 52428800,8BITMIME,PIPELINING,PIPECONNECT,CHUNKING,SMTPUTF8,HELP",
    );
    let opensmtpd = "8BITMIME,ENHANCEDSTATUSCODES,SIZE 36700160,DSN,HELP";
    let sink = "PIPELINING,8BITMIME,AUTH PLAIN LOGIN,XCLIENT NAME HELO,XFORWARD NAME ADDR PROTO HELO,\
                ENHANCEDSTATUSCODES,DSN";
    table::check(&[
        Row::server("plain", ""),
        Row::server("tls", "").with(|aim| aim.encrypted(Shown::good("tls"))),
        Row::server("required", "").with(|aim| aim.encrypted(Shown::good("required"))),
        Row::server("exim", "").with(|aim| {
            let aim = aim.encrypted(Shown::good("exim")).capabilities(exim);
            Aim { capabilities_tls: Some(exim_tls), ..aim }
        }),
        Row::server("opensmtpd", "").with(|aim| aim.capabilities(opensmtpd)),
        Row::server("sink", "").with(|aim| aim.capabilities(sink)),
    ]);
}

#[test]
fn tls_is_used_as_it_was_asked_for() {
    let none = "dns connect banner ehlo quit";
    table::check(&[
        Row::server("plain", "--tls required")
            .with(|aim| aim.phases("dns connect banner ehlo starttls:failed quit"))
            .faulty("down", "starttls_missing", "starttls"),
        Row::server("plain", "--tls none").with(|aim| aim.phases(none)),
        Row::server("plain", "--tls opportunistic"),
        Row::server("tls", "--tls none").with(|aim| aim.phases(none).capabilities(POSTFIX_TLS)),
        Row::server("tls", "--tls required").with(|aim| aim.encrypted(Shown::good("tls"))),
        Row::server("required", "--tls required").with(|aim| aim.encrypted(Shown::good("required"))),
        Row::server("required", "--tls none").with(|aim| aim.phases(none).capabilities(POSTFIX_TLS)),
    ]);
}

#[test]
fn broken_and_old_tls_is_told_apart() {
    let broken = "dns connect banner ehlo starttls tls:failed";
    let opensmtpd = "8BITMIME,ENHANCEDSTATUSCODES,SIZE 36700160,DSN,STARTTLS,HELP";
    let old =
        |options| Row::server("oldtls", options).with(|aim| aim.phases(broken).capabilities(POSTFIX_TLS));
    let fails =
        |options| Row::server("brokentls", options).with(|aim| aim.phases(broken).capabilities(opensmtpd));
    table::check(&[
        old("").faulty("degraded", "tls_version_old", "tls"),
        old("--tls required").faulty("down", "tls_version_old", "tls"),
        fails("").faulty("degraded", "tls_handshake_failed", "tls"),
        fails("--tls required").faulty("down", "tls_handshake_failed", "tls"),
    ]);
}

#[test]
fn implicit_tls_where_there_is_none_is_told() {
    let aim = |row: Row, phases: &str| row.with(|aim| aim.phases(phases).capabilities(""));
    let clear = aim(Row::server("opensmtpd", "--tls implicit"), "dns connect tls:failed");
    let mute = aim(Row::server("mute", "--tls implicit --timeout 1s"), "dns connect tls:timeout");
    table::check(&[
        clear.faulty("down", "tls_handshake_failed", "tls"),
        mute.faulty("down", "tls_handshake_failed", "tls"),
    ]);
}

#[test]
fn greeting_and_capabilities_can_be_expected() {
    table::check(&[
        Row::server("plain", "--expect-banner ^mx.plain.test"),
        Row::server("plain", "--expect-banner Exchange").faulty("down", "banner_mismatch", "banner"),
        Row::server("plain", "--expect-capability SMTPUTF8 --expect-capability chunking"),
        Row::server("plain", "--expect-capability REQUIRETLS").faulty(
            "degraded",
            "capability_missing",
            "ehlo",
        ),
    ]);
}

/// The name under which IANA, and the log of the server, knows the cipher suite.
#[test]
fn cipher_suites_have_their_registered_names() {
    for (server, port) in [("tls", "{smtp}"), ("exim", "{smtp}"), ("submission", "{submission-port}")] {
        let result = run::homing(&format!("check {{{server}}}:{port} --json --ca-file {{ca}}")).json();
        let cipher = result["targets"][0]["tls"]["cipher"].as_str().unwrap();
        let known = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];
        assert!(known.contains(&cipher), "{server}: {cipher}");
    }
}

/// The lab's own certificates are what a check without `--ca-file` must not trust.
#[test]
fn a_private_authority_is_not_trusted_unless_it_is_given() {
    let shown = Shown { trusted: false, ..Shown::good("tls") };
    let command = "check tls.test --json --helo probe.example --as mx --port {smtp} --resolver {validating} --no-dnssec";
    let row = |verdict, more: &str| {
        let row = Row::server("tls", more).with(|aim| aim.encrypted(shown.clone()));
        let row = row.faulty(verdict, "cert_untrusted", "tls");
        Row { command: format!("{command} {more}"), name: format!("without --ca-file {more}"), ..row }
    };
    table::check(&[row("degraded", ""), row("down", "--tls required")]);
}
