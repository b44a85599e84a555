//! Servers that do not answer, or too slowly to be called an answer.

use std::time::Duration;

use crate::row::Row;
use crate::script::{Step, after_client_hello, after_hello, greet, raw, say};

const SECOND: Duration = Duration::from_secs(1);

pub(super) fn rows() -> Vec<Row> {
    let late = |phase| [("reply_timeout", phase)];
    vec![
        Row::new("silent", vec![Step::Hush]).down(&[("banner_timeout", "banner")]).waits().for_people(),
        Row::new("greeting at a byte a second", vec![Step::Drip(b"220 mx.test ESMTP\r\n".to_vec(), SECOND)])
            .down(&[("banner_timeout", "banner")])
            .waits(),
        Row::new("greeting that never ends", vec![say("220-mx.test\n220-wait"), Step::Hush])
            .down(&[("banner_timeout", "banner")])
            .waits(),
        Row::new("EHLO not answered", vec![greet(), Step::Await("EHLO "), Step::Hush])
            .down(&late("ehlo"))
            .waits(),
        Row::new(
            "EHLO answered by half",
            vec![greet(), Step::Await("EHLO "), raw("250-mx.test\r\n250"), Step::Hush],
        )
        .down(&late("ehlo"))
        .waits(),
        Row::new("STARTTLS not answered", after_hello(&["STARTTLS"], [Step::Await("STARTTLS"), Step::Hush]))
            .down(&late("starttls"))
            .waits(),
        Row::new("TLS handshake not answered", after_client_hello([Step::Hush]))
            .degraded(&[("tls_handshake_failed", "tls")])
            .waits(),
        Row::new("TLS handshake not answered, TLS required", after_client_hello([Step::Hush]))
            .with(&["--tls", "required"])
            .down(&[("tls_handshake_failed", "tls")])
            .waits(),
        Row::new("QUIT not answered", after_hello(&[], [Step::Await("QUIT"), Step::Hush])).waits(),
    ]
}
