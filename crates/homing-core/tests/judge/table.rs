//! One row, one thing that is wrong, one reason code: with the verdict on the whole, and what it becomes where
//! TLS is required.

use homing_core::elapsed::Elapsed;
use homing_core::evidence::{DnsOutcome, SocketEvidence};
use homing_core::expectations::{Expectations, TlsMode};
use homing_core::judge::judge;
use homing_core::phase::{Failure, Phase};
use homing_core::reason::{Fault, ReasonCode as R};
use homing_core::verdict::Verdict::{self, Degraded, Down, Unknown};

use crate::build::{fail, fail_target, find, first_certificate, healthy, host, no_hosts, target};

type Change = fn(&mut SocketEvidence, &mut Expectations);

/// What is done to a healthy check, the reason it must give, and the verdict with lenient and with strict TLS.
const ROWS: &[(R, Verdict, Verdict, Change)] = &[
    (R::DnsNxdomain, Down, Down, |e, _| no_hosts(e, DnsOutcome::Nxdomain, R::DnsNxdomain)),
    (R::DnsNoAddress, Down, Down, |e, _| no_hosts(e, DnsOutcome::NoData, R::DnsNoAddress)),
    (R::DnsServfail, Down, Down, |e, _| no_hosts(e, DnsOutcome::Servfail, R::DnsServfail)),
    (R::DnsTimeout, Down, Down, |e, _| no_hosts(e, DnsOutcome::Timeout, R::DnsTimeout)),
    (R::DnsRefused, Down, Down, |e, _| no_hosts(e, DnsOutcome::Refused, R::DnsRefused)),
    (R::DnsBogus, Down, Down, |e, _| no_hosts(e, DnsOutcome::Servfail, R::DnsBogus)),
    (R::DnsBogus, Degraded, Degraded, |e, _| e.dns.findings.push(Failure::new(R::DnsBogus, "is bogus"))),
    (R::NullMx, Down, Down, |e, _| no_hosts(e, DnsOutcome::NullMx, R::NullMx)),
    (R::NullMx, Degraded, Degraded, |e, _| e.dns.findings.push(Failure::new(R::NullMx, "beside others"))),
    (R::NullMxExpected, Down, Down, |_, x| x.null_mx = true),
    (R::MxIsCname, Degraded, Degraded, |e, _| {
        let mut alias = host("mx1.corp.test", 10, None);
        alias.findings.push(Failure::new(R::MxIsCname, "is an alias"));
        e.dns.hosts.push(alias);
    }),
    (R::MxUnresolvable, Degraded, Degraded, |e, _| {
        e.dns.hosts.push(host("mx2.corp.test", 20, Some(R::MxUnresolvable)));
    }),
    (R::MxUnresolvable, Down, Down, |e, _| {
        e.targets.clear();
        e.dns.hosts.push(host("mx2.corp.test", 20, Some(R::MxUnresolvable)));
    }),
    (R::ConnectRefused, Down, Down, |e, _| fail(e, Phase::Connect, R::ConnectRefused)),
    (R::ConnectTimeout, Down, Down, |e, _| fail(e, Phase::Connect, R::ConnectTimeout)),
    (R::ConnectUnreachable, Down, Down, |e, _| fail(e, Phase::Connect, R::ConnectUnreachable)),
    (R::ConnectionReset, Down, Down, |e, _| fail(e, Phase::Ehlo, R::ConnectionReset)),
    (R::ConnectionClosed, Down, Down, |e, _| fail(e, Phase::Banner, R::ConnectionClosed)),
    (R::BannerTimeout, Down, Down, |e, _| fail(e, Phase::Banner, R::BannerTimeout)),
    (R::BannerRejected, Down, Down, |e, _| fail(e, Phase::Banner, R::BannerRejected)),
    (R::BannerMismatch, Down, Down, |_, x| x.banner = Some("^mx1.corp.test ESMTP Exim".parse().unwrap())),
    (R::ReplyTimeout, Down, Down, |e, _| fail(e, Phase::Ehlo, R::ReplyTimeout)),
    (R::ReplyMalformed, Down, Down, |e, _| fail(e, Phase::Banner, R::ReplyMalformed)),
    (R::ReplyMalformed, Degraded, Degraded, |e, _| find(e, Phase::Banner, R::ReplyMalformed)),
    (R::ReplyTooLong, Down, Down, |e, _| fail(e, Phase::Ehlo, R::ReplyTooLong)),
    (R::EhloRejected, Down, Down, |e, _| fail(e, Phase::Ehlo, R::EhloRejected)),
    (R::EarlyTalkerError, Down, Down, |e, _| fail(e, Phase::Ehlo, R::EarlyTalkerError)),
    (R::CapabilityMissing, Degraded, Degraded, |_, x| x.capabilities = vec!["SMTPUTF8".to_owned()]),
    (R::CapabilityMissing, Degraded, Degraded, |_, x| x.capabilities = vec!["AUTH CRAM-MD5".to_owned()]),
    (R::StarttlsMissing, Degraded, Down, |e, _| fail(e, Phase::Starttls, R::StarttlsMissing)),
    (R::StarttlsRejected, Degraded, Down, |e, _| fail(e, Phase::Starttls, R::StarttlsRejected)),
    (R::StarttlsInjection, Degraded, Down, |e, _| find(e, Phase::Starttls, R::StarttlsInjection)),
    (R::TlsHandshakeFailed, Degraded, Down, |e, _| fail(e, Phase::Tls, R::TlsHandshakeFailed)),
    (R::TlsVersionOld, Degraded, Down, |e, _| fail(e, Phase::Tls, R::TlsVersionOld)),
    (R::CertExpired, Degraded, Down, |e, _| {
        first_certificate(e).not_after = "2026-05-30T00:00:00Z".parse().unwrap();
        first_certificate(e).days_left = -3;
    }),
    (R::CertNotYetValid, Degraded, Down, |e, _| {
        first_certificate(e).not_before = "2026-07-01T00:00:00Z".parse().unwrap();
    }),
    (R::CertNameMismatch, Degraded, Down, |e, _| first_certificate(e).name_matches = false),
    (R::CertUntrusted, Degraded, Down, |e, _| first_certificate(e).trusted = false),
    (R::CertSelfSigned, Degraded, Down, |e, _| {
        first_certificate(e).trusted = false;
        first_certificate(e).self_signed = true;
    }),
    (R::CertExpiresSoon, Degraded, Degraded, |_, x| x.min_cert_days = 62),
    (R::AuthMissing, Down, Down, |e, _| fail(e, Phase::Auth, R::AuthMissing)),
    (R::AuthRejected, Down, Down, |e, _| fail(e, Phase::Auth, R::AuthRejected)),
    (R::AuthWithheld, Down, Down, |e, _| fail(e, Phase::Auth, R::AuthWithheld)),
    (R::MailFromRejected, Down, Down, |e, _| fail(e, Phase::MailFrom, R::MailFromRejected)),
    (R::RcptRejected, Down, Down, |e, _| fail(e, Phase::RcptTo, R::RcptRejected)),
    (R::RcptDeferred, Degraded, Degraded, |e, _| fail(e, Phase::RcptTo, R::RcptDeferred)),
    (R::OpenRelay, Degraded, Degraded, |e, _| find(e, Phase::OpenRelay, R::OpenRelay)),
    (R::Slow, Degraded, Degraded, |_, x| x.slow = Some(Elapsed::from_millis(55))),
    (R::SomeHostsDown, Degraded, Degraded, |e, _| {
        e.targets.push(target("mx2.corp.test", Some(20), "192.0.2.2"));
        fail_target(&mut e.targets[1], Phase::Connect, R::ConnectRefused);
    }),
    (R::OnlyBackupUp, Degraded, Degraded, |e, _| {
        e.targets.push(target("mx2.corp.test", Some(20), "192.0.2.2"));
        fail(e, Phase::Connect, R::ConnectRefused);
    }),
    (R::CheckTimeout, Degraded, Degraded, |e, _| {
        e.targets.push(target("mx2.corp.test", Some(20), "192.0.2.2"));
        fail_target(&mut e.targets[1], Phase::Connect, R::CheckTimeout);
    }),
    (R::MonitorDnsFailed, Unknown, Unknown, |e, _| no_hosts(e, DnsOutcome::Timeout, R::MonitorDnsFailed)),
    (R::MonitorNetworkFailed, Unknown, Unknown, |e, _| fail(e, Phase::Connect, R::MonitorNetworkFailed)),
];

