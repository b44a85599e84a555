//! How results look: colours and glyphs only with words, and only where they can be shown.

pub(crate) mod nagios;
pub(crate) mod report;
mod table;
pub(crate) mod transcript;
pub(crate) mod tries;

use std::io::IsTerminal;

use clap::ValueEnum;
use homing_core::domain::DomainName;
use homing_core::verdict::Verdict;

/// Whether to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What the output can show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) color: bool,
    pub(crate) unicode: bool,
}

impl Look {
    /// What standard output can show.
    pub(crate) fn of_stdout(color: Color) -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let dumb = set("TERM").is_some_and(|term| term == "dumb");
                std::io::stdout().is_terminal() && set("NO_COLOR").is_none() && !dumb
            }
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        Self { color, unicode: locale.contains("utf-8") || locale.contains("utf8") }
    }

    pub(crate) const fn glyph(self, verdict: Verdict) -> &'static str {
        match (self.unicode, verdict) {
            (true, Verdict::Up) => "●",
            (true, Verdict::Degraded) => "▲",
            (true, Verdict::Down) => "■",
            (false, Verdict::Up) => "+",
            (false, Verdict::Degraded) => "!",
            (false, Verdict::Down) => "x",
            (_, Verdict::Unknown) => "?",
        }
    }

    /// The sign for "nothing here".
    pub(crate) const fn dash(self) -> &'static str {
        if self.unicode { "–" } else { "-" }
    }

    /// A host name: with U-labels where they can be shown.
    pub(crate) fn name(self, host: &str) -> String {
        match host.parse::<DomainName>() {
            Ok(name) if self.unicode => name.to_unicode(),
            _ => host.to_owned(),
        }
    }

    /// Between the parts of a line.
    pub(crate) const fn dot(self) -> &'static str {
        if self.unicode { " · " } else { " - " }
    }

    /// A text in the colour of a verdict.
    pub(crate) fn tint(self, verdict: Verdict, text: &str) -> String {
        let code = match verdict {
            Verdict::Up => "32",
            Verdict::Degraded => "33",
            Verdict::Down => "31",
            Verdict::Unknown => "35",
        };
        self.paint(code, text)
    }

    /// A text that matters less.
    pub(crate) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
