//! Who is to blame for a look-up without answer: every outcome with a control question that is answered and one
//! that is not.

use homing_core::evidence::DnsOutcome;
use homing_core::reason::{Fault, ReasonCode};
use rstest::rstest;

use super::{domain, host};
use crate::doubles::Zone;

/// The words of a zone, the outcome they are, the code with a control question that is answered, and the message.
const OUTCOMES: &[(&str, DnsOutcome, ReasonCode, &str)] = &[
    ("SERVFAIL", DnsOutcome::Servfail, ReasonCode::DnsServfail, "got SERVFAIL for "),
    ("REFUSED", DnsOutcome::Refused, ReasonCode::DnsRefused, "was refused an answer for "),
    ("TIMEOUT", DnsOutcome::Timeout, ReasonCode::DnsTimeout, "did not get an answer for "),
    ("SILENT", DnsOutcome::Timeout, ReasonCode::DnsTimeout, "did not get an answer for "),
    ("BOGUS", DnsOutcome::Bogus, ReasonCode::DnsBogus, "has DNSSEC signatures that do not validate"),
];

#[rstest]
#[case::ok("OK", true)]
#[case::nodata("NODATA", false)]
#[case::nxdomain("NXDOMAIN", false)]
#[case::servfail("SERVFAIL", false)]
#[case::refused("REFUSED", false)]
#[case::timeout("TIMEOUT", false)]
#[case::silent("SILENT", false)]
#[tokio::test(start_paused = true)]
async fn a_failure_is_theirs_only_if_the_control_question_is_answered(
    #[case] control: &str,
    #[case] answered: bool,
    #[values(true, false)] as_domain: bool,
) {
    for &(words, outcome, code, message) in OUTCOMES {
        let kinds: &[_] = if as_domain { &["MX"] } else { &["A", "AAAA"] };
        let lines: String = kinds.iter().map(|kind| format!("corp.test {kind} {words}\n")).collect();
        let zone = Zone::new(&format!("{lines}. SOA {control}"));
        let plan = if as_domain { domain(&zone, "corp.test").await } else { host(&zone, "corp.test").await };
        let failure = plan.dns.failure.unwrap();
        assert_eq!(plan.dns.outcome, outcome, "{words}");
        assert!(plan.candidates.is_empty());
        if answered {
            assert_eq!((failure.code, failure.code.fault()), (code, Fault::Theirs), "{words}");
            assert!(failure.message.starts_with(message), "{words}: {}", failure.message);
        } else {
            let ours = (ReasonCode::MonitorDnsFailed, Fault::Ours);
            assert_eq!((failure.code, failure.code.fault()), ours, "{words}");
            assert!(failure.message.contains("not even for `.`"), "{}", failure.message);
            assert_eq!(
                zone.times("corp.test MX+CD"),
                0,
                "a broken resolver has nothing to say of signatures"
            );
        }
    }
}

/// That a name does not exist is an answer, whatever the resolvers do with other names.
#[rstest]
#[case("OK")]
#[case("SERVFAIL")]
#[tokio::test(start_paused = true)]
async fn nxdomain_needs_no_control_question(#[case] control: &str) {
    let zone = Zone::new(&format!("other.test A 192.0.2.1\n. SOA {control}"));
    for plan in [domain(&zone, "corp.test").await, host(&zone, "corp.test").await] {
        let failure = plan.dns.failure.unwrap();
        assert_eq!(failure.code, ReasonCode::DnsNxdomain);
        assert_eq!(failure.code.fault(), Fault::Theirs);
    }
    assert_eq!(zone.times(". SOA"), 0);
}

#[rstest]
#[case::answered("OK", ReasonCode::DnsBogus)]
#[case::broken_either_way("SERVFAIL", ReasonCode::DnsServfail)]
#[case::silent("SILENT", ReasonCode::DnsServfail)]
#[tokio::test(start_paused = true)]
async fn servfail_that_goes_away_without_checking_is_bogus(
    #[case] unchecked: &str,
    #[case] code: ReasonCode,
) {
    let zone = Zone::new(&format!("corp.test MX SERVFAIL\ncorp.test MX+CD {unchecked}"));
    assert_eq!(domain(&zone, "corp.test").await.dns.failure.unwrap().code, code);
    let zone = Zone::new(&format!("mx.test AAAA SERVFAIL\nmx.test AAAA+CD {unchecked}"));
    assert_eq!(host(&zone, "mx.test").await.dns.failure.unwrap().code, code);
}

/// Only SERVFAIL can come from signatures.
#[rstest]
#[case("REFUSED", ReasonCode::DnsRefused)]
#[case("TIMEOUT", ReasonCode::DnsTimeout)]
#[tokio::test(start_paused = true)]
async fn other_failures_are_not_asked_again_without_checking(#[case] words: &str, #[case] code: ReasonCode) {
    let zone = Zone::new(&format!("corp.test MX {words}\ncorp.test MX+CD OK"));
    assert_eq!(domain(&zone, "corp.test").await.dns.failure.unwrap().code, code);
    assert_eq!(zone.times("corp.test MX+CD"), 0);
}
