//! Questions with a limit of time, kept as evidence, and the question who is to blame when there is no answer.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use homing_core::domain::DomainName;
use homing_core::elapsed::Elapsed;
use homing_core::evidence::{DnsOutcome, QueryReport};
use homing_core::phase::Failure;
use homing_core::reason::ReasonCode;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};

use crate::resolve::{Answer, Record, RecordKind, Resolve};

/// What part of the time for DNS is kept for the control question.
const CONTROL_SHARE: u32 = 4;

/// Shared by the look-ups of all hosts, which go on side by side.
pub(super) struct Lookup<'a, R> {
    resolver: &'a R,
    /// Questions about the target end here, so that time is left for the control question.
    deadline: Instant,
    /// Everything ends here.
    end: Instant,
    control_limit: Duration,
    control: OnceCell<DnsOutcome>,
    /// In the order of asking; a question keeps its place until it is answered.
    queries: Mutex<Vec<Option<QueryReport>>>,
}

impl<'a, R: Resolve> Lookup<'a, R> {
    pub(super) fn new(resolver: &'a R, end: Instant, limit: Duration) -> Self {
        let control_limit = limit / CONTROL_SHARE;
        let deadline = end.checked_sub(control_limit).unwrap_or(end);
        let (control, queries) = (OnceCell::new(), Mutex::default());
        Self { resolver, deadline, end, control_limit, control, queries }
    }

    pub(super) async fn ask(&self, name: &DomainName, kind: RecordKind) -> Answer {
        let place = self.reserve();
        let answer = bounded(self.deadline, self.resolver.query(name, kind)).await;
        self.note(place, name, kind, &answer);
        answer
    }

    /// A and AAAA side by side.
    pub(super) async fn ask_both(&self, name: &DomainName) -> (Answer, Answer) {
        tokio::join!(self.ask(name, RecordKind::A), self.ask(name, RecordKind::Aaaa))
    }

    /// Who is to blame for a look-up without answer, and how to say it. `what` was asked for.
    pub(super) async fn blame(
        &self,
        name: &DomainName,
        kind: RecordKind,
        answer: &Answer,
        what: &str,
    ) -> Failure {
        let outcome = answer.outcome;
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
                let message = format!("did not get an answer for {what} within {}", answer.took);
                Failure::new(ReasonCode::DnsTimeout, message)
            }
            DnsOutcome::Refused => {
                Failure::new(ReasonCode::DnsRefused, format!("was refused an answer for {what} (REFUSED)"))
            }
            _ => Failure::new(ReasonCode::DnsServfail, format!("got SERVFAIL for {what}")),
        }
    }

    async fn is_bogus(&self, name: &DomainName, kind: RecordKind) -> bool {
        let limit = self.end.min(Instant::now() + self.control_limit);
        timeout_at(limit, self.resolver.is_bogus(name, kind)).await.unwrap_or(false)
    }

    /// Asks the control question, once for a check.
    async fn control(&self) -> DnsOutcome {
        *self.control.get_or_init(|| self.ask_control()).await
    }

    async fn ask_control(&self) -> DnsOutcome {
        let place = self.reserve();
        let answer = bounded(Instant::now() + self.control_limit, self.resolver.control()).await;
        let report = QueryReport {
            name: self.resolver.control_name(),
            kind: "SOA".to_owned(),
            outcome: answer.outcome,
            duration: answer.took,
            answers: Vec::new(),
        };
        self.reports()[place] = Some(report);
        answer.outcome
    }

    fn reports(&self) -> std::sync::MutexGuard<'_, Vec<Option<QueryReport>>> {
        self.queries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reserve(&self) -> usize {
        let mut reports = self.reports();
        reports.push(None);
        reports.len() - 1
    }

    fn note(&self, place: usize, name: &DomainName, kind: RecordKind, answer: &Answer) {
        let text = |record: &Record| match record {
            Record::Mx { preference, host } => format!("{preference} {host}."),
            Record::Address(address) => address.to_string(),
        };
        let report = QueryReport {
            name: name.to_string(),
            kind: kind.as_str().to_owned(),
            outcome: answer.outcome,
            duration: answer.took,
            answers: answer.records.iter().map(text).collect(),
        };
        self.reports()[place] = Some(report);
    }

    pub(super) fn into_queries(self) -> Vec<QueryReport> {
        self.queries.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
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
