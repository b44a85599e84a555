//! The figures of all rounds.

use super::subject::Run;

/// Figures by what was measured.
#[derive(Default)]
pub(crate) struct Samples {
    runs: Vec<(Run, Vec<f64>)>,
}

/// The middle of the rounds and how far they lay apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Samples {
    /// Adds the figure of one round.
    pub(crate) fn add(&mut self, run: Run, figure: f64) {
        match self.runs.iter_mut().find(|(known, _)| *known == run) {
            Some((_, figures)) => figures.push(figure),
            None => self.runs.push((run, vec![figure])),
        }
    }

    /// What the rounds gave, if there were any.
    pub(crate) fn spread(&self, run: Run) -> Option<Spread> {
        let (_, figures) = self.runs.iter().find(|(known, _)| *known == run)?;
        let mut sorted = figures.clone();
        sorted.sort_by(f64::total_cmp);
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median =
            if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 };
        Some(Spread { median, least, most })
    }
}

#[cfg(test)]
mod tests {
    use super::super::subject::{Run, Subject, Task};
    use super::Samples;

    #[test]
    fn takes_the_middle() {
        let run = Run { subject: Subject::Floor, task: Task::Plain };
        let mut samples = Samples::default();
        assert_eq!(samples.spread(run), None);
        for figure in [9.0, 1.0, 2.0] {
            samples.add(run, figure);
        }
        let spread = samples.spread(run).unwrap();
        assert_eq!((spread.least, spread.median, spread.most), (1.0, 2.0, 9.0));
        samples.add(run, 4.0);
        assert_eq!(samples.spread(run).unwrap().median, 3.0);
    }
}
