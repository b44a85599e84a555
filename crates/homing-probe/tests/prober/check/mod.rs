//! The check itself: sessions side by side within their bounds.

mod bounds;
mod connection;
mod dnssec;
mod helo;
mod network_faults;
mod scope;
mod timeline;
mod watching;

use std::sync::Mutex;
use std::time::Duration;

use homing_core::phase::{Phase, PhaseReport};
use homing_core::reason::ReasonCode;
use homing_core::run::{SocketRun, TargetRun};
use homing_core::target::{NameRole, Target};
use homing_probe::check::{Prober, Progress};
use homing_probe::request::CheckRequest;
use homing_smtp::tls::{TlsInspector, TrustRoots};
use tokio::time::Instant;

use crate::doubles::{Network, Zone};

/// A check that is over.
struct Seen {
    run: SocketRun,
    /// By the paused clock.
    took: Duration,
    progress: Vec<Progress>,
}

/// Checks a mail domain with every default.
async fn check(zone: &Zone, network: &Network, target: &str) -> Seen {
    order(zone, network, &request(target)).await
}

/// Runs the check, and proves on the way what holds for any: it keeps to its time, leaves no connection open, and
/// its JSON reads back as the same run.
async fn order(zone: &Zone, network: &Network, request: &CheckRequest) -> Seen {
    let prober = Prober::new(zone.clone(), network.clone(), TlsInspector::new(TrustRoots::bundled()));
    let progress = Mutex::new(Vec::new());
    let began = Instant::now();
    let run = prober.check_watched(request, &|step| progress.lock().unwrap().push(step)).await;
    let took = began.elapsed();
    assert!(took <= request.timeout, "took {took:?} of {:?}", request.timeout);
    assert_eq!(run.duration.as_duration(), took);
    assert_eq!(network.open(), 0);
    let json = serde_json::to_string(&run).unwrap();
    assert_eq!(serde_json::from_str::<SocketRun>(&json).unwrap(), run, "{json}");
    Seen { run, took, progress: progress.into_inner().unwrap() }
}

/// The order for a mail domain, or an address.
fn request(target: &str) -> CheckRequest {
    CheckRequest::new(Target::parse(target, None, None).unwrap())
}

/// The order for one host.
fn host_request(target: &str) -> CheckRequest {
    CheckRequest::new(Target::parse(target, Some(NameRole::Host), None).unwrap())
}

/// A zone with one host that has so many addresses, as `mx.test`.
fn one_host(addresses: impl IntoIterator<Item = usize>) -> Zone {
    Zone::new(&addresses.into_iter().map(|n| format!("mx.test A 192.0.2.{n}\n")).collect::<String>())
}

/// A zone in which `corp.test` has four hosts with ten addresses each, `192.0.2.0` to `192.0.2.39` in the order of
/// preference.
fn forty_addresses() -> Zone {
    let hosts: String = (0..4).map(|n| format!("corp.test MX {n} mx{n}.test\n")).collect();
    let records: String = (0..40).map(|n| format!("mx{}.test A 192.0.2.{n}\n", n / 10)).collect();
    Zone::new(&(hosts + &records))
}

/// The addresses of the targets, in the run's order.
fn addresses(run: &SocketRun) -> Vec<String> {
    run.targets.iter().map(|target| target.evidence.address.to_string()).collect()
}

/// The phase that a target ended in, and why.
fn failure(target: &TargetRun) -> Option<(Phase, ReasonCode)> {
    let report = target.evidence.failed_phase()?;
    Some((report.name, report.failure.as_ref()?.code))
}

fn phase(target: &TargetRun, phase: Phase) -> &PhaseReport {
    target.evidence.phase(phase).unwrap()
}

/// The codes of the reasons.
fn codes(run: &SocketRun) -> Vec<ReasonCode> {
    run.reasons.iter().map(|reason| reason.code).collect()
}
