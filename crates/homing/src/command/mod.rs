//! The commands, one file each. A new one is a file and a line in each list below.

mod bench;
mod check;
mod completions;
mod explain;
mod man;

use clap::Subcommand;

/// What `homing` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a mail server now: DNS, connection, SMTP, TLS
    Check(Box<check::options::CheckOptions>),
    /// Say what a reason code means and what to do about it
    Explain(explain::ExplainOptions),
    /// Print completions for a shell
    Completions(completions::CompletionOptions),
    /// Print the manual page
    Man(man::ManOptions),
    /// Generate load, for benchmarks
    #[command(hide = true)]
    Bench(bench::BenchOptions),
}

impl Command {
    /// Runs the command and gives its exit code.
    pub(crate) fn run(self) -> anyhow::Result<u8> {
        match self {
            Self::Check(options) => check::run(&options),
            Self::Explain(options) => explain::run(&options),
            Self::Completions(options) => completions::run(&options),
            Self::Man(options) => man::run(&options),
            Self::Bench(options) => bench::run(&options),
        }
    }
}
