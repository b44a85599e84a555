//! DNS over hickory: UDP with TCP where an answer is truncated or lost, no cache, the system's resolvers or
//! given ones.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use hickory_resolver::config::{
    NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts, ServerOrderingStrategy,
};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::dnssec::{Proof, TrustAnchors};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::{TokioResolver, system_conf};
use homing_core::domain::DomainName;
use homing_core::evidence::{DnsOutcome, Dnssec};
use tokio::time::{Instant, timeout};

use super::{Answer, Record, RecordKind, Resolve, checking_disabled};

/// How long one try may take; there are two, the second after the first is lost.
const TRY: Duration = Duration::from_secs(2);

/// How long a server may take before the next one is asked as well.
const NEXT_SERVER: Duration = Duration::from_millis(300);

/// Looks names up with hickory. Make one for a whole process.
pub struct Dns {
    config: ResolverConfig,
    options: ResolverOpts,
    anchors: Option<Arc<TrustAnchors>>,
    control: Option<DomainName>,
    /// One for each server: the library would take the first error for the answer of all.
    plain: OnceLock<Vec<TokioResolver>>,
    validating: OnceLock<Vec<TokioResolver>>,
}

/// Why resolvers cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum DnsSetupError {
    /// A file of trust anchors cannot be read.
    #[error("{} cannot be read, give a file with DNSKEY records", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It holds no DNSKEY records.
    #[error("{} holds no DNSKEY record in zone file format", .0.display())]
    NoAnchor(PathBuf),
}

impl Dns {
    /// The resolvers of the system's configuration, with its hosts file. A system without configuration has none,
    /// and each look-up then fails as Homing's own.
    pub fn system() -> Self {
        let (config, options) = system_conf::read_system_conf().unwrap_or_default();
        Self::with(config, options, ResolveHosts::Auto)
    }

    /// These resolvers and no others, in this order.
    pub fn with_resolvers(addresses: &[SocketAddr]) -> Self {
        let servers = addresses.iter().map(|address| {
            let mut server = NameServerConfig::udp_and_tcp(address.ip());
            for connection in &mut server.connections {
                connection.port = address.port();
            }
            server
        });
        let config = ResolverConfig::from_name_servers(servers.collect());
        Self::with(config, ResolverOpts::default(), ResolveHosts::Never)
    }

    fn with(config: ResolverConfig, mut options: ResolverOpts, hosts: ResolveHosts) -> Self {
        options.timeout = TRY;
        options.attempts = 1;
        options.cache_size = 0;
        options.edns0 = true;
        options.preserve_intermediates = true;
        options.try_tcp_on_error = true;
        options.case_randomization = false;
        options.use_hosts_file = hosts;
        options.server_ordering_strategy = ServerOrderingStrategy::UserProvidedOrder;
        Self {
            config,
            options,
            anchors: None,
            control: None,
            plain: OnceLock::new(),
            validating: OnceLock::new(),
        }
    }

    /// The name for the control question, whose SOA or NS records are asked for; without it, the root.
    #[must_use]
    pub fn with_control_name(mut self, name: Option<DomainName>) -> Self {
        self.control = name;
        self
    }

