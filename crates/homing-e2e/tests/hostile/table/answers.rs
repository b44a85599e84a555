//! Answers to EHLO and QUIT.

use crate::row::Row;
use crate::script::{Script, Step, after_hello, bye, greet, moment, raw, say};

/// The answer to EHLO and what follows it.
fn ehlo(answer: &str, steps: impl IntoIterator<Item = Step>) -> Script {
    [greet(), Step::Await("EHLO "), say(answer)].into_iter().chain(steps).collect()
}

fn helo(answer: &str) -> Vec<Step> {
    vec![Step::Await("HELO "), say(answer)]
}

pub(super) fn rows() -> Vec<Row> {
    let rejected = [("ehlo_rejected", "ehlo")];
    vec![
        Row::without_peer("nobody listens").down(&[("connect_refused", "connect")]).for_people(),
        Row::new(
            "EHLO unknown, HELO accepted",
            ehlo("502 5.5.2 command not implemented", helo("250 mx.test").into_iter().chain(bye())),
        ),
        Row::new(
            "EHLO and HELO refused",
            ehlo("550 5.7.1 no", helo("550 5.7.1 still no").into_iter().chain(bye())),
        )
        .down(&rejected),
        Row::new("EHLO put off", ehlo("451 4.3.0 later", bye())).down(&rejected),
        Row::new("EHLO answered with 421", ehlo("421 4.3.2 closing", bye())).down(&rejected),
        Row::new("EHLO answered with 220", ehlo("220 mx.test", bye())).down(&rejected),
        Row::new(
            "accused of early talking at EHLO",
            ehlo("554 5.5.0 improper use of SMTP command pipelining", bye()),
        )
        .down(&[("early_talker_error", "ehlo")]),
        Row::new(
            "answer to EHLO in pieces",
            vec![
                greet(),
                Step::Await("EHLO "),
                raw("250-mx.te"),
                moment(),
                raw("st\r\n2"),
                moment(),
                raw("50 HELP\r\n"),
            ]
            .into_iter()
            .chain(bye())
            .collect(),
        ),
        Row::new("answer to EHLO that mixes codes", ehlo("250-mx.test\n550 no", [Step::Hush]))
            .down(&[("reply_malformed", "ehlo")]),
        Row::new("two answers to EHLO", ehlo("250 mx.test\n250 mx.test", bye()))
            .degraded(&[("reply_malformed", "quit")]),
        Row::new("QUIT unknown", after_hello(&[], [Step::Await("QUIT"), say("500 what?")])),
        Row::new("QUIT answered with garbage", after_hello(&[], [Step::Await("QUIT"), say("so long")])),
    ]
}
