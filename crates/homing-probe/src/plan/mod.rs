//! From a target to hosts and addresses (RFC 5321 §5.1, RFC 7505).

mod host;
mod lookup;

use std::net::IpAddr;
use std::time::Duration;

use futures_util::future::join_all;
use homing_core::domain::DomainName;
use homing_core::elapsed::Elapsed;
use homing_core::evidence::{DnsEvidence, DnsOutcome, Dnssec, HostEvidence, MxRecord};
use homing_core::phase::Failure;
use homing_core::reason::ReasonCode;
use homing_core::target::{Subject, Target};
use rand::seq::SliceRandom;
use tokio::time::Instant;

use crate::request::Families;
use crate::resolve::{Record, RecordKind, Resolve};
use lookup::Lookup;

/// The most hosts of a domain that are tried.
pub const MAX_HOSTS: usize = 16;

/// The most addresses of a host that are tried.
pub const MAX_ADDRESSES: usize = 16;

/// An address to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The host it belongs to, or the address in text.
    pub host: String,
    /// The host as a name, to compare with the certificate.
    pub name: Option<DomainName>,
    /// The preference of the MX record.
    pub preference: Option<u16>,
    /// The address.
    pub address: IpAddr,
    /// How long its look-up took; nothing for an address that was given.
    pub looked_up: Option<Elapsed>,
}

/// What DNS said, and what to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The evidence; the DNSSEC state is not known yet.
    pub dns: DnsEvidence,
    /// The addresses, best preference first.
    pub candidates: Vec<Candidate>,
    /// The name and record type whose DNSSEC state matters.
    pub signed: Option<(DomainName, RecordKind)>,
    /// What was left out.
    pub notes: Vec<String>,
}

/// Looks up what a target stands for, within `limit`.
pub async fn plan<R: Resolve>(resolver: &R, target: &Target, families: Families, limit: Duration) -> Plan {
    let mut planner = Planner {
        lookup: Lookup::new(resolver, Instant::now() + limit, limit),
        families,
        dns: DnsEvidence {
            outcome: DnsOutcome::Skipped,
            duration: Elapsed::ZERO,
            mx: Vec::new(),
            implicit_mx: false,
            dnssec: Dnssec::Unchecked,
            hosts: Vec::new(),
            queries: Vec::new(),
            failure: None,
            findings: Vec::new(),
        },
        candidates: Vec::new(),
        signed: None,
        notes: Vec::new(),
    };
    let began = Instant::now();
    match &target.subject {
        Subject::Address(address) => planner.address(*address),
        Subject::Host(name) => planner.named_host(name).await,
        Subject::Domain(name) => planner.domain(name).await,
    }
    planner.finish(began.elapsed().into(), &target.subject)
}

struct Planner<'a, R> {
    lookup: Lookup<'a, R>,
    families: Families,
    dns: DnsEvidence,
    candidates: Vec<Candidate>,
    signed: Option<(DomainName, RecordKind)>,
    notes: Vec<String>,
}