    /// Other DNSSEC trust anchors than the root's: DNSKEY records in zone file format.
    ///
    /// # Errors
    /// [`DnsSetupError`] names the file.
    pub fn with_trust_anchors(mut self, path: &Path) -> Result<Self, DnsSetupError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| DnsSetupError::Unreadable { path: path.to_owned(), source })?;
        let anchors: TrustAnchors = text.parse().map_err(|_| DnsSetupError::NoAnchor(path.to_owned()))?;
        if anchors.is_empty() {
            return Err(DnsSetupError::NoAnchor(path.to_owned()));
        }
        self.anchors = Some(Arc::new(anchors));
        Ok(self)
    }

    fn plain(&self) -> &[TokioResolver] {
        self.plain.get_or_init(|| self.build_each(false))
    }

    fn validating(&self) -> &[TokioResolver] {
        self.validating.get_or_init(|| self.build_each(true))
    }

    fn build_each(&self, validate: bool) -> Vec<TokioResolver> {
        self.config.name_servers().iter().filter_map(|server| self.build(server, validate)).collect()
    }

    /// Asks one server after the other until one has an answer, which `NXDOMAIN` is too; the next one is asked when
    /// the one before has failed or lets us wait. An error is that of all of them, so whichever answers the control
    /// question has failed for this name itself.
    async fn ask(&self, name: &Name, kind: RecordType) -> Result<Lookup, NetError> {
        let mut error = NetError::NoConnections;
        let mut servers = self.plain().iter();
        let mut asked = FuturesUnordered::new();
        loop {
            asked.extend(servers.next().map(|server| server.lookup(name.clone(), kind)));
            let answer = if servers.len() == 0 {
                asked.next().await
            } else {
                match timeout(NEXT_SERVER, asked.next()).await {
                    Ok(answer) => answer,
                    Err(_) => continue,
                }
            };
            match answer {
                None => return Err(error),
                Some(Ok(lookup)) => return Ok(lookup),
                Some(Err(this)) if matches!(outcome(&this), DnsOutcome::NoData | DnsOutcome::Nxdomain) => {
                    return Err(this);
                }
                // What a server said tells more than that another was silent.
                Some(Err(this)) if outcome(&error) == DnsOutcome::Timeout => error = this,
                Some(Err(_)) => {}
            }
        }
    }

    fn build(&self, server: &NameServerConfig, validate: bool) -> Option<TokioResolver> {
        let config = ResolverConfig::from_name_servers(vec![server.clone()]);
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            .with_options(self.options.clone());
        if validate {
            // Keys of the upper zones are the same for each name: here a cache is right.
            builder.options_mut().cache_size = 1_024;
            builder.options_mut().validate = true;
            builder.options_mut().use_hosts_file = ResolveHosts::Never;
            if let Some(anchors) = &self.anchors {
                builder = builder.with_trust_anchor(Arc::clone(anchors));
            }
        }
        builder.build().ok()
    }

    /// The servers, for the one question that hickory cannot ask.
    fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.config.name_servers().iter().map(|server| {
            let port = server.connections.first().map_or(53, |connection| connection.port);
            SocketAddr::new(server.ip, port)
        })
    }
}

/// What a validating resolver makes of a name's records.
async fn proof(resolver: &TokioResolver, name: Name, kind: RecordType) -> Dnssec {
    match resolver.lookup(name, kind).await {
        Ok(lookup) => lookup
            .answers()
            .iter()
            .filter(|record| record.record_type() == kind || record.record_type() == RecordType::CNAME)
            .map(|record| state(record.proof))
            .reduce(weaker)
            .unwrap_or(Dnssec::Unchecked),
        Err(NetError::Dns(DnsError::DnssecBogus)) => Dnssec::Bogus,
        Err(NetError::Dns(DnsError::Nsec { proof, .. })) => state(proof),
        Err(_) => Dnssec::Unchecked,
    }
}

fn state(proof: Proof) -> Dnssec {
    match proof {
        Proof::Secure => Dnssec::Secure,
        Proof::Insecure => Dnssec::Insecure,
        Proof::Bogus => Dnssec::Bogus,
        Proof::Indeterminate => Dnssec::Unchecked,
    }
}

/// A set of records is worth as much as its weakest.
fn weaker(one: Dnssec, other: Dnssec) -> Dnssec {
    let rank = |dnssec| match dnssec {
        Dnssec::Bogus => 0,
        Dnssec::Unchecked => 1,
        Dnssec::Insecure => 2,
        Dnssec::Secure => 3,
    };
    if rank(other) < rank(one) { other } else { one }
}

impl Resolve for Dns {
    async fn query(&self, name: &DomainName, kind: RecordKind) -> Answer {
        let began = Instant::now();
        let result = match fully_qualified(name) {
            Some(name) => self.ask(&name, record_type(kind)).await,
            None => Err(NetError::NoConnections),
        };
        let took = began.elapsed().into();
        let lookup = match result {
            Ok(lookup) => lookup,
            Err(error) => {
                return Answer { outcome: outcome(&error), records: Vec::new(), alias: None, took };
            }
        };
        let mut records = Vec::new();
        let mut alias = None;
        for record in lookup.answers() {
            match &record.data {
                RData::MX(mx) if kind == RecordKind::Mx => {
                    records.push(Record::Mx { preference: mx.preference, host: host(&mx.exchange) });
                }
                RData::A(a) if kind == RecordKind::A => records.push(Record::Address(a.0.into())),
                RData::AAAA(aaaa) if kind == RecordKind::Aaaa => {
                    records.push(Record::Address(aaaa.0.into()));
                }
                RData::CNAME(target) if alias.is_none() => alias = Some(host(&target.0)),
                _ => {}
            }
        }
        let outcome = if records.is_empty() { DnsOutcome::NoData } else { DnsOutcome::Ok };
        Answer { outcome, records, alias, took }
    }

