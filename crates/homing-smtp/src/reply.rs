//! Bytes to replies (RFC 5321 §4.2), however they are split into reads.

use homing_core::reply::Reply;

use crate::escape::escape_line;
use crate::limits::{MAX_REPLY_LINE, MAX_REPLY_LINES};

/// Why bytes are not a reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// A line is longer than [`MAX_REPLY_LINE`] bytes.
    #[error("sent a line of more than {MAX_REPLY_LINE} bytes")]
    LineTooLong,
    /// A reply has more than [`MAX_REPLY_LINES`] lines.
    #[error("sent a reply of more than {MAX_REPLY_LINES} lines")]
    TooManyLines,
    /// A line does not begin with three digits from 200 to 599 and a separator.
    #[error("sent `{0}`, which is not an SMTP reply")]
    NoCode(String),
    /// The lines of one reply carry different codes (RFC 5321 §4.2.1).
    #[error("sent a reply whose lines say both {first} and {then}")]
    MixedCodes {
        /// The code of the first line.
        first: u16,
        /// The code that differs.
        then: u16,
    },
    /// A NUL byte, which no reply may hold.
    #[error("sent a NUL byte in `{0}`")]
    Nul(String),
}

impl ReplyError {
    /// Whether a limit was passed, as against a rule broken.
    pub const fn is_too_long(&self) -> bool {
        matches!(self, Self::LineTooLong | Self::TooManyLines)
    }
}

/// What a reply did that RFC 5321 does not allow, though its meaning is plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Irregularity {
    /// A line ended with LF alone (RFC 5321 §2.3.8).
    BareLf,
    /// A CR stood inside a line.
    BareCr,
}

/// A complete reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The reply.
    pub reply: Reply,
    /// What was not quite legal about it.
    pub irregularity: Option<Irregularity>,
    /// How many bytes of the last input belong to it; the rest was not asked for.
    pub consumed: usize,
}

/// Reads one reply. Feed it until it gives one; then make a new parser.
#[derive(Debug, Default)]
pub struct ReplyParser {
    partial: Vec<u8>,
    code: Option<u16>,
    lines: Vec<String>,
    irregularity: Option<Irregularity>,
}

impl ReplyParser {
    /// Takes bytes as they arrive and shows each complete line to `seen`, without its end.
    ///
    /// The result does not depend on how the bytes are split into calls.
    ///
    /// # Errors
    /// [`ReplyError`]; the parser is of no use after that.
    pub fn feed(
        &mut self,
        input: &[u8],
        seen: &mut impl FnMut(&[u8]),
    ) -> Result<Option<Received>, ReplyError> {
        let mut rest = input;
        while let Some(end) = rest.iter().position(|&b| b == b'\n') {
            let (head, tail) = (&rest[..end], &rest[end + 1..]);
            let done = if self.partial.is_empty() {
                self.line(head, seen)?
            } else {
                self.check_length(head)?;
                let mut line = std::mem::take(&mut self.partial);
                line.extend_from_slice(head);
                self.line(&line, seen)?
            };
            if let Some(reply) = done {
                let consumed = input.len() - tail.len();
                return Ok(Some(Received { reply, irregularity: self.irregularity, consumed }));
            }
            rest = tail;
        }
        self.check_length(rest)?;
        self.partial.extend_from_slice(rest);
        Ok(None)
    }

    /// Bytes of a line that has not ended yet.
    pub fn partial(&self) -> &[u8] {
        &self.partial
    }

    /// Refuses a line as soon as it is certain to be too long; a CR may still be part of its end.
    fn check_length(&mut self, more: &[u8]) -> Result<(), ReplyError> {
        let last = more.last().or(self.partial.last());
        let end = usize::from(last == Some(&b'\r'));
        if self.partial.len() + more.len() - end > MAX_REPLY_LINE {
            self.keep_beginning(more);
            Err(ReplyError::LineTooLong)
        } else {
            Ok(())
        }
    }

