//! Transcripts for people.

use std::fmt::Write;

use homing_core::run::{SocketRun, TargetRun};
use homing_core::transcript::Speaker;

use super::Look;

/// Every session of a run: `C` is us, `S` the server, `*` inside TLS; seconds from the beginning of the target's
/// own time line.
pub(crate) fn all(run: &SocketRun, look: &Look) -> String {
    run.targets.iter().map(|target| session(target, *look)).collect()
}

fn session(target: &TargetRun, look: Look) -> String {
    let evidence = &target.evidence;
    let address = evidence.address.to_string();
    let subject = if evidence.host == address { address } else { format!("{} {address}", evidence.host) };
    let mut text = format!("\n{subject}\n");
    for line in &evidence.transcript {
        let who = match line.from {
            Speaker::Server => "S",
            Speaker::Client => "C",
            Speaker::Note => " ",
        };
        let tls = if line.tls && line.from != Speaker::Note { "*" } else { " " };
        let shown = format!("  +{:.3} {tls}{who} {}", line.at.as_seconds(), line.text);
        let shown = if line.from == Speaker::Note { look.dim(&shown) } else { shown };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{shown}");
    }
    text
}
