//! AUTH: secrets are sent where that is allowed, and shown nowhere.

use crate::row::Row;
use crate::script::{Script, Step, after_hello, bye, raw, say};

/// A password, and what PLAIN and LOGIN make of it with the user `monitor`.
const SHORT: &str = "s3cret-Pass";
const SHORT_PLAIN: &str = "AG1vbml0b3IAczNjcmV0LVBhc3M=";
const SHORT_LOGIN: &str = "czNjcmV0LVBhc3M=";

/// A long password, of which no recognisable part may be shown either.
const LONG: &str = "correct-horse-battery-staple-and-then-some-more-words";
const LONG_PARTS: [&str; 3] = ["AG1vbml0b3IAY29ycmVjdC1ob3JzZS1", "Y29ycmVjdC1ob3JzZS1", "correct-horse"];

const REJECTED: [(&str, &str); 1] = [("auth_rejected", "auth")];

fn offering(mechanisms: &str, steps: impl IntoIterator<Item = Step>) -> Script {
    after_hello(&[mechanisms], steps)
}

pub(super) fn rows() -> Vec<Row> {
    allowed().into_iter().chain(careless()).chain(withheld()).collect()
}

fn allowed() -> Vec<Row> {
    let plain = [Step::Await("AUTH PLAIN AG1vbml0b3IAczNjcmV0LVBhc3M="), say("235 2.7.0 welcome")];
    let login = [
        Step::Await("AUTH LOGIN"),
        say("334 VXNlcm5hbWU6"),
        Step::Await("bW9uaXRvcg=="),
        say("334 UGFzc3dvcmQ6"),
        Step::Await("czNjcmV0LVBhc3M="),
        say("235 2.7.0 welcome"),
    ];
    let again = [
        Step::Await("AUTH PLAIN "),
        say("334 "),
        Step::Await("AG1vbml0b3IAczNjcmV0LVBhc3M="),
        say("235 2.7.0 welcome"),
    ];
    [
        Row::new("AUTH PLAIN accepted", offering("AUTH LOGIN PLAIN", plain.into_iter().chain(bye())))
            .for_people(),
        Row::new("AUTH LOGIN accepted", offering("AUTH LOGIN", login.into_iter().chain(bye()))).for_people(),
        Row::new("AUTH PLAIN asked for twice", offering("AUTH PLAIN", again.into_iter().chain(bye()))),
        Row::new("AUTH challenged without end", {
            let challenge = || [Step::Await(""), say("334 more")];
            let steps = [Step::Await("AUTH PLAIN "), say("334 ")].into_iter().chain(challenge());
            // What cannot be answered is cancelled, so that QUIT is not taken for an answer (RFC 4954 §4).
            let cancelled = [Step::Await("*"), say("501 5.7.0 cancelled")];
            offering("AUTH PLAIN", steps.chain(cancelled).chain(bye()))
        })
        .down(&REJECTED),
        Row::new("AUTH not offered", offering("SIZE", bye())).down(&[("auth_missing", "auth")]),
        Row::new("AUTH of another kind", offering("AUTH CRAM-MD5", bye())).down(&[("auth_missing", "auth")]),
    ]
    .into_iter()
    .map(|row| row.with(&["--auth-in-clear"]).logs_in(SHORT, &[SHORT_PLAIN, SHORT_LOGIN]))
    .collect()
}

/// A server that offers PLAIN and answers it with these lines.
fn refusing(answer: &str) -> Script {
    offering("AUTH PLAIN", [Step::Await("AUTH PLAIN "), say(answer)].into_iter().chain(bye()))
}

/// A server that offers PLAIN and repeats the command behind these words.
fn repeating(words: &'static str, steps: impl IntoIterator<Item = Step>) -> Script {
    offering("AUTH PLAIN", std::iter::once(Step::Echo("AUTH PLAIN ", words)).chain(steps))
}