    /// Of a line that is too long the beginning stays as the unfinished line, for the transcript.
    fn keep_beginning(&mut self, more: &[u8]) {
        let room = (MAX_REPLY_LINE + 1).saturating_sub(self.partial.len());
        self.partial.extend_from_slice(&more[..room.min(more.len())]);
    }

    fn line(&mut self, line: &[u8], seen: &mut impl FnMut(&[u8])) -> Result<Option<Reply>, ReplyError> {
        let line = match line.strip_suffix(b"\r") {
            Some(line) => line,
            None => {
                self.irregularity = Some(Irregularity::BareLf);
                line
            }
        };
        if line.len() > MAX_REPLY_LINE {
            self.keep_beginning(line);
            return Err(ReplyError::LineTooLong);
        }
        seen(line);
        if self.lines.len() == MAX_REPLY_LINES {
            return Err(ReplyError::TooManyLines);
        }
        if line.contains(&0) {
            return Err(ReplyError::Nul(excerpt(line)));
        }
        if line.contains(&b'\r') {
            self.irregularity = Some(Irregularity::BareCr);
        }
        let (code, is_last, text) = split(line).ok_or_else(|| ReplyError::NoCode(excerpt(line)))?;
        let first = *self.code.get_or_insert(code);
        if code != first {
            return Err(ReplyError::MixedCodes { first, then: code });
        }
        self.lines.push(escape_line(text));
        Ok(is_last.then(|| self.finish(code, text)))
    }

    fn finish(&mut self, code: u16, text: &[u8]) -> Reply {
        Reply { code, enhanced: enhanced_code(code, text), lines: std::mem::take(&mut self.lines) }
    }
}

/// Code, whether it is the last line, and text.
fn split(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (digits, rest) = line.split_at_checked(3)?;
    let [first @ b'2'..=b'5', second, third] = *digits else { return None };
    if !second.is_ascii_digit() || !third.is_ascii_digit() {
        return None;
    }
    let code = u16::from(first - b'0') * 100 + u16::from(second - b'0') * 10 + u16::from(third - b'0');
    match rest.split_first() {
        None => Some((code, true, rest)),
        Some((b' ', text)) => Some((code, true, text)),
        Some((b'-', text)) => Some((code, false, text)),
        Some(_) => None,
    }
}

/// The enhanced status code at the beginning of the text (RFC 2034 §4): its class is that of the reply.
fn enhanced_code(code: u16, text: &[u8]) -> Option<String> {
    let word = text.split(|&b| b == b' ').next()?;
    let word = std::str::from_utf8(word).ok()?;
    let mut parts = word.split('.');
    let class = parts.next()?;
    let number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let well_formed =
        parts.next().is_some_and(number) && parts.next().is_some_and(number) && parts.next().is_none();
    (well_formed && class.len() == 1 && class.parse() == Ok(code / 100)).then(|| word.to_owned())
}

