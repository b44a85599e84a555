//! The other side of a session, over a stream in memory.

use std::time::Duration;

use homing_core::expectations::TlsMode;
use homing_core::phase::Phase;
use homing_core::reason::ReasonCode;
use homing_smtp::dialogue::{Found, Script, converse};
use homing_smtp::limits::Limits;
use homing_smtp::record::Record;
use homing_smtp::tls::{TlsInspector, TrustRoots};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::time::Instant;

/// A script in clear with 30 s for the whole.
pub(crate) fn script() -> Script {
    let mut script = Script::new("probe.test".parse().unwrap(), "mx.test".parse().unwrap());
    script.tls = TlsMode::None;
    script
}

/// Gives every phase and the whole so much time.
pub(crate) fn within(mut script: Script, limit: Duration) -> Script {
    script.limits = Limits::within(limit);
    script.deadline = Instant::now() + limit;
    script
}

/// A pair of streams that holds what both sides of a test ever say.
pub(crate) fn streams() -> (DuplexStream, DuplexStream) {
    tokio::io::duplex(1 << 20)
}

/// Speaks with a server that says these replies, one after each command, beginning with the greeting, and then
/// hangs up.
pub(crate) async fn against(replies: &[&str], script: &Script) -> Found {
    let (ours, theirs) = streams();
    let replies: Vec<String> = replies.iter().map(|reply| format!("{reply}\r\n")).collect();
    let server = tokio::spawn(async move {
        let mut stream = BufReader::new(theirs);
        for reply in replies {
            let mut command = String::new();
            // The client may have had enough.
            if stream.get_mut().write_all(reply.as_bytes()).await.is_err() {
                return;
            }
            stream.read_line(&mut command).await.unwrap();
        }
    });
    let tls = TlsInspector::new(TrustRoots::bundled());
    let found = converse(ours, Record::start_now(), script, &tls).await;
    server.await.unwrap();
    found
}

/// Which phase went wrong, and how.
pub(crate) fn failed(found: &Found) -> Option<(Phase, ReasonCode)> {
    found.phases.iter().find_map(|report| Some((report.name, report.failure.as_ref()?.code)))
}

/// The lines that we said.
pub(crate) fn said(found: &Found) -> Vec<&str> {
    use homing_core::transcript::Speaker;
    found
        .transcript
        .iter()
        .filter(|line| line.from == Speaker::Client)
        .map(|line| line.text.as_str())
        .collect()
}
