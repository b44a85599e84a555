//! What the documents say of every reason code.

use std::process::Command;

use crate::{read, stdout_of};

#[test]
fn the_chapter_on_reason_codes_is_what_the_binary_says() {
    let printed =
        stdout_of(Command::new(homing_e2e::binary_under_test().unwrap()).args(["explain", "--markdown"]));
    assert!(printed == read("docs/reason-codes.md"), "docs/reason-codes.md is out of date: run `make docs`");
}
