//! One measurement: the right prober against the right sink.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::CompareArgs;
use super::check_smtp;
use super::exporter::Exporter;
use super::process::{Sink, number, prober_line, tied};
use super::subject::{Run, Subject, Task};
use crate::chain::{self, Keys};

/// Checks that are open at once in every prober but check_smtp.
const CONCURRENCY: u32 = 100;

/// All that runs through the whole comparison.
pub(crate) struct Measure {
    floor: PathBuf,
    homing: Option<PathBuf>,
    nodemailer: PathBuf,
    quick: bool,
    exporter: Exporter,
    ec: Sink,
    rsa: Sink,
}

impl Measure {
    /// Starts the sinks and the exporter.
    pub(crate) fn start(args: &CompareArgs) -> Result<Self> {
        let ec = Sink::start(&args.work_dir.join("ec"), Keys::Ec, None)?;
        let rsa = Sink::start(&args.work_dir.join("rsa"), Keys::Rsa, None)?;
        Ok(Self {
            floor: std::env::current_exe()?,
            homing: args.homing.clone(),
            nodemailer: args.peers.join("nodemailer.js"),
            quick: args.quick,
            exporter: Exporter::start(&args.peers, &ec)?,
            ec,
            rsa,
        })
    }

    /// User and system time of one check in microseconds.
    pub(crate) fn micros_per_check(&self, run: Run) -> Result<f64> {
        let count = run.count(self.quick);
        let tls = run.task.is_tls();
        let sink = self.sink(run.task.keys());
        let mut prober = match run.subject {
            Subject::BlackboxExporter => return self.exporter.micros_per_check(sink, tls, count),
            Subject::CheckSmtp => return check_smtp::micros_per_check(sink, tls, count),
            Subject::Nodemailer => self.nodemailer(sink, tls),
            Subject::Floor | Subject::Homing => self.prober(tied, run, sink)?,
        };
        prober.args(["--count", &count.to_string(), "--concurrency", &CONCURRENCY.to_string()]);
        let line = prober_line(&mut prober)?;
        Ok((number(&line, "user_ms")? + number(&line, "sys_ms")?) * 1000.0 / f64::from(count))
    }

    /// The sink with certificates of these keys.
    pub(crate) fn sink(&self, keys: Keys) -> &Sink {
        match keys {
            Keys::Ec => &self.ec,
            Keys::Rsa => &self.rsa,
        }
    }

    /// Floor or Homing, started by `start`, without count and concurrency.
    pub(crate) fn prober(
        &self,
        start: impl FnOnce(&Path) -> Command,
        run: Run,
        sink: &Sink,
    ) -> Result<Command> {
        let mut command = if run.subject == Subject::Homing {
            let mut command = start(self.homing.as_deref().context("there is no homing binary")?);
            command.args(["bench", "check", "--tls", if run.task.is_tls() { "required" } else { "none" }]);
            if matches!(run.task, Task::FirstMeeting(_)) {
                command.arg("--cold");
            }
            command
        } else {
            let mode = match run.task {
                Task::Connect => "connect",
                Task::Plain => "plain",
                Task::FirstMeeting(_) | Task::MetBefore(_) => "starttls",
            };
            let mut command = start(&self.floor);
            command.args(["probe", "--mode", mode]);
            command
        };
        target(&mut command, sink, run.task.is_tls());
        Ok(command)
    }

    fn nodemailer(&self, sink: &Sink, tls: bool) -> Command {
        let mut command = tied(Path::new("node"));
        command.arg(&self.nodemailer).args(["--tls", if tls { "required" } else { "none" }]);
        target(&mut command, sink, tls);
        command
    }
}

fn target(command: &mut Command, sink: &Sink, tls: bool) {
    command.args(sink.addresses.iter().map(ToString::to_string));
    if tls {
        command.args(["--tls-name", chain::NAME, "--ca-file"]).arg(&sink.ca_file);
    }
}
