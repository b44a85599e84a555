//! The `homing` command. One file per command under [`command`]; how results look under [`show`].

mod command;
mod duration;
mod show;
mod usage;

use std::process::ExitCode;

use clap::Parser;

use command::Command;

/// SMTP server monitor: tells within seconds, and with proof, whether a mail server answers.
#[derive(Debug, Parser)]
#[command(name = "homing", version, about, long_about = None, propagate_version = true)]
#[command(disable_help_subcommand = true, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Homing {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let parsed = match Homing::try_parse() {
        Ok(parsed) => parsed,
        Err(error) => return usage::report(&error),
    };
    match parsed.command.run() {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_closed_pipe(&error) => ExitCode::from(usage::UNKNOWN),
        Err(error) => usage::refuse(&format!("{error:#}")),
    }
}

/// `homing check … | head` is no error worth a message.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
