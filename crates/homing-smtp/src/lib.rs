//! SMTP (RFC 5321) as values, and as a client session over any byte stream.
//!
//! A [`session::Session`] speaks one command at a time, waits for each reply, times every phase and keeps the
//! transcript; it never judges. Everything that comes from the server is limited in size and time where it
//! enters ([`limits`]). The crate knows neither DNS nor sockets: it runs over any `AsyncRead + AsyncWrite`.
//!
//! # Layout
//! - [`limits`]: how much and how long.
//! - [`reply`]: bytes to replies, however they are split into reads.
//! - [`escape`]: bytes to text that is safe to show.
//! - [`capability`]: the EHLO reply.
//! - [`ehlo_name`]: the name that Homing greets with.
//! - [`record`]: phases and transcript of one session, on one clock.
//! - [`session`]: the steps of a session; [`dialogue`]: the steps of a check, in order.
//! - [`auth`]: credentials, and what must be proven before they are sent.
//! - [`tls`]: a handshake that takes any certificate and tells all about it.
//!
//! # Example
//! A check of a server that greets and hangs up, over a stream in memory:
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! use homing_smtp::{dialogue::{converse, Script}, record::Record, tls::TlsInspector, tls::TrustRoots};
//!
//! let (ours, mut theirs) = tokio::io::duplex(1024);
//! tokio::io::AsyncWriteExt::write_all(&mut theirs, b"220 mx.test ready\r\n").await.unwrap();
//! drop(theirs);
//! let tls = TlsInspector::new(TrustRoots::bundled());
//! let script = Script::new("[192.0.2.7]".parse().unwrap(), "mx.test".parse().unwrap());
//! let found = converse(ours, Record::start_now(), &script, &tls).await;
//! assert_eq!(found.phases[0].reply.as_ref().unwrap().code, 220);
//! assert_eq!(found.phases[1].failure.as_ref().unwrap().code.as_str(), "connection_closed");
//! # });
//! ```

pub mod auth;
pub mod capability;
pub mod dialogue;
pub mod ehlo_name;
pub mod escape;
pub mod limits;
pub mod record;
pub mod reply;
pub mod session;
pub mod tls;
mod wire;
