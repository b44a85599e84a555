//! The yardstick of `make bench`. It links none of the Homing crates, so that nothing that makes
//! Homing slower can make its measure slower too.
//!
//! - `sink` answers SMTP on loopback, in plain and over STARTTLS,
//! - `probe` is the floor: the least that a check of the same dialogue can cost,
//! - `compare` runs floor, Homing and its peers in turn against one sink and writes the table.

mod account;
mod chain;
mod compare;
mod dialogue;
mod probe;
mod sink;
mod tls;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(version, about = "The yardstick of Homing's benchmark")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer SMTP on loopback until standard input closes.
    Sink(sink::SinkArgs),
    /// Run bare checks and print what they cost as one line of JSON.
    Probe(probe::ProbeArgs),
    /// Measure floor, Homing and its peers side by side.
    Compare(compare::CompareArgs),
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Sink(args) => sink::run(&args),
        Command::Probe(args) => probe::run(&args),
        Command::Compare(args) => compare::run(&args),
    }
}
