//! Questions with a limit of time, kept as evidence, and the question who is to blame when there is no answer.

use std::time::Duration;

use homing_core::domain::DomainName;
use homing_core::elapsed::Elapsed;
use homing_core::evidence::{DnsOutcome, QueryReport};
use homing_core::phase::Failure;
use homing_core::reason::ReasonCode;
use tokio::time::{Instant, timeout, timeout_at};

use crate::resolve::{Answer, Record, RecordKind, Resolve};

/// What part of the time for DNS is kept for the control question.
const CONTROL_SHARE: u32 = 4;

pub(super) struct Lookup<'a, R> {
    resolver: &'a R,
    /// Questions about the target end here, so that time is left for the control question.
    deadline: Instant,
    control_limit: Duration,
    /// How long questions about the target may take, for messages.
    limit: Elapsed,
    control: Option<DnsOutcome>,
    queries: Vec<QueryReport>,
}

impl<'a, R: Resolve> Lookup<'a, R> {
    pub(super) fn new(resolver: &'a R, deadline: Instant, limit: Duration) -> Self {
        let control_limit = limit / CONTROL_SHARE;
        let deadline = deadline.checked_sub(control_limit).unwrap_or(deadline);
        let limit = Elapsed::from(limit.saturating_sub(control_limit));
        Self { resolver, deadline, control_limit, limit, control: None, queries: Vec::new() }
    }

    pub(super) async fn ask(&mut self, name: &DomainName, kind: RecordKind) -> Answer {
        let answer = bounded(self.deadline, self.resolver.query(name, kind)).await;
        self.note(name, kind, &answer);
        answer
    }

    /// A and AAAA side by side.
    pub(super) async fn ask_both(&mut self, name: &DomainName) -> (Answer, Answer) {
        let (a, aaaa) = tokio::join!(
            bounded(self.deadline, self.resolver.query(name, RecordKind::A)),
            bounded(self.deadline, self.resolver.query(name, RecordKind::Aaaa)),
        );
        self.note(name, RecordKind::A, &a);
        self.note(name, RecordKind::Aaaa, &aaaa);
        (a, aaaa)
    }

    /// Who is to blame for a look-up without answer, and how to say it. `what` was asked for.
    pub(super) async fn blame(
        &mut self,
        name: &DomainName,
        kind: RecordKind,
        outcome: DnsOutcome,
        what: &str,
    ) -> Failure {
        if outcome == DnsOutcome::Nxdomain {
            return Failure::new(ReasonCode::DnsNxdomain, "does not exist in DNS (NXDOMAIN)");
        }
        let control = self.control().await;
        if control != DnsOutcome::Ok {
            let asked = self.resolver.control_name();
            let message = format!(
                "could not be looked up: our resolvers do not answer, not even for `{asked}` ({})",
                control.as_str()
            );
            return Failure::new(ReasonCode::MonitorDnsFailed, message);
        }
        match outcome {
            DnsOutcome::Bogus => bogus(),
            DnsOutcome::Servfail if self.is_bogus(name, kind).await => bogus(),
            DnsOutcome::Timeout => {
                let limit = self.limit;
                let message = format!("did not get an answer for {what} within {limit}");
                Failure::new(ReasonCode::DnsTimeout, message)
            }
            DnsOutcome::Refused => {
                Failure::new(ReasonCode::DnsRefused, format!("was refused an answer for {what} (REFUSED)"))
            }
            _ => Failure::new(ReasonCode::DnsServfail, format!("got SERVFAIL for {what}")),
        }
    }

    async fn is_bogus(&self, name: &DomainName, kind: RecordKind) -> bool {
        timeout(self.control_limit, self.resolver.is_bogus(name, kind)).await.unwrap_or(false)
    }

    /// Asks the control question, once for a check.
    async fn control(&mut self) -> DnsOutcome {
        if let Some(outcome) = self.control {
            return outcome;
        }
        let answer = bounded(Instant::now() + self.control_limit, self.resolver.control()).await;
        self.queries.push(QueryReport {
            name: self.resolver.control_name(),
            kind: "SOA".to_owned(),
            outcome: answer.outcome,
            duration: answer.took,
            answers: Vec::new(),
        });
        *self.control.insert(answer.outcome)
    }

    fn note(&mut self, name: &DomainName, kind: RecordKind, answer: &Answer) {
        let text = |record: &Record| match record {
            Record::Mx { preference, host } => format!("{preference} {host}."),
            Record::Address(address) => address.to_string(),
        };
        self.queries.push(QueryReport {
            name: name.to_string(),
            kind: kind.as_str().to_owned(),
            outcome: answer.outcome,
            duration: answer.took,
            answers: answer.records.iter().map(text).collect(),
        });
    }

    pub(super) fn into_queries(self) -> Vec<QueryReport> {
        self.queries
    }
}

async fn bounded(deadline: Instant, question: impl Future<Output = Answer>) -> Answer {
    let began = Instant::now();
    match timeout_at(deadline, question).await {
        Ok(answer) => answer,
        Err(_) => Answer {
            outcome: DnsOutcome::Timeout,
            records: Vec::new(),
            alias: None,
            took: Elapsed::from(began.elapsed()),
        },
    }
}

fn bogus() -> Failure {
    Failure::new(ReasonCode::DnsBogus, "has DNSSEC signatures that do not validate")
}
