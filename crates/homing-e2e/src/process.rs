//! Starting one server and waiting until it serves.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a server may take until it serves.
const START_LIMIT: Duration = Duration::from_secs(20);
/// How often a condition is looked at.
pub(crate) const POLL: Duration = Duration::from_millis(15);

const LOG_TAIL: usize = 15;

/// A started server. Dropping this ends nothing: the lab ends all of its descendants at once.
#[derive(Debug)]
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts the program in a process group of its own, so that a Ctrl-C meant for the lab does not reach it
    /// before the lab has ended the command under test.
    pub(crate) fn spawn(name: &'static str, command: &mut Command, log: &Path) -> Result<Self> {
        let output = File::options()
            .create(true)
            .append(true)
            .open(log)
            .with_context(|| format!("{name}: cannot open the log {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .with_context(|| missing_program(name, command))?;
        Ok(Self { name, child, log: log.to_owned() })
    }

    /// Waits until `serves` says so. An end of the program or the limit is an error with the end of the log.
    pub(crate) fn wait_until(&mut self, serves: impl Fn() -> bool) -> Result<()> {
        let begin = Instant::now();
        while !serves() {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended during start-up with {status}\n{}", self.name, tail(&self.log));
            }
            if begin.elapsed() > START_LIMIT {
                let seconds = START_LIMIT.as_secs();
                bail!("{} does not serve after {seconds} s\n{}", self.name, tail(&self.log));
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }
}

/// Runs a short program and returns its standard output.
pub(crate) fn output_of(name: &str, command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| missing_program(name, command))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("{name}: {command:?} ended with {}\n{stdout}{stderr}", output.status);
    }
    Ok(stdout)
}

fn missing_program(name: &str, command: &Command) -> String {
    let program = command.get_program().display();
    format!("{name}: cannot start {program} (scripts/install-test-packages.sh installs what the lab needs)")
}

fn tail(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    let from = lines.len().saturating_sub(LOG_TAIL);
    format!("the end of {}:\n{}", log.display(), lines.get(from..).unwrap_or_default().join("\n"))
}
