//! One line a try, and the summary of all.

use homing_core::elapsed::Elapsed;
use homing_core::run::SocketRun;
use homing_core::verdict::Verdict;

use super::Look;

/// What the tries so far came to.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    verdicts: Vec<Verdict>,
    durations: Vec<Elapsed>,
}

impl Tries {
    /// Counts a try; its time only if mail would have been taken, or time-outs would hide the servers' own pace.
    pub(crate) fn add(&mut self, run: &SocketRun) {
        self.verdicts.push(run.verdict);
        self.durations.extend(run.slowest());
    }

    pub(crate) fn worst(&self) -> Verdict {
        self.verdicts.iter().copied().fold(Verdict::Up, Verdict::worst)
    }

    /// The line of one try.
    pub(crate) fn line(&self, number: u32, run: &SocketRun, look: &Look) -> String {
        let verdict = run.verdict;
        let glyph = look.tint(verdict, look.glyph(verdict));
        let time = run.slowest().map_or_else(|| look.dash().to_owned(), |time| time.to_string());
        format!("{number:>4}  {glyph} {:<8}  {time:>7}  {}", verdict.as_str(), run.summary)
    }

    /// `20 tries, 19 up, 1 down · min/p50/p95/max 58ms/63ms/71ms/88ms`.
    pub(crate) fn summary(&self, look: &Look) -> String {
        let count = |verdict| self.verdicts.iter().filter(|one| **one == verdict).count();
        let tries = self.verdicts.len();
        let mut text = format!("{tries} {}", if tries == 1 { "try" } else { "tries" });
        for verdict in Verdict::ALL {
            let count = count(verdict);
            if count > 0 || verdict == Verdict::Up {
                text.push_str(&format!(", {count} {verdict}"));
            }
        }
        let mut sorted = self.durations.clone();
        sorted.sort_unstable();
        if let (Some(min), Some(max)) = (sorted.first(), sorted.last()) {
            let (p50, p95) = (rank(&sorted, 50), rank(&sorted, 95));
            text.push_str(&format!("{}min/p50/p95/max {min}/{p50}/{p95}/{max}", look.dot()));
        }
        text
    }
}

/// The nearest-rank percentile of a sorted list that is not empty.
fn rank(sorted: &[Elapsed], percent: usize) -> Elapsed {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted[rank - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let values: Vec<_> = (1..=20).map(Elapsed::from_millis).collect();
        assert_eq!(rank(&values, 50), Elapsed::from_millis(10));
        assert_eq!(rank(&values, 95), Elapsed::from_millis(19));
        assert_eq!(rank(&values[..1], 95), Elapsed::from_millis(1));
    }

    #[test]
    fn the_summary_counts_every_verdict_that_came() {
        let tries = Tries {
            verdicts: vec![Verdict::Up, Verdict::Down, Verdict::Up],
            durations: vec![Elapsed::from_millis(58), Elapsed::from_millis(88)],
        };
        let look = Look { color: false, unicode: true };
        let expected = "3 tries, 2 up, 1 down · min/p50/p95/max 58ms/58ms/88ms/88ms";
        assert_eq!(tries.summary(&look), expected);
        assert_eq!(tries.worst(), Verdict::Down);
    }
}
