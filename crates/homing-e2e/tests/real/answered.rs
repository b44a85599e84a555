//! Compares the result of a check with what its row says.

use serde_json::Value;

use crate::certificate;
use crate::row::{Aim, Row};
use crate::run::Ran;
use crate::setting::{HELO, fill};

const VERDICTS: [&str; 4] = ["up", "degraded", "down", "unknown"];

/// Gathers what differs.
struct Differences(Vec<String>);

impl Differences {
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            self.0.push(format!("{what}: {found:?} instead of {expected:?}"));
        }
    }
}

/// Everything in which the result differs from the row.
pub(crate) fn complaints(row: &Row, ran: &Ran, result: &Value) -> Vec<String> {
    let mut differences = Differences(Vec::new());
    let exit = VERDICTS.iter().position(|verdict| *verdict == row.verdict).unwrap();
    differences.compare("exit code", &ran.code, &Some(i32::try_from(exit).unwrap()));
    differences.compare("verdict", &text(&result["verdict"]), &row.verdict.to_owned());
    let mut expected: Vec<_> = row.reasons.iter().map(|reason| fill(reason)).collect();
    expected.sort();
    let mut found: Vec<_> = items(&result["reasons"]).iter().map(reason).collect();
    found.sort();
    differences.compare("reasons", &found, &expected);
    if !row.wall.contains(&ran.wall) {
        differences.0.push(format!("it took {:?}, not {:?}", ran.wall, row.wall));
    }
    dns(row, &result["dns"], &mut differences);
    let targets = items(&result["targets"]);
    differences.compare("number of targets", &targets.len(), &row.aims.len());
    for aim in &row.aims {
        let (host, address) = (fill(&aim.host), fill(&aim.address));
        let found = targets.iter().find(|target| target["host"] == host && target["address"] == address);
        match found {
            Some(found) => target(aim, found, &mut differences),
            None => differences.0.push(format!("{host} ({address}) was not tried")),
        }
    }
    differences.0
}

fn reason(reason: &Value) -> String {
    let word = |field: &str| reason[field].as_str().unwrap_or("-").to_owned();
    ["code", "verdict", "phase", "host"].map(word).join(" ")
}

fn dns(row: &Row, found: &Value, differences: &mut Differences) {
    differences.compare("DNS outcome", &text(&found["outcome"]), &row.dns.to_owned());
    differences.compare("DNSSEC", &text(&found["dnssec"]), &row.dnssec.to_owned());
    differences.compare("implicit MX", &found["implicit_mx"], &Value::from(row.implicit_mx));
    let records: Vec<_> = items(&found["mx"])
        .iter()
        .map(|record| (record["preference"].as_u64().unwrap(), text(&record["host"])))
        .collect();
    if !records.is_sorted_by_key(|(preference, _)| *preference) {
        differences.0.push(format!("the MX records are not in the order of preference: {records:?}"));
    }
    let mut shown: Vec<_> = records.iter().map(|(preference, host)| format!("{preference} {host}")).collect();
    shown.sort();
    let mut expected: Vec<_> = row.mx.iter().map(|record| fill(record)).collect();
    expected.sort();
    differences.compare("MX records", &shown, &expected);
}

fn target(aim: &Aim, found: &Value, differences: &mut Differences) {
    let at = |what: &str| format!("{} {what}", aim.host);
    differences.compare(&at("preference"), &found["preference"], &Value::from(aim.preference));
    differences.compare(&at("port"), &found["port"].to_string(), &fill(aim.port));
    differences.compare(&at("verdict"), &text(&found["verdict"]), &aim.verdict.to_owned());
    differences.compare(&at("phases"), &phases(found), &aim.phases);
    differences.compare(&at("capabilities"), &joined(&found["capabilities"]), &aim.capabilities.to_owned());
    let inside = &found["capabilities_tls"];
    let inside = if inside.is_null() { None } else { Some(joined(inside)) };
    differences.compare(&at("capabilities inside TLS"), &inside, &aim.capabilities_tls.map(str::to_owned));
    let expected = match &aim.says {
        Some(lines) => lines.iter().map(|line| fill(line)).collect(),
        None => follows(&aim.phases),
    };
    differences.compare(&at("says"), &said(found), &expected);
    match &aim.certificate {
        None if found["tls"].is_null() => {}
        None => differences.0.push(at("has TLS, though it should not")),
        Some(shown) => {
            differences.0.extend(certificate::complaints(shown, &found["tls"]).into_iter().map(|c| at(&c)));
        }
    }
}

fn phases(target: &Value) -> String {
    let word = |phase: &Value| match (text(&phase["name"]), text(&phase["outcome"])) {
        (name, outcome) if outcome == "ok" => name,
        (name, outcome) => format!("{name}:{outcome}"),
    };
    items(&target["phases"]).iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The client's lines of the transcript, with a star before those inside TLS.
pub(crate) fn said(target: &Value) -> Vec<String> {
    let lines = items(&target["transcript"]).iter().filter(|line| line["from"] == "client");
    lines
        .map(|line| format!("{}{}", if line["tls"] == true { "*" } else { "" }, text(&line["text"])))
        .collect()
}

/// What the client says in these phases.
fn follows(phases: &str) -> Vec<String> {
    let mut star = "";
    let mut lines = Vec::new();
    for phase in phases.split_whitespace() {
        match phase.split_once(':').map_or(phase, |(name, _)| name) {
            "tls" => star = "*",
            "ehlo" | "ehlo_tls" => lines.push(format!("{star}EHLO {HELO}")),
            "starttls" if phase == "starttls" => lines.push("STARTTLS".to_owned()),
            "quit" => lines.push(format!("{star}QUIT")),
            _ => {}
        }
    }
    lines
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn joined(value: &Value) -> String {
    items(value).iter().map(text).collect::<Vec<_>>().join(",")
}
