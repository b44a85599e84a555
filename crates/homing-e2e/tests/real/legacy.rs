//! Servers that TLS has left behind, as OpenSSL still makes them: each is named by what it would have taken.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::run::homing;

/// `openssl s_server` with an RSA certificate, in TLS from the first byte; ended when dropped.
struct Server {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Server {
    fn start(options: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let request = "req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=mx.test -days 2";
        let made = Command::new("openssl")
            .args(request.split(' '))
            .current_dir(&folder)
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success(), "openssl makes no certificate");
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
        Self { child, port, _folder: folder }
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
        let server = Server::start(options);
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
