//! Ending every process that the lab has started, however it was started.
//!
//! The lab makes itself the reaper of its orphaned descendants. A daemon that forks twice, or whose parent has
//! died, therefore stays below the lab in the process tree, and the tree is all that has to be looked at.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions};

use crate::process::POLL;

/// The time for servers to end after TERM; Postfix waits for its children.
const ORDERLY: Duration = Duration::from_secs(4);
/// The time for each harder step.
const HARD: Duration = Duration::from_secs(2);

/// Makes this process the parent of its orphaned descendants.
pub(crate) fn adopt_orphans() -> Result<()> {
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))
        .context("cannot become the reaper of orphaned servers")
}

/// Ends all descendants. No other thread may wait for a child meanwhile.
pub(crate) fn end_descendants() -> Result<()> {
    // First only the servers themselves, which end their children in good order. Some have a parent that only
    // watches and ends alone: the server below it then becomes a child of the lab.
    let mut told = BTreeSet::new();
    let tell_new_children = || {
        let children: Vec<_> = children_of(own_pid()).into_iter().filter(|pid| told.insert(*pid)).collect();
        signal(&children, Signal::TERM);
    };
    if all_gone_within(ORDERLY, tell_new_children) {
        return Ok(());
    }
    signal(&descendants(), Signal::TERM);
    if all_gone_within(HARD, || {}) {
        return Ok(());
    }
    // Again and again: a parent may have made a child between the look and the signal.
    if all_gone_within(HARD, || signal(&descendants(), Signal::KILL)) {
        return Ok(());
    }
    let left: Vec<_> = descendants().iter().map(|pid| format!("{pid} {}", command_line(*pid))).collect();
    bail!("processes outlive the lab:\n{}", left.join("\n"))
}

fn own_pid() -> i32 {
    rustix::process::getpid().as_raw_nonzero().get()
}

/// Does the step again and again until nothing is left.
fn all_gone_within(limit: Duration, mut step: impl FnMut()) -> bool {
    let begin = Instant::now();
    loop {
        step();
        if reap() {
            return true;
        }
        if begin.elapsed() >= limit {
            return false;
        }
        std::thread::sleep(POLL);
    }
}

/// Takes the status of every ended child; true when no child is left, and so no descendant.
fn reap() -> bool {
    loop {
        match rustix::process::wait(WaitOptions::NOHANG) {
            Ok(Some(_)) | Err(Errno::INTR) => {}
            Ok(None) => return false,
            Err(_) => return true,
        }
    }
}

fn signal(pids: &[i32], signal: Signal) {
    for pid in pids.iter().filter_map(|pid| Pid::from_raw(*pid)) {
        // It may have ended by itself.
        let _ = rustix::process::kill_process(pid, signal);
    }
}

fn descendants() -> Vec<i32> {
    let mut found = Vec::new();
    let mut parents = vec![own_pid()];
    while let Some(parent) = parents.pop() {
        let children = children_of(parent);
        parents.extend(&children);
        found.extend(children);
    }
    found
}

fn children_of(parent: i32) -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| parent_of(*pid) == Some(parent))
        .collect()
}

fn parent_of(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name stands in parentheses and may hold anything: count from the last one.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn command_line(pid: i32) -> String {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_found_below_its_parent() {
        let mut child = std::process::Command::new("sleep").arg("30").spawn().unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        assert!(descendants().contains(&pid));
        // The kernel wakes the parent before it has written down the child's arguments.
        let begin = Instant::now();
        while !command_line(pid).contains("30") {
            assert!(begin.elapsed() < HARD, "the command line of {pid} stays empty");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!descendants().contains(&pid));
    }
}
