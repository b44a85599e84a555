//! Connections that end too early, with and without a reset.

use crate::row::Row;
use crate::script::{Step, after_client_hello, after_hello, greet, moment, raw, say};

pub(super) fn rows() -> Vec<Row> {
    closed().into_iter().chain(reset()).collect()
}

fn closed() -> Vec<Row> {
    let closed = |phase| [("connection_closed", phase)];
    vec![
        Row::new("closed at once", vec![Step::Shut]).down(&closed("banner")).for_people(),
        Row::new("closed after the greeting", vec![greet(), Step::Shut]).down(&closed("ehlo")),
        Row::new("closed in mid-greeting", vec![raw("220-mx.test\r\n22"), Step::Shut])
            .down(&closed("banner")),
        Row::new("closed after EHLO", vec![greet(), Step::Await("EHLO "), Step::Shut]).down(&closed("ehlo")),
        Row::new(
            "closed in the answer to EHLO",
            vec![greet(), Step::Await("EHLO "), raw("250-mx.test\r\n250-SI"), Step::Shut],
        )
        .down(&closed("ehlo")),
        Row::new(
            "closed between the lines of the answer to EHLO",
            vec![greet(), Step::Await("EHLO "), raw("250-mx.test\r\n"), Step::Shut],
        )
        .down(&closed("ehlo")),
        Row::new("closed after STARTTLS", after_hello(&["STARTTLS"], [Step::Await("STARTTLS"), Step::Shut]))
            .down(&[("connection_closed", "starttls")]),
        Row::new(
            "closed after the answer to STARTTLS",
            after_hello(&["STARTTLS"], [Step::Await("STARTTLS"), say("220 go"), Step::Shut]),
        )
        .degraded(&[("tls_handshake_failed", "tls")]),
        Row::new("closed in the TLS handshake", after_client_hello([Step::Shut]))
            .degraded(&[("tls_handshake_failed", "tls")]),
        Row::new("closed instead of 221", after_hello(&[], [Step::Await("QUIT"), Step::Shut])),
    ]
}

fn reset() -> Vec<Row> {
    let reset = |phase| [("connection_reset", phase)];
    vec![
        Row::new("reset before the greeting", vec![moment(), Step::Reset])
            .down(&reset("banner"))
            .for_people(),
        Row::new("reset after the greeting", vec![greet(), Step::Reset]).down(&reset("connect|banner|ehlo")),
        Row::new("reset in mid-greeting", vec![raw("220-mx.test\r\n22"), moment(), Step::Reset])
            .down(&reset("banner")),
        Row::new("reset after EHLO", vec![greet(), Step::Await("EHLO "), Step::Reset]).down(&reset("ehlo")),
        Row::new(
            "reset in the answer to EHLO",
            vec![greet(), Step::Await("EHLO "), raw("250-mx.test\r\n250-SI"), moment(), Step::Reset],
        )
        .down(&reset("ehlo")),
        Row::new("reset after STARTTLS", after_hello(&["STARTTLS"], [Step::Await("STARTTLS"), Step::Reset]))
            .down(&reset("starttls")),
        Row::new(
            "reset after the answer to STARTTLS",
            after_hello(&["STARTTLS"], [Step::Await("STARTTLS"), say("220 go"), moment(), Step::Reset]),
        )
        .degraded(&[("tls_handshake_failed", "tls")]),
        Row::new("reset in the TLS handshake", after_client_hello([Step::Reset]))
            .degraded(&[("tls_handshake_failed", "tls")]),
        Row::new("reset instead of 221", after_hello(&[], [Step::Await("QUIT"), Step::Reset])),
    ]
}
