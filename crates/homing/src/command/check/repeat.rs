//! `homing check -n COUNT -i INTERVAL`: one line a try, then a summary.

use std::io::Write;

use homing_core::verdict::Verdict;
use tokio::time::{MissedTickBehavior, interval};

use super::options::CheckOptions;
use super::order::Order;
use super::watch;
use crate::show::Look;
use crate::show::tries::Tries;

pub(super) async fn run(options: &CheckOptions, order: &Order) -> anyhow::Result<u8> {
    let look = Look::of_stdout(options.color);
    let count = options.count.unwrap_or(1);
    let mut tries = Tries::default();
    let mut ticks = interval(options.interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut interrupted = false;
    // One for all tries, so that an interrupt while a line is written is not lost.
    let interrupt = tokio::signal::ctrl_c();
    tokio::pin!(interrupt);
    for number in 1..=count {
        let run = tokio::select! {
            run = async { ticks.tick().await; watch::check(&order.prober, &order.request).await } => run,
            _ = &mut interrupt => { interrupted = true; break; }
        };
        tries.add(&run);
        let mut out = std::io::stdout().lock();
        if options.json {
            writeln!(out, "{}", serde_json::to_string(&run)?)?;
        } else {
            writeln!(out, "{}", tries.line(number, &run, &look))?;
            if options.transcript {
                out.write_all(crate::show::transcript::all(&run, &look).as_bytes())?;
            }
        }
        out.flush()?;
    }
    if !options.json {
        writeln!(std::io::stdout(), "{}", tries.summary(&look))?;
    }
    Ok(if interrupted { Verdict::Unknown.exit_code() } else { tries.worst().exit_code() })
}