/// As much of a line as fits into a sentence.
fn excerpt(line: &[u8]) -> String {
    let mut text = escape_line(&line[..line.len().min(60)]);
    if line.len() > 60 {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(bytes: &[u8]) -> Result<Option<Received>, ReplyError> {
        ReplyParser::default().feed(bytes, &mut |_| ())
    }

    fn reply(bytes: &[u8]) -> Reply {
        parse(bytes).unwrap().unwrap().reply
    }

    #[test]
    fn one_line_and_several() {
        let one = reply(b"220 mx.test ESMTP\r\n");
        assert_eq!((one.code, one.lines), (220, vec!["mx.test ESMTP".to_owned()]));
        let several = reply(b"250-mx.test\r\n250-SIZE 1000\r\n250 HELP\r\n");
        assert_eq!(several.lines, ["mx.test", "SIZE 1000", "HELP"]);
        assert_eq!(reply(b"250\r\n").lines, [""]);
    }

    #[test]
    fn enhanced_codes_must_fit_the_reply() {
        assert_eq!(reply(b"550 5.1.1 no such user\r\n").enhanced.as_deref(), Some("5.1.1"));
        assert_eq!(reply(b"250 2.0.0\r\n").enhanced.as_deref(), Some("2.0.0"));
        for text in ["550 4.1.1 x", "220 2.1.1.example", "250 2.0", "250 2.0.1234 x", "250 22.0.0 x"] {
            assert_eq!(reply(format!("{text}\r\n").as_bytes()).enhanced, None, "{text}");
        }
    }

    #[test]
    fn what_follows_a_reply_is_not_part_of_it() {
        assert_eq!(parse(b"220 go\r\n250 more\r\n").unwrap().unwrap().consumed, 8);
    }

    #[test]
    fn illegal_but_plain_replies_are_read_and_marked() {
        assert_eq!(parse(b"220 a\n").unwrap().unwrap().irregularity, Some(Irregularity::BareLf));
        assert_eq!(parse(b"220 a\rb\r\n").unwrap().unwrap().irregularity, Some(Irregularity::BareCr));
        assert_eq!(parse(b"220 a\r\n").unwrap().unwrap().irregularity, None);
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for bytes in
            [&b"hello\r\n"[..], b"22\r\n", b"999 x\r\n", b"199 x\r\n", b"220_x\r\n", b"\r\n", b"2x0 a\r\n"]
        {
            assert!(matches!(parse(bytes), Err(ReplyError::NoCode(_))), "{bytes:?}");
        }
        assert!(matches!(parse(b"220 a\0b\r\n"), Err(ReplyError::Nul(_))));
        assert_eq!(parse(b"250-a\r\n220 b\r\n"), Err(ReplyError::MixedCodes { first: 250, then: 220 }));
    }

    #[test]
    fn the_limits_are_exact() {
        let line = |length: usize| [b"220 ".as_slice(), &vec![b'a'; length - 4], b"\r\n"].concat();
        assert!(parse(&line(MAX_REPLY_LINE)).unwrap().is_some());
        assert_eq!(parse(&line(MAX_REPLY_LINE + 1)), Err(ReplyError::LineTooLong));
        assert_eq!(parse(&vec![b'2'; MAX_REPLY_LINE + 2]), Err(ReplyError::LineTooLong));
        let lines = |count: usize| [b"250-a\r\n".repeat(count - 1), b"250 a\r\n".to_vec()].concat();
        assert!(parse(&lines(MAX_REPLY_LINES)).unwrap().is_some());
        assert_eq!(parse(&lines(MAX_REPLY_LINES + 1)), Err(ReplyError::TooManyLines));
    }

    /// Bytes that are often nearly a reply.
    fn nearly_replies() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            "[2-5][0-9]{2}[- ][ -~]{0,20}\r\n".prop_map(String::into_bytes),
            "[2-5][0-9]{2}[- ].{0,20}\n".prop_map(String::into_bytes),
            proptest::collection::vec(any::<u8>(), 0..20),
            (2_000usize..2_100).prop_map(|n| [b"250 ".to_vec(), vec![b'x'; n], b"\r\n".to_vec()].concat()),
        ];
        proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn splitting_changes_nothing(bytes in nearly_replies(), cuts in proptest::collection::vec(1usize..40, 1..40)) {
            let mut whole_lines = Vec::new();
            let whole = ReplyParser::default().feed(&bytes, &mut |line| whole_lines.push(line.to_vec()));
            let mut split_lines = Vec::new();
            let mut parser = ReplyParser::default();
            let mut split = Ok(None);
            let (mut from, mut cuts) = (0, cuts.iter().cycle());
            while from < bytes.len() && matches!(split, Ok(None)) {
                let to = bytes.len().min(from + cuts.next().unwrap());
                split = parser.feed(&bytes[from..to], &mut |line| split_lines.push(line.to_vec()));
                if let Ok(Some(received)) = &mut split {
                    received.consumed += from;
                }
                from = to;
            }
            prop_assert_eq!(split, whole);
            prop_assert_eq!(split_lines, whole_lines);
        }
    }
}