    async fn control(&self) -> Answer {
        let began = Instant::now();
        let name = self.control.as_ref().map_or(Some(Name::root()), fully_qualified);
        let mut last = DnsOutcome::Timeout;
        if let Some(name) = name {
            for kind in [RecordType::SOA, RecordType::NS] {
                last = match self.ask(&name, kind).await {
                    Ok(_) => DnsOutcome::Ok,
                    Err(error) => outcome(&error),
                };
                if matches!(last, DnsOutcome::Ok | DnsOutcome::Timeout) {
                    break;
                }
            }
        }
        Answer { outcome: last, records: Vec::new(), alias: None, took: began.elapsed().into() }
    }

    fn control_name(&self) -> String {
        self.control.as_ref().map_or_else(|| ".".to_owned(), ToString::to_string)
    }

    /// A name is judged only by a server that passes on what validation needs: it must be able to prove the root
    /// (or the zone of the given trust anchor) first.
    async fn dnssec(&self, name: &DomainName, kind: RecordKind) -> Dnssec {
        let Some(name) = fully_qualified(name) else { return Dnssec::Unchecked };
        for server in self.validating() {
            if proof(server, Name::root(), RecordType::SOA).await == Dnssec::Secure {
                return proof(server, name, record_type(kind)).await;
            }
        }
        Dnssec::Unchecked
    }

    async fn is_bogus(&self, name: &DomainName, kind: RecordKind) -> bool {
        let Some(name) = fully_qualified(name) else { return false };
        let questions = self.addresses().map(|server| {
            checking_disabled::makes_a_difference(server, name.clone(), record_type(kind), TRY)
        });
        let mut answers: FuturesUnordered<_> = questions.collect();
        while let Some(answer) = answers.next().await {
            if answer {
                return true;
            }
        }
        false
    }
}

fn record_type(kind: RecordKind) -> RecordType {
    match kind {
        RecordKind::Mx => RecordType::MX,
        RecordKind::A => RecordType::A,
        RecordKind::Aaaa => RecordType::AAAA,
    }
}

/// With the final dot, so that no search list is applied.
fn fully_qualified(name: &DomainName) -> Option<Name> {
    let mut name = Name::from_ascii(name.as_str()).ok()?;
    name.set_fqdn(true);
    Some(name)
}

fn host(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}

fn outcome(error: &NetError) -> DnsOutcome {
    match error {
        // A referral is not the answer of a resolver, but of a server that leaves the search to us.
        NetError::Dns(DnsError::NoRecordsFound(none)) if none.soa.is_none() && none.ns.is_some() => {
            DnsOutcome::Servfail
        }
        NetError::Dns(DnsError::NoRecordsFound(none)) => response(none.response_code),
        NetError::Dns(DnsError::ResponseCode(code)) => response(*code),
        NetError::Dns(DnsError::Nsec { response: answer, .. }) => response(answer.metadata.response_code),
        NetError::Dns(DnsError::DnssecBogus) => DnsOutcome::Bogus,
        NetError::Timeout | NetError::Io(_) | NetError::NoConnections | NetError::Busy => DnsOutcome::Timeout,
        _ => DnsOutcome::Servfail,
    }
}

fn response(code: ResponseCode) -> DnsOutcome {
    match code {
        ResponseCode::NoError => DnsOutcome::NoData,
        ResponseCode::NXDomain => DnsOutcome::Nxdomain,
        ResponseCode::Refused | ResponseCode::NotAuth => DnsOutcome::Refused,
        _ => DnsOutcome::Servfail,
    }
}
