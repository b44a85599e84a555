//! What the checked side sees of a check: Postfix's own log.

use std::fs;
use std::time::{Duration, Instant};

use crate::run::homing;
use crate::setting::lab;

/// How long the log may lag behind the sessions.
const LAG: Duration = Duration::from_secs(10);

fn log() -> String {
    fs::read_to_string(lab().folder.join("postfix/log")).unwrap()
}

/// The lines of the sessions of one server process, from each `connect` to its `disconnect`.
fn sessions(log: &str) -> Vec<Vec<&str>> {
    let mut open: std::collections::BTreeMap<&str, Vec<&str>> = std::collections::BTreeMap::new();
    let mut ended = Vec::new();
    for line in log.lines() {
        let Some((_, rest)) = line.split_once("/smtpd[") else { continue };
        let Some((process, said)) = rest.split_once("]: ") else { continue };
        if said.starts_with("connect from ") {
            open.insert(process, vec![line]);
        } else if let Some(session) = open.get_mut(process) {
            session.push(line);
            if said.starts_with("disconnect from ") {
                ended.extend(open.remove(process));
            }
        }
    }
    ended
}

/// The ended session in which this name was said in EHLO.
fn session_of(helo: &str) -> Vec<String> {
    let began = Instant::now();
    let mark = format!("helo=<{helo}>");
    loop {
        let log = log();
        let found =
            sessions(&log).into_iter().find(|session| session.iter().any(|line| line.contains(&mark)));
        if let Some(session) = found {
            return session.into_iter().map(str::to_owned).collect();
        }
        assert!(began.elapsed() < LAG, "the log has no ended session of {helo}:\n{log}");
        // Another session is as good a pause as any.
        homing("check {plain}:{smtp} --json");
    }
}

/// Sessions with a refusal in them, since Postfix logs the client's name only then.
#[test]
fn every_kind_of_session_ends_with_quit() {
    let domain = "--as mx --port {smtp} --resolver {validating} --ca-file {ca} --no-dnssec --json";
    let from = "--mail-from me@elsewhere.test --rcpt";
    let ended = "mail=1 rcpt=0/1 rset=1 quit=1 commands";
    let cases = [
        ("rejected.example", format!("reject.test {from} user@reject.test"), format!("ehlo=1 {ended}")),
        ("deferred.example", format!("reject.test {from} later@reject.test"), format!("ehlo=1 {ended}")),
        ("relay.example", "plain.test --open-relay x@example.com".to_owned(), format!("ehlo=1 {ended}")),
        (
            "encrypted.example",
            "tls.test --open-relay x@example.com".to_owned(),
            format!("ehlo=2 starttls=1 {ended}"),
        ),
        ("greeting.example", "helo.test".to_owned(), "helo=0/1 ehlo=0/1 quit=1 commands".to_owned()),
    ];
    for (helo, command, _) in &cases {
        homing(&format!("check {command} {domain} --helo {helo}"));
    }
    for (helo, command, expected) in &cases {
        let session = session_of(helo);
        let last = session.last().unwrap();
        assert!(last.contains(expected), "{command}: not {expected}: {session:#?}");
        let lost = session.iter().any(|line| line.contains("lost connection"));
        assert!(!lost, "{command}: the session was left without a word: {session:#?}");
    }
}

/// The whole log, whichever test the sessions are of.
#[test]
fn no_session_is_impolite() {
    let options = "--as mx --port {smtp} --resolver {validating} --no-dnssec";
    for target in ["plain", "tls", "multi", "dual", "secure", "soon"] {
        homing(&format!("check {target}.test {options}"));
    }
    // The log is in order: once this session is in it, so are those before.
    homing(&format!("check helo.test {options} --helo last.example"));
    session_of("last.example");
    let log = log();
    assert!(!log.contains("improper command pipelining"), "{log}");
    assert!(!log.contains("COMMAND PIPELINING"), "{log}");
    // The lab itself says QUIT after the first line of the greeting, to see whether postscreen is there.
    let early = log.lines().find(|line| line.contains("PREGREET ") && !line.ends_with(": QUIT\\r\\n"));
    assert_eq!(early, None, "somebody spoke before the greeting was complete");
    for session in sessions(&log) {
        let last = session.last().unwrap();
        let polite =
            last.contains(" quit=1 ") && !session.iter().any(|line| line.contains("lost connection"));
        assert!(polite || is_excused(&session), "left without QUIT: {session:#?}");
        assert!(!last.contains(" data="), "somebody went to DATA: {session:#?}");
    }
}

/// Where nobody could say QUIT: TLS broke before it began, or the server closed with its 421; and the lab's own
/// question whether the submission ports are there.
fn is_excused(session: &[&str]) -> bool {
    let has = |words: &str| session.iter().any(|line| line.contains(words));
    let broken = has("SSL_accept error") && has("lost connection after STARTTLS");
    let busy = has(": 421 4.3.2 ") && has("commands=0/0");
    let lab = has(" submission postfix/smtpd[") && has("lost connection after CONNECT");
    broken || busy || lab
}
