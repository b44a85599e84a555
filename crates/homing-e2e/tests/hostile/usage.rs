//! Bad arguments: exit code 3, and one line that names the argument, the value and the mend.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Words with which a mend begins, one of which each message must have.
const MENDS: [&str; 13] = [
    "give ",
    "write ",
    "leave ",
    "add ",
    "did you mean ",
    "lists ",
    "says ",
    "does not belong",
    "must not ",
    "is longer than ",
    "two dots in a row",
    "begins or ends with ",
    "without closing ",
];

/// A bad command line.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    args: Vec<OsString>,
    /// What the message must name: the argument, the value, and the mend where its words are settled.
    named: Vec<String>,
}

fn case(name: &'static str, args: &[&str], named: &[&str]) -> Case {
    Case {
        name,
        args: args.iter().map(OsString::from).collect(),
        named: named.iter().map(|&text| text.to_owned()).collect(),
    }
}

/// A check of an address that nothing is sent to, because an option is wrong.
fn check(name: &'static str, options: &[&str], named: &[&str]) -> Case {
    let args: Vec<_> = ["check", "127.0.0.1:9"].iter().chain(options).copied().collect();
    case(name, &args, named)
}

/// A check of a bad target.
fn target(name: &'static str, text: &str, named: &[&str]) -> Case {
    let mut case = case(name, &["check", "--", text], named);
    case.named.push("TARGET".to_owned());
    case
}

/// Every case; files that cases need are made in the folder.
pub(crate) fn cases(place: &Path) -> Vec<Case> {
    targets()
        .into_iter()
        .chain(values())
        .chain(combinations())
        .chain(files(place))
        .chain(commands())
        .collect()
}

fn targets() -> Vec<Case> {
    vec![
        case("no target", &["check"], &["TARGET"]),
        target("empty target", "", &["empty"]),
        target("URL as target", "smtp://corp.test", &["smtp://corp.test", "write the name alone"]),
        target("two dots in a target", "corp..test", &["corp..test", "two dots"]),
        target("space in a target", "corp test", &["corp test", "does not belong"]),
        target("port 0 in a target", "corp.test:0", &["corp.test:0", "1 to 65535"]),
        target("high port in a target", "corp.test:70000", &["corp.test:70000", "1 to 65535"]),
        target("empty port in a target", "corp.test:", &["corp.test:", "1 to 65535"]),
        target("open bracket in a target", "[::1", &["[::1", "[2001:db8::1]:25"]),
        target("colons in a target", "2001:db8::g", &["2001:db8::g", "[2001:db8::1]:25"]),
        target("zone in a target", "fe80::1%eth0", &["fe80::1%eth0", "global address"]),
        target("number as target", "0x7f000001", &["0x7f000001", "192.0.2.1"]),
        target("short address as target", "127.1", &["127.1", "192.0.2.1"]),
        target("hyphen at the end of a label", "corp-.test", &["corp-.test", "hyphen"]),
        target("line break in a target", "corp.test\nhoming: all is well", &["corp.test"]),
        target("terminal sequence in a target", "corp\x1b[2J.test", &["corp"]),
        target("label too long", &format!("{}.test", "a".repeat(64)), &["63 bytes"]),
        case("two ports", &["check", "corp.test:25", "--port", "26"], &["25", "26", "give the port once"]),
        case("address as domain", &["check", "192.0.2.1", "--as", "mx"], &["192.0.2.1", "--as mx", "leave"]),
        Case {
            name: "target that is not UTF-8",
            args: vec!["check".into(), OsString::from_vec(b"corp\xff.test".to_vec())],
            named: Vec::new(),
        },
    ]
}

fn values() -> Vec<Case> {
    let port = |name, value| check(name, &["--port", value], &["--port", value, "1 to 65535"]);
    let timeout = |name, value, mend| check(name, &["--timeout", value], &["--timeout", value, mend]);
    let resolver =
        |name, value| check(name, &["--resolver", value], &["--resolver", value, "192.0.2.53:5353"]);
    vec![
        port("port 0", "0"),
        port("port beyond 65535", "70000"),
        port("port that is a word", "smtp"),
        port("empty port", ""),
        timeout("time without unit", "5", "30s"),
        timeout("time that is a word", "abc", "30s"),
        timeout("no time at all", "0s", "100ms to 1h"),
        timeout("time beyond the limit", "2h", "100ms to 1h"),
        timeout("time beyond counting", "99999999999999999999s", "30s"),
        resolver("resolver by name", "example.org"),
        resolver("resolver on port 0", "1.2.3.4:0"),
        resolver("resolver with an open bracket", "[::1"),
        check("EHLO name with a space", &["--helo", "a b"], &["--helo", "a b", "does not belong"]),
        check("EHLO name with a command", &["--helo", "a\r\nRSET"], &["--helo"]),
        check(
            "pattern that is none",
            &["--expect-banner", "("],
            &["--expect-banner", "(", "regular expression"],
        ),
        check(
            "sender with a space",
            &["--mail-from", "a b@c", "--rcpt", "a@b.test"],
            &["--mail-from", "a b@c", "must not stand before the `@`"],
        ),
        check(
            "recipient without domain",
            &["--mail-from", "<>", "--rcpt", "a"],
            &["--rcpt", "`a`", "user@example.org"],
        ),
        check("TLS mode that is none", &["--tls", "maybe"], &["--tls", "maybe", "opportunistic", "required"]),
        check("role that is none", &["--as", "server"], &["--as", "server", "mx", "host"]),
        check("days below zero", &["--min-cert-days=-1"], &["--min-cert-days", "-1", "65535"]),
        check("option without value", &["--port"], &["--port", "value"]),
        check("control name that is none", &["--control-name", "a b"], &["--control-name", "a b"]),
    ]
}

