//! What must be true of the JSON of a check.

use serde_json::Value;

use super::output::is_hidden;
use crate::bounds::PROMPT;
use crate::peer::Heard;
use crate::row::{Pace, Row};

/// The longest line of a transcript, in characters, without the mark of its cut.
const MAX_LINE: usize = 1_000;
/// The longest transcript, in bytes of text, without the mark of its cut.
const MAX_TRANSCRIPT: usize = 64 * 1_024;
/// What a mark may take.
const MARK: usize = 60;

pub(super) fn complaints(row: &Row, result: &Value, heard: &Heard) -> Vec<String> {
    let mut complaints = Vec::new();
    let verdict = ["up", "degraded", "down", "unknown"][usize::try_from(row.exit).unwrap()];
    if result["kind"] != "socket" || result["verdict"] != verdict {
        complaints
            .push(format!("kind {}, verdict {} instead of {verdict}", result["kind"], result["verdict"]));
    }
    complaints.extend(reasons(row, result));
    complaints.extend(pace(row, result));
    let mut strings = Vec::new();
    collect_strings(result, &mut strings);
    if let Some(text) = strings.iter().find(|text| text.chars().any(is_hidden)) {
        complaints.push(format!("a string holds hidden characters: {text:?}"));
    }
    match result["targets"].as_array().map(Vec::as_slice) {
        Some([target]) => {
            complaints.extend(transcript(target, heard));
            complaints.extend(phases(target));
        }
        _ => complaints.push(format!("one target was expected, not {}", result["targets"])),
    }
    complaints.extend(row.further.iter().filter_map(|further| further(result).err()));
    complaints
}

fn reasons(row: &Row, result: &Value) -> Vec<String> {
    let text = |reason: &Value, field: &str| reason[field].as_str().unwrap_or("-").to_owned();
    let found: Vec<_> = result["reasons"].as_array().into_iter().flatten().collect();
    let mut complaints = Vec::new();
    for reason in &found {
        if reason["fault"] != "theirs" || text(reason, "message").len() < 10 {
            complaints.push(format!("a reason without fault or sentence: {reason}"));
        }
    }
    let mut found: Vec<_> =
        found.iter().map(|reason| (text(reason, "code"), text(reason, "phase"))).collect();
    let shown = format!("{found:?}");
    let all_there = row.reasons.iter().all(|(code, phases)| {
        let at = found.iter().position(|(c, p)| c == code && phases.split('|').any(|phase| phase == p));
        at.map(|at| found.swap_remove(at)).is_some()
    });
    if !all_there || !found.is_empty() {
        let messages: Vec<_> =
            result["reasons"].as_array().into_iter().flatten().map(|r| text(r, "message")).collect();
        complaints.push(format!("reasons {shown} instead of {:?}: {messages:?}", row.reasons));
    }
    complaints
}

fn pace(row: &Row, result: &Value) -> Option<String> {
    let took = result["duration_ms"].as_f64().unwrap_or(f64::MAX);
    let late = row.pace == Pace::Prompt && took > PROMPT.as_secs_f64() * 1_000.0;
    late.then(|| {
        format!("the check took {took} ms by its own clock, though the peer showed at once what it is")
    })
}

fn collect_strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect_strings(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| collect_strings(field, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn transcript(target: &Value, heard: &Heard) -> Vec<String> {
    let mut complaints = Vec::new();
    let lines: Vec<_> = target["transcript"].as_array().into_iter().flatten().collect();
    let text = |line: &Value| line["text"].as_str().unwrap_or_default().to_owned();
    for line in &lines {
        let text = text(line);
        let length = text.split("… [cut, ").next().unwrap_or_default().chars().count();
        if length > MAX_LINE {
            let start: String = text.chars().take(80).collect();
            complaints.push(format!("a transcript line of {length} characters: {start}…"));
        }
    }
    let bytes: usize = lines.iter().map(|line| text(line).len()).sum();
    if bytes > MAX_TRANSCRIPT + MARK {
        complaints.push(format!("a transcript of {bytes} bytes"));
    }
    let cut = lines.last().is_some_and(|line| text(line).starts_with("transcript cut"));
    let said: Vec<_> = lines.iter().filter(|line| line["from"] == "client").map(|line| text(line)).collect();
    let verbs = |lines: &[String]| -> Vec<String> {
        lines.iter().map(|line| line.chars().take(4).collect()).collect()
    };
    // Secrets are hidden, so only the beginnings can be compared; answers to a challenge not at all.
    let comparable = heard.all && !cut && !said.iter().any(|line| line == "***");
    if comparable && verbs(&said) != verbs(&heard.lines) {
        complaints.push(format!("the transcript has {said:?}, the peer heard {:?}", heard.lines));
    }
    complaints
}

/// Phases come in order of time, and each failure is one of a known kind.
fn phases(target: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut before = 0.0;
    for phase in target["phases"].as_array().into_iter().flatten() {
        let start = phase["start_ms"].as_f64().unwrap_or(-1.0);
        if start < before {
            complaints.push(format!("a phase begins before the one in front of it: {phase}"));
        }
        before = start;
        let outcome = phase["outcome"].as_str().unwrap_or_default();
        if !["ok", "failed", "timeout", "skipped"].contains(&outcome) {
            complaints.push(format!("a phase without outcome: {phase}"));
        }
        if outcome == "ok" && !phase["failure"].is_null() {
            complaints.push(format!("a phase that is fine has a failure: {phase}"));
        }
    }
    complaints
}
