//! System calls of a plain check. What a process does at its start falls out by taking the
//! difference of a short and a long run.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::CompareArgs;
use super::measure::Measure;
use super::process::{prober_line, tied};
use super::report::ByProber;
use super::subject::{Run, Subject, Task};
use crate::chain::Keys;

const SHORT: u32 = 500;
const LONG: u32 = 2_500;

/// Counts for the floor and, if it is there, for Homing.
pub(crate) fn measure(measure: &Measure, args: &CompareArgs) -> Result<ByProber> {
    ByProber::measure(args.homing.is_some(), |subject| {
        let short = calls(measure, subject, SHORT, &args.work_dir)?;
        let long = calls(measure, subject, LONG, &args.work_dir)?;
        Ok((long - short) / f64::from(LONG - SHORT))
    })
}

fn calls(measure: &Measure, subject: Subject, count: u32, dir: &Path) -> Result<f64> {
    let summary = dir.join("strace.txt");
    let under_strace = |program: &Path| -> Command {
        let mut command = tied(Path::new("strace"));
        command.args(["-f", "-c", "-o"]).arg(&summary).arg("--").arg(program);
        command
    };
    let run = Run { subject, task: Task::Plain };
    let mut prober = measure.prober(under_strace, run, measure.sink(Keys::Ec))?;
    prober.args(["--count", &count.to_string(), "--concurrency", "100"]);
    prober_line(&mut prober)?;
    total(&std::fs::read_to_string(&summary)?).context("strace gave no total")
}

/// The calls in the summary's last line: share, seconds, µs per call, calls, maybe errors, "total".
fn total(summary: &str) -> Option<f64> {
    let line = summary.lines().rev().find(|line| line.ends_with(" total"))?;
    line.split_ascii_whitespace().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::total;

    #[test]
    fn reads_the_total() {
        let summary = "% time     seconds  usecs/call     calls    errors syscall\n\
            ------ ----------- ----------- --------- --------- ----------------\n\
             60.00    0.000000           0         1           rseq\n\
            ------ ----------- ----------- --------- --------- ----------------\n\
            100.00    0.000000           0        29         1 total\n";
        assert_eq!(total(summary), Some(29.0));
        assert_eq!(total(""), None);
    }
}
