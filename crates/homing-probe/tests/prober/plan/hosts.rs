//! What an MX record may name, and what comes of it.

use homing_core::reason::ReasonCode;
use rstest::rstest;

use super::{addresses, domain, host, hosts};
use crate::doubles::Zone;

/// Beside the host of each row there is a good one, which must be tried all the same.
#[rstest]
#[case::an_address(
    "192.0.2.9",
    "",
    ReasonCode::MxUnresolvable,
    "is an address written in place of a host name (RFC 5321 section 5.1)"
)]
#[case::an_ipv6_address(
    "2001:db8::9",
    "",
    ReasonCode::MxUnresolvable,
    "is an address written in place of a host name (RFC 5321 section 5.1)"
)]
#[case::no_legal_name(
    "bad_.-host",
    "",
    ReasonCode::MxUnresolvable,
    "is no host name: the label `-host` begins or ends with a hyphen"
)]
#[case::escaped_byte(
    "mx\\032one.test",
    "",
    ReasonCode::MxUnresolvable,
    "is no host name: `\\\\` does not belong in a host name"
)]
#[case::nxdomain("gone.test", "", ReasonCode::MxUnresolvable, "does not exist in DNS (NXDOMAIN)")]
#[case::without_addresses(
    "bare.test",
    "bare.test TXT hello",
    ReasonCode::MxUnresolvable,
    "has no address records"
)]
#[case::alias_to_nowhere(
    "alias.test",
    "alias.test CNAME gone.test",
    ReasonCode::MxUnresolvable,
    "does not exist in DNS (NXDOMAIN)"
)]
#[case::this_machine(
    "mail.localhost",
    "mail.localhost A 127.0.0.1",
    ReasonCode::MxUnresolvable,
    "names the machine of whoever asks (RFC 6761 section 6.3)"
)]
#[case::addresses_that_no_mail_can_reach(
    "void.test",
    "void.test A 0.0.0.0\nvoid.test A 255.255.255.255\nvoid.test AAAA fe80::1\nvoid.test AAAA ::ffff:127.0.0.1",
    ReasonCode::MxUnresolvable,
    "has only addresses that no mail can reach: 0.0.0.0, 255.255.255.255, fe80::1, ::ffff:127.0.0.1"
)]
#[case::servfail(
    "broken.test",
    "broken.test A SERVFAIL\nbroken.test AAAA SERVFAIL",
    ReasonCode::DnsServfail,
    "got SERVFAIL for its addresses"
)]
#[case::one_family_servfail_the_other_empty(
    "broken.test",
    "broken.test AAAA SERVFAIL",
    ReasonCode::DnsServfail,
    "got SERVFAIL for its addresses"
)]
#[tokio::test(start_paused = true)]
async fn a_host_that_cannot_be_used_says_why(
    #[case] bad: &str,
    #[case] lines: &str,
    #[case] code: ReasonCode,
    #[case] message: &str,
) {
    let zone = Zone::new(&format!(
        "corp.test MX 10 {bad}
         corp.test MX 20 good.test
         good.test A 192.0.2.1
         {lines}"
    ));
    let plan = domain(&zone, "corp.test").await;
    assert_eq!(plan.dns.failure, None, "the domain has hosts");
    let failed = &plan.dns.hosts[0];
    assert_eq!((failed.host.as_str(), failed.preference), (bad, Some(10)));
    assert!(failed.addresses.is_empty());
    let failure = failed.failure.clone().unwrap();
    assert_eq!((failure.code, failure.message.as_str()), (code, message));
    assert_eq!(hosts(&plan), ["good.test"]);
}

#[tokio::test(start_paused = true)]
async fn an_mx_host_that_is_an_alias_is_tried_and_reported() {
    let zone = Zone::new(
        "corp.test MX 10 alias.test
         alias.test CNAME real.test
         real.test A 192.0.2.1",
    );
    let plan = domain(&zone, "corp.test").await;
    let finding = &plan.dns.hosts[0].findings[0];
    assert_eq!(finding.code, ReasonCode::MxIsCname);
    assert_eq!(finding.message, "is an alias (CNAME) for real.test");
    assert_eq!((hosts(&plan), addresses(&plan)), (vec!["alias.test"], vec!["192.0.2.1".to_owned()]));
    assert_eq!(
        plan.candidates[0].name.as_ref().unwrap().as_str(),
        "alias.test",
        "the certificate is for the name in the MX record, not for one that an unsigned answer gave"
    );
}

#[tokio::test(start_paused = true)]
async fn a_host_that_was_named_directly_may_be_an_alias() {
    let zone = Zone::new(
        "alias.test CNAME real.test
         real.test A 192.0.2.1",
    );
    let plan = host(&zone, "alias.test").await;
    assert!(plan.dns.hosts[0].findings.is_empty());
    assert_eq!(addresses(&plan), ["192.0.2.1"]);
}

#[tokio::test(start_paused = true)]
async fn an_address_needs_no_look_up() {
    let zone = Zone::new("");
    let plan = domain(&zone, "[2001:db8::1]").await;
    assert_eq!(addresses(&plan), ["2001:db8::1"]);
    assert_eq!(plan.candidates[0].looked_up, None);
    assert_eq!(plan.signed, None);
    assert!(zone.asked().is_empty());
    assert!(plan.dns.queries.is_empty());
}
