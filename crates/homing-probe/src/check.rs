//! The check itself: plan, then a session with each address, side by side within a bound.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{self, StreamExt};
use homing_core::evidence::{DnsOutcome, Dnssec, HostEvidence, SocketEvidence, TargetEvidence};
use homing_core::expectations::{HostScope, TlsMode};
use homing_core::judge::target_verdict;
use homing_core::phase::{Failure, Outcome, Phase, PhaseReport};
use homing_core::reason::{Fault, ReasonCode};
use homing_core::run::SocketRun;
use homing_core::transcript::{Speaker, TranscriptLine};
use homing_smtp::dialogue::{Found, Script, converse, legacy_choice};
use homing_smtp::ehlo_name::EhloName;
use homing_smtp::limits::Limits;
use homing_smtp::record::{Record, Trouble};
use homing_smtp::tls::{ServerIdentity, TlsInspector};
use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use crate::connect::{self, Connect};
use crate::plan::{Candidate, Plan, plan};
use crate::request::CheckRequest;
use crate::resolve::Resolve;

/// How many sessions of one check run side by side.
pub const PARALLEL: usize = 16;

/// The longest time for DNS.
const DNS_LIMIT: Duration = Duration::from_secs(9);

/// The longest time for the second look at a server whose handshake failed.
const SECOND_LOOK: Duration = Duration::from_secs(5);

/// How long the end of a check waits for the DNSSEC state, which nothing else depends on.
const DNSSEC_GRACE: Duration = Duration::from_secs(2);

/// Where checks run from, as long as there is one place only.
const LOCATION: &str = "local";

/// A server that was given less than this, and less than half of the whole check's time, and did not answer in time,
/// is not blamed for it.
const FAIR_TIME: Duration = Duration::from_secs(10);

/// What happens in a check, for those who watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// DNS has answered; so many addresses will be tried.
    Planned(usize),
    /// A session has ended.
    Finished,
}

/// Runs checks. One for a whole process; checks may run side by side.
pub struct Prober<R, C> {
    resolver: R,
    connector: C,
    tls: TlsInspector,
}

impl<R: Resolve, C: Connect> Prober<R, C> {
    /// A prober at the location `local`.
    pub fn new(resolver: R, connector: C, tls: TlsInspector) -> Self {
        Self { resolver, connector, tls }
    }

    /// Checks a target. Never fails: what goes wrong is part of the result.
    pub async fn check(&self, request: &CheckRequest) -> SocketRun {
        self.check_watched(request, &|_| ()).await
    }

    /// The same, telling of its progress.
    pub async fn check_watched(
        &self,
        request: &CheckRequest,
        watch: &(dyn Fn(Progress) + Sync),
    ) -> SocketRun {
        SocketRun::new(self.evidence(request, watch).await, &request.expect)
    }

    async fn evidence(&self, request: &CheckRequest, watch: &(dyn Fn(Progress) + Sync)) -> SocketEvidence {
        let started_at = Timestamp::now();
        let began = Instant::now();
        let deadline = began + request.timeout;
        let dns_limit = DNS_LIMIT.min(request.timeout * 2 / 3);
        let plan = plan(&self.resolver, &request.target, request.families, dns_limit).await;
        watch(Progress::Planned(plan.candidates.len()));
        let check = Check { prober: self, request, started_at, began, deadline, watch };
        let found = matches!(plan.dns.outcome, DnsOutcome::Ok | DnsOutcome::NullMx);
        let (targets, dnssec) = if found && request.dnssec {
            check.sessions_and_dnssec(&plan).await
        } else {
            (check.sessions(&plan).await, Dnssec::Unchecked)
        };
        check.finish(plan, targets, dnssec)
    }
}

/// One check under way.
struct Check<'a, R, C> {
    prober: &'a Prober<R, C>,
    request: &'a CheckRequest,
    started_at: Timestamp,
    began: Instant,
    deadline: Instant,
    watch: &'a (dyn Fn(Progress) + Sync),
}

