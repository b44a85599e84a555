//! What a person at a terminal sees while a slow server is awaited, and what Ctrl-C does.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

#[test]
fn a_terminal_shows_that_a_slow_server_is_awaited_and_nothing_of_it_stays() {
    // Connections are taken by the kernel, and nobody ever greets.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let terminal = openpty(None, None).unwrap();
    let mut child = Command::new(homing_e2e::binary_under_test().unwrap())
        .args(["check", &silent.local_addr().unwrap().to_string(), "--timeout", "2s"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(terminal.slave)
        .spawn()
        .unwrap();
    let mut shown = Vec::new();
    // The terminal's end reads as an error once nobody holds its other side.
    let _ = File::from(terminal.master).read_to_end(&mut shown);
    let shown = String::from_utf8(shown).unwrap();
    assert!(shown.contains("waiting for the server, 1.") && shown.contains("of 2.00s"), "{shown:?}");
    assert!(shown.ends_with("\r\x1b[K"), "the line is not taken away: {shown:?}");
    let mut report = String::new();
    child.stdout.take().unwrap().read_to_string(&mut report).unwrap();
    assert!(report.contains("did not greet within 2.00s") && !report.contains('\x1b'), "{report:?}");
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn an_interrupted_check_is_unknown() {
    let rows = [
        (&[][..], "", "homing: interrupted before the check ended\n"),
        (&["--nagios"], "SMTP UNKNOWN: interrupted\n", ""),
    ];
    for (options, stdout, stderr) in rows {
        let slow = TcpListener::bind("127.0.0.1:0").unwrap();
        let child = Command::new(homing_e2e::binary_under_test().unwrap())
            .args(["check", &slow.local_addr().unwrap().to_string()])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Once EHLO is there the check is under way, and the interrupt is awaited.
        let (mut stream, _) = slow.accept().unwrap();
        stream.write_all(b"220 mx.test\r\n").unwrap();
        let mut ehlo = String::new();
        BufReader::new(&stream).read_line(&mut ehlo).unwrap();
        kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGINT).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        assert_eq!(output.status.code(), Some(3), "{options:?}");
        assert_eq!((&*text(output.stdout), &*text(output.stderr)), (stdout, stderr), "{options:?}");
    }
}
