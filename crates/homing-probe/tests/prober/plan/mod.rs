//! From a target to hosts and addresses.

mod blame;
mod bounds;
mod families;
mod hosts;
mod null_mx;
mod order;
mod queries;
mod time;

use std::time::Duration;

use homing_core::target::{NameRole, Target};
use homing_probe::plan::{Plan, plan};
use homing_probe::request::Families;

use crate::doubles::Zone;

/// What a check of 30 s gives to DNS.
const LIMIT: Duration = Duration::from_secs(9);

/// The plan for a mail domain.
async fn domain(zone: &Zone, name: &str) -> Plan {
    plan(zone, &Target::parse(name, None, None).unwrap(), Families::Both, LIMIT).await
}

/// The plan for one host.
async fn host(zone: &Zone, name: &str) -> Plan {
    host_with(zone, name, Families::Both).await
}

async fn host_with(zone: &Zone, name: &str, families: Families) -> Plan {
    plan(zone, &Target::parse(name, Some(NameRole::Host), None).unwrap(), families, LIMIT).await
}

/// The hosts of the addresses to try, in order.
fn hosts(plan: &Plan) -> Vec<&str> {
    plan.candidates.iter().map(|candidate| candidate.host.as_str()).collect()
}

/// The addresses to try, in order.
fn addresses(plan: &Plan) -> Vec<String> {
    plan.candidates.iter().map(|candidate| candidate.address.to_string()).collect()
}
