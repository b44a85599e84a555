//! check_smtp of the monitoring plugins: one process for every check.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::{Result, ensure};

use super::process::Sink;
use crate::account::CpuTime;

/// The plugin's program.
pub(crate) const PROGRAM: &str = "/usr/lib/nagios/plugins/check_smtp";

/// How many processes run at once; more than the cores make no sense.
const CONCURRENCY: usize = 4;

/// What one process costs from its start to its end.
///
/// It is started without `setpriv`, which would be counted too; its own time limit ends it.
pub(crate) fn micros_per_check(sink: &Sink, tls: bool, count: u32) -> Result<f64> {
    let before = CpuTime::of_ended_children()?;
    let mut running = VecDeque::new();
    for address in sink.addresses.iter().cycle().take(count as usize) {
        if running.len() == CONCURRENCY
            && let Some(oldest) = running.pop_front()
        {
            end(oldest)?;
        }
        running.push_back(start(*address, tls)?);
    }
    for child in running {
        end(child)?;
    }
    let used = CpuTime::of_ended_children()?.since(before);
    Ok(used.total_ms() * 1000.0 / f64::from(count))
}

fn start(address: SocketAddr, tls: bool) -> Result<Child> {
    let mut command = Command::new(PROGRAM);
    command.args(["-H", &address.ip().to_string(), "-p", &address.port().to_string()]);
    command.args(["-F", "prober.bench.test", "-t", "10"]);
    if tls {
        // It has no way to verify the chain; the nearest is its check of the expiry date.
        command.args(["-S", "-D", "1"]);
    }
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?)
}

fn end(mut child: Child) -> Result<()> {
    let status = child.wait()?;
    ensure!(status.success(), "check_smtp ended with {status}");
    Ok(())
}
