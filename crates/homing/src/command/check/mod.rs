//! `homing check TARGET`: one socket check, now, without a server.

mod order;
mod repeat;
mod watch;

pub(crate) mod options;

use std::io::{IsTerminal, Write};

use homing_core::run::SocketRun;
use homing_core::verdict::Verdict;

use crate::show::{Look, nagios, report, transcript};
use options::CheckOptions;
use order::Order;

/// Runs the check and gives its exit code.
pub(super) fn run(options: &CheckOptions) -> anyhow::Result<u8> {
    let order = Order::from_options(options)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        if options.count.is_some() {
            return repeat::run(options, &order).await;
        }
        tokio::select! {
            run = watch::check(&order.prober, &order.request) => {
                print(options, &order, &run)?;
                Ok(run.verdict.exit_code())
            }
            _ = tokio::signal::ctrl_c() => interrupted(options),
        }
    })
}

fn print(options: &CheckOptions, order: &Order, run: &SocketRun) -> anyhow::Result<()> {
    let look = Look::of_stdout(options.color);
    let text = if options.json {
        json(run)?
    } else if options.nagios {
        nagios::line(run, order.request.expect.slow, order.request.timeout)
    } else {
        let mut text = report::report(run, &order.request.target, &look);
        if options.transcript {
            text.push_str(&transcript::all(run, &look));
        }
        text
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

/// For people on a terminal with line breaks, for programs in one line.
fn json(run: &SocketRun) -> anyhow::Result<String> {
    let text = if std::io::stdout().is_terminal() {
        serde_json::to_string_pretty(run)?
    } else {
        serde_json::to_string(run)?
    };
    Ok(text + "\n")
}

fn interrupted(options: &CheckOptions) -> anyhow::Result<u8> {
    if options.nagios {
        writeln!(std::io::stdout(), "SMTP UNKNOWN: interrupted")?;
    } else {
        writeln!(std::io::stderr(), "homing: interrupted before the check ended")?;
    }
    Ok(Verdict::Unknown.exit_code())
}
