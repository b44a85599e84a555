//! Bytes from outside as text that is safe to show: on a terminal, in a log, in JSON, on a page.

use homing_core::transcript::MAX_LINE;

/// Escapes bytes so that the text has no control, direction or invisible character and still says which bytes
/// they were: `\r`, `\n` and `\t` as in C, a backslash doubled, what is neither printable ASCII nor printable
/// UTF-8 as `\xNN`. [`unescape`] is the inverse.
pub fn escape(bytes: &[u8]) -> String {
    if bytes.iter().all(|&b| is_plain(b))
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.to_owned();
    }
    let mut out = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            push(&mut out, character);
        }
        for &byte in chunk.invalid() {
            push_hex(&mut out, byte);
        }
    }
    out
}

/// [`escape`], cut at [`MAX_LINE`] characters with the cut marked.
pub fn escape_line(bytes: &[u8]) -> String {
    // No character takes more than four bytes, so these are enough for a line and one more.
    cut(escape(&bytes[..bytes.len().min(4 * (MAX_LINE + 1))]), bytes.len())
}

/// Text that is safe already, cut in the same way.
pub fn cut_line(text: String) -> String {
    let whole = text.len();
    cut(text, whole)
}

fn cut(text: String, whole: usize) -> String {
    if text.len() <= MAX_LINE {
        return text;
    }
    match text.char_indices().nth(MAX_LINE) {
        None => text,
        Some((kept, _)) => format!("{}… [cut, {whole} bytes in all]", &text[..kept]),
    }
}

const fn is_plain(byte: u8) -> bool {
    byte >= b' ' && byte <= b'~' && byte != b'\\'
}

fn push(out: &mut String, character: char) {
    match character {
        '\\' => out.push_str("\\\\"),
        '\r' => out.push_str("\\r"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        _ if is_hidden(character) => {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                push_hex(out, byte);
            }
        }
        _ => out.push(character),
    }
}

fn push_hex(out: &mut String, byte: u8) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    out.push_str("\\x");
    out.push(DIGITS[usize::from(byte >> 4)]);
    out.push(DIGITS[usize::from(byte & 15)]);
}

/// Characters that would change how the text around them looks, or not show at all: controls, private use, and
/// what Unicode calls default-ignorable.
const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{10ffff}')
}

/// The bytes that [`escape`] was given; `None` if the text is not of its making.
pub fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let code = rest.as_bytes().get(at + 1)?;
        let (byte, used) = match code {
            b'\\' => (b'\\', 2),
            b'r' => (b'\r', 2),
            b'n' => (b'\n', 2),
            b't' => (b'\t', 2),
            b'x' => (u8::from_str_radix(rest.get(at + 2..at + 4)?, 16).ok()?, 4),
            _ => return None,
        };
        out.push(byte);
        rest = rest.get(at + used..)?;
    }
    out.extend_from_slice(rest.as_bytes());
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::strategy::Strategy;

    use super::*;

    #[test]
    fn text_stays_and_the_rest_is_spelled_out() {
        assert_eq!(escape(b"mx.test ready"), "mx.test ready");
        assert_eq!(escape("grüß Gott".as_bytes()), "grüß Gott");
        assert_eq!(escape(b"a\x00b\x1b[31m\xff\\"), "a\\x00b\\x1b[31m\\xff\\\\");
        assert_eq!(escape("a\u{202e}b".as_bytes()), "a\\xe2\\x80\\xaeb");
    }

    #[test]
    fn long_lines_are_cut_and_say_so() {
        let line = escape_line(&[b'a'; 1_500]);
        assert!(
            line.starts_with(&"a".repeat(1_000)) && line.ends_with("… [cut, 1500 bytes in all]"),
            "{line}"
        );
        assert_eq!(escape_line(&[b'a'; 1_000]), "a".repeat(1_000));
        assert!(escape_line("\u{10348}".repeat(2_000).as_bytes()).ends_with("… [cut, 8000 bytes in all]"));
    }

    proptest::proptest! {
        #[test]
        fn nothing_hidden_is_left_and_the_bytes_can_be_had_back(
            bytes in proptest::prop_oneof![
                proptest::collection::vec(0u8.., 0..300),
                "[\u{200b}-\u{206f}a-z\\\\\u{feff}\u{ad}\u{3164}]{0,80}".prop_map(String::into_bytes),
            ]
        ) {
            let text = escape(&bytes);
            // By the standard library's own tables, and by the characters that attacks on readers use.
            let misleading = "\u{200b}\u{200d}\u{200e}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}\u{ad}\u{3164}";
            proptest::prop_assert!(!text.chars().any(|c| c.is_control() || misleading.contains(c)));
            proptest::prop_assert_eq!(unescape(&text).unwrap(), bytes);
        }
    }
}
