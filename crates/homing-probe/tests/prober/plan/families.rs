//! IPv4 and IPv6, one without the other.

use homing_core::reason::ReasonCode;
use homing_core::target::Target;
use homing_probe::plan::plan;
use homing_probe::request::Families;
use rstest::rstest;

use super::{LIMIT, addresses, host, host_with};
use crate::doubles::Zone;

const BOTH: &str = "mx.test A 192.0.2.1\nmx.test AAAA 2001:db8::1";
const ONLY_V4: &str = "mx.test A 192.0.2.1";
const ONLY_V6: &str = "mx.test AAAA 2001:db8::1";
const NONE: &str = "mx.test TXT hello";

#[rstest]
#[case::both(BOTH, Families::Both, &["192.0.2.1", "2001:db8::1"], &["mx.test A", "mx.test AAAA"], None)]
#[case::v4_of_both(BOTH, Families::V4, &["192.0.2.1"], &["mx.test A"], None)]
#[case::v6_of_both(BOTH, Families::V6, &["2001:db8::1"], &["mx.test AAAA"], None)]
#[case::one_is_enough(ONLY_V6, Families::Both, &["2001:db8::1"], &["mx.test A", "mx.test AAAA"], None)]
#[case::no_v4(ONLY_V6, Families::V4, &[], &["mx.test A"], Some("has no IPv4 address"))]
#[case::no_v6(ONLY_V4, Families::V6, &[], &["mx.test AAAA"], Some("has no IPv6 address"))]
#[case::neither(NONE, Families::Both, &[], &["mx.test A", "mx.test AAAA"], Some("has no address records"))]
#[tokio::test(start_paused = true)]
async fn only_wanted_families_are_asked_for(
    #[case] zone: &str,
    #[case] families: Families,
    #[case] expected: &[&str],
    #[case] asked: &[&str],
    #[case] message: Option<&str>,
) {
    let zone = Zone::new(zone);
    let plan = host_with(&zone, "mx.test", families).await;
    assert_eq!(addresses(&plan), expected);
    assert_eq!(zone.asked(), asked);
    let failure = plan.dns.failure.as_ref();
    assert_eq!(failure.map(|failure| failure.message.as_str()), message);
    assert!(failure.is_none_or(|failure| failure.code == ReasonCode::DnsNoAddress));
}

/// The same words where the host stands in an MX record, and where there is no MX record.
#[rstest]
#[case::mx_host("corp.test MX 10 mx.test\nmx.test A 192.0.2.1", ReasonCode::MxUnresolvable)]
#[case::implicit("corp.test A 192.0.2.1", ReasonCode::DnsNoAddress)]
#[tokio::test(start_paused = true)]
async fn the_family_that_is_missing_is_named(#[case] zone: &str, #[case] code: ReasonCode) {
    let target = Target::parse("corp.test", None, None).unwrap();
    let plan = plan(&Zone::new(zone), &target, Families::V6, LIMIT).await;
    let of_host = plan.dns.hosts.first().and_then(|host| host.failure.clone());
    let failure = plan.dns.failure.or(of_host).unwrap();
    assert_eq!((failure.code, failure.message.as_str()), (code, "has no IPv6 address"));
}

/// Whether the other family's failure is the host's own fault, only the control question tells.
#[rstest]
#[case::control_ok("", Some(ReasonCode::DnsServfail))]
#[case::control_servfail(". SOA SERVFAIL", None)]
#[case::control_silent(". SOA SILENT", None)]
#[case::bogus("mx.test AAAA+CD OK", Some(ReasonCode::DnsBogus))]
#[tokio::test(start_paused = true)]
async fn a_family_that_cannot_be_looked_up_is_a_finding(
    #[case] lines: &str,
    #[case] finding: Option<ReasonCode>,
) {
    let zone = Zone::new(&format!("mx.test A 192.0.2.1\nmx.test AAAA SERVFAIL\n{lines}"));
    let plan = host(&zone, "mx.test").await;
    assert_eq!(plan.dns.failure, None);
    assert_eq!(addresses(&plan), ["192.0.2.1"]);
    let findings = &plan.dns.hosts[0].findings;
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), Vec::from_iter(finding));
    if finding == Some(ReasonCode::DnsServfail) {
        assert_eq!(findings[0].message, "got SERVFAIL for its AAAA records");
    }
}
