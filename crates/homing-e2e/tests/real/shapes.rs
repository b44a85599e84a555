//! Repeated checks, and what the JSON of a check holds beyond the tables.

use std::time::Duration;

use serde_json::Value;

use crate::run::homing;

const OPTIONS: &str = "--as mx --port {smtp} --resolver {validating} --ca-file {ca} --no-dnssec";

#[test]
fn several_tries_are_a_line_each_and_a_summary() {
    let ran = homing(&format!("check plain.test {OPTIONS} -n 3 -i 200ms"));
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.wall >= Duration::from_millis(400), "the interval was not kept: {:?}", ran.wall);
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", ran.stdout);
    for (index, line) in lines[..3].iter().enumerate() {
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(words[..3], [(index + 1).to_string().as_str(), "●", "up"], "{line}");
        assert!(words[3].ends_with("ms") && line.contains("mx.plain.test answered"), "{line}");
    }
    let (counts, times) = lines[3].split_once(" · min/p50/p95/max ").unwrap();
    assert_eq!(counts, "3 tries, 3 up");
    assert_eq!(times.split('/').count(), 4, "{times}");
}

#[test]
fn the_worst_try_gives_the_exit_code() {
    let ran = homing(&format!("check backup.test {OPTIONS} -n 2 -i 200ms"));
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    assert!(ran.stdout.contains("\n2 tries, 0 up, 2 degraded · "), "{}", ran.stdout);
    let ran = homing(&format!("check alldown.test {OPTIONS} -n 2 -i 200ms"));
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    // No try took mail, so there is no time to speak of.
    assert!(ran.stdout.ends_with("\n2 tries, 0 up, 2 down\n"), "{}", ran.stdout);
}

#[test]
fn several_tries_in_json_are_a_line_each() {
    let ran = homing(&format!("check plain.test {OPTIONS} -n 3 -i 200ms --json"));
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let results: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(results.len(), 3, "{}", ran.stdout);
    let starts: Vec<_> = results.iter().map(|result| result["started_at"].as_str().unwrap()).collect();
    assert!(starts.is_sorted() && starts[0] != starts[2], "{starts:?}");
    for result in &results {
        assert_eq!((&result["kind"], &result["verdict"]), (&"socket".into(), &"up".into()));
    }
}

#[test]
fn times_are_in_universal_time_and_durations_in_milliseconds() {
    let result = homing(&format!("check tls.test {OPTIONS} --json")).json();
    let started = result["started_at"].as_str().unwrap();
    assert!(started.ends_with('Z') && started.as_bytes()[10] == b'T', "{started}");
    let total = result["duration_ms"].as_f64().unwrap();
    let target = result["targets"][0]["total_ms"].as_f64().unwrap();
    assert!(target > 0.5 && target <= total && total < 5_000.0, "{target} of {total}");
    assert!(result["dns"]["duration_ms"].as_f64().unwrap() > 0.0);
}

/// What was asked of DNS is in the result, so that nobody needs to ask again.
#[test]
fn questions_and_answers_are_kept() {
    let result = homing(&format!("check multi.test {OPTIONS} --json")).json();
    let queries = result["dns"]["queries"].as_array().unwrap();
    let asked = |kind: &str| queries.iter().filter(|query| query["type"] == kind).count();
    assert_eq!((asked("MX"), asked("A"), asked("AAAA")), (1, 3, 3), "{queries:?}");
    assert_eq!(queries[0]["answers"].as_array().unwrap().len(), 3);
    let result = homing(&format!("check servfail.test {OPTIONS} --json")).json();
    let last = result["dns"]["queries"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["name"], &last["outcome"]),
        (&".".into(), &"ok".into()),
        "the control question: {last}"
    );
}

#[test]
fn a_summary_is_one_sentence_for_a_person() {
    let cases = [
        ("plain", "mx.plain.test answered in "),
        ("multi", "3 of 3 targets answered"),
        ("missing", "missing.test does not exist in DNS (NXDOMAIN)"),
        ("partial", "1 of 2 targets answered; down.partial.test ("),
        ("nullmx", "nullmx.test declares with a null MX that it takes no mail"),
        ("expired", "mx.expired.test ("),
    ];
    for (domain, start) in cases {
        let result = homing(&format!("check {domain}.test {OPTIONS} --json")).json();
        let summary = result["summary"].as_str().unwrap();
        assert!(summary.starts_with(start) && !summary.contains('\n'), "{domain}: {summary}");
    }
}
