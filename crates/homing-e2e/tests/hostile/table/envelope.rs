//! Sender and recipient.

use crate::row::Row;
use crate::script::{Script, Step, after_hello, bye, say};

const SENDER: Step = Step::Await("MAIL FROM:<probe@probe.test>");
const RECIPIENT: Step = Step::Await("RCPT TO:<someone@corp.test>");

fn with_sender(answer: &str, steps: impl IntoIterator<Item = Step>) -> Script {
    after_hello(&["SIZE"], [SENDER, say(answer)].into_iter().chain(steps))
}

fn with_recipient(answer: &str, steps: impl IntoIterator<Item = Step>) -> Script {
    with_sender("250 2.1.0 ok", [RECIPIENT, say(answer)].into_iter().chain(steps))
}

/// RSET, so that nothing is sent, and QUIT.
fn reset_and_bye() -> Script {
    [Step::Await("RSET"), say("250 2.0.0 ok")].into_iter().chain(bye()).collect()
}

pub(super) fn rows() -> Vec<Row> {
    delivery().into_iter().chain(relay()).collect()
}

/// The open-relay question: a sender and a recipient that are both foreign to the server.
fn relay() -> Vec<Row> {
    let asked = |answer: &str, steps: Script| {
        let question = [
            Step::Await("MAIL FROM:<>"),
            say("250 2.1.0 ok"),
            Step::Await("RCPT TO:<foreign@elsewhere.test>"),
            say(answer),
        ];
        after_hello(&[], question.into_iter().chain(steps))
    };
    [
        Row::new("relay closed", asked("554 5.7.1 relaying denied", reset_and_bye())),
        Row::new("relay open", asked("250 2.1.5 ok", reset_and_bye()))
            .degraded(&[("open_relay", "open_relay")]),
        Row::new("relay question not answered", asked("554-5.7.1 let me think", vec![Step::Hush]))
            .down(&[("reply_timeout", "open_relay")])
            .waits(),
        Row::new("relay question resets", {
            let sender = Step::Await("MAIL FROM:<>");
            after_hello(&[], [sender, Step::Reset])
        })
        .down(&[("connection_reset", "open_relay")]),
    ]
    .into_iter()
    .map(|row| row.with(&["--open-relay", "foreign@elsewhere.test"]))
    .collect()
}

fn delivery() -> Vec<Row> {
    let no_sender = [("mail_from_rejected", "mail_from")];
    [
        Row::new("recipient accepted", with_recipient("250 2.1.5 ok", reset_and_bye())),
        Row::new("sender refused", with_sender("550 5.7.1 not you", bye())).down(&no_sender),
        Row::new("sender put off", with_sender("452 4.3.1 no space", bye())).down(&no_sender),
        Row::new("recipient refused", with_recipient("550 5.1.1 no such user", reset_and_bye()))
            .down(&[("rcpt_rejected", "rcpt_to")])
            .for_people(),
        Row::new("recipient put off", with_recipient("450 4.2.0 greylisted", reset_and_bye()))
            .degraded(&[("rcpt_deferred", "rcpt_to")]),
        Row::new("recipient answered with 354", with_recipient("354 go ahead", reset_and_bye()))
            .down(&[("rcpt_rejected", "rcpt_to")]),
        Row::new("sender not answered", after_hello(&[], [SENDER, Step::Hush]))
            .down(&[("reply_timeout", "mail_from")])
            .waits(),
        Row::new("recipient not answered", with_sender("250 ok", [RECIPIENT, Step::Hush]))
            .down(&[("reply_timeout", "rcpt_to")])
            .waits(),
        Row::new("closed after the recipient", with_sender("250 ok", [RECIPIENT, Step::Shut]))
            .down(&[("connection_closed", "rcpt_to")]),
        Row::new("RSET unknown", {
            let steps = [Step::Await("RSET"), say("500 what?")].into_iter().chain(bye());
            with_recipient("250 ok", steps)
        }),
    ]
    .into_iter()
    .map(|row| row.with(&["--mail-from", "probe@probe.test", "--rcpt", "someone@corp.test"]))
    .collect()
}
