//! The figures as Markdown, each with its goal and whether it was met.

use std::fmt::Write;

use anyhow::Result;

use super::machine::Facts;
use super::memory;
use super::samples::{Samples, Spread};
use super::subject::{Run, Subject, Task};
use super::tables::{self, Goal, Table};
use crate::chain::Keys;

/// One figure for the floor and one for Homing.
#[derive(Clone, Copy)]
pub(crate) struct ByProber {
    pub(crate) floor: f64,
    pub(crate) homing: Option<f64>,
}

impl ByProber {
    /// Measures the floor and, if it is there, Homing.
    pub(crate) fn measure(with_homing: bool, figure: impl Fn(Subject) -> Result<f64>) -> Result<Self> {
        let floor = figure(Subject::Floor)?;
        let homing = with_homing.then(|| figure(Subject::Homing)).transpose()?;
        Ok(Self { floor, homing })
    }
}

/// The figures other than CPU time.
pub(crate) struct PerCheck {
    pub(crate) system_calls: ByProber,
    pub(crate) open_kib: ByProber,
}

const NOTES: &str = "\
Figures are user and system time of the prober, as the kernel accounts it, in microseconds for each \
check: the median of rounds in which all took turns against one sink on loopback. 100 checks were open \
at once; check_smtp is one process for each check, four at once. The floor is a bare tokio client that \
parses nothing; over STARTTLS it verifies chain and name every time and resumes no session. \
blackbox_exporter is probed over its `/probe` on kept connections, without compression; nodemailer runs `verify()` in one \
process after a warm-up. check_smtp looks at the certificate's dates but verifies no chain. Only Homing \
remembers what it found about a chain, so the other rows of the two STARTTLS tables are the same.\n";

/// The whole report.
pub(crate) fn markdown(facts: &Facts, samples: &Samples, per_check: &PerCheck) -> String {
    let mut text = String::from("# Benchmark results\n\n");
    let versions: Vec<_> = facts.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "Made on {} with `{}` on Linux {}, {}, {} cores.\nVersions: {}.\n\n{NOTES}",
        facts.date,
        facts.made_by,
        facts.kernel,
        facts.processor,
        facts.cores,
        versions.join(", ")
    );
    for table in tables::all() {
        cpu_table(&mut text, &table, samples);
    }
    figure_table(&mut text, "System calls per plain check", "calls", per_check.system_calls, 14.0);
    let title = format!("Memory per open plain check, {} open", memory::OPEN);
    figure_table(&mut text, &title, "KiB", per_check.open_kib, 16.0);
    text
}

fn cpu_table(text: &mut String, table: &Table, samples: &Samples) {
    let _ = write!(
        text,
        "\n## {}\n\n| | CPU µs | rounds | × floor | × Homing | goal | |\n|:--|--:|:-:|--:|--:|:--|:--|\n",
        table.title
    );
    let median = |run: Run| samples.spread(run).map(|spread| spread.median);
    let (floor, homing) = (median(table.floor), median(table.homing));
    for (run, goal) in &table.rows {
        let spread = samples.spread(*run);
        let own = spread.map(|spread| spread.median);
        let verdict = goal.and_then(|goal| is_met(goal, own?, floor?, homing?));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            row_name(*run),
            spread.map_or("not measured".to_owned(), |spread| significant(spread.median)),
            spread.map_or(String::new(), rounds),
            ratio(own, floor),
            ratio(own, homing),
            goal.map_or(String::new(), goal_name),
            verdict_name(verdict)
        );
    }
}

fn figure_table(text: &mut String, title: &str, unit: &str, figures: ByProber, limit: f64) {
    let _ = write!(text, "\n## {title}\n\n| | {unit} | × floor | goal | |\n|:--|--:|--:|:--|:--|\n");
    let _ = writeln!(text, "| floor | {:.2} | 1.00 | | |", figures.floor);
    let _ = writeln!(
        text,
        "| Homing | {} | {} | ≤ {limit} | {} |",
        figures.homing.map_or("not measured".to_owned(), |homing| format!("{homing:.2}")),
        ratio(figures.homing, Some(figures.floor)),
        verdict_name(figures.homing.map(|homing| homing <= limit))
    );
}

fn row_name(run: Run) -> String {
    match (run.subject, run.task) {
        (Subject::Floor, Task::Connect) => "connect only".to_owned(),
        (Subject::Homing, Task::MetBefore(Keys::Rsa)) => "Homing, chain met before".to_owned(),
        (subject, _) => subject.name().to_owned(),
    }
}

fn goal_name(goal: Goal) -> String {
    match goal {
        Goal::AtMostFloor(times) => format!("≤ {times} × floor"),
        Goal::AtLeastHoming(times) => format!("≥ {times} × Homing"),
    }
}

fn is_met(goal: Goal, own: f64, floor: f64, homing: f64) -> Option<bool> {
    match goal {
        Goal::AtMostFloor(times) => (floor > 0.0).then(|| own / floor <= times),
        Goal::AtLeastHoming(times) => (homing > 0.0).then(|| own / homing >= times),
    }
}

fn verdict_name(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "met",
        Some(false) => "**missed**",
        None => "",
    }
}

fn ratio(own: Option<f64>, other: Option<f64>) -> String {
    match (own, other) {
        (Some(own), Some(other)) if other > 0.0 => format!("{:.2}", own / other),
        _ => String::new(),
    }
}

fn rounds(spread: Spread) -> String {
    format!("{} – {}", significant(spread.least), significant(spread.most))
}

/// Digits that the kernel's accounting in steps of 10 ms can bear.
fn significant(micros: f64) -> String {
    if micros < 100.0 { format!("{micros:.1}") } else { format!("{micros:.0}") }
}

#[cfg(test)]
mod tests {
    use super::super::tables::Goal;
    use super::{is_met, ratio, significant};

    #[test]
    fn judges_goals_at_their_edge() {
        assert_eq!(is_met(Goal::AtMostFloor(1.5), 90.0, 60.0, 90.0), Some(true));
        assert_eq!(is_met(Goal::AtMostFloor(1.5), 91.0, 60.0, 91.0), Some(false));
        assert_eq!(is_met(Goal::AtLeastHoming(6.0), 540.0, 60.0, 90.0), Some(true));
        assert_eq!(is_met(Goal::AtLeastHoming(6.0), 539.0, 60.0, 90.0), Some(false));
        assert_eq!(is_met(Goal::AtLeastHoming(6.0), 539.0, 60.0, 0.0), None);
    }

    #[test]
    fn shows_figures() {
        assert_eq!(significant(59.04), "59.0");
        assert_eq!(significant(4725.4), "4725");
        assert_eq!(ratio(Some(3.0), Some(2.0)), "1.50");
        assert_eq!(ratio(None, Some(2.0)), "");
    }
}
