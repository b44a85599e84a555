//! Time runs out where it should, and not a millisecond later.

use std::time::Duration;

use homing_core::phase::{Outcome, Phase};
use homing_core::reason::ReasonCode;
use homing_smtp::dialogue::converse;
use homing_smtp::record::Record;
use homing_smtp::tls::{TlsInspector, TrustRoots};
use rstest::rstest;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, sleep};

use crate::peer::{failed, script, streams, within};

const LIMIT: Duration = Duration::from_secs(30);

/// What the server says before it falls silent, where that shows, and as what.
#[rstest]
#[case::no_greeting("", Phase::Banner, ReasonCode::BannerTimeout)]
#[case::half_a_greeting("220-mx.test\r\n220", Phase::Banner, ReasonCode::BannerTimeout)]
#[case::no_answer_to_ehlo("220 mx.test\r\n", Phase::Ehlo, ReasonCode::ReplyTimeout)]
#[tokio::test(start_paused = true)]
async fn silence_ends_at_the_limit(#[case] says: &str, #[case] phase: Phase, #[case] code: ReasonCode) {
    let (ours, mut theirs) = streams();
    theirs.write_all(says.as_bytes()).await.unwrap();
    let began = Instant::now();
    let script = within(script(), LIMIT);
    let tls = TlsInspector::new(TrustRoots::bundled());
    let found = converse(ours, Record::start_now(), &script, &tls).await;
    assert_eq!(failed(&found), Some((phase, code)));
    assert_eq!(found.phases.last().unwrap().outcome, Outcome::Timeout);
    assert_eq!(began.elapsed(), LIMIT);
    assert!(found.phases.last().unwrap().failure.as_ref().unwrap().message.contains("within 30.00s"));
}

#[tokio::test(start_paused = true)]
async fn dripping_does_not_buy_time() {
    let (ours, mut theirs) = streams();
    let drip = tokio::spawn(async move {
        while theirs.write_all(b"2").await.is_ok() {
            sleep(Duration::from_millis(900)).await;
        }
    });
    let began = Instant::now();
    let tls = TlsInspector::new(TrustRoots::bundled());
    let found = converse(ours, Record::start_now(), &within(script(), LIMIT), &tls).await;
    assert_eq!(failed(&found), Some((Phase::Banner, ReasonCode::BannerTimeout)));
    assert_eq!(began.elapsed(), LIMIT);
    drip.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ignores_quit_costs_two_seconds_and_no_verdict() {
    let (ours, mut theirs) = streams();
    theirs.write_all(b"220 mx.test\r\n").await.unwrap();
    let answer = tokio::spawn(async move {
        sleep(Duration::from_millis(10)).await;
        theirs.write_all(b"250 mx.test\r\n").await.unwrap();
        sleep(Duration::from_secs(60)).await;
    });
    let began = Instant::now();
    let tls = TlsInspector::new(TrustRoots::bundled());
    let found = converse(ours, Record::start_now(), &within(script(), LIMIT), &tls).await;
    assert_eq!(failed(&found), None);
    let quit = found.phases.last().unwrap();
    assert_eq!((quit.name, quit.outcome), (Phase::Quit, Outcome::Timeout));
    assert_eq!(began.elapsed(), Duration::from_millis(2_010));
    answer.abort();
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_the_whole_cuts_a_phase_short() {
    let (ours, mut theirs) = streams();
    let greet = tokio::spawn(async move {
        sleep(Duration::from_secs(20)).await;
        theirs.write_all(b"220 mx.test\r\n").await.unwrap();
        sleep(Duration::from_secs(60)).await;
    });
    let began = Instant::now();
    let tls = TlsInspector::new(TrustRoots::bundled());
    let found = converse(ours, Record::start_now(), &within(script(), LIMIT), &tls).await;
    assert_eq!(failed(&found), Some((Phase::Ehlo, ReasonCode::ReplyTimeout)));
    assert_eq!(began.elapsed(), LIMIT);
    let ehlo = found.phases.last().unwrap();
    assert_eq!(ehlo.start.as_duration(), Duration::from_secs(20));
    assert_eq!(ehlo.duration.as_duration(), Duration::from_secs(10));
    greet.abort();
}
