//! `homing bench …`: load for benchmarks. Hidden from the help, because it measures Homing and not servers.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, Subcommand};
use futures_util::stream::{self, StreamExt};
use homing_core::target::Target;
use homing_core::verdict::Verdict;
use homing_probe::check::Prober;
use homing_probe::connect::Tcp;
use homing_probe::request::CheckRequest;
use homing_probe::resolve::Dns;
use homing_smtp::tls::{ServerIdentity, TlsInspector, TrustRoots};

use super::check::options::Tls;

/// Generate load, for benchmarks.
#[derive(Debug, Args)]
pub(crate) struct BenchOptions {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Many socket checks in one process; prints what they cost
    Check(CheckLoad),
}

#[derive(Debug, Args)]
struct CheckLoad {
    /// The servers, taken in turn
    #[arg(required = true)]
    addresses: Vec<SocketAddr>,
    /// How many checks
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    count: u32,
    /// How many at once
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    concurrency: u32,
    /// How TLS is used
    #[arg(long, default_value = "none")]
    tls: Tls,
    /// The name that certificates have to be valid for
    #[arg(long)]
    tls_name: Option<ServerIdentity>,
    /// The roots to trust
    #[arg(long)]
    ca_file: Option<PathBuf>,
    /// Check every chain anew, as at the first meeting
    #[arg(long)]
    cold: bool,
}

pub(super) fn run(options: &BenchOptions) -> anyhow::Result<u8> {
    let What::Check(load) = &options.what;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(check(load))
}

async fn check(load: &CheckLoad) -> anyhow::Result<u8> {
    let roots = match &load.ca_file {
        Some(path) => TrustRoots::from_file(path)?,
        None => TrustRoots::bundled(),
    };
    let tls = TlsInspector::new(roots);
    let tls = if load.cold { tls.without_memory() } else { tls };
    let prober = Prober::new(Dns::system(), Tcp, tls);
    let requests = load.addresses.iter().map(|address| request(load, *address));
    let requests = requests.collect::<Result<Vec<_>, _>>()?;
    let before = Cost::now();
    let began = Instant::now();
    let checks = (0..load.count).zip(requests.iter().cycle()).map(|(_, request)| prober.check(request));
    let mut verdicts = [0_u32; 4];
    let mut running = stream::iter(checks).buffer_unordered(load.concurrency as usize);
    while let Some(run) = running.next().await {
        verdicts[usize::from(run.verdict.exit_code())] += 1;
    }
    let after = Cost::now();
    let of = |verdict: Verdict| verdicts[usize::from(verdict.exit_code())];
    let figures = serde_json::json!({
        "checks": load.count,
        "up": of(Verdict::Up),
        "degraded": of(Verdict::Degraded),
        "down": of(Verdict::Down),
        "unknown": of(Verdict::Unknown),
        "user_ms": after.user_ms - before.user_ms,
        "sys_ms": after.sys_ms - before.sys_ms,
        "wall_ms": began.elapsed().as_millis() as u64,
        "rss_kib_before": before.rss_kib,
        "rss_kib_peak": after.rss_kib_peak,
    });
    writeln!(std::io::stdout(), "{figures}")?;
    Ok(0)
}

fn request(load: &CheckLoad, address: SocketAddr) -> anyhow::Result<CheckRequest> {
    let target = Target::parse(&address.to_string(), None, None)?;
    let mut request = CheckRequest::new(target);
    request.expect.tls = load.tls.into();
    request.helo = Some("probe.bench.test".parse()?);
    request.identity.clone_from(&load.tls_name);
    Ok(request)
}

/// What this process has cost so far, from /proc; zeros where there is none.
struct Cost {
    user_ms: u64,
    sys_ms: u64,
    rss_kib: u64,
    rss_kib_peak: u64,
}

impl Cost {
    fn now() -> Self {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // The fields behind the command name, which may itself hold spaces; ticks are of 10 ms on Linux.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks = |index| fields.split_whitespace().nth(index).and_then(|text| text.parse::<u64>().ok());
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let kib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
        };
        Self {
            user_ms: ticks(11).unwrap_or_default() * 10,
            sys_ms: ticks(12).unwrap_or_default() * 10,
            rss_kib: kib("VmRSS:"),
            rss_kib_peak: kib("VmHWM:"),
        }
    }
}
