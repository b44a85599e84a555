//! Running a command while the lab stands.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::description::VARIABLE;
use crate::lab::Lab;
use crate::selection::Selection;

/// How long the command may take to end after a signal; cargo waits for its tests.
const PATIENCE: Duration = Duration::from_secs(3);

enum Event {
    Signal(i32),
    Ended(std::io::Result<ExitStatus>),
}

/// Starts the lab, runs the command with `HOMING_LAB` set, ends the lab. Returns the exit code to end with:
/// the command's own, or 128 and the signal's number.
pub fn exec(selection: &Selection, program: &OsString, arguments: &[OsString]) -> Result<i32> {
    // Before the first server starts: from here on a signal is only noted.
    let (sender, events) = mpsc::channel();
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot watch for signals")?;
    let from_signals = sender.clone();
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if from_signals.send(Event::Signal(signal)).is_err() {
                return;
            }
        }
    });
    let lab = Lab::start(selection)?;
    if let Ok(Event::Signal(signal)) = events.try_recv() {
        lab.stop()?;
        return Ok(128 + signal);
    }
    let outcome = Command::new(program)
        .args(arguments)
        .env(VARIABLE, lab.description())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))
        .map(|mut child| {
            let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            let waiter = std::thread::spawn(move || sender.send(Event::Ended(child.wait())));
            let code = wait(&events, pid);
            // The lab takes the status of all children when it ends: nobody may wait beside it.
            let _ = waiter.join();
            code
        });
    lab.stop()?;
    outcome
}

fn wait(events: &Receiver<Event>, pid: Option<Pid>) -> i32 {
    let mut interrupted = None;
    loop {
        let event = match interrupted {
            None => events.recv().ok(),
            Some(_) => events.recv_timeout(PATIENCE).ok(),
        };
        match event {
            Some(Event::Ended(status)) => return interrupted.unwrap_or_else(|| code(&status)),
            Some(Event::Signal(signal)) => {
                interrupted = Some(128 + signal);
                send(pid, Signal::TERM);
            }
            None => send(pid, Signal::KILL),
        }
    }
}

fn send(pid: Option<Pid>, signal: Signal) {
    if let Some(pid) = pid {
        // It may have ended by itself.
        let _ = rustix::process::kill_process(pid, signal);
    }
}

fn code(status: &std::io::Result<ExitStatus>) -> i32 {
    match status {
        Ok(status) => status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default()),
        Err(_) => 1,
    }
}
