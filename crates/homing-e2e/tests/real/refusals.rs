//! Servers that greet late, in several lines, with a refusal or not at all.

use std::time::Duration;

use serde_json::json;

use crate::row::Row;
use crate::run;
use crate::table;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn refusals_are_told_apart() {
    let refused = "dns connect banner:failed quit";
    let helo = ["EHLO probe.example", "HELO probe.example", "QUIT"];
    table::check(&[
        Row::server("denied", "").with(|aim| aim.phases(refused).capabilities("")).faulty(
            "down",
            "banner_rejected",
            "banner",
        ),
        // It says 421 and is gone before QUIT can be answered, which is its right.
        Row::server("busy", "")
            .with(|aim| aim.phases("dns connect banner:failed quit:failed").capabilities(""))
            .faulty("down", "banner_rejected", "banner"),
        Row::server("helo", "")
            .with(|aim| aim.phases("dns connect banner ehlo:failed quit").capabilities("").says(&helo))
            .faulty("down", "ehlo_rejected", "ehlo"),
    ]);
}

#[test]
fn waiting_has_a_limit() {
    table::check(&[
        Row::server("mute", "--timeout 2s")
            .with(|aim| aim.phases("dns connect banner:timeout").capabilities(""))
            .faulty("down", "banner_timeout", "banner")
            .takes(SECOND, 3 * SECOND),
        Row::server("slow", "").takes(3 * SECOND, 6 * SECOND),
        Row::server("slow", "--slow 1s").faulty("degraded", "slow", "banner").takes(3 * SECOND, 6 * SECOND),
    ]);
}

/// postscreen sends the first line at once and the last after a second; who speaks in between is turned away. It
/// lets through at once whom it has just seen, so there is one check of it and no other.
#[test]
fn a_greeting_of_several_lines_is_awaited() {
    let (complaints, result) = table::run(&Row::server("postscreen", "").takes(SECOND, 4 * SECOND));
    assert!(complaints.is_empty(), "{complaints:?}");
    let banner = &result["targets"][0]["phases"][2];
    assert_eq!(banner["name"], "banner", "{banner}");
    assert!(banner["duration_ms"].as_f64().unwrap() > 900.0, "{banner}");
    let reply = json!({
        "code": 220,
        "enhanced": null,
        "lines": ["mx.postscreen.test ESMTP, please wait", "mx.postscreen.test ESMTP"],
    });
    assert_eq!(banner["reply"], reply);
    let transcript = result["targets"][0]["transcript"].as_array().unwrap();
    let texts: Vec<_> = transcript.iter().map(|line| line["text"].as_str().unwrap()).take(4).collect();
    assert_eq!(texts[1], "220-mx.postscreen.test ESMTP, please wait");
    assert_eq!(texts[2], "220 mx.postscreen.test ESMTP");
    assert!(texts[3].starts_with("EHLO "), "{texts:?}");
}

#[test]
fn the_servers_words_are_kept() {
    let reply = |target: &str, phase: usize| {
        let result = run::homing(&format!("check {target}:{{smtp}} --json")).json();
        result["targets"][0]["phases"][phase]["reply"].clone()
    };
    let denied = reply("{denied}", 2);
    assert_eq!((&denied["code"], &denied["enhanced"]), (&json!(554), &json!("5.7.1")), "{denied}");
    let busy = reply("{busy}", 2);
    assert_eq!((&busy["code"], &busy["enhanced"]), (&json!(421), &json!("4.3.2")), "{busy}");
    assert!(busy["lines"][0].as_str().unwrap().contains("Too many connections, try again later"), "{busy}");
    let helo = reply("{helo}", 3);
    assert_eq!(helo["code"], 554, "{helo}");
}
