//! What is measured, how it is grouped, and the goals that the project has set itself.

use super::subject::{Run, Subject, Task};
use crate::chain::Keys;

/// What a row must reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// Homing costs at most so many times the floor.
    AtMostFloor(f64),
    /// This peer costs at least so many times what Homing costs.
    AtLeastHoming(f64),
}

/// One row: what was measured and its goal.
pub(crate) type Row = (Run, Option<Goal>);

/// Rows that belong side by side.
pub(crate) struct Table {
    pub(crate) title: &'static str,
    pub(crate) floor: Run,
    pub(crate) homing: Run,
    pub(crate) rows: Vec<Row>,
}

const fn run(subject: Subject, task: Task) -> Run {
    Run { subject, task }
}

/// All runs of one round, in their order.
pub(crate) fn runs(with_homing: bool) -> Vec<Run> {
    let mut runs = Vec::new();
    for (run, _) in all().into_iter().flat_map(|table| table.rows) {
        if !runs.contains(&run) && (with_homing || run.subject != Subject::Homing) {
            runs.push(run);
        }
    }
    runs
}

/// The tables in the order of the report.
pub(crate) fn all() -> Vec<Table> {
    vec![
        plain(),
        starttls("STARTTLS, the chain met for the first time", Task::FirstMeeting(Keys::Ec), 1.15),
        starttls("STARTTLS, the chain met before", Task::MetBefore(Keys::Ec), 0.5),
        rsa(),
    ]
}

fn plain() -> Table {
    let task = Task::Plain;
    let (floor, homing) = (run(Subject::Floor, task), run(Subject::Homing, task));
    let rows = vec![
        (run(Subject::Floor, Task::Connect), None),
        (floor, None),
        (homing, Some(Goal::AtMostFloor(1.5))),
        (run(Subject::BlackboxExporter, task), Some(Goal::AtLeastHoming(6.0))),
        (run(Subject::Nodemailer, task), None),
        (run(Subject::CheckSmtp, task), None),
    ];
    Table { title: "Plain", floor, homing, rows }
}

/// Only Homing remembers chains, so its rows alone differ between the two tables.
fn starttls(title: &'static str, homing_task: Task, times_floor: f64) -> Table {
    let task = Task::FirstMeeting(Keys::Ec);
    let (floor, homing) = (run(Subject::Floor, task), run(Subject::Homing, homing_task));
    let peers = [Subject::BlackboxExporter, Subject::Nodemailer, Subject::CheckSmtp];
    let mut rows = vec![(floor, None), (homing, Some(Goal::AtMostFloor(times_floor)))];
    rows.extend(peers.map(|peer| (run(peer, task), Some(Goal::AtLeastHoming(5.0)))));
    Table { title, floor, homing, rows }
}

fn rsa() -> Table {
    let first = Task::FirstMeeting(Keys::Rsa);
    let (floor, homing) = (run(Subject::Floor, first), run(Subject::Homing, first));
    let met_before = run(Subject::Homing, Task::MetBefore(Keys::Rsa));
    let rows = vec![(floor, None), (homing, None), (met_before, None)];
    Table { title: "STARTTLS with RSA certificates", floor, homing, rows }
}

#[cfg(test)]
mod tests {
    use super::super::subject::Subject;
    use super::{all, runs};

    #[test]
    fn measures_each_run_once_a_round() {
        let runs = runs(true);
        for (place, run) in runs.iter().enumerate() {
            assert!(!runs[..place].contains(run));
        }
        assert_eq!(runs.iter().filter(|run| run.subject == Subject::BlackboxExporter).count(), 2);
        assert!(super::runs(false).iter().all(|run| run.subject != Subject::Homing));
    }

    #[test]
    fn every_table_has_its_yardsticks_as_rows() {
        for table in all() {
            for yardstick in [table.floor, table.homing] {
                assert!(table.rows.iter().any(|(run, _)| *run == yardstick), "{}", table.title);
            }
        }
    }
}
