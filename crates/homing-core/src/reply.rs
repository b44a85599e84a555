//! An SMTP reply (RFC 5321 §4.2).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A whole reply, of one line or several, ready to be shown: non-text bytes are already escaped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The three digits, 200 to 599.
    pub code: u16,
    /// The enhanced status code (RFC 2034, RFC 3463) of the last line, where it has one.
    pub enhanced: Option<String>,
    /// The text of each line behind the code and its separator.
    pub lines: Vec<String>,
}

impl Reply {
    /// 2xx.
    pub const fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 3xx: the server waits for more, as in AUTH.
    pub const fn is_intermediate(&self) -> bool {
        self.code / 100 == 3
    }

    /// 4xx: try again later.
    pub const fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }

    /// 5xx.
    pub const fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }

    /// The text of all lines, one space between them.
    pub fn text(&self) -> String {
        self.lines.join(" ")
    }
}

/// The longest excerpt of a reply in a sentence, in characters.
const EXCERPT: usize = 120;

/// For a sentence: code and text in one line, cut at 120 characters.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text();
        let text = text.trim();
        write!(f, "{}", self.code)?;
        if text.is_empty() {
            return Ok(());
        }
        match text.char_indices().nth(EXCERPT) {
            Some((cut, _)) => write!(f, " {}…", &text[..cut]),
            None => write!(f, " {text}"),
        }
    }
}
