//! The status line for Nagios and its kin.

use std::collections::BTreeMap;

use crate::run::homing;

const OPTIONS: &str = "--as mx --port {smtp} --resolver {validating} --ca-file {ca} --no-dnssec --nagios";

/// A figure: value, unit, and the four limits, empty where they are not given.
#[derive(Debug, PartialEq)]
struct Figure {
    value: f64,
    unit: String,
    limits: Vec<Option<f64>>,
}

/// `'label'=value[UOM];[warn];[crit];[min];[max]`, as the guidelines of the Monitoring Plugins have it.
fn figures(text: &str) -> BTreeMap<String, Figure> {
    let mut figures = BTreeMap::new();
    for part in text.split(' ') {
        let (label, data) = part.split_once('=').unwrap_or_else(|| panic!("no figure: {part}"));
        let label = label.trim_matches('\'');
        assert!(!label.is_empty() && !label.contains(['\'', '=']), "{part}");
        let mut fields = data.split(';');
        let first = fields.next().unwrap();
        let end = first.find(|c: char| !c.is_ascii_digit() && !"-.".contains(c)).unwrap_or(first.len());
        let (value, unit) = first.split_at(end);
        assert!(["", "s", "%", "B", "c"].contains(&unit), "{part}");
        let limits = fields.map(|field| (!field.is_empty()).then(|| field.parse().unwrap())).collect();
        let figure = Figure { value: value.parse().unwrap(), unit: unit.to_owned(), limits };
        assert!(figure.limits.len() <= 4, "{part}");
        assert!(figures.insert(label.to_owned(), figure).is_none(), "{label} twice: {text}");
    }
    figures
}

/// Checks the form of a line and returns its text and figures.
fn parse(line: &str, word: &str) -> (String, BTreeMap<String, Figure>) {
    assert_eq!((line.matches('\n').count(), line.matches('|').count()), (1, 1), "{line}");
    let (text, data) = line.trim_end().split_once(" | ").unwrap();
    let said = text.strip_prefix(&format!("SMTP {word}: ")).unwrap_or_else(|| panic!("not {word}: {line}"));
    assert!((1..=70).contains(&said.chars().count()), "{line}");
    assert!(text.chars().count() <= 80, "{line}");
    assert!(data.starts_with("time="), "{line}");
    (said.to_owned(), figures(data))
}

#[test]
fn word_exit_code_and_figures_agree() {
    let cases = [
        ("plain.test", 0, "OK", 1.0, 1.0),
        ("tls.test", 0, "OK", 1.0, 1.0),
        ("multi.test", 0, "OK", 3.0, 3.0),
        ("soon.test", 1, "WARNING", 1.0, 1.0),
        ("backup.test", 1, "WARNING", 1.0, 2.0),
        ("big.test", 1, "WARNING", 1.0, 12.0),
        ("alldown.test", 2, "CRITICAL", 0.0, 2.0),
        ("missing.test", 2, "CRITICAL", 0.0, 0.0),
        ("nullmx.test", 2, "CRITICAL", 0.0, 0.0),
        ("unresolvable.test", 2, "CRITICAL", 0.0, 0.0),
    ];
    for (domain, exit, word, taking, all) in cases {
        let ran = homing(&format!("check {domain} {OPTIONS}"));
        assert_eq!(ran.code, Some(exit), "{domain}: {}", ran.stdout);
        assert!(ran.stderr.is_empty(), "{}", ran.stderr);
        let (_, figures) = parse(&ran.stdout, word);
        let time = &figures["time"];
        assert_eq!((time.unit.as_str(), &time.limits), ("s", &vec![Some(10.0), Some(30.0), Some(0.0)]));
        assert!(time.value > 0.0 && time.value < 5.0, "{}", ran.stdout);
        let targets = &figures["targets_ok"];
        assert_eq!(targets.value, taking, "{}", ran.stdout);
        assert_eq!(targets.limits, [None, None, Some(0.0), Some(all)], "{}", ran.stdout);
        let own: Vec<_> = figures.keys().filter(|label| label.ends_with("_v4")).collect();
        assert_eq!(own.len(), if all > 1.0 { all as usize } else { 0 }, "{}", ran.stdout);
    }
}

#[test]
fn certificates_and_limits_are_in_the_figures() {
    let days = |domain: &str| {
        let ran = homing(&format!("check {domain}.test {OPTIONS}"));
        figures(ran.stdout.trim_end().split_once(" | ").unwrap().1).remove("cert_days").unwrap().value
    };
    assert!((89.0..=90.0).contains(&days("tls")));
    assert!((4.0..=5.0).contains(&days("soon")));
    assert!(days("expired") < 0.0);
    let ran = homing(&format!("check plain.test {OPTIONS} --slow 2s --timeout 7s"));
    assert_eq!(parse(&ran.stdout, "OK").1["time"].limits, [Some(2.0), Some(7.0), Some(0.0)]);
}

#[test]
fn our_own_failure_is_unknown() {
    let ran = homing("check plain.test --resolver {refusing} --no-dnssec --nagios");
    assert_eq!(ran.code, Some(3), "{}", ran.stdout);
    parse(&ran.stdout, "UNKNOWN");
}

/// The words of the server are what an administrator looks for first.
#[test]
fn the_text_says_what_is_wrong() {
    let ran = homing(&format!("check missing.test {OPTIONS}"));
    assert_eq!(parse(&ran.stdout, "CRITICAL").0, "missing.test does not exist in DNS (NXDOMAIN)");
    let ran = homing(&format!("check soon.test {OPTIONS}"));
    assert!(parse(&ran.stdout, "WARNING").0.contains("certificate that expires in"), "{}", ran.stdout);
}
