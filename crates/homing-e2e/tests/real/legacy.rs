//! Servers that TLS has left behind, as OpenSSL still makes them: each is named by what it would have taken.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::run::homing;

/// `openssl s_server` with an RSA certificate, in TLS from the first byte; ended when dropped.
struct Server {
    child: Child,
    port: u16,
    folder: TempDir,
}

/// What makes a certificate of today's kind.
const MODERN: &str = "req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=mx.test -days 90";

impl Server {
    /// Makes a certificate by these commands, and serves it with these options.
    fn start(certificate: &[&str], options: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for command in certificate {
            let made = Command::new("openssl")
                .args(command.split(' '))
                .current_dir(&folder)
                .stderr(Stdio::null())
                .status();
            assert!(made.unwrap().success(), "openssl {command}");
        }
        let mut child = Command::new("openssl")
            .args("s_server -accept 127.0.0.1:0 -cert cert -key key".split(' '))
            .args(options.split(' '))
            .current_dir(&folder)
            // It leaves when its input ends; this one stays open as long as the child is held.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let accepting = lines.into_iter().find_map(|line| line.strip_prefix("ACCEPT ").map(str::to_owned));
        let port = accepting.unwrap().rsplit(':').next().unwrap().trim().parse().unwrap();
        Self { child, port, folder }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn old_versions_and_old_suites_are_named() {
    let rows = [
        ("-tls1 -cipher ALL:@SECLEVEL=0", "tls_version_old", "speaks only TLS 1.0"),
        ("-tls1_1 -cipher ALL:@SECLEVEL=0", "tls_version_old", "speaks only TLS 1.1"),
        ("-tls1_2 -cipher AES128-SHA", "tls_handshake_failed", "TLS 1.2 only with cipher suites"),
    ];
    for (options, code, words) in rows {
        let server = Server::start(&[MODERN], options);
        let ran = homing(&format!("check 127.0.0.1:{} --tls implicit --timeout 5s --json", server.port));
        let run = ran.json();
        let reason = &run["reasons"][0];
        assert_eq!((ran.code, &run["verdict"]), (Some(2), &"down".into()), "{options}: {run:#}");
        assert_eq!(
            (reason["code"].as_str(), reason["phase"].as_str()),
            (Some(code), Some("tls")),
            "{options}"
        );
        let message = reason["message"].as_str().unwrap();
        assert!(message.contains(words), "{options}: {message}");
    }
}

/// The session goes on after a certificate that the TLS library itself cannot take, and even where that certificate
/// is given as trusted it counts for nothing: the server was not made to prove that it holds the key.
#[test]
fn certificates_that_nobody_can_check_are_shown_and_not_trusted() {
    let weak = ["req -x509 -newkey rsa:1024 -nodes -keyout key -out cert -subj /CN=mx.test -days 90"];
    let version_1 = [
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out request -subj /CN=mx.test",
        "x509 -req -in request -signkey key -days 90 -out cert",
    ];
    for (certificate, words) in [(&weak[..], "RSA 1024"), (&version_1, "X.509 before version 3")] {
        let server = Server::start(certificate, "-cipher ALL:@SECLEVEL=0");
        let trusted = server.folder.path().join("cert");
        for option in [String::new(), format!("--ca-file {}", trusted.display())] {
            let ran = homing(&format!(
                "check 127.0.0.1:{} --tls implicit --timeout 500ms --json {option}",
                server.port
            ));
            let run = ran.json();
            let target = &run["targets"][0];
            assert_eq!(target["phases"][2]["name"], "tls", "{run:#}");
            assert_eq!(target["phases"][2]["outcome"], "ok", "{run:#}");
            let shown = &target["tls"]["certificate"];
            assert_eq!(
                (shown["subject"].as_str(), shown["trusted"].as_bool()),
                (Some("CN=mx.test"), Some(false))
            );
            assert!(shown["untrusted_because"].as_str().unwrap().contains(words), "{shown:#}");
        }
    }
}
