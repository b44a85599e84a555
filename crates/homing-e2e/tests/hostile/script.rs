//! What a peer does, step by step.

use std::time::Duration;

/// One step of a peer.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Writes the bytes in one go.
    Say(Vec<u8>),
    /// Reads a line, which must begin like this.
    Await(&'static str),
    /// Reads a line like that and repeats it behind these words: what careless servers do with a bad command.
    Echo(&'static str, &'static str),
    /// Reads one TLS record, the client's first.
    AwaitHello,
    /// Does nothing for so long.
    Pause(Duration),
    /// Writes one byte at a time, so far apart, until the client leaves.
    Drip(Vec<u8>, Duration),
    /// Writes the bytes over and over until the client leaves.
    Flood(Vec<u8>),
    /// Says nothing more until the client leaves.
    Hush,
    /// Closes its side, and reads until the client leaves, so that no reset is sent.
    Shut,
    /// Resets the connection.
    Reset,
}

/// A list of steps.
pub(crate) type Script = Vec<Step>;

/// What RFC 5321 has a server send: lines that end with CRLF.
pub(crate) fn say(text: &str) -> Step {
    Step::Say(format!("{}\r\n", text.replace('\n', "\r\n")).into_bytes())
}

/// Bytes as they are.
pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Step {
    Step::Say(bytes.into())
}

/// A short while in which the client must stay silent.
pub(crate) fn moment() -> Step {
    Step::Pause(Duration::from_millis(80))
}

/// A correct greeting.
pub(crate) fn greet() -> Step {
    say("220 mx.test ESMTP")
}

/// A correct answer to EHLO with these keywords.
pub(crate) fn hello(keywords: &[&str]) -> Script {
    let lines: Vec<_> = std::iter::once("mx.test").chain(keywords.iter().copied()).collect();
    let last = lines.len() - 1;
    let mark = |at| if at == last { ' ' } else { '-' };
    let text: Vec<_> = lines.iter().enumerate().map(|(at, line)| format!("250{}{line}", mark(at))).collect();
    vec![Step::Await("EHLO "), say(&text.join("\n"))]
}

/// A correct end.
pub(crate) fn bye() -> Script {
    vec![Step::Await("QUIT"), say("221 bye")]
}

/// Greeting and EHLO as they should be, with these keywords, then the steps.
pub(crate) fn after_hello(keywords: &[&str], steps: impl IntoIterator<Item = Step>) -> Script {
    std::iter::once(greet()).chain(hello(keywords)).chain(steps).collect()
}

/// A server that does everything right.
pub(crate) fn well_behaved() -> Script {
    after_hello(&["SIZE 10240000", "8BITMIME"], bye())
}

/// Up to the client's first TLS record, then the steps.
pub(crate) fn after_client_hello(steps: impl IntoIterator<Item = Step>) -> Script {
    let before = [Step::Await("STARTTLS"), say("220 go ahead"), Step::AwaitHello];
    after_hello(&["STARTTLS"], before.into_iter().chain(steps))
}

/// A fatal TLS alert (RFC 8446 section 6).
pub(crate) fn alert(description: u8) -> Step {
    raw([21, 3, 1, 0, 2, 2, description])
}
