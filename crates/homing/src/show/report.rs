//! A check for people: heading, table, verdict.

use homing_core::evidence::{DnsOutcome, Dnssec};
use homing_core::reason::ReasonCode;
use homing_core::run::SocketRun;
use homing_core::target::Target;
use jiff::tz::TimeZone;

use super::{Look, table};

/// The whole report, ending with a line feed.
pub(crate) fn report(run: &SocketRun, target: &Target, look: &Look) -> String {
    let mut text = heading(run, target, *look);
    let table = table::table(run, *look);
    if !table.is_empty() {
        text.push('\n');
        text.push_str(&table);
    }
    text.push('\n');
    text.push_str(&verdict(run, target, *look));
    for note in &run.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    text.push_str(&hints(run));
    text
}

fn heading(run: &SocketRun, target: &Target, look: Look) -> String {
    let count = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    };
    let mut parts = Vec::new();
    if run.dns.implicit_mx {
        parts.push("no MX, its own address serves".to_owned());
    } else if !run.dns.mx.is_empty() {
        parts.push(count(run.dns.mx.len(), "MX", "MX"));
    }
    if !run.targets.is_empty() {
        parts.push(count(run.targets.len(), "address", "addresses"));
    }
    parts.push(format!("port {}", target.port));
    match run.dns.dnssec {
        Dnssec::Secure => parts.push("DNSSEC secure".to_owned()),
        Dnssec::Bogus => parts.push("DNSSEC bogus".to_owned()),
        Dnssec::Insecure => parts.push("no DNSSEC".to_owned()),
        Dnssec::Unchecked => {}
    }
    if run.dns.outcome != DnsOutcome::Skipped {
        parts.push(format!("DNS {}", run.dns.duration));
    }
    let local = run.started_at.to_zoned(TimeZone::system());
    parts.push(local.strftime("%Y-%m-%d %H:%M:%S %Z").to_string());
    format!("{}   {}\n", shown(target, look), parts.join(look.dot()))
}

fn shown(target: &Target, look: Look) -> String {
    if look.unicode { target.to_unicode() } else { target.text.clone() }
}

fn verdict(run: &SocketRun, target: &Target, look: Look) -> String {
    let word = look.tint(run.verdict, &run.verdict.as_str().to_uppercase());
    let code = look.dim(&format!("exit {}", run.verdict.exit_code()));
    format!("{word}  {}   {code}\n", with_u_labels(run, target, look))
}

/// The summary with U-labels for the names that have some.
fn with_u_labels(run: &SocketRun, target: &Target, look: Look) -> String {
    let hosts = run.dns.hosts.iter().map(|host| host.host.as_str());
    let mut text = run.summary.clone();
    for host in hosts.filter(|host| host.contains("xn--")) {
        text = text.replace(host, &look.name(host));
    }
    text.replace(&run.target, &shown(target, look))
}

/// The codes, where to read about them, and what people ask next.
fn hints(run: &SocketRun) -> String {
    if run.reasons.is_empty() {
        return String::new();
    }
    let mut codes: Vec<&str> = Vec::new();
    for reason in &run.reasons {
        if !codes.contains(&reason.code.as_str()) {
            codes.push(reason.code.as_str());
        }
    }
    let mut text =
        format!("reasons: {}\nhint: `homing explain {}` says what to do", codes.join(", "), codes[0]);
    let silent = |code| run.reasons.iter().all(|reason| reason.code == code);
    let on_25 = run.targets.iter().all(|target| target.evidence.port == 25);
    if silent(ReasonCode::ConnectTimeout) && on_25 {
        text.push_str("; many networks block outgoing port 25: is another server reachable from here?");
    } else if run.targets.iter().any(|target| target.evidence.transcript.len() > 2) {
        text.push_str("; --transcript shows every line that was said");
    }
    text.push('\n');
    text
}
