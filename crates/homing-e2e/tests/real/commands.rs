//! The commands beside `check`: completions, manual, explanations.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::run::homing;

#[test]
fn completions_are_there_for_each_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = homing(&format!("completions {shell}"));
        assert_eq!(ran.code, Some(0), "{shell}: {}", ran.stderr);
        for word in ["homing", "check", "explain", "expect-null-mx"] {
            assert!(ran.stdout.contains(word), "{shell} completions without {word}");
        }
    }
}

/// What a program says about a text that it is given; nothing if it is not installed.
fn judged_by(program: &str, args: &[&str], text: &str) -> Option<(bool, String)> {
    let mut child = match Command::new(program)
        .args(args)
        .env("LC_ALL", "C.UTF-8")
        .env("MANPAGER", "cat")
        .env("MANWIDTH", "100")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
    {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => panic!("{program}: {error}"),
    };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    Some((output.status.success(), text))
}

#[test]
fn bash_understands_its_completions() {
    let script = homing("completions bash").stdout;
    let (success, said) = judged_by("bash", &["-n"], &script).unwrap();
    assert!(success && said.is_empty(), "{said}");
    // Loaded and asked, it offers the command that begins so.
    let ask =
        "\nCOMP_WORDS=(homing che); COMP_CWORD=1; _homing homing che homing; echo \"${COMPREPLY[*]}\"\n";
    let (_, said) = judged_by("bash", &["--norc"], &(script + ask)).unwrap();
    assert_eq!(said.trim(), "check", "{said}");
}

#[test]
fn the_manual_can_be_rendered() {
    for (page, words) in [("", ["check", "explain"]), ("check", ["--expect-null-mx", "--resolver"])] {
        let ran = homing(&format!("man {page}"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stdout.lines().any(|line| line.starts_with(".TH ")), "{}", ran.stdout);
        let Some((success, said)) = judged_by("man", &["--warnings", "-l", "-"], &ran.stdout) else {
            continue;
        };
        assert!(success, "{said}");
        assert!(!said.contains("warning:"), "{said}");
        for word in words {
            assert!(said.contains(word), "no {word} on the page: {said}");
        }
    }
    let ran = homing("man nonsense");
    assert_eq!(ran.code, Some(3), "{}", ran.stdout);
    assert!(ran.stderr.contains("nonsense"), "{}", ran.stderr);
}

#[test]
fn every_reason_is_explained() {
    let list = homing("explain").stdout;
    let rows: Value = serde_json::from_str(&homing("explain --json").stdout).unwrap();
    let codes: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert!(codes.len() > 40, "{codes:?}");
    assert_eq!(list.lines().count(), codes.len());
    for (line, code) in list.lines().zip(&codes) {
        assert_eq!(line.split(' ').next(), Some(*code));
    }
    let ran = homing("explain cert_expires_soon");
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert_eq!((lines[0], lines.len()), ("cert_expires_soon", 4), "{}", ran.stdout);
    assert!(lines[2].contains("`degraded`"), "{}", ran.stdout);
    let ran = homing("explain monitor_dns_failed");
    assert!(ran.stdout.contains("Homing's own fault"), "{}", ran.stdout);
    assert_eq!(homing("explain nonsense").code, Some(3));
}
