//! Runs bare checks side by side on one thread and tells what they cost.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use rustls::pki_types::ServerName;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use crate::account::{CpuTime, Memory};
use crate::chain;
use crate::dialogue::Dialogue;
use crate::tls;

/// What is run, and how much of it.
#[derive(Args)]
pub(crate) struct ProbeArgs {
    /// Where the sink listens; checks go round over all of them.
    #[arg(required = true)]
    addresses: Vec<SocketAddr>,
    /// What a check does.
    #[arg(long, value_enum, default_value = "plain")]
    mode: Mode,
    /// How many checks are run.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    count: u32,
    /// How many of them are open at once.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=15_000))]
    concurrency: u32,
    /// The name in the certificate.
    #[arg(long, default_value = chain::NAME)]
    tls_name: String,
    /// The root that is believed, PEM.
    #[arg(long, required_if_eq("mode", "starttls"))]
    ca_file: Option<PathBuf>,
    /// Give up after this time.
    #[arg(long, default_value_t = 120)]
    max_seconds: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    Connect,
    Plain,
    Starttls,
}

/// Runs the checks and prints one line of JSON.
pub(crate) fn run(args: &ProbeArgs) -> Result<()> {
    let dialogue = Arc::new(dialogue(args)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let memory_before = Memory::of_self()?;
    let cpu_before = CpuTime::of_self()?;
    let started = Instant::now();
    let up = runtime.block_on(async {
        tokio::time::timeout(Duration::from_secs(args.max_seconds), check_all(args, dialogue)).await
    });
    let wall = started.elapsed();
    let cpu = CpuTime::of_self()?.since(cpu_before);
    let Ok(up) = up else { bail!("not done after {} s", args.max_seconds) };
    let up = up?;
    let line = serde_json::json!({
        "checks": args.count,
        "up": up,
        "degraded": 0,
        "down": args.count as usize - up,
        "unknown": 0,
        "user_ms": cpu.user_ms,
        "sys_ms": cpu.sys_ms,
        "wall_ms": wall.as_millis() as u64,
        "rss_kib_before": memory_before.resident_kib,
        "rss_kib_peak": Memory::of_self()?.peak_kib,
    });
    println!("{line}");
    Ok(())
}

fn dialogue(args: &ProbeArgs) -> Result<Dialogue> {
    Ok(match args.mode {
        Mode::Connect => Dialogue::Connect,
        Mode::Plain => Dialogue::Plain,
        Mode::Starttls => {
            let ca_file = args.ca_file.as_deref().context("STARTTLS needs --ca-file")?;
            let name = ServerName::try_from(args.tls_name.clone())?;
            Dialogue::StartTls(TlsConnector::from(tls::client(ca_file)?), name)
        }
    })
}

/// As many tasks as checks may be open, each taking the next check until none is left: cheaper than
/// a task for every check. Returns how many checks ended well.
async fn check_all(args: &ProbeArgs, dialogue: Arc<Dialogue>) -> Result<usize> {
    let addresses: Arc<[SocketAddr]> = args.addresses.as_slice().into();
    let next = Arc::new(AtomicUsize::new(0));
    let count = args.count as usize;
    let mut tasks = JoinSet::new();
    for _ in 0..args.concurrency.min(args.count) {
        let (addresses, next, dialogue) = (Arc::clone(&addresses), Arc::clone(&next), Arc::clone(&dialogue));
        tasks.spawn(async move {
            let mut up = 0;
            loop {
                let check = next.fetch_add(1, Ordering::Relaxed);
                if check >= count {
                    return up;
                }
                match dialogue.run(addresses[check % addresses.len()]).await {
                    Ok(()) => up += 1,
                    Err(error) => eprintln!("check {check}: {error}"),
                }
            }
        });
    }
    let mut up = 0;
    while let Some(ended) = tasks.join_next().await {
        up += ended?;
    }
    Ok(up)
}
