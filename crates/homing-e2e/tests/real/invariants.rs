//! What must be true of the result of every check, whatever the servers do.

use serde_json::Value;

use crate::run::Ran;

/// Each place in the result and the keys that it has at least; a star stands for every item.
const KEYS: [(&str, &str); 9] = [
    ("", "kind target verdict summary reasons started_at duration_ms location dns targets"),
    ("reasons/*", "code verdict fault host address phase message"),
    ("dns", "outcome duration_ms mx implicit_mx dnssec"),
    ("dns/mx/*", "preference host"),
    ("targets/*", "host preference address port verdict total_ms phases capabilities tls transcript"),
    ("targets/*/phases/*", "name outcome start_ms duration_ms reply"),
    ("targets/*/phases/*/reply", "code enhanced lines"),
    ("targets/*/tls", "version cipher certificate"),
    (
        "targets/*/tls/certificate",
        "subject issuer names not_before not_after days_left trusted name_matches sha256",
    ),
];

/// Everything that is not as it must be.
pub(crate) fn complaints(ran: &Ran, result: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    if !ran.stderr.is_empty() {
        complaints.push(format!("a check that ran its course wrote to standard error: {}", ran.stderr));
    }
    if ran.stdout.lines().count() != 1 {
        complaints.push("JSON for programs is one line".to_owned());
    }
    for (place, keys) in KEYS {
        for found in at(result, place) {
            let missing: Vec<_> = keys.split(' ').filter(|key| found.get(key).is_none()).collect();
            if !missing.is_empty() {
                complaints.push(format!("`{place}` lacks {missing:?}: {found}"));
            }
        }
    }
    if result["kind"] != "socket" || result["location"] != "local" {
        complaints.push(format!("kind {}, location {}", result["kind"], result["location"]));
    }
    for reason in at(result, "reasons/*") {
        let ours = reason["code"].as_str().unwrap_or_default().starts_with("monitor_");
        if reason["fault"] != if ours { "ours" } else { "theirs" } {
            complaints.push(format!("the fault is put to the wrong side: {reason}"));
        }
        if reason["message"].as_str().unwrap_or_default().len() < 10 {
            complaints.push(format!("a reason without a sentence: {reason}"));
        }
    }
    for target in at(result, "targets/*") {
        complaints.extend(time_line(target));
        complaints.extend(transcript(target));
    }
    complaints
}

/// The values at a place, null ones left out.
fn at<'a>(result: &'a Value, place: &str) -> Vec<&'a Value> {
    let mut found = vec![result];
    for part in place.split('/').filter(|part| !part.is_empty()) {
        found = found
            .into_iter()
            .flat_map(|value| match part {
                "*" => value.as_array().into_iter().flatten().collect(),
                key => value.get(key).into_iter().collect::<Vec<_>>(),
            })
            .collect();
    }
    found.retain(|value| !value.is_null());
    found
}

/// Phases follow each other without overlap and end before the target's total.
fn time_line(target: &Value) -> Option<String> {
    let mut end = 0.0;
    for phase in target["phases"].as_array()? {
        let (start, took) = (phase["start_ms"].as_f64()?, phase["duration_ms"].as_f64()?);
        // Figures are rounded to microseconds.
        if start + 0.002 < end || took < 0.0 {
            return Some(format!("a phase begins before the one in front of it has ended: {phase}"));
        }
        end = start + took;
    }
    let total = target["total_ms"].as_f64()?;
    (total + 0.01 < end).then(|| format!("the total of {total} ms is shorter than its phases, {end} ms"))
}

/// The transcript is in order, and nobody ever goes to DATA.
fn transcript(target: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut before = 0.0;
    for line in target["transcript"].as_array().into_iter().flatten() {
        let at = line["at_ms"].as_f64().unwrap_or(-1.0);
        if at < before {
            complaints.push(format!("a line is out of order: {line}"));
        }
        before = at;
        let text = line["text"].as_str().unwrap_or("\n");
        if text.contains(['\r', '\n', '\x1b']) {
            complaints.push(format!("a line with control characters: {line}"));
        }
        let data = text.starts_with("DATA") || text.starts_with("BDAT");
        if line["from"] == "client" && data {
            complaints.push(format!("mail was about to be sent: {line}"));
        }
    }
    complaints
}