#[test]
fn every_reason_code_has_a_row() {
    for &code in R::ALL {
        assert!(ROWS.iter().any(|(row, ..)| *row == code), "no row produces {code}");
    }
}

#[test]
fn each_row_gives_its_reason_and_verdict() {
    for (index, (code, lenient, strict, change)) in ROWS.iter().enumerate() {
        for (tls, verdict) in [(TlsMode::Opportunistic, lenient), (TlsMode::Required, strict)] {
            let (mut evidence, mut expectations) =
                (healthy(), Expectations { tls, ..Expectations::default() });
            change(&mut evidence, &mut expectations);
            let judgement = judge(&evidence, &expectations);
            let row = format!("row {index}, {code}, {tls:?}: {judgement:#?}");
            assert_eq!(judgement.verdict, *verdict, "{row}");
            let reason = judgement.reasons.iter().find(|reason| reason.code == *code).expect(&row);
            assert_eq!(reason.fault, code.fault(), "{row}");
            assert!(!reason.message.is_empty() && !judgement.summary.is_empty(), "{row}");
            assert_eq!(judgement.verdict == Unknown, reason.fault == Fault::Ours, "{row}");
        }
    }
}

#[test]
fn a_healthy_check_has_no_reason() {
    for tls in TlsMode::ALL {
        let judgement = judge(&healthy(), &Expectations { tls, ..Expectations::default() });
        assert_eq!((judgement.verdict, judgement.reasons.len()), (Verdict::Up, 0));
        assert_eq!(judgement.summary, "mx1.corp.test answered in 56ms");
    }
}
