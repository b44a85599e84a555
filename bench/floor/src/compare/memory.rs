//! Memory of a check that is open: thousands of servers that accept and then keep silent for some
//! seconds before they go on as usual. The highest figure counts, so the dialogues that all start
//! together afterwards are a part of it.

use anyhow::Result;

use super::CompareArgs;
use super::measure::Measure;
use super::process::{Sink, number, prober_line, tied};
use super::report::ByProber;
use super::subject::{Run, Task};
use crate::chain::Keys;

/// Checks that are open at once.
pub(crate) const OPEN: u32 = 5_000;

/// Long enough to open all of them before the first greeting comes.
const SILENCE_SECONDS: u64 = 4;

/// KiB for each open check of the floor and, if it is there, of Homing.
pub(crate) fn measure(measure: &Measure, args: &CompareArgs) -> Result<ByProber> {
    let sink = Sink::start(&args.work_dir.join("slow"), Keys::Ec, Some(SILENCE_SECONDS))?;
    ByProber::measure(args.homing.is_some(), |subject| {
        let run = Run { subject, task: Task::Plain };
        let mut prober = measure.prober(tied, run, &sink)?;
        prober.args(["--count", &OPEN.to_string(), "--concurrency", &OPEN.to_string()]);
        let line = prober_line(&mut prober)?;
        Ok((number(&line, "rss_kib_peak")? - number(&line, "rss_kib_before")?) / f64::from(OPEN))
    })
}
