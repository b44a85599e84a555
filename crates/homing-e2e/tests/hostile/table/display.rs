//! Words of a server that want to do something to whoever reads them.

use crate::row::Row;
use crate::script::{Script, Step, after_hello, bye, hello, raw, say};
use serde_json::Value;

fn greeted(bytes: impl Into<Vec<u8>>, steps: impl IntoIterator<Item = Step>) -> Script {
    std::iter::once(raw(bytes)).chain(steps).collect()
}

fn well() -> Script {
    hello(&[]).into_iter().chain(bye()).collect()
}

pub(super) fn rows() -> Vec<Row> {
    let capabilities = [
        "X\x1b[2J\x1b[H",
        "SIZE \x1b]0;title\x07",
        "8BITMIME\x08\x08\x08",
        "X\u{9b}31m",
        "XA\u{202e}evil",
        "back\\slash \\x1b",
        "AUTH=\x1b[31mLOGIN",
    ];
    [
        Row::new("terminal sequences in the greeting", greeted(*b"220 \x1b[31mred\x1b[0m \x07\r\n", well()))
            .and(spelled_out),
        Row::new("terminal sequences in keywords", after_hello(&capabilities, bye())).and(spelled_out),
        Row::new("terminal sequences in a refusal", greeted(*b"554 \x1b[1A\x1b[2Kall is well\r\n", bye()))
            .down(&[("banner_rejected", "banner")])
            .and(spelled_out),
        Row::new("terminal sequences instead of a reply", greeted(*b"\x1b[2J\x1b[Hup\r\n", [Step::Hush]))
            .down(&[("reply_malformed", "banner")])
            .and(spelled_out),
        Row::new(
            "direction and zero-width characters",
            greeted("220 a\u{202e}b\u{200b}c\u{2066}d\u{feff}\r\n", well()),
        ),
        Row::new("high bytes that are no UTF-8", greeted(*b"220 \xff\xfe\x80\xc3 caf\xe9\r\n", well())),
        Row::new("backslash before what looks like an escape", greeted(*b"220 \\x1b[31m \\n\r\n", well())),
        Row::new("bars for the status line", greeted(*b"421 busy | time=0s;;;0 | up\r\n", bye()))
            .down(&[("banner_rejected", "banner")]),
        Row::new(
            "markup and quotes",
            greeted(*b"554 <script>alert(1)</script> \"quoted\" 'single' %s {} $(id)\r\n", bye()),
        )
        .down(&[("banner_rejected", "banner")]),
        Row::new("a table in the greeting", greeted(say_bytes("421-a\n421-b\tc\n421 OK - up"), bye()))
            .down(&[("banner_rejected", "banner")]),
    ]
    .into_iter()
    .map(Row::for_people)
    .collect()
}

fn say_bytes(text: &str) -> Vec<u8> {
    match say(text) {
        Step::Say(bytes) => bytes,
        other => panic!("{other:?} says nothing"),
    }
}

/// The escape byte is shown as text.
fn spelled_out(result: &Value) -> Result<(), String> {
    let lines = &result["targets"][0]["transcript"];
    lines.to_string().contains(r"\\x1b").then_some(()).ok_or_else(|| format!("no `\\x1b` in {lines}"))
}
