//! Servers that misbehave, one way each, and people who mistype: what `homing check` makes of them.
//!
//! Each row of the [`table`] is a scripted peer on loopback and what the check of it must say: exit code, reason
//! codes and their phases, and the bounds on time, memory and output that no peer may break. [`usage`] does the
//! same for bad arguments. Neither needs root, other servers or a network.
//!
//! The binary is `$HOMING_BIN`, or `target/debug/homing` in the workspace. `HOMING_ROW=TEXT` runs only the rows
//! whose names contain the text and prints what each of them cost.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may; the lint sees only those marked as such")]

mod bounds;
mod cost;
mod examine;
mod peer;
mod pool;
mod progress;
mod row;
mod script;
mod table;
mod usage;

use row::Row;

/// What came of all rows, failing with everything that was wrong rather than with the first.
fn report(kind: &str, complaints: &[(String, Vec<String>)]) {
    let failed: Vec<_> = complaints.iter().filter(|(_, complaints)| !complaints.is_empty()).collect();
    let told: String = failed
        .iter()
        .flat_map(|(name, complaints)| {
            std::iter::once(format!("\n{name}"))
                .chain(complaints.iter().map(|line| format!("\n    {}", line.replace('\n', "\n      "))))
        })
        .collect();
    assert!(failed.is_empty(), "{} of {} {kind} failed:{told}", failed.len(), complaints.len());
}

fn chosen(name: &str) -> bool {
    std::env::var("HOMING_ROW").map_or(true, |wanted| name.contains(&wanted))
}

#[test]
fn every_misbehaviour_is_told_apart_within_bounds() {
    let binary = homing_e2e::binary_under_test().unwrap();
    let rows: Vec<Row> = table::rows().into_iter().filter(|row| chosen(row.name)).collect();
    let baseline = bounds::Baseline::measure(&binary);
    let complaints = pool::run(&rows, |row| (row.name.to_owned(), examine::row(row, &binary, &baseline)));
    report("rows", &complaints);
}

#[test]
fn row_names_are_distinct() {
    let mut seen = std::collections::BTreeSet::new();
    for row in table::rows() {
        assert!(seen.insert(row.name), "{} twice", row.name);
    }
}

#[test]
fn bad_arguments_are_explained_in_one_line() {
    let binary = homing_e2e::binary_under_test().unwrap();
    let place = tempfile::tempdir().unwrap();
    let cases: Vec<_> = usage::cases(place.path()).into_iter().filter(|case| chosen(case.name)).collect();
    let complaints = pool::run(&cases, |case| (case.name.to_owned(), case.complaints(&binary)));
    report("bad command lines", &complaints);
}