impl<R: Resolve, C: Connect> Check<'_, R, C> {
    async fn sessions(&self, plan: &Plan) -> Vec<TargetEvidence> {
        match (self.request.hosts, plan.candidates.as_slice()) {
            // The common case of a monitor that watches one address.
            (_, [only]) => vec![self.session(only, self.deadline).await],
            (HostScope::All, all) => self.side_by_side(all, self.deadline).await,
            (HostScope::First, all) => self.until_one_takes_mail(all).await,
        }
    }

    async fn side_by_side(&self, candidates: &[Candidate], deadline: Instant) -> Vec<TargetEvidence> {
        let sessions = candidates
            .iter()
            .enumerate()
            .map(|(index, candidate)| async move { (index, self.session(candidate, deadline).await) });
        let mut done: Vec<_> = stream::iter(sessions).buffer_unordered(PARALLEL).collect().await;
        done.sort_by_key(|(index, _)| *index);
        done.into_iter().map(|(_, evidence)| evidence).collect()
    }

    /// Host after host in order of preference, as a sender would.
    async fn until_one_takes_mail(&self, candidates: &[Candidate]) -> Vec<TargetEvidence> {
        let mut targets = Vec::new();
        let mut hosts = candidates.chunk_by(|one, other| one.host == other.host).peekable();
        while let Some(host) = hosts.next() {
            // A host that hangs leaves half of the time to those after it.
            let left = self.deadline.saturating_duration_since(Instant::now());
            let share = if hosts.peek().is_some() { left / 2 } else { left };
            let ended = self.side_by_side(host, Instant::now() + share).await;
            let takes_mail = |target: &TargetEvidence| {
                target_verdict(target, self.started_at, &self.request.expect).takes_mail()
            };
            let enough = ended.iter().any(takes_mail);
            targets.extend(ended);
            if enough {
                break;
            }
        }
        targets
    }

    async fn session(&self, candidate: &Candidate, deadline: Instant) -> TargetEvidence {
        let dns = candidate.looked_up.unwrap_or_default();
        let now = Instant::now();
        let mut record = Record::start_at(now.checked_sub(dns.as_duration()).unwrap_or(now));
        let looked_up = if candidate.looked_up.is_some() { Outcome::Ok } else { Outcome::Skipped };
        record.earlier(Phase::Dns, looked_up, dns);
        let address = SocketAddr::new(candidate.address, self.request.target.port);
        let limits = Limits::within(self.request.timeout);
        let mut found = match self.connect(&mut record, address, &limits, deadline).await {
            Some(stream) => {
                let script = self.script(candidate, &stream, limits, deadline);
                let mut found = converse(stream, record, &script, &self.prober.tls).await;
                self.look_again(&mut found, address, &script).await;
                found
            }
            None => nothing_found(record),
        };
        if self.began_late(now) {
            excuse(&mut found);
        }
        (self.watch)(Progress::Finished);
        evidence(candidate, self.request.target.port, found)
    }

    /// Whether a session had to wait for others until less was left than a server may fairly take.
    fn began_late(&self, at: Instant) -> bool {
        let left = self.deadline.saturating_duration_since(at);
        left < FAIR_TIME && left < self.request.timeout / 2
    }

    async fn connect(
        &self,
        record: &mut Record,
        address: SocketAddr,
        limits: &Limits,
        whole: Instant,
    ) -> Option<C::Stream> {
        if Instant::now() >= self.deadline {
            let message = "was not tried, because the time for the whole check was over";
            record.skip(Phase::Connect, Some(Failure::new(ReasonCode::CheckTimeout, message)));
            return None;
        }
        let running = record.begin(Phase::Connect);
        let deadline = running.deadline(limits.connect, whole);
        let began = Instant::now();
        let bursts = self.request.expect.tls != TlsMode::None;
        let result = match timeout_at(deadline, self.prober.connector.connect(address, bursts)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => {
                let has_route = self.prober.connector.has_route(address);
                Err(connect::explain(&error, has_route, began.elapsed().into()))
            }
            Err(_) => Err(connect::timed_out(running.limit(deadline).as_duration())),
        };
        let result = match result {
            Ok(stream) => {
                record.note_connected(address);
                Ok((stream, None))
            }
            Err(failure) => {
                record.note(failure.message.as_str());
                let timed_out = failure.code == ReasonCode::ConnectTimeout;
                Err(Trouble { reply: None, failure: Some(failure), timed_out, lost: true })
            }
        };
        record.end(running, result).ok()
    }

    /// Where the server turned our hello down, it is looked into over a second connection: old servers answer what is
    /// too new for them with all kinds of alerts, or hang up, and none says what it would have taken.
    async fn look_again(&self, found: &mut Found, address: SocketAddr, script: &Script) {
        if !found.hello_refused {
            return;
        }
        let failed =
            |report: &&mut PhaseReport| report.name == Phase::Tls && report.outcome == Outcome::Failed;
        let Some(report) = found.phases.iter_mut().find(failed) else { return };
        let Some(failure) = &mut report.failure else { return };
        let deadline = script.deadline.min(Instant::now() + SECOND_LOOK);
        let look = async {
            let stream = self.prober.connector.connect(address, true).await.ok()?;
            legacy_choice(stream, script, &self.prober.tls).await
        };
        if let Ok(Some(choice)) = timeout_at(deadline, look).await {
            failure.code = choice.code();
            failure.message = choice.message();
            let text = format!("a second connection with an old hello: it {}", choice.message());
            let at = found.total;
            found.transcript.push(TranscriptLine { at, from: Speaker::Note, tls: false, text });
        }
    }

    fn script(&self, candidate: &Candidate, stream: &C::Stream, limits: Limits, deadline: Instant) -> Script {
        let request = self.request;
        let local = || self.prober.connector.local_ip(stream).unwrap_or(candidate.address);
        let host = || {
            candidate.name.clone().map_or(ServerIdentity::Address(candidate.address), ServerIdentity::Name)
        };
        Script {
            helo: request.helo.clone().unwrap_or_else(|| EhloName::from_address(local())),
            identity: request.identity.clone().unwrap_or_else(host),
            tls: request.expect.tls,
            credentials: request.credentials.clone(),
            auth_in_clear: request.auth_in_clear,
            envelope: request.envelope.clone(),
            relay: request.relay.clone(),
            limits,
            deadline,
            now: self.started_at,
        }
    }

    /// The sessions and beside them the DNSSEC state, for which the end of the check waits only a little.
    async fn sessions_and_dnssec(&self, plan: &Plan) -> (Vec<TargetEvidence>, Dnssec) {
        match select(pin!(self.sessions(plan)), pin!(self.dnssec(plan))).await {
            Either::Left((targets, dnssec)) => {
                let deadline = self.deadline.min(Instant::now() + DNSSEC_GRACE);
                (targets, timeout_at(deadline, dnssec).await.unwrap_or(Dnssec::Unchecked))
            }
            Either::Right((dnssec, sessions)) => (sessions.await, dnssec),
        }
    }

    async fn dnssec(&self, plan: &Plan) -> Dnssec {
        let Some((name, kind)) = &plan.signed else { return Dnssec::Unchecked };
        self.prober.resolver.dnssec(name, *kind).await
    }

    fn finish(&self, plan: Plan, targets: Vec<TargetEvidence>, dnssec: Dnssec) -> SocketEvidence {
        let Plan { mut dns, mut notes, .. } = plan;
        dns.dnssec = dnssec;
        if dns.failure.as_ref().is_some_and(|failure| failure.code == ReasonCode::DnsBogus) {
            dns.dnssec = Dnssec::Bogus;
        } else if dnssec == Dnssec::Bogus {
            let message =
                "has DNSSEC signatures that do not validate; senders that check them will not find it";
            dns.findings.push(Failure::new(ReasonCode::DnsBogus, message));
        }
        notes.extend(untried(&dns.hosts, &targets));
        SocketEvidence {
            target: self.request.target.text.clone(),
            started_at: self.started_at,
            duration: self.began.elapsed().into(),
            location: LOCATION.to_owned(),
            dns,
            targets,
            notes,
        }
    }
}

