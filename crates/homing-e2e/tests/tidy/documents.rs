//! What the documents and the tests say of every reason code.

use std::path::PathBuf;
use std::process::Command;

use crate::{none, read, root, stdout_of};

/// Every reason code that the binary knows.
fn codes() -> Vec<String> {
    let binary =
        std::env::var_os("HOMING_BIN").map_or_else(|| root().join("target/debug/homing"), PathBuf::from);
    assert!(
        binary.is_file(),
        "there is no binary at {}: run `cargo build -p homing`, or say in HOMING_BIN where it is",
        binary.display()
    );
    let listed = stdout_of(Command::new(binary).arg("explain"));
    let codes: Vec<_> =
        listed.lines().filter_map(|line| line.split_whitespace().next()).map(ToOwned::to_owned).collect();
    assert!(codes.len() > 40, "`homing explain` lists only {codes:?}");
    codes
}

#[test]
fn every_reason_code_has_a_section() {
    let document = read("docs/reason-codes.md");
    let missing: Vec<_> = codes()
        .into_iter()
        .filter(|code| !document.lines().any(|line| line.trim_end() == format!("## `{code}`")))
        .collect();
    none("reason codes without a section in docs/reason-codes.md", &missing);
}

#[test]
fn every_section_is_of_a_reason_code() {
    let codes = codes();
    let document = read("docs/reason-codes.md");
    let stray: Vec<_> = document
        .lines()
        .filter_map(|line| line.strip_prefix("## `")?.trim_end().strip_suffix('`'))
        .filter(|code| !codes.iter().any(|known| known == code))
        .map(ToOwned::to_owned)
        .collect();
    none("sections of docs/reason-codes.md for codes that do not exist", &stray);
}

#[test]
fn every_reason_code_has_a_row_in_the_tests_of_the_judge() {
    let tests = read("crates/homing-core/tests/judge.rs");
    let missing: Vec<_> = codes().into_iter().filter(|code| !names(&tests, code)).collect();
    none("reason codes that crates/homing-core/tests/judge.rs does not have", &missing);
}

/// Whether the text has the code as a word: `slow`, or as the variant `Slow`.
fn names(text: &str, code: &str) -> bool {
    let variant: String = code
        .split('_')
        .flat_map(|word| {
            word.chars().enumerate().map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c })
        })
        .collect();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == code || word == variant)
}
