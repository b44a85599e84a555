//! One run of the binary under test, and what it cost.
//!
//! The kernel tells a parent the highest memory use of its children, but only of all of them together. So each run
//! has a parent of its own: this test program again, told by a file which program to start. (The peak of a child
//! begins at that of its parent, which is why the suite, with its threads and buffers, is no fit parent itself.)

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

/// Says to the program between suite and binary where its order is.
const ORDER: &str = "HOMING_HOSTILE_ORDER";

/// The longest life of a run; bounds of its own are far below it.
const LIMIT: Duration = Duration::from_secs(15);

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code; absent if a signal ended it.
    pub(crate) code: Option<i64>,
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// The highest resident memory, in KiB.
    pub(crate) peak_kib: u64,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the binary to its end, in a folder for what belongs to this run.
pub(crate) fn run(binary: &Path, args: &[OsString], folder: &Path) -> Result<Run, String> {
    let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let order = json!({ "program": binary.to_string_lossy(), "args": args });
    let told = |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}");
    let path = folder.join("order.json");
    fs::write(&path, order.to_string()).map_err(|error| told("cannot write the order", &error))?;
    let status = std::env::current_exe()
        .and_then(|own| {
            Command::new(own)
                .args(["--exact", "cost::between_suite_and_binary"])
                .env(ORDER, &path)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .status()
        })
        .map_err(|error| told("cannot start the program between", &error))?;
    if !status.success() {
        return Err(told("the program between failed", &status));
    }
    let read = |name: &str| fs::read(folder.join(name)).map_err(|error| told(name, &error));
    let facts: Value = serde_json::from_slice(&read("facts.json")?).map_err(|error| told("facts", &error))?;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|error| told("output is not UTF-8", &error));
    Ok(Run {
        code: facts["code"].as_i64(),
        wall: Duration::from_secs_f64(facts["seconds"].as_f64().unwrap_or(f64::MAX)),
        peak_kib: facts["peak_kib"].as_u64().unwrap_or(u64::MAX),
        stdout: text(read("stdout")?)?,
        stderr: text(read("stderr")?)?,
    })
}

/// No test: the parent of the binary. Does nothing in the suite itself, where nobody gave it an order.
#[test]
fn between_suite_and_binary() {
    let Some(path) = std::env::var_os(ORDER) else { return };
    let path = Path::new(&path);
    let folder = path.parent().unwrap();
    let order: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let args = order["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap());
    let mut command = Command::new(order["program"].as_str().unwrap());
    command.args(args).env_remove(ORDER).env("RUST_BACKTRACE", "1").stdin(Stdio::null());
    command.stdout(File::create(folder.join("stdout")).unwrap());
    command.stderr(File::create(folder.join("stderr")).unwrap());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let id = Pid::from_raw(i32::try_from(child.id()).unwrap());
    let (sender, ended) = mpsc::channel();
    let waiter = std::thread::spawn(move || sender.send(child.wait().map(|status| status.code())));
    let code = ended.recv_timeout(LIMIT).unwrap_or_else(|_| {
        kill(id, Signal::SIGKILL).unwrap();
        ended.recv().unwrap()
    });
    let seconds = begun.elapsed().as_secs_f64();
    let _ = waiter.join();
    let peak_kib = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    let own_kib = own_peak_kib();
    assert!(own_kib < peak_kib, "the parent took {own_kib} KiB: the {peak_kib} KiB may be its own");
    let facts = json!({ "code": code.unwrap(), "seconds": seconds, "peak_kib": peak_kib });
    fs::write(folder.join("facts.json"), facts.to_string()).unwrap();
}

/// The peak of this program; what the kernel reports as its use would begin at the peak of the suite.
fn own_peak_kib() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
