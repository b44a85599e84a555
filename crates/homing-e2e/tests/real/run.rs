//! Runs of the binary under test.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::setting::{fill, lab};

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; absent if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) wall: Duration,
}

impl Ran {
    /// The output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("the output is no JSON: {error}\n{}{}", self.stdout, self.stderr))
    }
}

/// The binary under test.
pub(crate) fn binary() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| homing_e2e::binary_under_test().unwrap_or_else(|error| panic!("{error:#}")))
}

/// Runs `homing` with the words of a text, in a UTF-8 locale.
pub(crate) fn homing(command: &str) -> Ran {
    homing_in("C.UTF-8", command)
}

/// Runs `homing` in a locale. Whatever the output, no form of the lab's passwords may be in it.
pub(crate) fn homing_in(locale: &str, command: &str) -> Ran {
    // First of all: without a lab nothing here proves anything.
    lab();
    let began = Instant::now();
    let output = Command::new(binary())
        .args(fill(command).split_whitespace())
        .env_clear()
        .envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME"))
        .env("LC_ALL", locale)
        .env("RUST_BACKTRACE", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let wall = began.elapsed();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let ran =
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr), wall };
    for secret in secrets() {
        let told = ran.stdout.contains(secret) || ran.stderr.contains(secret);
        assert!(!told, "`{command}` tells the secret {secret:?}:\n{}{}", ran.stdout, ran.stderr);
    }
    ran
}

/// The passwords of the lab as they are, and as AUTH PLAIN and AUTH LOGIN send them.
fn secrets() -> &'static [String] {
    static SECRETS: OnceLock<Vec<String>> = OnceLock::new();
    SECRETS.get_or_init(|| {
        let auth = &lab().auth;
        let wrong = std::fs::read_to_string(&auth.wrong_password_file).unwrap();
        [auth.password.as_str(), wrong.trim_end()]
            .iter()
            .flat_map(|password| {
                let plain = format!("\0{}\0{password}", auth.user);
                [(*password).to_owned(), STANDARD.encode(password), STANDARD.encode(plain)]
            })
            .collect()
    })
}