fn combinations() -> Vec<Case> {
    let both = |name, options: [&str; 2]| check(name, &options, &options);
    vec![
        both("IPv4 only and IPv6 only", ["--ipv4", "--ipv6"]),
        both("all hosts and the first", ["--all-hosts", "--first-host"]),
        both("JSON and status line", ["--json", "--nagios"]),
        both("line and transcript", ["--nagios", "--transcript"]),
        check("recipient without sender", &["--rcpt", "a@b.test"], &["--mail-from"]),
        check("sender without recipient", &["--mail-from", "a@b.test"], &["--rcpt"]),
        check("user without password", &["--auth-user", "me"], &["--auth-password-file"]),
        check("login in clear without user", &["--auth-in-clear"], &["--auth-user"]),
        check("an option twice", &["--port", "25", "--port", "26"], &["--port", "once"]),
    ]
}

fn files(place: &Path) -> Vec<Case> {
    let path = |name: &str| place.join(name).to_string_lossy().into_owned();
    let (missing, empty, text) = (path("missing"), path("empty"), path("text"));
    std::fs::write(&empty, "").unwrap();
    std::fs::write(&text, "no certificate here\n").unwrap();
    let folder = place.to_string_lossy().into_owned();
    let broken = path("broken");
    std::fs::write(&broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    let password = |name, file: &str| {
        let options = ["--auth-user", "me", "--auth-password-file", file];
        check(name, &options, &["--auth-password-file", file])
    };
    let roots = |name, file: &str| check(name, &["--ca-file", file], &["--ca-file", file]);
    vec![
        roots("roots that are missing", &missing),
        roots("roots that are a folder", &folder),
        roots("roots without certificate", &text),
        roots("roots with a broken certificate", &broken),
        password("password file that is missing", &missing),
        password("password file that is a folder", &folder),
        password("password file that is empty", &empty),
        check("trust anchors that are missing", &["--trust-anchor", &missing], &["--trust-anchor", &missing]),
    ]
}

fn commands() -> Vec<Case> {
    vec![
        check("option that is unknown", &["--zzzz"], &["--zzzz", "--help"]),
        check("option nearly right", &["--transcripts"], &["--transcripts", "did you mean --transcript"]),
        check("one argument too many", &["corp.test"], &["corp.test"]),
        case("command that is unknown", &["frobnicate"], &["frobnicate", "--help"]),
        case("command nearly right", &["chekc"], &["chekc", "check"]),
        case("code that is unknown", &["explain", "nonsense"], &["nonsense", "homing explain"]),
        case("shell that is unknown", &["completions", "cmd"], &["cmd", "bash"]),
    ]
}

impl Case {
    /// Runs it and tells everything that is not as it should be.
    pub(crate) fn complaints(&self, binary: &Path) -> Vec<String> {
        let output = Command::new(binary)
            .args(&self.args)
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("{} cannot be started: {error}", binary.display()));
        let stderr = String::from_utf8_lossy(&output.stderr);
        let mut complaints = Vec::new();
        if output.status.code() != Some(3) {
            complaints.push(format!("ended with {} instead of exit code 3", output.status));
        }
        let stdout = String::from_utf8_lossy(&output.stdout);
        // A monitoring system reads nothing but standard output.
        let line = stderr.replacen("homing: ", "SMTP UNKNOWN: ", 1);
        let expected = if self.args.iter().any(|argument| argument == "--nagios") { &*line } else { "" };
        if stdout != expected {
            complaints.push(format!("wrote to standard output: {stdout}"));
        }
        if stderr.lines().count() != 1 || !stderr.starts_with("homing: ") || !stderr.ends_with('\n') {
            complaints.push("standard error is not one line that begins with `homing: `".to_owned());
        }
        if stderr.chars().any(|c| c != '\n' && c.is_control()) {
            complaints.push(format!("standard error holds control characters: {stderr:?}"));
        }
        let said: Vec<_> = stderr.trim_end().split(": ").collect();
        if let Some(twice) = said.windows(2).find(|two| two[0] == two[1]) {
            complaints.push(format!("the message says twice {:?}", twice[0]));
        }
        for name in self.named.iter().filter(|name| !stderr.contains(name.as_str())) {
            complaints.push(format!("the message does not name {name:?}"));
        }
        if !MENDS.iter().any(|mend| stderr.contains(mend)) {
            complaints.push("the message names no mend".to_owned());
        }
        if !complaints.is_empty() {
            complaints.push(format!("standard error: {stderr}"));
        }
        complaints
    }
}
