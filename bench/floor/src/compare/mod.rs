//! Runs floor, Homing and its peers side by side, in turns, so that whatever else the machine does
//! hits all of them alike; the median of the rounds is what counts.

mod check_smtp;
mod exporter;
mod http_load;
mod machine;
mod measure;
mod memory;
mod process;
mod report;
mod samples;
mod subject;
mod syscalls;
mod tables;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use measure::Measure;
use samples::Samples;

/// Where things are, and how much is run.
#[derive(Args)]
pub(crate) struct CompareArgs {
    /// The homing binary; without it the table has no Homing rows.
    #[arg(long)]
    homing: Option<PathBuf>,
    /// The folder with the peers' files.
    #[arg(long)]
    peers: PathBuf,
    /// An empty folder for certificates; it is not cleaned up.
    #[arg(long)]
    work_dir: PathBuf,
    /// The Markdown file to write.
    #[arg(long)]
    output: PathBuf,
    /// The date to write into it.
    #[arg(long)]
    date: String,
    /// The command to write into it.
    #[arg(long)]
    made_by: String,
    /// Fewer rounds of fewer checks.
    #[arg(long)]
    quick: bool,
}

/// Measures everything and writes the report.
pub(crate) fn run(args: &CompareArgs) -> Result<()> {
    let measure = Measure::start(args)?;
    let mut samples = Samples::default();
    let rounds = if args.quick { 3 } else { 7 };
    for round in 1..=rounds {
        for run in tables::runs(args.homing.is_some()) {
            let micros = measure
                .micros_per_check(run)
                .with_context(|| format!("{} failed ({:?})", run.subject.name(), run.task))?;
            eprintln!(
                "round {round}/{rounds}: {:<18} {:<24} {micros:>8.1} µs",
                run.subject.name(),
                run.task.name()
            );
            samples.add(run, micros);
        }
    }
    let per_check = report::PerCheck {
        system_calls: syscalls::measure(&measure, args)?,
        open_kib: memory::measure(&measure, args)?,
    };
    let facts = machine::Facts::gather(args)?;
    let text = report::markdown(&facts, &samples, &per_check);
    std::fs::write(&args.output, &text).with_context(|| format!("cannot write {}", args.output.display()))?;
    println!("{text}");
    Ok(())
}
