//! The style of the workspace, as tests: what a reader may rely on without looking.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may; the lint sees only those marked as such")]

mod borders;
mod documents;
mod sources;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A text file of the workspace.
fn read(path: &str) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a program prints when it ends well.
fn stdout_of(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command
        .current_dir(root())
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    assert!(status.success(), "{command:?} ended with {status}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// Fails with everything that was found, not with the first of it.
fn none(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n    {}", found.join("\n    "));
}
