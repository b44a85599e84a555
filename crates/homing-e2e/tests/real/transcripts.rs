//! The transcript for people: who said what, and what was inside TLS.

use crate::run::homing;

const OPTIONS: &str = "--resolver {validating} --ca-file {ca} --no-dnssec --helo probe.example --transcript";

/// The marks and texts of a transcript's lines, without their times, which must not fall.
fn lines(output: &str, subject: &str) -> Vec<String> {
    let heading = format!("\n\n{subject}\n");
    let (_, session) = output.split_once(&heading).unwrap_or_else(|| panic!("no {subject}: {output}"));
    let mut before = 0.0;
    let mut lines = Vec::new();
    for line in session.lines().take_while(|line| !line.is_empty()) {
        let rest = line.strip_prefix("  +").unwrap_or_else(|| panic!("no time: {line}"));
        let (time, rest) = rest.split_once(' ').unwrap();
        let time: f64 = time.parse().unwrap();
        assert!(time >= before, "out of order: {output}");
        before = time;
        lines.push(rest.to_owned());
    }
    lines
}

#[test]
fn direction_and_tls_are_marked() {
    let ran = homing(&format!("check tls.test --as mx --port {{smtp}} {OPTIONS}"));
    let address = crate::setting::fill("{tls}");
    let lines = lines(&ran.stdout, &format!("mx.tls.test {address}"));
    let expected = [
        "   connected to ",
        " S 220 mx.tls.test ESMTP",
        " C EHLO probe.example",
        " S 250-mx.tls.test",
        " C STARTTLS",
        " S 220 2.0.0 Ready to start TLS",
        "   TLSv1.3 ",
        "*C EHLO probe.example",
        "*S 250-mx.tls.test",
        "*S 250 CHUNKING",
        "*C QUIT",
        "*S 221 2.0.0 Bye",
    ];
    let mut rest = lines.iter();
    for start in expected {
        assert!(rest.any(|line| line.starts_with(start)), "{start:?} is missing or late: {lines:#?}");
    }
    let begun = lines.iter().position(|line| line.starts_with("   TLSv1.3 ")).unwrap();
    let marked = |line: &String| line.starts_with('*');
    assert!(!lines[..begun].iter().any(marked), "marked before TLS: {lines:#?}");
    assert!(lines[begun + 1..].iter().all(marked), "not marked inside TLS: {lines:#?}");
}

#[test]
fn each_session_has_its_own() {
    let ran = homing(&format!("check backup.test --as mx --port {{smtp}} {OPTIONS}"));
    let (nobody, plain) = (crate::setting::fill("{nobody}"), crate::setting::fill("{plain}"));
    let down = lines(&ran.stdout, &format!("down.backup.test {nobody}"));
    assert_eq!(down.len(), 1, "{down:?}");
    assert!(down[0].contains("refused the connection"), "{down:?}");
    let up = lines(&ran.stdout, &format!("up.backup.test {plain}"));
    assert_eq!(up.iter().filter(|line| line.starts_with(" C ")).count(), 2, "{up:?}");
}

#[test]
fn credentials_are_stars() {
    let command = format!(
        "check submission.test:{{submission-port}} {OPTIONS} --auth-user {{user}} \
         --auth-password-file {{password-file}}"
    );
    let ran = homing(&command);
    assert!(ran.stdout.contains(" *C AUTH PLAIN ***\n"), "{}", ran.stdout);
    let ran = homing(&format!("{command} --auth-mechanism login"));
    assert!(ran.stdout.contains(" *C AUTH LOGIN\n"), "{}", ran.stdout);
    assert_eq!(ran.stdout.matches(" *C ***\n").count(), 2, "{}", ran.stdout);
}
