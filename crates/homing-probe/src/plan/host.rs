//! The addresses of one host.

use std::net::IpAddr;

use homing_core::domain::DomainName;
use homing_core::elapsed::Elapsed;
use homing_core::evidence::DnsOutcome;
use homing_core::phase::Failure;
use homing_core::reason::{Fault, ReasonCode};

use super::lookup::Lookup;
use crate::request::Families;
use crate::resolve::{Answer, Record, RecordKind, Resolve};

/// What a look-up of a host's addresses found.
pub(super) struct FoundHost {
    pub(super) outcome: DnsOutcome,
    /// Each address with the time its look-up took, IPv4 first.
    pub(super) addresses: Vec<(IpAddr, Elapsed)>,
    pub(super) alias: Option<String>,
    /// The record type that gave addresses.
    pub(super) signed: Option<RecordKind>,
    pub(super) failure: Option<Failure>,
    pub(super) findings: Vec<Failure>,
}

pub(super) async fn look_up<R: Resolve>(
    lookup: &Lookup<'_, R>,
    name: &DomainName,
    families: Families,
) -> FoundHost {
    let answers = match families {
        Families::Both => {
            let (a, aaaa) = lookup.ask_both(name).await;
            vec![(RecordKind::A, a), (RecordKind::Aaaa, aaaa)]
        }
        Families::V4 => vec![(RecordKind::A, lookup.ask(name, RecordKind::A).await)],
        Families::V6 => vec![(RecordKind::Aaaa, lookup.ask(name, RecordKind::Aaaa).await)],
    };
    let mut found = FoundHost {
        outcome: DnsOutcome::Ok,
        addresses: addresses(&answers),
        alias: answers.iter().find_map(|(_, answer)| answer.alias.clone()),
        signed: answers.iter().find(|(_, answer)| !answer.records.is_empty()).map(|(kind, _)| *kind),
        failure: None,
        findings: Vec::new(),
    };
    let unusable = set_aside_unusable(&mut found.addresses);
    let broken =
        answers.iter().find(|(_, answer)| !matches!(answer.outcome, DnsOutcome::Ok | DnsOutcome::NoData));
    if !found.addresses.is_empty() {
        // Senders may well give up on a host of which one family cannot be looked up.
        if let Some((kind, answer)) = broken {
            let what = format!("its {} records", kind.as_str());
            let mut failure = lookup.blame(name, *kind, answer, &what).await;
            if answer.outcome == DnsOutcome::Nxdomain {
                failure.message =
                    format!("does not exist (NXDOMAIN) for those who ask for {what}, though it has others");
            }
            if failure.code.fault() == Fault::Theirs {
                found.findings.push(failure);
            }
        }
        if let Some(unusable) = unusable {
            let message = format!("publishes {unusable} too, which no mail can reach");
            found.findings.push(Failure::new(ReasonCode::MxUnresolvable, message));
        }
        return found;
    }
    let (outcome, failure) = match (broken, unusable) {
        (Some((kind, answer)), _) => {
            (answer.outcome, lookup.blame(name, *kind, answer, "its addresses").await)
        }
        (None, Some(addresses)) => {
            let message = format!("has only addresses that no mail can reach: {addresses}");
            (DnsOutcome::NoData, Failure::new(ReasonCode::DnsNoAddress, message))
        }
        (None, None) => {
            let which = match families {
                Families::Both => "no address records",
                Families::V4 => "no IPv4 address",
                Families::V6 => "no IPv6 address",
            };
            (DnsOutcome::NoData, Failure::new(ReasonCode::DnsNoAddress, format!("has {which}")))
        }
    };
    found.outcome = outcome;
    found.failure = Some(failure);
    found
}

fn addresses(answers: &[(RecordKind, Answer)]) -> Vec<(IpAddr, Elapsed)> {
    let each = answers.iter().flat_map(|(_, answer)| {
        answer.records.iter().filter_map(|record| match record {
            Record::Address(address) => Some((*address, answer.took)),
            Record::Mx { .. } => None,
        })
    });
    let mut addresses: Vec<(IpAddr, Elapsed)> = Vec::new();
    for (address, took) in each {
        if !addresses.iter().any(|(known, _)| *known == address) {
            addresses.push((address, took));
        }
    }
    addresses
}

/// Takes out the addresses that nobody outside could ever connect to, whoever asks, and names them. To try them
/// would reach this machine (0.0.0.0) or fail for a reason that looks like our own. Loopback stays: those who watch
/// their own machine name it so in their own DNS.
fn set_aside_unusable(addresses: &mut Vec<(IpAddr, Elapsed)>) -> Option<String> {
    let (usable, unusable): (Vec<_>, Vec<_>) = addresses.iter().partition(|(address, _)| is_usable(*address));
    *addresses = usable;
    let names: Vec<_> = unusable.iter().map(|(address, _)| address.to_string()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Not "this network", multicast, reserved, link-local or mapped (RFC 6890).
const fn is_usable(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let first = v4.octets()[0];
            first != 0 && first < 224 && !v4.is_link_local()
        }
        IpAddr::V6(v6) => {
            let link_local = v6.segments()[0] & 0xffc0 == 0xfe80;
            !v6.is_unspecified() && !v6.is_multicast() && !link_local && v6.to_ipv4_mapped().is_none()
        }
    }
}
