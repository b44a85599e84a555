//! One status line with performance data, as the Monitoring Plugins guidelines ask.

use std::time::Duration;

use homing_core::elapsed::Elapsed;
use homing_core::run::SocketRun;
use homing_core::verdict::Verdict;

/// The longest text before the bar, so that it survives pagers and small screens.
const TEXT: usize = 80;

/// The line, with its line feed.
pub(crate) fn line(run: &SocketRun, slow: Option<Elapsed>, timeout: Duration) -> String {
    let word = match run.verdict {
        Verdict::Up => "OK",
        Verdict::Degraded => "WARNING",
        Verdict::Down => "CRITICAL",
        Verdict::Unknown => "UNKNOWN",
    };
    // A bar would end the text and begin the data.
    let text = format!("SMTP {word}: {}", run.summary.replace('|', "/").replace('\n', " "));
    format!("{} | {}\n", cut(&text), data(run, slow, timeout))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT - 3) {
        Some((index, _)) if text.chars().count() > TEXT => format!("{}...", &text[..index]),
        _ => text.to_owned(),
    }
}

fn data(run: &SocketRun, slow: Option<Elapsed>, timeout: Duration) -> String {
    let warning = slow.map(|slow| format!("{:.3}", slow.as_seconds())).unwrap_or_default();
    let limits = format!("{warning};{:.3};0", timeout.as_secs_f64());
    let taking = run.targets.iter().filter(|target| target.verdict.takes_mail());
    let slowest = run.slowest().unwrap_or(run.duration);
    let mut parts = vec![
        format!("time={:.6}s;{limits}", slowest.as_seconds()),
        format!("targets_ok={};;;0;{}", taking.count(), run.targets.len()),
    ];
    let days = run
        .targets
        .iter()
        .filter_map(|target| target.evidence.tls.as_ref()?.certificate.as_ref())
        .map(|certificate| certificate.days_left)
        .min();
    parts.extend(days.map(|days| format!("cert_days={days}")));
    if run.targets.len() > 1 {
        parts.extend(run.targets.iter().enumerate().map(|(index, target)| {
            // The number comes first: the guidelines want labels to differ in their first 19 characters.
            let family = if target.evidence.address.is_ipv4() { "v4" } else { "v6" };
            let label = format!("{}_{}_{family}", index + 1, label(&target.evidence.host));
            format!("'{label}'={:.6}s;{limits}", target.evidence.answered().as_seconds())
        }));
    }
    parts.join(" ")
}

/// Labels hold neither quotes nor equals signs.
fn label(host: &str) -> String {
    host.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' }).collect()
}
