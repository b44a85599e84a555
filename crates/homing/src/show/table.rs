//! One row a target, aligned.

use std::net::IpAddr;

use homing_core::elapsed::Elapsed;
use homing_core::evidence::{HostEvidence, TargetEvidence};
use homing_core::judge::host_verdict;
use homing_core::phase::{Outcome, Phase};
use homing_core::reason::Reason;
use homing_core::run::{SocketRun, TargetRun};
use homing_core::verdict::Verdict;
use unicode_width::UnicodeWidthStr;

use super::Look;

/// The columns between the glyph and the result; figures stand to the right.
const COLUMNS: [(&str, bool); 9] = [
    ("pref", false),
    ("host", false),
    ("address", false),
    ("dns", true),
    ("tcp", true),
    ("banner", true),
    ("ehlo", true),
    ("tls", true),
    ("total", true),
];

struct Row {
    verdict: Verdict,
    cells: [String; 9],
    result: String,
}

/// The table, with its heading and a line feed behind each row; empty if nothing was tried.
pub(super) fn table(run: &SocketRun, look: Look) -> String {
    let targets = run.targets.iter().map(|target| target_row(target, run, look));
    let hosts = run.dns.hosts.iter().filter(|host| host.failure.is_some());
    let mut rows: Vec<(Option<u16>, Row)> =
        targets.chain(hosts.map(|host| (host.preference, host_row(host, look)))).collect();
    if rows.is_empty() {
        return String::new();
    }
    // Hosts without addresses stand where their preference puts them.
    rows.sort_by_key(|(preference, _)| *preference);
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    let widths = widths(&rows);
    let mut text = heading(&widths, look);
    for row in &rows {
        text.push_str(&look.tint(row.verdict, look.glyph(row.verdict)));
        text.push_str(&line(&row.cells.each_ref().map(String::as_str), &widths));
        text.push_str("  ");
        text.push_str(&look.tint(row.verdict, row.verdict.as_str()));
        text.push_str(&" ".repeat(8 - row.verdict.as_str().len()));
        text.push_str("  ");
        text.push_str(&row.result);
        text.push('\n');
    }
    text
}

fn heading(widths: &[usize; 9], look: Look) -> String {
    look.dim(&format!(" {}  result", line(&COLUMNS.map(|(name, _)| name), widths))) + "\n"
}

fn widths(rows: &[Row]) -> [usize; 9] {
    let mut widths = COLUMNS.map(|(name, _)| name.len());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(cell.width());
        }
    }
    widths
}

fn line(cells: &[&str; 9], widths: &[usize; 9]) -> String {
    let mut line = String::new();
    for (index, cell) in cells.iter().enumerate() {
        let gap = " ".repeat(widths[index] - cell.width().min(widths[index]));
        line.push_str(if index == 0 { " " } else { "  " });
        if COLUMNS[index].1 {
            line.push_str(&gap);
            line.push_str(cell);
        } else {
            line.push_str(cell);
            line.push_str(&gap);
        }
    }
    line
}

fn target_row(target: &TargetRun, run: &SocketRun, look: Look) -> (Option<u16>, Row) {
    let evidence = &target.evidence;
    let time = |phases: &[Phase]| duration(evidence, phases, look);
    let cells = [
        preference(evidence.preference, look),
        look.name(&evidence.host),
        evidence.address.to_string(),
        time(&[Phase::Dns]),
        time(&[Phase::Connect]),
        time(&[Phase::Banner]),
        time(&[Phase::Ehlo]),
        time(&[Phase::Starttls, Phase::Tls]),
        evidence.total.to_string(),
    ];
    // A target that could not be tried through our own fault has no reason where others carry the verdict.
    let failure = evidence.failed_phase().and_then(|report| report.failure.as_ref());
    let result = match (worst_reason(run, &evidence.host, Some(evidence.address)), failure) {
        (Some(reason), _) if target.verdict != Verdict::Up => predicate(reason, &evidence.host),
        (None, Some(failure)) => failure.message.clone(),
        _ => success(evidence),
    };
    (evidence.preference, Row { verdict: target.verdict, cells, result })
}

fn host_row(host: &HostEvidence, look: Look) -> Row {
    let dash = || look.dash().to_owned();
    let mut cells: [String; 9] = std::array::from_fn(|_| dash());
    cells[0] = preference(host.preference, look);
    cells[1] = look.name(&host.host);
    let result = host.failure.as_ref().map(|failure| failure.message.clone()).unwrap_or_default();
    Row { verdict: host_verdict(host).unwrap_or(Verdict::Up), cells, result }
}

/// The sum of the phases that took place.
fn duration(target: &TargetEvidence, phases: &[Phase], look: Look) -> String {
    let reports = target.phases.iter().filter(|report| phases.contains(&report.name));
    let sum = reports
        .filter(|report| report.outcome != Outcome::Skipped)
        .map(|report| report.duration)
        .reduce(Elapsed::plus);
    sum.map_or_else(|| look.dash().to_owned(), |sum| sum.to_string())
}

fn preference(preference: Option<u16>, look: Look) -> String {
    preference.map_or_else(|| look.dash().to_owned(), |preference| preference.to_string())
}

fn worst_reason<'a>(run: &'a SocketRun, host: &str, address: Option<IpAddr>) -> Option<&'a Reason> {
    run.reasons.iter().find(|reason| reason.host.as_deref() == Some(host) && reason.address == address)
}

/// The sentence without its subject, which stands in the row already.
fn predicate(reason: &Reason, host: &str) -> String {
    let address = reason.address.map(|address| format!("{host} ({address}) "));
    let subject = address.filter(|subject| reason.message.starts_with(subject.as_str()));
    let subject = subject.unwrap_or_else(|| format!("{host} "));
    reason.message.strip_prefix(&subject).unwrap_or(&reason.message).to_owned()
}

/// The last code of the dialogue before QUIT, and what TLS showed.
fn success(target: &TargetEvidence) -> String {
    let last = target.phases.iter().rev().filter(|report| report.name < Phase::Rset);
    let code = last.filter_map(|report| report.reply.as_ref()).next().map(|reply| reply.code.to_string());
    let mut words: Vec<String> = code.into_iter().collect();
    match &target.tls {
        None => words.push("no TLS".to_owned()),
        Some(tls) => {
            words.push(tls.version.clone());
            if let Some(certificate) = &tls.certificate {
                words.push(format!("cert {}d", certificate.days_left));
            }
        }
    }
    words.join(" ")
}
