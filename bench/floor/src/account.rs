//! What a process used, as the kernel accounts it: the time on the clock says nothing on a machine
//! whose cores are shared with the sink.

use anyhow::{Context, Result};

/// The kernel shows process times in this unit whatever its own tick is (`USER_HZ`).
const MS_PER_TICK: f64 = 10.0;

/// Fields of `/proc/PID/stat`, counted from the one after the command's closing bracket.
const USER: usize = 11;
const SYSTEM: usize = 12;
const CHILDREN_USER: usize = 13;
const CHILDREN_SYSTEM: usize = 14;

/// CPU time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct CpuTime {
    pub(crate) user_ms: f64,
    pub(crate) sys_ms: f64,
}

impl CpuTime {
    /// This process, all its threads.
    pub(crate) fn of_self() -> Result<Self> {
        Self::read("self", USER, SYSTEM)
    }

    /// Another process, all its threads.
    pub(crate) fn of_process(pid: u32) -> Result<Self> {
        Self::read(&pid.to_string(), USER, SYSTEM)
    }

    /// The children of this process that have ended and were waited for.
    pub(crate) fn of_ended_children() -> Result<Self> {
        Self::read("self", CHILDREN_USER, CHILDREN_SYSTEM)
    }

    /// What was used between `earlier` and this reading.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self { user_ms: self.user_ms - earlier.user_ms, sys_ms: self.sys_ms - earlier.sys_ms }
    }

    /// User and system time together.
    pub(crate) fn total_ms(self) -> f64 {
        self.user_ms + self.sys_ms
    }

    fn read(process: &str, user: usize, system: usize) -> Result<Self> {
        let path = format!("/proc/{process}/stat");
        let stat = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let user_ms = ticks(&stat, user).with_context(|| format!("no user time in {path}"))?;
        let sys_ms = ticks(&stat, system).with_context(|| format!("no system time in {path}"))?;
        Ok(Self { user_ms: user_ms * MS_PER_TICK, sys_ms: sys_ms * MS_PER_TICK })
    }
}

/// The command's name may hold blanks and brackets, so counting starts after the last bracket.
fn ticks(stat: &str, field: usize) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split_ascii_whitespace().nth(field)?.parse().ok()
}

/// The memory of this process now and at its highest, in KiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) resident_kib: u64,
    pub(crate) peak_kib: u64,
}

impl Memory {
    /// Reads this process's figures.
    pub(crate) fn of_self() -> Result<Self> {
        let status = std::fs::read_to_string("/proc/self/status").context("cannot read /proc/self/status")?;
        let resident_kib = kib(&status, "VmRSS:").context("no VmRSS in /proc/self/status")?;
        let peak_kib = kib(&status, "VmHWM:").context("no VmHWM in /proc/self/status")?;
        Ok(Self { resident_kib, peak_kib })
    }
}

fn kib(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{CHILDREN_USER, USER, kib, ticks};

    #[test]
    fn counts_fields_after_a_name_with_brackets() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 42 13 5 6 20 0 1 0 100 1 1";
        assert_eq!(ticks(stat, USER), Some(42.0));
        assert_eq!(ticks(stat, CHILDREN_USER), Some(5.0));
    }

    #[test]
    fn reads_memory_lines() {
        assert_eq!(kib("Name:\tx\nVmHWM:\t    2040 kB\nVmRSS:\t 1024 kB\n", "VmRSS:"), Some(1024));
        assert_eq!(kib("Name:\tx\n", "VmRSS:"), None);
    }
}
