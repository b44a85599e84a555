//! Lines that are long, many, or oddly ended.

use crate::row::Row;
use crate::script::{Script, Step, after_hello, bye, greet, hello, raw, say};
use serde_json::Value;

/// A greeting of so many bytes, without its end.
fn greeting_of(bytes: usize) -> Step {
    say(&format!("220 {}", "a".repeat(bytes - 4)))
}

/// So many lines of a greeting, of so many bytes each.
fn greetings(lines: usize, bytes: usize) -> Step {
    let text = "a".repeat(bytes - 4);
    raw(format!("{}220 {text}\r\n", format!("220-{text}\r\n").repeat(lines - 1)))
}

fn then_well(step: Step) -> Script {
    std::iter::once(step).chain(hello(&[])).chain(bye()).collect()
}

fn then_hush(step: Step) -> Script {
    vec![step, Step::Hush]
}

pub(super) fn rows() -> Vec<Row> {
    long().into_iter().chain(many()).chain(odd()).collect()
}

fn long() -> Vec<Row> {
    let too_long = [("reply_too_long", "banner")];
    vec![
        Row::new("line of 2,048 bytes", then_well(greeting_of(2_048))).and(a_line_is_cut),
        Row::new("line of 2,049 bytes", then_hush(greeting_of(2_049))).down(&too_long).and(a_line_is_cut),
        Row::new("line of 10 MB", then_hush(greeting_of(10_000_000)))
            .down(&too_long)
            .for_people()
            .and(the_line_is_shown),
        Row::new("line without end", vec![Step::Flood(vec![b'2'; 65_536])])
            .down(&too_long)
            .and(the_line_is_shown),
        Row::new("line without end, of 220s", vec![raw("220 "), Step::Flood(b"220 ".repeat(1_000))])
            .down(&too_long)
            .and(the_line_is_shown),
        Row::new("line of CRs", vec![raw("220 "), Step::Flood(vec![b'\r'; 4_096])]).down(&too_long),
    ]
}

fn many() -> Vec<Row> {
    let too_long = [("reply_too_long", "banner")];
    let keywords = |count: usize, bytes: usize| -> Vec<String> {
        (0..count).map(|n| format!("X{n:03} {}", "k".repeat(bytes - 9))).collect()
    };
    let hello_of = |count, bytes| {
        let keywords = keywords(count, bytes);
        let keywords: Vec<_> = keywords.iter().map(String::as_str).collect();
        hello(&keywords)
    };
    vec![
        Row::new("128 lines", then_well(greetings(128, 40))),
        Row::new("129 lines", then_hush(greetings(129, 40))).down(&too_long),
        Row::new("lines without end", vec![Step::Flood(b"220-more\r\n".repeat(100))]).down(&too_long),
        Row::new("empty lines without end", vec![Step::Flood(b"\r\n".repeat(1_000))])
            .down(&[("reply_malformed", "banner")]),
        Row::new(
            "EHLO answer at every limit",
            std::iter::once(greet()).chain(hello_of(127, 2_040)).chain(bye()).collect(),
        )
        .and(the_transcript_is_cut),
        Row::new(
            "more than 256 KiB in a session",
            [greetings(20, 1_000)].into_iter().chain(hello_of(127, 2_040)).chain([Step::Hush]).collect(),
        )
        .down(&[("reply_too_long", "ehlo")])
        .and(the_transcript_is_cut),
    ]
}

fn odd() -> Vec<Row> {
    let malformed = [("reply_malformed", "banner")];
    vec![
        Row::new("codes that differ", then_hush(say("220-mx.test\n250 hello"))).down(&malformed),
        Row::new("NUL in the greeting", then_hush(raw(*b"220 mx\0test\r\n"))).down(&malformed).for_people(),
        Row::new("LF alone", then_well(raw(*b"220 mx.test ESMTP\n"))).degraded(&malformed),
        Row::new("LF alone everywhere", {
            let mut script =
                vec![raw(*b"220 mx.test\n"), Step::Await("EHLO "), raw(*b"250-mx.test\n250 HELP\n")];
            script.extend([Step::Await("QUIT"), raw(*b"221 bye\n")]);
            script
        })
        .degraded(&malformed),
        Row::new("CR inside a line", then_well(raw(*b"220 mx.test\rESMTP\r\n")))
            .degraded(&malformed)
            .for_people(),
        Row::new("CR twice at the end", then_well(raw(*b"220 mx.test\r\r\n"))).degraded(&malformed),
        Row::new(
            "answer to EHLO that is none",
            after_hello(&[], [])
                .into_iter()
                .take(2)
                .chain([say("mx.test at your service"), Step::Hush])
                .collect(),
        )
        .down(&[("reply_malformed", "ehlo")]),
    ]
}

fn texts(result: &Value) -> Vec<&str> {
    let lines = result["targets"][0]["transcript"].as_array().into_iter().flatten();
    lines.filter_map(|line| line["text"].as_str()).collect()
}

fn the_line_is_shown(result: &Value) -> Result<(), String> {
    let lines = result["targets"][0]["transcript"].as_array().into_iter().flatten();
    let shown = lines.filter(|line| line["from"] == "server").count() > 0;
    shown.then_some(()).ok_or_else(|| "the transcript has nothing of what the server said".to_owned())
}

fn a_line_is_cut(result: &Value) -> Result<(), String> {
    let cut = texts(result).iter().any(|line| line.contains("… [cut, ") && line.ends_with(" bytes in all]"));
    cut.then_some(()).ok_or_else(|| "no line of the transcript is marked as cut".to_owned())
}

fn the_transcript_is_cut(result: &Value) -> Result<(), String> {
    let last = texts(result).last().copied().unwrap_or_default();
    let cut = last == "transcript cut: more than 65536 bytes";
    cut.then_some(()).ok_or_else(|| format!("the transcript is not marked as cut; it ends with {last:?}"))
}
