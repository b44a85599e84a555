//! blackbox_exporter, asked over HTTP as Prometheus asks it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::http_load::Load;
use super::process::{Server, Sink, tied};
use crate::account::CpuTime;

/// The exporter's program.
pub(crate) const PROGRAM: &str = "prometheus-blackbox-exporter";

/// Probes before the first round, so that the exporter has grown its heap and its goroutines.
const WARM_UP: u32 = 200;

const START_LIMIT: Duration = Duration::from_secs(10);

/// A running exporter.
pub(crate) struct Exporter {
    server: Server,
    address: SocketAddr,
    runtime: tokio::runtime::Runtime,
}

impl Exporter {
    /// Starts the exporter where the sink's root certificate is and waits until it listens.
    pub(crate) fn start(peers: &Path, sink: &Sink) -> Result<Self> {
        let address = free_address()?;
        let mut command = tied(Path::new(PROGRAM));
        command
            .arg(format!("--config.file={}", peers.canonicalize()?.join("blackbox.yml").display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--log.level=error")
            .current_dir(sink.ca_file.parent().context("the CA file has no folder")?)
            .stdout(Stdio::null());
        let mut server = Server::start(&mut command)?;
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            if server.has_ended() || started.elapsed() > START_LIMIT {
                bail!("blackbox_exporter does not listen on {address}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let exporter = Self { server, address, runtime };
        exporter.micros_per_check(sink, false, WARM_UP)?;
        Ok(exporter)
    }

    /// What one probe costs the exporter.
    pub(crate) fn micros_per_check(&self, sink: &Sink, tls: bool, count: u32) -> Result<f64> {
        let module = if tls { "smtp_starttls" } else { "smtp_plain" };
        let load = Load::new(self.address, module, &sink.addresses, count);
        let before = CpuTime::of_process(self.server.id())?;
        self.runtime.block_on(load.run())?;
        let used = CpuTime::of_process(self.server.id())?.since(before);
        Ok(used.total_ms() * 1000.0 / f64::from(count))
    }
}

/// The exporter cannot tell which port it got, so one is chosen for it.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
