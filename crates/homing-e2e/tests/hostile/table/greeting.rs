//! The greeting.

use std::time::Duration;

use crate::row::Row;
use crate::script::{Script, Step, bye, greet, hello, moment, raw, say, well_behaved};

/// A greeting and a correct session after it.
fn then_well(steps: impl IntoIterator<Item = Step>) -> Script {
    steps.into_iter().chain(hello(&[])).chain(bye()).collect()
}

/// A greeting and the client's goodbye to it.
fn then_bye(text: &str) -> Script {
    std::iter::once(say(text)).chain(bye()).collect()
}

pub(super) fn rows() -> Vec<Row> {
    fine().into_iter().chain(refused()).chain(no_mail_server()).collect()
}

fn fine() -> Vec<Row> {
    let drop = Duration::from_millis(5);
    vec![
        Row::new("well-behaved", well_behaved()).for_people(),
        Row::new(
            "greeting of several lines, with pauses",
            then_well([say("220-mx.test"), moment(), say("220-be patient"), moment(), say("220 now")]),
        ),
        Row::new(
            "greeting in two packets",
            then_well([raw("220 mx.te"), moment(), raw("st ESMTP\r"), moment(), raw("\n")]),
        ),
        Row::new(
            "greeting byte by byte",
            then_well([Step::Drip(b"220 mx.test\r\n".to_vec(), drop), moment()]),
        ),
        Row::new("greeting without text", then_well([say("220")])),
    ]
}

fn refused() -> Vec<Row> {
    vec![
        Row::new("greeting 421", then_bye("421 4.3.2 too many connections"))
            .down(&[("banner_rejected", "banner")])
            .for_people(),
        Row::new("greeting 554", then_bye("554 5.7.1 go away")).down(&[("banner_rejected", "banner")]),
        Row::new("greeting 250", then_bye("250 hello")).down(&[("banner_rejected", "banner")]),
        Row::new("greeting 354", then_bye("354 send the message")).down(&[("banner_rejected", "banner")]),
        Row::new("greeting 421 and gone", vec![say("421 busy"), Step::Shut])
            .down(&[("banner_rejected", "banner")]),
        Row::new("accused of early talking in the greeting", then_bye("554 SMTP synchronization error"))
            .down(&[("early_talker_error", "banner")]),
        Row::new("greeting twice", vec![Step::Say(b"220 mx.test\r\n250 and more\r\n".to_vec()), Step::Hush])
            .down(&[("reply_malformed", "ehlo")]),
        Row::new(
            "greeting again behind the answer to EHLO",
            [greet(), Step::Await("EHLO "), say("250 mx.test\n220 mx.test ESMTP")]
                .into_iter()
                .chain(bye())
                .collect(),
        )
        .degraded(&[("reply_malformed", "quit")]),
    ]
}

fn no_mail_server() -> Vec<Row> {
    let not_smtp = [("reply_malformed", "banner")];
    let noise: Vec<u8> = (0..4_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).collect();
    vec![
        Row::new(
            "HTTP server",
            vec![say("HTTP/1.1 400 Bad Request\nServer: nginx\nContent-Length: 0\n"), Step::Hush],
        )
        .down(&not_smtp)
        .for_people(),
        Row::new("SSH server", vec![say("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3"), Step::Hush])
            .down(&not_smtp),
        Row::new("garbage", vec![say("what do you want?"), Step::Hush]).down(&not_smtp),
        Row::new("empty line", vec![say(""), Step::Hush]).down(&not_smtp),
        Row::new("codes beyond SMTP", vec![say("920 hello"), Step::Hush]).down(&not_smtp),
        Row::new("tab behind the code", vec![say("220\thello"), Step::Hush]).down(&not_smtp),
        Row::new(
            "binary noise with an end of line",
            vec![raw([&noise[..500], b"\r\n"].concat()), Step::Hush],
        )
        .down(&not_smtp)
        .for_people(),
        Row::new("binary noise without an end", vec![raw(noise), Step::Hush])
            .down(&[("reply_too_long", "banner")])
            .for_people(),
        Row::new("TLS server", vec![Step::Say(vec![21, 3, 3, 0, 2, 2, 10]), Step::Shut]).down(&not_smtp),
    ]
}
