//! Domains without MX records, and those that take no mail (RFC 5321 §5.1, RFC 7505).

use homing_core::evidence::DnsOutcome;
use homing_core::reason::ReasonCode;
use homing_probe::resolve::RecordKind;
use rstest::rstest;

use super::{addresses, domain, hosts};
use crate::doubles::Zone;

#[tokio::test(start_paused = true)]
async fn a_domain_without_mx_records_is_its_own_host() {
    let zone = Zone::new(
        "corp.test A 192.0.2.1
         corp.test AAAA 2001:db8::1",
    );
    let plan = domain(&zone, "corp.test").await;
    assert_eq!(plan.dns.outcome, DnsOutcome::Ok);
    assert!(plan.dns.implicit_mx);
    assert!(plan.dns.mx.is_empty());
    assert_eq!(hosts(&plan), ["corp.test", "corp.test"]);
    assert_eq!(addresses(&plan), ["192.0.2.1", "2001:db8::1"]);
    assert_eq!(plan.candidates[0].preference, None);
    let signed = plan.signed.map(|(name, kind)| (name.to_string(), kind));
    assert_eq!(
        signed,
        Some(("corp.test".to_owned(), RecordKind::A)),
        "what was used is what has to be signed"
    );
}

/// An alias is fine where no MX record names it.
#[tokio::test(start_paused = true)]
async fn a_domain_that_is_an_alias_may_be_its_own_host() {
    let zone = Zone::new(
        "corp.test CNAME web.test
         web.test A 192.0.2.1",
    );
    let plan = domain(&zone, "corp.test").await;
    assert!(plan.dns.implicit_mx);
    assert!(plan.dns.hosts[0].findings.is_empty());
    assert_eq!(addresses(&plan), ["192.0.2.1"]);
}

#[rstest]
#[case::nothing_at_all(
    "corp.test TXT hello",
    DnsOutcome::NoData,
    ReasonCode::DnsNoAddress,
    "has neither MX nor address records"
)]
#[case::nxdomain_after_all(
    "corp.test MX NODATA\ncorp.test A NXDOMAIN\ncorp.test AAAA NXDOMAIN",
    DnsOutcome::Nxdomain,
    ReasonCode::DnsNxdomain,
    "does not exist in DNS (NXDOMAIN)"
)]
#[case::broken_addresses(
    "corp.test A SERVFAIL",
    DnsOutcome::Servfail,
    ReasonCode::DnsServfail,
    "got SERVFAIL for its addresses"
)]
#[case::no_name(
    "other.test A 192.0.2.1",
    DnsOutcome::Nxdomain,
    ReasonCode::DnsNxdomain,
    "does not exist in DNS (NXDOMAIN)"
)]
#[tokio::test(start_paused = true)]
async fn a_domain_without_mx_records_and_addresses_fails(
    #[case] zone: &str,
    #[case] outcome: DnsOutcome,
    #[case] code: ReasonCode,
    #[case] message: &str,
) {
    let plan = domain(&Zone::new(zone), "corp.test").await;
    let failure = plan.dns.failure.unwrap();
    assert_eq!((plan.dns.outcome, failure.code, failure.message.as_str()), (outcome, code, message));
    assert!(plan.candidates.is_empty());
    assert!(!plan.dns.implicit_mx);
}

#[rstest]
#[case::one("corp.test MX 0 .")]
#[case::two("corp.test MX 0 .\ncorp.test MX 10 .")]
#[tokio::test(start_paused = true)]
async fn a_null_mx_alone_means_that_no_mail_is_taken(#[case] zone: &str) {
    // Its addresses must not be taken for an implicit MX.
    let zone = Zone::new(&format!("{zone}\ncorp.test A 192.0.2.1"));
    let plan = domain(&zone, "corp.test").await;
    assert_eq!(plan.dns.outcome, DnsOutcome::NullMx);
    assert_eq!(plan.dns.failure.unwrap().code, ReasonCode::NullMx);
    assert!(plan.candidates.is_empty());
    assert!(plan.dns.mx.iter().all(|record| record.host == "."));
    assert_eq!(zone.asked(), ["corp.test MX"]);
}

#[tokio::test(start_paused = true)]
async fn a_null_mx_beside_others_is_an_oddity_and_the_others_are_tried() {
    let zone = Zone::new(
        "corp.test MX 0 .
         corp.test MX 10 a.test
         a.test A 192.0.2.1",
    );
    let plan = domain(&zone, "corp.test").await;
    assert_eq!(plan.dns.outcome, DnsOutcome::Ok);
    assert_eq!(plan.dns.failure, None);
    let findings: Vec<_> = plan.dns.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(findings, [ReasonCode::NullMx]);
    assert_eq!(hosts(&plan), ["a.test"]);
    assert_eq!(plan.dns.mx[0].host, ".", "the evidence keeps it");
    assert_eq!(plan.dns.hosts.len(), 1, "the root is no host");
}
