//! The rules that take more than one fact.

use homing_core::evidence::DnsOutcome;
use homing_core::expectations::{Expectations, TlsMode};
use homing_core::judge::{Judgement, judge};
use homing_core::phase::Phase;
use homing_core::reason::ReasonCode as R;
use homing_core::verdict::Verdict::{Degraded, Down, Unknown, Up};

use crate::build::{fail, fail_target, first_certificate, healthy, host, no_hosts, target};

fn codes(judgement: &Judgement) -> Vec<R> {
    judgement.reasons.iter().map(|reason| reason.code).collect()
}

#[test]
fn a_target_keeps_its_own_verdict_beside_that_of_the_whole() {
    let mut evidence = healthy();
    evidence.targets.push(target("mx2.corp.test", Some(20), "192.0.2.2"));
    fail_target(&mut evidence.targets[1], Phase::Connect, R::ConnectRefused);
    let judgement = judge(&evidence, &Expectations::default());
    assert_eq!(judgement.targets, [Up, Down]);
    assert_eq!(judgement.verdict, Degraded);
    assert_eq!(codes(&judgement), [R::ConnectRefused, R::SomeHostsDown]);
    let expected = "1 of 2 targets answered; mx2.corp.test (192.0.2.2) went wrong";
    assert_eq!(judgement.summary, expected);
}

#[test]
fn a_backup_alone_is_named_as_such_only_when_no_equal_of_the_primary_is_left() {
    let mut evidence = healthy();
    evidence.targets.push(target("mx2.corp.test", Some(10), "192.0.2.2"));
    evidence.targets.push(target("mx3.corp.test", Some(20), "192.0.2.3"));
    fail(&mut evidence, Phase::Banner, R::BannerTimeout);
    let one_down = judge(&evidence, &Expectations::default());
    assert_eq!(codes(&one_down), [R::BannerTimeout, R::SomeHostsDown]);
    fail_target(&mut evidence.targets[1], Phase::Banner, R::BannerTimeout);
    let both_down = judge(&evidence, &Expectations::default());
    assert!(codes(&both_down).contains(&R::OnlyBackupUp));
    assert_eq!(both_down.verdict, Degraded);
}

#[test]
fn a_primary_host_without_address_counts_as_a_host_that_is_down() {
    let mut evidence = healthy();
    evidence.targets[0].preference = Some(20);
    evidence.dns.hosts.push(host("mx0.corp.test", 10, Some(R::MxUnresolvable)));
    let judgement = judge(&evidence, &Expectations::default());
    assert!(codes(&judgement).contains(&R::OnlyBackupUp));
    assert_eq!(judgement.verdict, Degraded);
}

#[test]
fn what_we_could_not_try_does_not_count_beside_what_we_could() {
    let mut evidence = healthy();
    evidence.targets.push(target("mx1.corp.test", Some(10), "2001:db8::1"));
    fail_target(&mut evidence.targets[1], Phase::Connect, R::MonitorNetworkFailed);
    let beside_up = judge(&evidence, &Expectations::default());
    assert_eq!((beside_up.verdict, codes(&beside_up)), (Up, vec![]));
    assert_eq!(beside_up.targets, [Up, Unknown]);
    fail(&mut evidence, Phase::Connect, R::ConnectRefused);
    let beside_down = judge(&evidence, &Expectations::default());
    assert_eq!((beside_down.verdict, codes(&beside_down)), (Down, vec![R::ConnectRefused]));
    evidence.targets.remove(0);
    let alone = judge(&evidence, &Expectations::default());
    assert_eq!((alone.verdict, codes(&alone)), (Unknown, vec![R::MonitorNetworkFailed]));
}

#[test]
fn a_null_mx_that_is_expected_is_up_and_our_own_fault_stays_unknown() {
    let expectations = Expectations { null_mx: true, ..Expectations::default() };
    let mut evidence = healthy();
    no_hosts(&mut evidence, DnsOutcome::NullMx, R::NullMx);
    let judgement = judge(&evidence, &expectations);
    assert_eq!((judgement.verdict, judgement.reasons.len()), (Up, 0));
    assert_eq!(judgement.summary, "corp.test publishes a null MX, as expected");
    no_hosts(&mut evidence, DnsOutcome::Timeout, R::MonitorDnsFailed);
    assert_eq!(judge(&evidence, &expectations).verdict, Unknown);
    no_hosts(&mut evidence, DnsOutcome::Nxdomain, R::DnsNxdomain);
    assert_eq!(judge(&evidence, &expectations).verdict, Down);
}

#[test]
fn all_that_is_wrong_with_a_certificate_is_named_at_once() {
    let mut evidence = healthy();
    let certificate = first_certificate(&mut evidence);
    certificate.not_after = "2026-05-30T00:00:00Z".parse().unwrap();
    certificate.name_matches = false;
    certificate.trusted = false;
    let judgement = judge(&evidence, &Expectations::default());
    assert_eq!(codes(&judgement), [R::CertExpired, R::CertUntrusted, R::CertNameMismatch]);
}

#[test]
fn an_address_has_no_name_to_compare_unless_tls_is_strict() {
    let mut evidence = healthy();
    evidence.targets[0].host = "192.0.2.1".to_owned();
    evidence.targets[0].tls.as_mut().unwrap().identity = "192.0.2.1".to_owned();
    first_certificate(&mut evidence).name_matches = false;
    assert_eq!(judge(&evidence, &Expectations::default()).verdict, Up);
    let strict = Expectations { tls: TlsMode::Required, ..Expectations::default() };
    assert_eq!(codes(&judge(&evidence, &strict)), [R::CertNameMismatch]);
}

#[test]
fn capabilities_count_before_and_inside_tls() {
    let wanted = ["STARTTLS", "auth plain", "SIZE"].map(str::to_owned).to_vec();
    let expectations = Expectations { capabilities: wanted, ..Expectations::default() };
    assert_eq!(judge(&healthy(), &expectations).verdict, Up);
}

#[test]
fn the_last_second_of_validity_still_counts() {
    let mut evidence = healthy();
    let certificate = first_certificate(&mut evidence);
    certificate.not_after = crate::build::now();
    certificate.days_left = 0;
    let judgement = judge(&evidence, &Expectations::default());
    assert_eq!(codes(&judgement), [R::CertExpiresSoon]);
}

#[test]
fn a_server_that_announces_nothing_lacks_what_is_required() {
    let mut evidence = healthy();
    evidence.targets[0].capabilities.clear();
    evidence.targets[0].capabilities_tls = None;
    let expectations = Expectations { capabilities: vec!["SIZE".to_owned()], ..Expectations::default() };
    assert_eq!(codes(&judge(&evidence, &expectations)), [R::CapabilityMissing]);
}

#[test]
fn a_slow_goodbye_does_not_make_a_server_slow() {
    let mut evidence = healthy();
    let quit = evidence.targets[0].phases.last_mut().unwrap();
    quit.duration = homing_core::elapsed::Elapsed::from_millis(60_000);
    assert_eq!(judge(&evidence, &Expectations::default()).verdict, Up);
}
