//! What the documents and the tests say of every reason code.

use std::process::Command;

use crate::{none, read, stdout_of};

/// Every reason code that the binary knows.
fn codes() -> Vec<String> {
    let listed = stdout_of(Command::new(homing_e2e::binary_under_test().unwrap()).arg("explain"));
    let codes: Vec<_> =
        listed.lines().filter_map(|line| line.split_whitespace().next()).map(ToOwned::to_owned).collect();
    assert!(codes.len() > 40, "`homing explain` lists only {codes:?}");
    codes
}

#[test]
fn the_chapter_on_reason_codes_is_what_the_binary_says() {
    let printed =
        stdout_of(Command::new(homing_e2e::binary_under_test().unwrap()).args(["explain", "--markdown"]));
    assert!(printed == read("docs/reason-codes.md"), "docs/reason-codes.md is out of date: run `make docs`");
}

#[test]
fn every_reason_code_has_a_row_in_the_tests_of_the_judge() {
    let tests = read("crates/homing-core/tests/judge/table.rs");
    let missing: Vec<_> = codes().into_iter().filter(|code| !names(&tests, code)).collect();
    none("reason codes that crates/homing-core/tests/judge/table.rs does not have", &missing);
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
