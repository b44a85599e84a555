//! `homing completions SHELL`.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Print completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  homing completions bash > /etc/bash_completion.d/homing")]
pub(crate) struct CompletionOptions {
    /// The shell
    shell: Shell,
}

pub(super) fn run(options: &CompletionOptions) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut crate::Homing::command(), "homing", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(0)
}
