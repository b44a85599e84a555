//! Processes that end with this one, however it ends: the kernel kills them when their parent is
//! gone, so not even a killed benchmark leaves a server behind.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::chain::Keys;

/// A command whose process dies with its parent.
pub(crate) fn tied(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program).stdin(Stdio::null());
    command
}

/// Runs a prober to its end and reads the line of JSON that it prints.
pub(crate) fn prober_line(command: &mut Command) -> Result<Value> {
    let output = command.stderr(Stdio::piped()).output().context("cannot start the prober")?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("the prober ended with {}: {}", output.status, stderr.trim());
    }
    let stdout = String::from_utf8_lossy(&output.stdout);
    let line: Value = serde_json::from_str(stdout.lines().last().unwrap_or_default())
        .with_context(|| format!("not a line of JSON: {stdout:?}"))?;
    let (checks, up) = (number(&line, "checks")?, number(&line, "up")?);
    let degraded = number(&line, "degraded")?;
    if up + degraded < checks {
        // A check that failed cost less than a whole one: such a figure must not be shown.
        bail!("not every check went well: {line} {}", stderr.trim());
    }
    if degraded > 0.0 {
        eprintln!("note: {degraded} of {checks} checks were judged degraded");
    }
    Ok(line)
}

/// A figure of such a line.
pub(crate) fn number(line: &Value, name: &str) -> Result<f64> {
    line.get(name).and_then(Value::as_f64).with_context(|| format!("no number {name:?} in {line}"))
}

/// A child that is ended with its owner.
pub(crate) struct Server(Child);

impl Server {
    /// Starts a server.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        Ok(Self(command.spawn().with_context(|| format!("cannot start {command:?}"))?))
    }

    /// Its process id, which `setpriv` hands on to what it starts.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether it ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A running sink.
pub(crate) struct Sink {
    _server: Server,
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) ca_file: PathBuf,
}

impl Sink {
    /// Starts this very program as a sink and waits until it listens.
    pub(crate) fn start(dir: &Path, keys: Keys, slow: Option<u64>) -> Result<Self> {
        std::fs::create_dir_all(dir)?;
        let mut command = tied(&std::env::current_exe()?);
        command.arg("sink").arg("--dir").arg(dir);
        command.args(["--keys", if keys == Keys::Ec { "ec" } else { "rsa" }]);
        if let Some(seconds) = slow {
            command.args(["--slow", &seconds.to_string()]);
        }
        let mut server = Server::start(command.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
        let stdout = server.0.stdout.take().context("the sink has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line).context("the sink did not start")?;
        let addresses = ready["addresses"].as_array().context("the sink told no addresses")?;
        let addresses =
            addresses.iter().filter_map(Value::as_str).map(str::parse).collect::<Result<_, _>>()?;
        let ca_file = ready["ca_file"].as_str().context("the sink told no CA file")?.into();
        Ok(Self { _server: server, addresses, ca_file })
    }
}
