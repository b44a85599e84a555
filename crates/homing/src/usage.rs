//! Errors of usage: one line that names the argument, the value and the mend, and exit code 3.

use std::error::Error as _;
use std::io::Write;
use std::process::ExitCode;

use homing_core::verdict::Verdict;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The exit code for bad usage, and for every verdict `unknown`: to monitoring systems 2 would be an outage.
pub(crate) const UNKNOWN: u8 = Verdict::Unknown.exit_code();

/// Prints what clap has to say, and gives the exit code for it.
pub(crate) fn report(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Monitoring plugins answer --help with UNKNOWN, so that a misconfigured check does not look well.
        let nagios = for_nagios();
        let printed = error.print().is_ok();
        return ExitCode::from(if nagios || !printed { UNKNOWN } else { 0 });
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return ExitCode::from(UNKNOWN);
    }
    refuse(&one_line(error))
}

/// Says in one line why nothing was done, to a person and to a monitoring system if one asks.
pub(crate) fn refuse(message: &str) -> ExitCode {
    // Nothing can be done about a standard error that is closed.
    let _ = writeln!(std::io::stderr(), "homing: {message}");
    if for_nagios() {
        let _ = writeln!(std::io::stdout(), "SMTP UNKNOWN: {}", message.replace('|', "/"));
    }
    ExitCode::from(UNKNOWN)
}

/// Options may be wrong, so they are not asked.
fn for_nagios() -> bool {
    std::env::args_os().any(|argument| argument == "--nagios")
}

fn one_line(error: &clap::Error) -> String {
    let argument = short(error, ContextKind::InvalidArg);
    let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => match text(error, ContextKind::SuggestedArg) {
            Some(near) => format!("unknown option {argument}: did you mean {near}?"),
            None => format!(
                "unknown option {argument}: `homing --help` lists commands, `homing COMMAND --help` options"
            ),
        },
        ErrorKind::InvalidSubcommand => {
            let name = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            match text(error, ContextKind::SuggestedSubcommand) {
                Some(near) => format!("unknown command `{name}`: did you mean `{near}`?"),
                None => format!("unknown command `{name}`: `homing --help` lists the commands"),
            }
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("{argument} needs a value: `homing COMMAND --help` says which")
        }
        ErrorKind::InvalidValue => {
            let valid = text(error, ContextKind::ValidValue).unwrap_or_default();
            format!("{argument} `{value}` is not known: give one of {valid}")
        }
        ErrorKind::ValueValidation => {
            let why = error.source().map(ToString::to_string).unwrap_or_default();
            format!("{argument} `{value}`: {why}")
        }
        ErrorKind::MissingRequiredArgument => {
            format!("{argument} is missing: give it, or see `homing COMMAND --help`")
        }
        ErrorKind::ArgumentConflict => {
            let prior = short(error, ContextKind::PriorArg);
            if prior == argument {
                format!("{argument} is given twice: give it once")
            } else {
                format!("{argument} and {prior} exclude each other: give one of them")
            }
        }
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8: write names in ASCII or UTF-8".to_owned(),
        // Rare kinds keep clap's own first line.
        _ => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            line.strip_prefix("error: ").unwrap_or(line).to_owned()
        }
    }
}

/// The argument without its placeholder: `--port <N>` is `--port`, `<TARGET>` is `TARGET`.
fn short(error: &clap::Error, kind: ContextKind) -> String {
    let full = text(error, kind).unwrap_or_default();
    let short = |one: &str| {
        let first = one.split(' ').next().unwrap_or(one);
        first.trim_start_matches(['<', '[']).trim_end_matches(['>', ']', '.']).to_owned()
    };
    full.split(", ").map(short).collect::<Vec<_>>().join(", ")
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    let text = match error.get(kind)? {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        other => other.to_string(),
    };
    // A value may hold anything; an error is one line.
    Some(text.chars().map(|c| if c.is_control() { '?' } else { c }).collect())
}
