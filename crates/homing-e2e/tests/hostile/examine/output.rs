//! What no output may hold, whatever its form.

use crate::cost::Run;
use crate::row::Row;

/// Words of a program that has lost its composure.
const PANIC: [&str; 3] = ["panicked at", "RUST_BACKTRACE", "stack backtrace"];

pub(super) fn complaints(row: &Row, run: &Run) -> Vec<String> {
    let mut complaints = Vec::new();
    let all = format!("{}{}", run.stdout, run.stderr);
    for word in PANIC {
        if all.contains(word) {
            complaints.push(format!("it panicked:\n{}", run.stderr));
        }
    }
    if !run.stderr.is_empty() {
        complaints.push(format!("a check that ran its course wrote to standard error: {:?}", run.stderr));
    }
    if let Some(character) = all.chars().find(|&c| c != '\n' && is_hidden(c)) {
        complaints.push(format!("the output holds {character:?} as it is"));
    }
    for secret in &row.secrets {
        if all.contains(secret) {
            complaints.push(format!("the output holds the secret {secret:?}: {}", around(&all, secret)));
        }
    }
    complaints
}

/// A text with what stands before and behind it.
fn around(all: &str, text: &str) -> String {
    let at = all.find(text).unwrap_or_default();
    let before: Vec<_> = all[..at].chars().rev().take(60).collect();
    let behind = all[at..].chars().take(text.len() + 40);
    before.into_iter().rev().chain(behind).collect::<String>().replace('\n', " / ")
}

/// What the form of an output forbids beyond that.
pub(super) fn form_complaints(option: &str, stdout: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    if stdout.trim().is_empty() {
        complaints.push("nothing was printed".to_owned());
    }
    if option == "--nagios" {
        if stdout.lines().count() != 1 {
            complaints.push(format!("a status is one line: {stdout:?}"));
        }
        // What stands behind the first bar is performance data: a server must not be able to write there.
        if stdout.matches('|').count() > 1 {
            complaints.push(format!("more than one bar in the status line: {stdout:?}"));
        }
    }
    complaints
}

/// Characters that move the cursor, turn the direction of text or do not show.
pub(super) const fn is_hidden(character: char) -> bool {
    matches!(character, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