/// Servers that repeat what they were told.
fn careless() -> Vec<Row> {
    let login = [
        Step::Await("AUTH LOGIN"),
        say("334 VXNlcm5hbWU6"),
        Step::Echo("bW9u", "334 got "),
        Step::Echo("czNj", "535 got "),
    ];
    // The explanation that such servers send is in base64, and an empty line asks for the refusal.
    let token = [Step::Await("AUTH XOAUTH2 "), say("334 eyJzdGF0dXMiOiI0MDEifQ=="), Step::Await("")];
    let token = token.into_iter().chain([say(&format!("535 5.7.8 token {SHORT} is stale"))]);
    [
        Row::new("AUTH repeated in its refusal", repeating("535 5.7.8 cannot use: ", bye())),
        Row::new("AUTH repeated as a syntax error", repeating("501 5.5.4 ", bye())),
        Row::new("password spelled out", refusing(&format!("535 5.7.8 user monitor, password {SHORT}: no"))),
        Row::new("AUTH LOGIN repeated", offering("AUTH LOGIN", login.into_iter().chain(bye()))),
        Row::new("token spelled out", offering("AUTH XOAUTH2", token.chain(bye())))
            .with(&["--auth-mechanism", "xoauth2"]),
    ]
    .into_iter()
    .map(|row| row.down(&REJECTED).logs_in(SHORT, &[SHORT_PLAIN, SHORT_LOGIN]))
    .chain(careless_at_length())
    .map(|row| row.with(&["--auth-in-clear"]).for_people())
    .collect()
}

/// The same, where the secret goes past the end of what is shown.
fn careless_at_length() -> Vec<Row> {
    let far = "a".repeat(980);
    let malformed = |phase| [("reply_malformed", phase)];
    [
        Row::new("a long AUTH repeated", repeating("535 5.7.8 ", bye())).down(&REJECTED),
        Row::new("a long AUTH repeated where lines are cut", refusing(&format!("535 {far} {LONG}")))
            .down(&REJECTED),
        Row::new("a long AUTH repeated across lines", refusing(&format!("535-{far}\n535 {LONG}")))
            .down(&REJECTED),
        Row::new("an echo instead of a server", repeating("", [Step::Hush])).down(&malformed("auth")),
        Row::new("an echo behind the refusal", repeating("535 5.7.8 no\r\nyou said ", bye()))
            .down(&[("auth_rejected", "auth"), ("reply_malformed", "quit")]),
        Row::new("an echo behind the acceptance", repeating("235 2.7.0 yes\r\nyou said ", [Step::Hush]))
            .with(&["--mail-from", "probe@probe.test", "--rcpt", "someone@corp.test"])
            .down(&malformed("mail_from")),
        Row::new("an echo that ends in mid-secret", {
            let begun = raw("535 AG1vbml0b3IAY29ycmVjdC1ob3JzZS1iYXR0ZXJ5");
            offering("AUTH PLAIN", [Step::Await("AUTH PLAIN "), begun, Step::Shut])
        })
        .down(&[("connection_closed", "auth")]),
    ]
    .into_iter()
    .map(|row| row.logs_in(LONG, &LONG_PARTS))
    .collect()
}

fn withheld() -> Vec<Row> {
    vec![
        Row::new("AUTH in clear without leave", offering("AUTH PLAIN LOGIN", bye()))
            .down(&[("auth_withheld", "auth")])
            .logs_in(SHORT, &[SHORT_PLAIN, SHORT_LOGIN])
            .for_people(),
        Row::new(
            "AUTH in clear without leave after STARTTLS was refused",
            after_hello(&["STARTTLS", "AUTH PLAIN"], [Step::Await("STARTTLS"), say("454 no")])
                .into_iter()
                .chain(bye())
                .collect(),
        )
        .down(&[("starttls_rejected", "starttls"), ("auth_withheld", "auth")])
        .logs_in(SHORT, &[SHORT_PLAIN, SHORT_LOGIN]),
    ]
}
