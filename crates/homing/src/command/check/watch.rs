//! One check, with a line on the terminal while slow servers are awaited.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use homing_core::elapsed::Elapsed;
use homing_core::run::SocketRun;
use homing_probe::check::{Prober, Progress};
use homing_probe::connect::Tcp;
use homing_probe::request::CheckRequest;
use homing_probe::resolve::Dns;

/// A check that is quicker than this needs no progress line.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line is written anew.
const REFRESH: Duration = Duration::from_millis(250);

pub(super) async fn check(prober: &Prober<Dns, Tcp>, request: &CheckRequest) -> SocketRun {
    let planned = AtomicUsize::new(0);
    let finished = AtomicUsize::new(0);
    let watch = |progress| match progress {
        Progress::Planned(count) => planned.store(count, Ordering::Relaxed),
        Progress::Finished => {
            finished.fetch_add(1, Ordering::Relaxed);
        }
    };
    let check = prober.check_watched(request, &watch);
    if !std::io::stderr().is_terminal() {
        return check.await;
    }
    tokio::pin!(check);
    let began = tokio::time::Instant::now();
    let mut shown = false;
    let mut ticks = tokio::time::interval_at(began + PATIENCE, REFRESH);
    let run = loop {
        tokio::select! {
            run = &mut check => break run,
            now = ticks.tick() => {
                let (planned, finished) = (planned.load(Ordering::Relaxed), finished.load(Ordering::Relaxed));
                line(planned, finished, (now - began).into(), request.timeout.into());
                shown = true;
            }
        }
    };
    if shown {
        // Back to the beginning and away with it, so that the result stands alone.
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    run
}

fn line(planned: usize, finished: usize, elapsed: Elapsed, limit: Elapsed) {
    let what = match planned {
        0 => "waiting for DNS".to_owned(),
        1 => "waiting for the server".to_owned(),
        _ => format!("waiting: {finished} of {planned} sessions ended"),
    };
    let _ = write!(std::io::stderr(), "\r\x1b[K{what}, {elapsed} of {limit}");
    let _ = std::io::stderr().flush();
}
