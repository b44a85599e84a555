//! STARTTLS and the handshake, as far as they go wrong without a certificate.

use crate::row::Row;
use crate::script::{Script, Step, after_client_hello, after_hello, alert, bye, raw, say};

/// The server's half of a TLS 1.0 handshake, to its first message: RSA, AES-128-CBC, no extensions.
fn tls_1_0_hello() -> Step {
    let hello = [&[3, 1][..], &[7; 32], &[0, 0x00, 0x2f, 0]].concat();
    let record = [&[22, 3, 1, 0, 42, 2, 0, 0, 38][..], &hello].concat();
    raw(record)
}

/// STARTTLS is announced and answered like this.
fn answered(answer: &str, steps: impl IntoIterator<Item = Step>) -> Script {
    after_hello(&["STARTTLS"], [Step::Await("STARTTLS"), say(answer)].into_iter().chain(steps))
}

pub(super) fn rows() -> Vec<Row> {
    refused().into_iter().chain(injected()).chain(handshake()).chain(implicit()).collect()
}

fn refused() -> Vec<Row> {
    let rejected = [("starttls_rejected", "starttls")];
    vec![
        Row::new("STARTTLS refused", answered("454 4.7.0 TLS not available", bye()))
            .degraded(&rejected)
            .for_people(),
        Row::new("STARTTLS refused, TLS required", answered("454 4.7.0 TLS not available", bye()))
            .with(&["--tls", "required"])
            .down(&rejected),
        Row::new("STARTTLS answered with 250", answered("250 fine", bye())).degraded(&rejected),
        Row::new("STARTTLS announced, but TLS is not wanted", after_hello(&["STARTTLS"], bye()))
            .with(&["--tls", "none"]),
        Row::new("STARTTLS not announced, TLS required", after_hello(&["SIZE"], bye()))
            .with(&["--tls", "required"])
            .down(&[("starttls_missing", "starttls")]),
    ]
}

fn injected() -> Vec<Row> {
    let long = format!("220 go\n250 {}", "x".repeat(1_800));
    let both = [("starttls_injection", "starttls"), ("tls_handshake_failed", "tls")];
    vec![
        Row::new(
            "plain text behind the answer to STARTTLS",
            answered("220 go\n250 injected", [Step::AwaitHello, alert(40), Step::Shut]),
        )
        .degraded(&both)
        .for_people(),
        Row::new(
            "plain text behind the answer to STARTTLS, TLS required",
            answered("220 go\n250 injected", [Step::AwaitHello, alert(40), Step::Shut]),
        )
        .with(&["--tls", "required"])
        .down(&both),
        Row::new(
            "much plain text behind the answer to STARTTLS",
            answered(&long, [Step::AwaitHello, alert(40), Step::Shut]),
        )
        .degraded(&both),
    ]
}

fn handshake() -> Vec<Row> {
    let failed = [("tls_handshake_failed", "tls")];
    let old = [("tls_version_old", "tls")];
    vec![
        Row::new("garbage instead of TLS", after_client_hello([say("220 this is not TLS"), Step::Shut]))
            .degraded(&failed)
            .for_people(),
        Row::new("garbage instead of TLS, TLS required", after_client_hello([say("500 what?"), Step::Shut]))
            .with(&["--tls", "required"])
            .down(&failed),
        Row::new("garbage without end instead of TLS", after_client_hello([Step::Flood(vec![b'x'; 65_536])]))
            .degraded(&failed),
        Row::new(
            "a TLS record without end",
            after_client_hello([raw([22, 3, 3, 255, 255]), Step::Flood(vec![0; 65_536])]),
        )
        .degraded(&failed),
        Row::new(
            "handshake fragments without end",
            // A message that claims 16 MB, in records of 16 KiB.
            after_client_hello([
                raw([22, 3, 3, 0, 4, 2, 255, 255, 255]),
                Step::Flood([&[22, 3, 3, 0x40, 0x00][..], &vec![0; 0x4000]].concat()),
            ]),
        )
        .degraded(&failed),
        Row::new("alert: handshake_failure", after_client_hello([alert(40), Step::Shut])).degraded(&failed),
        Row::new("alert: protocol_version", after_client_hello([alert(70), Step::Shut])).degraded(&old),
        Row::new("alert: protocol_version, TLS required", after_client_hello([alert(70), Step::Shut]))
            .with(&["--tls", "required"])
            .down(&old),
        Row::new("TLS 1.0 chosen", after_client_hello([tls_1_0_hello(), Step::Shut])).degraded(&old),
    ]
}

fn implicit() -> Vec<Row> {
    let failed = [("tls_handshake_failed", "tls")];
    let implicit = ["--tls", "implicit"];
    vec![
        Row::new(
            "plain text where TLS should begin at once",
            // After the hello, because here the client speaks first, and the peer complains of early talkers.
            vec![Step::AwaitHello, say("220 mx.test ESMTP"), Step::Shut],
        )
        .with(&implicit)
        .down(&failed)
        .for_people(),
        Row::new("silence where TLS should begin at once", vec![Step::AwaitHello, Step::Hush])
            .with(&implicit)
            .down(&failed)
            .waits(),
        Row::new("closed where TLS should begin at once", vec![Step::Shut]).with(&implicit).down(&failed),
    ]
}