impl<R: Resolve> Planner<'_, R> {
    fn address(&mut self, address: IpAddr) {
        self.candidates.push(Candidate {
            host: address.to_string(),
            name: None,
            preference: None,
            address,
            looked_up: None,
        });
    }

    async fn named_host(&mut self, name: &DomainName) {
        let found = host::look_up(&self.lookup, name, self.families).await;
        self.signed = found.signed.map(|kind| (name.clone(), kind));
        self.dns.outcome = found.outcome;
        match found.failure {
            Some(failure) => self.dns.failure = Some(failure),
            None => self.add_host(name, None, found),
        }
    }

    async fn domain(&mut self, name: &DomainName) {
        let answer = self.lookup.ask(name, RecordKind::Mx).await;
        self.dns.outcome = answer.outcome;
        self.signed = Some((name.clone(), RecordKind::Mx));
        match answer.outcome {
            DnsOutcome::Ok => {
                self.mx_hosts(answer.records).await;
            }
            DnsOutcome::NoData => self.implicit_mx(name).await,
            _ => {
                let failure = self.lookup.blame(name, RecordKind::Mx, &answer, "its MX records").await;
                self.dns.failure = Some(failure);
            }
        }
    }

    /// No MX record: the domain itself is the host (RFC 5321 §5.1).
    async fn implicit_mx(&mut self, name: &DomainName) {
        let found = host::look_up(&self.lookup, name, self.families).await;
        match found.failure {
            Some(failure) if found.outcome == DnsOutcome::NoData => {
                let message = "has neither MX nor address records";
                let message = if self.families == Families::Both { message } else { &failure.message };
                self.dns.failure = Some(Failure::new(ReasonCode::DnsNoAddress, message));
            }
            Some(failure) => {
                self.dns.outcome = found.outcome;
                self.dns.failure = Some(failure);
            }
            None => {
                self.signed = found.signed.map(|kind| (name.clone(), kind));
                self.dns.outcome = DnsOutcome::Ok;
                self.dns.implicit_mx = true;
                self.add_host(name, None, found);
            }
        }
    }

    async fn mx_hosts(&mut self, records: Vec<Record>) {
        let mut records: Vec<_> = records
            .into_iter()
            .filter_map(|record| match record {
                Record::Mx { preference, host } => Some(MxRecord { preference, host }),
                Record::Address(_) => None,
            })
            .collect();
        // Hosts of one preference are tried in random order (RFC 5321 §5.1); the sort keeps it.
        records.shuffle(&mut rand::rng());
        records.sort_by_key(|record| record.preference);
        self.null_mx(&mut records);
        let mut hosts: Vec<MxRecord> = Vec::new();
        for record in &records {
            if record.host != "." && !hosts.iter().any(|known| known.host == record.host) {
                hosts.push(record.clone());
            }
        }
        self.dns.mx = records;
        if hosts.len() > MAX_HOSTS {
            self.notes.push(format!("only the first {MAX_HOSTS} of {} MX hosts were tried", hosts.len()));
            hosts.truncate(MAX_HOSTS);
        }
        // Side by side, so that one whose name servers are silent takes no time from the others.
        let (lookup, families) = (&self.lookup, self.families);
        let looked_up = join_all(hosts.into_iter().map(|record| async move {
            let found = match usable_name(&record.host) {
                Ok(name) => Ok((host::look_up(lookup, &name, families).await, name)),
                Err(message) => Err(Failure::new(ReasonCode::MxUnresolvable, message)),
            };
            (record, found)
        }))
        .await;
        for (record, found) in looked_up {
            self.mx_host(record, found);
        }
    }

    /// `MX 0 .` alone declares that the domain takes no mail (RFC 7505); beside others it is an error.
    fn null_mx(&mut self, records: &mut [MxRecord]) {
        let mut null = false;
        for record in records.iter_mut().filter(|record| record.host.is_empty()) {
            ".".clone_into(&mut record.host);
            null = true;
        }
        if !null {
            return;
        }
        if records.iter().all(|record| record.host == ".") {
            self.dns.outcome = DnsOutcome::NullMx;
            let message = "declares with a null MX that it takes no mail";
            self.dns.failure = Some(Failure::new(ReasonCode::NullMx, message));
        } else {
            let message = "publishes a null MX beside other MX records (RFC 7505 section 3)";
            self.dns.findings.push(Failure::new(ReasonCode::NullMx, message));
        }
    }

    fn mx_host(&mut self, record: MxRecord, found: Result<(host::FoundHost, DomainName), Failure>) {
        let MxRecord { preference, host } = record;
        let (mut found, name) = match found {
            Ok(found) => found,
            Err(failure) => return self.failed_host(host, preference, failure),
        };
        if let Some(failure) = found.failure {
            let missing = matches!(failure.code, ReasonCode::DnsNxdomain | ReasonCode::DnsNoAddress);
            let code = if missing { ReasonCode::MxUnresolvable } else { failure.code };
            return self.failed_host(host, preference, Failure { code, ..failure });
        }
        if let Some(alias) = &found.alias {
            let message = format!("is an alias (CNAME) for {alias}");
            found.findings.push(Failure::new(ReasonCode::MxIsCname, message));
        }
        self.add_host(&name, Some(preference), found);
    }

    fn failed_host(&mut self, host: String, preference: u16, failure: Failure) {
        self.dns.hosts.push(HostEvidence {
            host,
            preference: Some(preference),
            addresses: Vec::new(),
            failure: Some(failure),
            findings: Vec::new(),
        });
    }

    fn add_host(&mut self, name: &DomainName, preference: Option<u16>, mut found: host::FoundHost) {
        let host = name.to_string();
        if found.addresses.len() > MAX_ADDRESSES {
            let count = found.addresses.len();
            self.notes
                .push(format!("only the first {MAX_ADDRESSES} of {count} addresses of {host} were tried"));
            found.addresses.truncate(MAX_ADDRESSES);
        }
        for &(address, looked_up) in &found.addresses {
            self.candidates.push(Candidate {
                host: host.clone(),
                name: Some(name.clone()),
                preference,
                address,
                looked_up: Some(looked_up),
            });
        }
        self.dns.hosts.push(HostEvidence {
            host,
            preference,
            addresses: found.addresses.iter().map(|(address, _)| *address).collect(),
            failure: None,
            findings: found.findings,
        });
    }

    fn finish(mut self, took: Elapsed, subject: &Subject) -> Plan {
        let asked = !matches!(subject, Subject::Address(_));
        self.dns.duration = if asked { took } else { Elapsed::ZERO };
        self.dns.queries = self.lookup.into_queries();
        Plan { dns: self.dns, candidates: self.candidates, signed: self.signed, notes: self.notes }
    }
}

/// The name in an MX record if it is one that can be looked up; otherwise a predicate that says why not.
fn usable_name(host: &str) -> Result<DomainName, String> {
    if host == "localhost" || host.ends_with(".localhost") {
        return Err("names the machine of whoever asks (RFC 6761 section 6.3)".to_owned());
    }
    host.parse::<DomainName>().map_err(|error| match host.parse::<IpAddr>() {
        Ok(_) => "is an address written in place of a host name (RFC 5321 section 5.1)".to_owned(),
        Err(_) => format!("is no host name: {error}"),
    })
}
