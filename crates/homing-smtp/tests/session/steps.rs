//! The steps of a dialogue: what is said, in which order, and what each answer leads to.

use homing_core::expectations::TlsMode;
use homing_core::phase::{Outcome, Phase};
use homing_core::reason::ReasonCode as R;
use homing_smtp::auth::{AllowedInClear, Credentials, Mechanism};
use homing_smtp::dialogue::{Envelope, Found, Script};
use rstest::rstest;

use crate::peer::{against, failed, said, script};

fn with_envelope() -> Script {
    let (from, to) = ("a@probe.test".parse().unwrap(), "b@mx.test".parse().unwrap());
    Script { envelope: Some(Envelope { from, to }), ..script() }
}

fn with_auth(mechanism: Option<Mechanism>) -> Script {
    let password = String::from("correct horse").into();
    let credentials = Credentials::new("tim", password, mechanism).unwrap();
    let auth_in_clear = Some(AllowedInClear::by_the_operator());
    Script { credentials: Some(credentials), auth_in_clear, ..script() }
}

fn nothing_secret(found: &Found) {
    let shown = format!("{found:?}");
    for secret in ["correct horse", "AHRpbQBjb3JyZWN0IGhvcnNl", "Y29ycmVjdCBob3JzZQ=="] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn a_plain_session_says_ehlo_and_quit() {
    let found =
        against(&["220 mx.test", "250-mx.test\r\n250-SIZE 1000\r\n250 8bitmime", "221 bye"], &script()).await;
    assert_eq!(failed(&found), None);
    assert_eq!(said(&found), ["EHLO probe.test", "QUIT"]);
    assert_eq!(found.capabilities.into_lines(), ["SIZE 1000", "8BITMIME"]);
}

#[tokio::test]
async fn helo_follows_a_refused_ehlo() {
    let found = against(&["220 mx.test", "502 what?", "250 mx.test", "221 bye"], &script()).await;
    assert_eq!(failed(&found), None);
    assert_eq!(said(&found), ["EHLO probe.test", "HELO probe.test", "QUIT"]);
}

#[tokio::test]
async fn the_envelope_goes_as_far_as_rcpt_and_is_taken_back() {
    let replies = ["220 mx.test", "250 mx.test", "250 ok", "250 ok", "250 ok", "221 bye"];
    let found = against(&replies, &with_envelope()).await;
    assert_eq!(failed(&found), None);
    let expected = ["EHLO probe.test", "MAIL FROM:<a@probe.test>", "RCPT TO:<b@mx.test>", "RSET", "QUIT"];
    assert_eq!(said(&found), expected);
}

#[rstest]
#[case::banner(&["421 busy"], Phase::Banner, R::BannerRejected)]
#[case::wrong_code(&["250 hello"], Phase::Banner, R::BannerRejected)]
#[case::exim_sync(&["554 SMTP synchronization error"], Phase::Banner, R::EarlyTalkerError)]
#[case::ehlo_4xx(&["220 mx.test", "421 later"], Phase::Ehlo, R::EhloRejected)]
#[case::helo(&["220 mx.test", "500 no", "554 no"], Phase::Ehlo, R::EhloRejected)]
#[case::mail(&["220 mx.test", "250 mx.test", "452 full"], Phase::MailFrom, R::MailFromRejected)]
#[case::rcpt_5xx(&["220 mx.test", "250 mx.test", "250 ok", "550 5.1.1 who?"], Phase::RcptTo, R::RcptRejected)]
#[case::rcpt_4xx(&["220 mx.test", "250 mx.test", "250 ok", "450 4.7.1 later"], Phase::RcptTo, R::RcptDeferred)]
#[case::two_at_once(&["220 mx.test\r\n250 more", "221 bye"], Phase::Ehlo, R::ReplyMalformed)]
#[case::mixed(&["220-mx.test\r\n221 mx.test"], Phase::Banner, R::ReplyMalformed)]
#[tokio::test]
async fn refusals_have_their_reason(#[case] replies: &[&str], #[case] phase: Phase, #[case] code: R) {
    assert_eq!(failed(&against(replies, &with_envelope()).await), Some((phase, code)));
}

#[tokio::test]
async fn a_refused_recipient_is_still_followed_by_rset_and_quit() {
    let replies = ["220 mx.test", "250 mx.test", "250 ok", "550 no", "250 ok", "221 bye"];
    let found = against(&replies, &with_envelope()).await;
    assert_eq!(&said(&found)[3..], ["RSET", "QUIT"]);
}

#[tokio::test]
async fn required_tls_that_is_not_announced_ends_politely() {
    let required = Script { tls: TlsMode::Required, ..script() };
    let found = against(&["220 mx.test", "250 mx.test", "221 bye"], &required).await;
    assert_eq!(failed(&found), Some((Phase::Starttls, R::StarttlsMissing)));
    assert_eq!(said(&found), ["EHLO probe.test", "QUIT"]);
}

#[tokio::test]
async fn opportunistic_tls_that_is_refused_goes_on_in_clear() {
    let script = Script { tls: TlsMode::Opportunistic, ..with_envelope() };
    let ehlo = "250-mx.test\r\n250 STARTTLS";
    let replies = ["220 mx.test", ehlo, "454 no key", "250 ok", "250 ok", "250 ok", "221 bye"];
    let found = against(&replies, &script).await;
    assert_eq!(failed(&found), Some((Phase::Starttls, R::StarttlsRejected)));
    assert_eq!(said(&found).last(), Some(&"QUIT"));
    assert!(said(&found).contains(&"RCPT TO:<b@mx.test>"));
}

#[tokio::test]
async fn a_foreign_recipient_that_is_taken_makes_an_open_relay() {
    let (from, to) = ("a@probe.test".parse().unwrap(), "b@elsewhere.test".parse().unwrap());
    let script = Script { relay: Some(Envelope { from, to }), ..script() };
    let open =
        against(&["220 mx.test", "250 mx.test", "250 ok", "250 ok", "250 ok", "221 bye"], &script).await;
    assert_eq!(open.findings[0].failure.code, R::OpenRelay);
    assert_eq!(said(&open)[3..], ["RSET", "QUIT"]);
    let closed =
        against(&["220 mx.test", "250 mx.test", "250 ok", "554 no", "250 ok", "221 bye"], &script).await;
    assert!(closed.findings.is_empty() && failed(&closed).is_none());
}

#[tokio::test]
async fn plain_and_login_and_xoauth2_log_in() {
    let ehlo = "250-mx.test\r\n250 AUTH PLAIN LOGIN XOAUTH2";
    let plain = against(&["220 mx.test", ehlo, "235 ok", "221 bye"], &with_auth(None)).await;
    assert_eq!((failed(&plain), said(&plain)[1]), (None, "AUTH PLAIN ***"));
    nothing_secret(&plain);
    let replies = ["220 mx.test", ehlo, "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 ok", "221 bye"];
    let login = against(&replies, &with_auth(Some(Mechanism::Login))).await;
    assert_eq!((failed(&login), &said(&login)[1..4]), (None, ["AUTH LOGIN", "***", "***"].as_slice()));
    nothing_secret(&login);
    let replies = ["220 mx.test", ehlo, "334 eyJzdGF0dXMiOiI0MDAifQ==", "535 5.7.8 bad token", "221 bye"];
    let oauth = against(&replies, &with_auth(Some(Mechanism::Xoauth2))).await;
    assert_eq!(failed(&oauth), Some((Phase::Auth, R::AuthRejected)));
    nothing_secret(&oauth);
}

#[tokio::test]
async fn an_echoed_secret_is_not_shown() {
    let ehlo = "250-mx.test\r\n250 AUTH PLAIN";
    let echo = "535 unknown: AUTH PLAIN AHRpbQBjb3JyZWN0IGhvcnNl (correct horse)";
    let found = against(&["220 mx.test", ehlo, echo, "221 bye"], &with_auth(None)).await;
    assert_eq!(failed(&found), Some((Phase::Auth, R::AuthRejected)));
    nothing_secret(&found);
}

#[tokio::test]
async fn credentials_do_not_leave_without_leave() {
    let withheld = Script { auth_in_clear: None, ..with_auth(None) };
    let found = against(&["220 mx.test", "250-mx.test\r\n250 AUTH PLAIN", "221 bye"], &withheld).await;
    assert_eq!(failed(&found), Some((Phase::Auth, R::AuthWithheld)));
    assert_eq!(said(&found), ["EHLO probe.test", "QUIT"]);
    let missing = against(&["220 mx.test", "250 mx.test", "221 bye"], &with_auth(None)).await;
    assert_eq!(failed(&missing), Some((Phase::Auth, R::AuthMissing)));
}

#[tokio::test]
async fn a_421_of_the_servers_own_accord_is_the_answer_to_what_comes_next() {
    let leaving = against(&["220 mx.test\r\n421 shutting down"], &script()).await;
    assert_eq!(failed(&leaving), Some((Phase::Ehlo, R::EhloRejected)));
    let at_the_end = against(&["220 mx.test", "250 mx.test\r\n421 idle too long"], &script()).await;
    assert!(failed(&at_the_end).is_none() && at_the_end.findings.is_empty());
}

#[tokio::test]
async fn what_was_said_to_ehlo_is_kept_when_helo_gets_no_answer() {
    let found = against(&["220 mx.test", "500 never heard of it"], &script()).await;
    assert_eq!(failed(&found), Some((Phase::Ehlo, R::ConnectionClosed)));
    assert_eq!(found.phases[1].reply.as_ref().unwrap().code, 500);
}

#[tokio::test]
async fn an_exchange_that_has_no_end_is_cancelled() {
    let replies =
        ["220 mx.test", "250-mx.test\r\n250 AUTH PLAIN", "334 ", "334 more", "501 cancelled", "221 bye"];
    let found = against(&replies, &with_auth(None)).await;
    assert_eq!(failed(&found), Some((Phase::Auth, R::AuthRejected)));
    assert_eq!(said(&found)[3..], ["*", "QUIT"]);
}

#[tokio::test]
async fn a_relay_question_that_is_not_heard_is_no_answer() {
    let (from, to) = ("a@probe.test".parse().unwrap(), "b@elsewhere.test".parse().unwrap());
    let script = Script { relay: Some(Envelope { from, to }), ..script() };
    let found = against(&["220 mx.test", "250 mx.test", "550 5.1.8 who are you?", "221 bye"], &script).await;
    assert!(failed(&found).is_none() && found.findings.is_empty());
    assert!(found.transcript.iter().any(|line| line.text == "the open-relay question could not be asked"));
}

#[tokio::test]
async fn what_rset_and_quit_come_to_is_recorded_and_not_judged() {
    let replies = ["220 mx.test", "250 mx.test", "250 ok", "250 ok", "502 no RSET here", "500 nor QUIT"];
    let found = against(&replies, &with_envelope()).await;
    assert_eq!(failed(&found), None);
    let outcomes: Vec<_> = found.phases[4..].iter().map(|report| report.outcome).collect();
    assert_eq!(outcomes, [Outcome::Failed, Outcome::Failed]);
}
