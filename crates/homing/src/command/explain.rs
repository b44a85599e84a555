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
    #[arg(long)]
    json: bool,
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
        format!("Makes the verdict `{lenient}`.{ours}")
    } else {
        format!("Makes the verdict `{lenient}`, and `{strict}` where TLS is required.")
    }
}