/// A time-out of a session that began too late says nothing about the server.
fn excuse(found: &mut Found) {
    for report in &mut found.phases {
        if let (Outcome::Timeout, Some(failure)) = (report.outcome, &mut report.failure) {
            let message = "was begun late and cut short, because the time for the whole check was over";
            *failure = Failure::new(ReasonCode::CheckTimeout, message);
        }
    }
}

/// Says what was not tried through our own fault, since it may not show in the verdict.
fn untried(hosts: &[HostEvidence], targets: &[TargetEvidence]) -> Option<String> {
    let ours = |failure: Option<&Failure>| failure.is_some_and(|failure| failure.code.fault() == Fault::Ours);
    let failed = hosts.iter().filter(|host| host.failure.is_some());
    let all = failed.clone().count() + targets.len();
    let hosts = failed.filter(|host| ours(host.failure.as_ref())).map(|host| host.host.clone());
    let targets = targets
        .iter()
        .filter(|target| ours(target.failed_phase().and_then(|report| report.failure.as_ref())))
        .map(|target| target.address.to_string());
    let untried: Vec<_> = hosts.chain(targets).collect();
    // Where nothing else is left, it is the verdict.
    let shows = untried.len() == all;
    (!shows && !untried.is_empty())
        .then(|| format!("not tried, through a fault of this machine or its network: {}", untried.join(", ")))
}

fn nothing_found(record: Record) -> Found {
    let total = record.elapsed();
    let (phases, transcript) = record.into_parts();
    Found {
        phases,
        transcript,
        capabilities: Default::default(),
        capabilities_tls: None,
        tls: None,
        findings: Vec::new(),
        total,
        hello_refused: false,
    }
}

fn evidence(candidate: &Candidate, port: u16, found: Found) -> TargetEvidence {
    TargetEvidence {
        host: candidate.host.clone(),
        preference: candidate.preference,
        address: candidate.address,
        port,
        total: found.total,
        phases: found.phases,
        capabilities: found.capabilities.into_lines(),
        capabilities_tls: found.capabilities_tls.map(homing_smtp::capability::Capabilities::into_lines),
        tls: found.tls,
        findings: found.findings,
        transcript: found.transcript,
    }
}
