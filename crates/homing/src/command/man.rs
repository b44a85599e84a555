//! `homing man [COMMAND]`.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_mangen::Man;

/// Print the manual page.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  homing man | man -l -\n  homing man check > homing-check.1")]
pub(crate) struct ManOptions {
    /// The command whose page is wanted; without it, the page of `homing` itself
    command: Option<String>,
}

pub(super) fn run(options: &ManOptions) -> anyhow::Result<u8> {
    let mut root = crate::Homing::command();
    root.build();
    let page = match &options.command {
        None => root,
        Some(name) => root
            .find_subcommand(name)
            .ok_or_else(|| {
                anyhow::anyhow!("COMMAND `{name}` is not known: `homing --help` lists the commands")
            })?
            .clone(),
    };
    let mut text = Vec::new();
    Man::new(page).render(&mut text)?;
    std::io::stdout().write_all(&text)?;
    Ok(0)
}
