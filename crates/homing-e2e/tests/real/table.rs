//! Tables of rows, several rows at once: most of them wait most of the time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::answered;
use crate::invariants;
use crate::row::Row;
use crate::run;

/// How many rows of a table run at the same time.
const AT_ONCE: usize = 6;

/// Runs all rows and fails with everything that is wrong rather than with the first.
pub(crate) fn check(rows: &[Row]) {
    let chosen = chosen();
    let rows: Vec<_> =
        rows.iter().filter(|row| chosen.as_ref().is_none_or(|wanted| row.name.contains(wanted))).collect();
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (complaints, _) = run(row);
                    if !complaints.is_empty() {
                        let told = complaints.join("\n    ");
                        failed.lock().unwrap().push(format!("\n{}\n    {told}", row.name));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} of {} rows failed:{}", failed.len(), rows.len(), failed.concat());
}

/// Runs one row: what is wrong with it, and the result.
pub(crate) fn run(row: &Row) -> (Vec<String>, Value) {
    let ran = run::homing(&row.command);
    if chosen().is_some() {
        println!("{}: exit {:?}, {:?}\n{}{}", row.name, ran.code, ran.wall, ran.stdout, ran.stderr);
    }
    let Ok(result) = serde_json::from_str(&ran.stdout) else {
        return (vec![format!("its output is no JSON: {}{}", ran.stdout, ran.stderr)], Value::Null);
    };
    let mut complaints = invariants::complaints(&ran, &result);
    complaints.extend(answered::complaints(row, &ran, &result));
    (complaints, result)
}

fn chosen() -> Option<String> {
    std::env::var("HOMING_ROW").ok()
}
