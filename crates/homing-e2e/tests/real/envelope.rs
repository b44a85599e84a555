//! Sender and recipient, as far as one can go without sending anything, and the open-relay question.

use crate::row::{Aim, Row, Shown};
use crate::table;

const ENVELOPE: &str = "dns connect banner ehlo starttls:skipped mail_from rcpt_to rset quit";
const REFUSED: &str = "dns connect banner ehlo starttls:skipped mail_from rcpt_to:failed rset quit";
const RELAY: &str = "dns connect banner ehlo starttls:skipped open_relay quit";

/// A check that offers a recipient of the server of this name.
fn offer(server: &'static str, recipient: &'static str, phases: &'static str) -> Row {
    let options = format!("--mail-from me@elsewhere.test --rcpt {recipient}");
    let rcpt: &'static str = format!("RCPT TO:<{recipient}>").leak();
    let lines = ["EHLO probe.example", "MAIL FROM:<me@elsewhere.test>", rcpt, "RSET", "QUIT"];
    Row::server(server, &options).with(|aim| aim.phases(phases).says(&lines))
}

#[test]
fn recipients_are_taken_put_off_or_refused() {
    let opensmtpd = "8BITMIME,ENHANCEDSTATUSCODES,SIZE 36700160,DSN,HELP";
    let sink = "PIPELINING,8BITMIME,AUTH PLAIN LOGIN,XCLIENT NAME HELO,XFORWARD NAME ADDR PROTO HELO,\
                ENHANCEDSTATUSCODES,DSN";
    table::check(&[
        offer("reject", "ok@reject.test", ENVELOPE),
        offer("reject", "user@reject.test", REFUSED).faulty("down", "rcpt_rejected", "rcpt_to"),
        offer("reject", "later@reject.test", REFUSED).faulty("degraded", "rcpt_deferred", "rcpt_to"),
        offer("plain", "x@example.com", REFUSED).faulty("down", "rcpt_rejected", "rcpt_to"),
        offer("opensmtpd", "x@opensmtpd.test", ENVELOPE).with(|aim| aim.capabilities(opensmtpd)),
        offer("sink", "x@sink.test", ENVELOPE).with(|aim| aim.capabilities(sink)),
    ]);
}

#[test]
fn the_envelope_goes_through_tls_where_there_is_tls() {
    let phases = "dns connect banner ehlo starttls tls ehlo_tls mail_from rcpt_to rset quit";
    let lines = [
        "EHLO probe.example",
        "STARTTLS",
        "*EHLO probe.example",
        "*MAIL FROM:<me@elsewhere.test>",
        "*RCPT TO:<x@tls.test>",
        "*RSET",
        "*QUIT",
    ];
    let options = "--mail-from me@elsewhere.test --rcpt x@tls.test";
    let aim = |aim: Aim| aim.encrypted(Shown::good("tls")).phases(phases).says(&lines);
    table::check(&[Row::server("tls", options).with(aim)]);
}

#[test]
fn a_relay_that_is_open_to_all_is_found() {
    let lines = ["EHLO probe.example", "MAIL FROM:<>", "RCPT TO:<x@example.com>", "RSET", "QUIT"];
    let row =
        |server| Row::server(server, "--open-relay x@example.com").with(|aim| aim.phases(RELAY).says(&lines));
    table::check(&[row("relay").faulty("degraded", "open_relay", "open_relay"), row("plain"), row("reject")]);
}

/// Both questions in one session: the relay's first, since logging in or a sender of one's own would change it.
#[test]
fn relay_and_recipient_can_be_asked_together() {
    let options = "--open-relay x@example.com --mail-from me@elsewhere.test --rcpt ok@reject.test";
    let phases = "dns connect banner ehlo starttls:skipped open_relay mail_from rcpt_to rset quit";
    let lines = [
        "EHLO probe.example",
        "MAIL FROM:<me@elsewhere.test>",
        "RCPT TO:<x@example.com>",
        "RSET",
        "MAIL FROM:<me@elsewhere.test>",
        "RCPT TO:<ok@reject.test>",
        "RSET",
        "QUIT",
    ];
    table::check(&[Row::server("reject", options).with(|aim| aim.phases(phases).says(&lines))]);
}
