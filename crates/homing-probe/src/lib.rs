//! One socket check of a mail server: DNS, TCP, SMTP and TLS, with every phase timed and the transcript as
//! evidence. It needs nothing from the checked side and sends no mail.
//!
//! A check never fails: whatever goes wrong is part of the result, with a reason code that says whose fault it
//! is. Durations are measured on the monotonic clock with microsecond resolution; time-outs, sizes and counts
//! are bounded ([`homing_smtp::limits`], [`plan`]).
//!
//! # Layout
//! - [`request`]: what to check and what to expect.
//! - [`resolve`]: the questions to DNS, over hickory or anything else that implements [`resolve::Resolve`].
//! - [`plan`]: from a target to hosts and addresses (RFC 5321 §5.1, RFC 7505).
//! - [`connect`]: opening connections, over TCP or anything else that implements [`connect::Connect`].
//! - [`check`]: the check itself: [`check::Prober`].
//!
//! # Example
//! ```
//! use std::io::{BufRead, BufReader, Write};
//!
//! // A mail server that answers anything with 250, and QUIT with 221.
//! let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
//! let port = listener.local_addr().unwrap().port();
//! std::thread::spawn(move || {
//!     let (stream, _) = listener.accept().unwrap();
//!     (&stream).write_all(b"220 mx.example.test ESMTP\r\n").unwrap();
//!     for line in BufReader::new(&stream).lines() {
//!         let bye = line.unwrap() == "QUIT";
//!         (&stream).write_all(if bye { b"221 bye\r\n" } else { b"250 mx.example.test\r\n" }).unwrap();
//!     }
//! });
//!
//! use homing_core::{target::Target, verdict::Verdict};
//! use homing_probe::{check::Prober, connect::Tcp, request::CheckRequest, resolve::Dns};
//! use homing_smtp::tls::{TlsInspector, TrustRoots};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let prober = Prober::new(Dns::system(), Tcp, TlsInspector::new(TrustRoots::system()));
//! let target = Target::parse("127.0.0.1", None, Some(port)).unwrap();
//! let run = prober.check(&CheckRequest::new(target)).await;
//! assert_eq!(run.verdict, Verdict::Up, "{}", run.summary);
//! assert_eq!(run.targets[0].evidence.phases.last().unwrap().reply.as_ref().unwrap().code, 221);
//! # });
//! ```

pub mod check;
pub mod connect;
pub mod plan;
pub mod request;
pub mod resolve;
