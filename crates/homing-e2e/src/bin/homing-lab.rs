//! `homing-lab exec [--only GROUP,…] -- CMD ARG…`: runs a command among real mail and DNS servers.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Result, bail};
use homing_e2e::Selection;

const USAGE: &str = "\
Usage: homing-lab exec [--only GROUP,…] -- CMD ARG…

Starts mail and DNS servers on loopback, runs CMD with HOMING_LAB set to the
path of a JSON file that says where they are, and ends them all.

Groups: dns, postfix, exim, opensmtpd, sink (default: all)";

fn main() -> ExitCode {
    match run(std::env::args_os().skip(1).collect()) {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(error) => {
            eprintln!("homing-lab: {error:#}");
            ExitCode::from(125)
        }
    }
}

fn run(arguments: Vec<OsString>) -> Result<i32> {
    let mut arguments = arguments.into_iter();
    match arguments.next() {
        Some(word) if word == "exec" => {}
        Some(word) if word == "--help" || word == "-h" => {
            println!("{USAGE}");
            return Ok(0);
        }
        _ => bail!("{USAGE}"),
    }
    let mut selection = Selection::all();
    loop {
        match arguments.next() {
            Some(word) if word == "--" => break,
            Some(word) if word == "--only" => {
                let groups = arguments.next().unwrap_or_default();
                selection = Selection::parse(&groups.to_string_lossy())?;
            }
            _ => bail!("{USAGE}"),
        }
    }
    let Some(program) = arguments.next() else { bail!("{USAGE}") };
    homing_e2e::exec(&selection, &program, &arguments.collect::<Vec<_>>())
}
