//! A resolver whose answers are written as text.
//!
//! One line is one record, `corp.test MX 10 mx1.corp.test`, or how the question ends instead,
//! `broken.test MX SERVFAIL`, `mute.test A SILENT`. `AFTER 5s` before either makes the answer late. A name without
//! any line does not exist; one with other lines has no data of the kind. Besides there are
//! - `. SOA SERVFAIL`: the control question, which is answered otherwise;
//! - `corp.test MX+DO bogus`: the DNSSEC state, unchecked otherwise;
//! - `corp.test MX+CD OK`: with checking disabled there is an answer.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use homing_core::domain::DomainName;
use homing_core::evidence::{DnsOutcome, Dnssec};
use homing_probe::resolve::{Answer, Record, RecordKind, Resolve};
use tokio::time::{Instant, sleep};

/// What is said to one question.
#[derive(Debug, Default)]
struct Lines {
    after: Duration,
    data: Vec<String>,
}

/// The resolver; clones share what they were asked.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    lines: Arc<BTreeMap<(String, String), Lines>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Zone {
    /// Reads the lines; anything that is not understood is a mistake in the test and panics.
    pub(crate) fn new(text: &str) -> Self {
        let mut lines = BTreeMap::<(String, String), Lines>::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let words: Vec<_> = line.split_whitespace().collect();
            let [name, kind, data @ ..] = words.as_slice() else { unreachable!("`{line}` is too short") };
            let entry = lines.entry(((*name).to_owned(), (*kind).to_owned())).or_default();
            let data = match data {
                ["AFTER", time, data @ ..] => {
                    entry.after = duration(time);
                    data
                }
                data => data,
            };
            entry.data.push(data.join(" "));
        }
        Self { lines: Arc::new(lines), asked: Arc::default() }
    }

    /// Each question so far, as `corp.test MX`.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// How often a question was asked.
    pub(crate) fn times(&self, question: &str) -> usize {
        self.asked().iter().filter(|asked| *asked == question).count()
    }

    fn note(&self, name: &str, kind: &str) {
        self.asked.lock().unwrap().push(format!("{name} {kind}"));
    }

    fn lines(&self, name: &str, kind: &str) -> Option<&Lines> {
        self.lines.get(&(name.to_owned(), kind.to_owned()))
    }

    fn exists(&self, name: &str) -> bool {
        self.lines.keys().any(|(known, _)| known == name)
    }

    /// What is written for the question, when its time has come.
    async fn data(&self, name: &str, kind: &str) -> Option<&[String]> {
        let lines = self.lines(name, kind)?;
        if lines.data == ["SILENT"] {
            pending::<()>().await;
        }
        sleep(lines.after).await;
        Some(&lines.data)
    }
}

impl Resolve for Zone {
    async fn query(&self, name: &DomainName, kind: RecordKind) -> Answer {
        let began = Instant::now();
        self.note(name.as_str(), kind.as_str());
        let alias = self.lines(name.as_str(), "CNAME").map(|lines| lines.data[0].clone());
        let owner = alias.as_deref().unwrap_or(name.as_str());
        let data = self.data(owner, kind.as_str()).await;
        let (outcome, records) = match data {
            None if self.exists(owner) => (DnsOutcome::NoData, Vec::new()),
            None => (DnsOutcome::Nxdomain, Vec::new()),
            Some([word]) if outcome(word).is_some() => (outcome(word).unwrap(), Vec::new()),
            Some(data) => (DnsOutcome::Ok, data.iter().map(|text| record(kind, text)).collect()),
        };
        Answer { outcome, records, alias, took: began.elapsed().into() }
    }

    async fn control(&self) -> Answer {
        let began = Instant::now();
        self.note(".", "SOA");
        let outcome = self.data(".", "SOA").await.map_or(DnsOutcome::Ok, |data| outcome(&data[0]).unwrap());
        Answer { outcome, records: Vec::new(), alias: None, took: began.elapsed().into() }
    }

    fn control_name(&self) -> String {
        ".".to_owned()
    }

    async fn dnssec(&self, name: &DomainName, kind: RecordKind) -> Dnssec {
        let kind = format!("{}+DO", kind.as_str());
        self.note(name.as_str(), &kind);
        match self.data(name.as_str(), &kind).await {
            None => Dnssec::Unchecked,
            Some(data) => serde_json::from_value(data[0].as_str().into()).unwrap(),
        }
    }

    async fn is_bogus(&self, name: &DomainName, kind: RecordKind) -> bool {
        let kind = format!("{}+CD", kind.as_str());
        self.note(name.as_str(), &kind);
        self.data(name.as_str(), &kind).await.is_some_and(|data| data == ["OK"])
    }
}

fn record(kind: RecordKind, text: &str) -> Record {
    match kind {
        RecordKind::Mx => {
            let (preference, host) = text.split_once(' ').unwrap();
            // As the seam has it: the root is the empty name.
            let host = if host == "." { "" } else { host };
            Record::Mx { preference: preference.parse().unwrap(), host: host.to_owned() }
        }
        RecordKind::A | RecordKind::Aaaa => Record::Address(text.parse().unwrap()),
    }
}

fn outcome(word: &str) -> Option<DnsOutcome> {
    Some(match word {
        "OK" => DnsOutcome::Ok,
        "NODATA" => DnsOutcome::NoData,
        "NXDOMAIN" => DnsOutcome::Nxdomain,
        "SERVFAIL" => DnsOutcome::Servfail,
        "REFUSED" => DnsOutcome::Refused,
        "TIMEOUT" => DnsOutcome::Timeout,
        "BOGUS" => DnsOutcome::Bogus,
        _ => return None,
    })
}

fn duration(text: &str) -> Duration {
    match text.strip_suffix("ms") {
        Some(millis) => Duration::from_millis(millis.parse().unwrap()),
        None => Duration::from_secs(text.strip_suffix('s').unwrap().parse().unwrap()),
    }
}
