//! The transcript's escaper: nothing hidden is left, and the bytes can be had back.
#![no_main]

use homing_core::transcript::MAX_LINE;
use homing_smtp::escape::{escape, escape_line, unescape};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = escape(bytes);
    assert!(!text.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)));
    assert_eq!(unescape(&text).as_deref(), Some(bytes));
    assert!(escape_line(bytes).chars().count() <= MAX_LINE + 40);
});
