//! `homing explain [CODE]`.

use std::io::Write;

use clap::Args;
use homing_core::expectations::TlsMode;
use homing_core::judge::severity;
use homing_core::reason::{Fault, ReasonCode};

/// Say what a reason code means and what to do about it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  homing explain\n  homing explain cert_expires_soon")]
pub(crate) struct ExplainOptions {
    /// The reason code; without it, all are listed
    #[arg(value_parser = parse)]
    code: Option<ReasonCode>,
    /// Print JSON
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print the manual's chapter on reason codes
    #[arg(long, hide = true)]
    markdown: bool,
}

fn parse(text: &str) -> Result<ReasonCode, String> {
    text.parse().map_err(|_| "it is no reason code: `homing explain` lists them".to_owned())
}

pub(super) fn run(options: &ExplainOptions) -> anyhow::Result<u8> {
    let mut out = std::io::stdout().lock();
    let codes = options.code.as_ref().map_or(ReasonCode::ALL, std::slice::from_ref);
    if options.json {
        let rows: Vec<_> = codes.iter().map(|&code| row(code)).collect();
        writeln!(out, "{}", serde_json::Value::from(rows))?;
    } else if options.markdown {
        out.write_all(chapter(codes).as_bytes())?;
    } else if let Some(code) = options.code {
        writeln!(out, "{code}\n  {}\n  {}\n  {}", code.meaning(), weight(code), code.mend())?;
    } else {
        let width = codes.iter().map(|code| code.as_str().len()).max().unwrap_or_default();
        for code in codes {
            writeln!(out, "{:width$}  {}", code.as_str(), code.meaning())?;
        }
    }
    Ok(0)
}

/// `docs/reason-codes.md`; a test compares it with the file.
fn chapter(codes: &[ReasonCode]) -> String {
    let mut text = "# Reason codes\n\nEvery verdict other than `up` names its reasons by these codes, in the \
        table, in `--json` and wherever Homing speaks of a check. The list is closed: a program may rely on it, \
        and new codes are announced in the change log. This page is written by `make docs`.\n"
        .to_owned();
    for &code in codes {
        text.push_str(&format!(
            "\n## `{code}`\n\n{}\n\n{}\n\n{}\n",
            code.meaning(),
            weight(code),
            code.mend()
        ));
    }
    text
}

fn row(code: ReasonCode) -> serde_json::Value {
    serde_json::json!({
        "code": code,
        "fault": code.fault(),
        "verdict": severity(code, TlsMode::Opportunistic),
        "verdict_tls_required": severity(code, TlsMode::Required),
        "meaning": code.meaning(),
        "mend": code.mend(),
    })
}

fn weight(code: ReasonCode) -> String {
    let (lenient, strict) = (severity(code, TlsMode::Opportunistic), severity(code, TlsMode::Required));
    let ours = if code.fault() == Fault::Ours { " Homing's own fault." } else { "" };
    if lenient == strict {
        format!("Where it is found the verdict is `{lenient}`.{ours}")
    } else {
        format!("Where it is found the verdict is `{lenient}`, and `{strict}` if TLS is required.")
    }
}
