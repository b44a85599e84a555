//! The reply parser: no input panics, and the result does not depend on how the bytes are split into reads.
#![no_main]

use homing_smtp::limits::{MAX_REPLY_LINE, MAX_REPLY_LINES};
use homing_smtp::reply::ReplyParser;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<u8>, u8)| {
    let (bytes, step) = input;
    let mut whole_lines = Vec::new();
    let whole = ReplyParser::default().feed(&bytes, &mut |line| whole_lines.push(line.to_vec()));
    let mut parser = ReplyParser::default();
    let mut split_lines = Vec::new();
    let mut split = Ok(None);
    let mut from = 0;
    while from < bytes.len() && matches!(split, Ok(None)) {
        let to = bytes.len().min(from + usize::from(step).max(1));
        split = parser.feed(&bytes[from..to], &mut |line| split_lines.push(line.to_vec()));
        if let Ok(Some(received)) = &mut split {
            received.consumed += from;
        }
        from = to;
    }
    assert_eq!(split, whole);
    assert_eq!(split_lines, whole_lines);
    assert!(whole_lines.iter().all(|line| line.len() <= MAX_REPLY_LINE));
    assert!(whole_lines.len() <= MAX_REPLY_LINES + 1);
    assert!(parser.partial().len() <= MAX_REPLY_LINE + 1);
});
