//! Runs a row and tells everything about it that is not as it should be.

mod output;
mod result;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use crate::bounds::{Baseline, PROMPT, SLACK, TIMEOUT};
use crate::cost::{self, Run};
use crate::peer::{Heard, Peer};
use crate::row::{Pace, Row, arguments};

/// Runs a row in each of its forms; the complaints, none if it passes.
pub(crate) fn row(row: &Row, binary: &Path, baseline: &Baseline) -> Vec<String> {
    match as_json(row, binary, baseline) {
        Ok(mut complaints) => {
            if row.for_people {
                complaints.extend(for_people(row, binary));
            }
            complaints
        }
        Err(complaint) => vec![complaint],
    }
}

fn as_json(row: &Row, binary: &Path, baseline: &Baseline) -> Result<Vec<String>, String> {
    let (run, heard) = play(row, binary, &["--json"])?;
    if std::env::var_os("HOMING_ROW").is_some() {
        println!("{}: {:?}, {} KiB\n{}{}", row.name, run.wall, run.peak_kib, run.stdout, run.stderr);
    }
    let mut complaints = cost_complaints(row, &run);
    complaints.extend(baseline.complaint(&run, row.uses_tls()));
    complaints.extend(output::complaints(row, &run));
    complaints.extend(heard.complaints.iter().cloned());
    match serde_json::from_str(&run.stdout) {
        Ok(value) => complaints.extend(result::complaints(row, &value, &heard)),
        Err(error) => {
            complaints.push(format!("its output is no JSON: {error}\n{}{}", run.stdout, run.stderr));
        }
    }
    Ok(complaints)
}

/// The same check for people: a table with the transcript, and a status line with its performance data.
fn for_people(row: &Row, binary: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    for option in ["--transcript", "--nagios"] {
        match play(row, binary, &[option]) {
            Ok((run, _)) => {
                let more = cost_complaints(row, &run).into_iter().chain(output::complaints(row, &run));
                let more = more.chain(output::form_complaints(option, &run.stdout));
                complaints.extend(more.map(|complaint| format!("{option}: {complaint}")));
            }
            Err(error) => complaints.push(format!("{option}: {error}")),
        }
    }
    complaints
}

fn play(row: &Row, binary: &Path, form: &[&str]) -> Result<(Run, Heard), String> {
    let told = |error: std::io::Error| format!("the test itself failed: {error}");
    let place = tempfile::tempdir().map_err(told)?;
    let options: Vec<_> = row.options.iter().chain(form).copied().collect();
    let start = |address: SocketAddr| {
        let mut args = arguments(address, &options);
        if let Some(password) = row.password {
            let file = place.path().join("password");
            fs::write(&file, format!("{password}\n")).map_err(told)?;
            args.extend(["--auth-user".into(), "monitor".into(), "--auth-password-file".into(), file.into()]);
        }
        cost::run(binary, &args, place.path())
    };
    match &row.script {
        Some(script) => {
            let peer = Peer::start(script.clone()).map_err(told)?;
            let run = start(peer.address());
            let heard = peer.join();
            Ok((run?, heard))
        }
        None => Ok((start(Peer::closed_port().map_err(told)?)?, Heard::default())),
    }
}

fn cost_complaints(row: &Row, run: &Run) -> Vec<String> {
    let mut complaints = Vec::new();
    if run.code != Some(row.exit) {
        complaints.push(format!("exit code {:?} instead of {}", run.code, row.exit));
    }
    let bound = match row.pace {
        Pace::Prompt => PROMPT + SLACK,
        Pace::Waits => TIMEOUT + SLACK,
    };
    if run.wall > bound {
        complaints.push(format!("it took {:?}, more than {bound:?}", run.wall));
    }
    complaints
}
