//! A check leaves nothing behind: no mail in a server, no process on this machine.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::run::{binary, homing};
use crate::setting::{fill, lab};

/// Where servers keep mail that they have taken, below the lab's folder.
const QUEUES: [&str; 9] = [
    "postfix/queue/maildrop",
    "postfix/queue/incoming",
    "postfix/queue/active",
    "postfix/queue/deferred",
    "postfix/queue/hold",
    "exim/spool/input",
    "exim/spool/msglog",
    "opensmtpd/spool/smtpd/incoming",
    "opensmtpd/spool/smtpd/queue",
];

/// How long a sender and recipient that were taken back may take to be gone.
const LAG: Duration = Duration::from_secs(10);

fn files(folder: &Path) -> Vec<String> {
    // Exim makes its folders when it needs them.
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path) } else { vec![path.display().to_string()] }
        })
        .collect()
}

fn offer(server: &str, recipient: &str) {
    let options = "--as mx --port {smtp} --resolver {validating} --ca-file {ca} --no-dnssec";
    let envelope = format!("--mail-from me@elsewhere.test --rcpt {recipient}");
    let ran = homing(&format!("check {server}.test {options} {envelope}"));
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
}

#[test]
fn nothing_is_queued_by_any_server() {
    for server in ["reject", "tls", "exim", "opensmtpd"] {
        offer(server, &format!("someone@{server}.test"));
    }
    homing("check {relay}:{smtp} --open-relay x@example.com");
    let began = Instant::now();
    // Other tests offer recipients meanwhile, so a file may be there for a moment.
    loop {
        let left: Vec<_> = QUEUES.iter().flat_map(|queue| files(&lab().folder.join(queue))).collect();
        if left.is_empty() {
            break;
        }
        assert!(began.elapsed() < LAG, "mail is left in a queue: {left:?}");
        offer("plain", "someone@plain.test");
    }
    let queue = std::process::Command::new("postqueue")
        .args(["-p", "-c", &fill("{folder}/postfix")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&queue.stdout).into_owned();
    assert!(queue.status.success() || said.is_empty(), "{queue:?}");
    assert!(!said.contains("Request"), "{said}");
}

/// A queue that is empty may have been full before; the logs tell of every message that was ever taken.
#[test]
fn no_server_has_ever_taken_a_message() {
    for server in ["reject", "tls", "exim", "opensmtpd"] {
        offer(server, &format!("someone@{server}.test"));
    }
    let lines = [
        ("postfix/log", vec!["postfix/qmgr[", "postfix/cleanup["]),
        ("exim/logs/mainlog", vec![" <= "]),
        ("opensmtpd/log", vec![" smtp message ", " mda delivery "]),
    ];
    for (file, marks) in lines {
        // Exim writes none as long as there is nothing to tell.
        let log = fs::read_to_string(lab().folder.join(file)).unwrap_or_default();
        let taken = log.lines().find(|line| marks.iter().any(|mark| line.contains(mark)));
        assert_eq!(taken, None, "{file}");
    }
}

/// Processes that nobody waits for become children of the lab, which adopts the orphans of its descendants.
#[test]
fn no_process_is_left() {
    homing("check {mute}:{smtp} --timeout 200ms");
    homing("check silent.test --as mx --resolver {silent} --timeout 200ms");
    let ours: Vec<_> = ancestors();
    assert!(ours.len() > 1, "{ours:?}");
    for entry in fs::read_dir("/proc").unwrap() {
        let path = entry.unwrap().path();
        let exe = fs::read_link(path.join("exe")).unwrap_or_default();
        let same = fs::canonicalize(binary()).is_ok_and(|binary| binary == exe);
        let orphan =
            parent(&path).is_some_and(|parent| ours.contains(&parent) && parent != std::process::id());
        assert!(!(same && orphan), "{} is an orphan", path.display());
    }
}

fn parent(process: &Path) -> Option<u32> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}

/// This process and those above it, the lab among them.
fn ancestors() -> Vec<u32> {
    let above = |id: &u32| parent(Path::new(&format!("/proc/{id}"))).filter(|parent| *parent > 1);
    std::iter::successors(Some(std::process::id()), above).collect()
}
