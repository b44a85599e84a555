//! The words of Homing, and every decision as a pure function of them.
//!
//! Nothing here does I/O, asks for the time or for randomness: facts come in as values, verdicts go out as
//! values, and so each decision can be tested by the million and repeated from stored evidence.
//!
//! # Layout
//! - [`domain`], [`address`], [`target`]: names, mail addresses, and what a person may ask to be checked.
//! - [`phase`], [`elapsed`], [`reply`], [`transcript`]: the parts of an SMTP session.
//! - [`evidence`], [`certificate`]: what one check of a mail server found, without any judgement.
//! - [`reason`], [`verdict`]: the closed vocabulary of what can be wrong, and how bad it is.
//! - [`expectations`], [`judge`]: what the owner wants, and the decision.
//! - [`run`]: evidence and judgement together, the object that `--json` and the API show.
//!
//! ```
//! use homing_core::{expectations::Expectations, judge::judge, evidence::SocketEvidence, verdict::Verdict};
//!
//! let json = r#"{ "target": "192.0.2.1", "started_at": "2026-01-01T00:00:00Z", "duration_ms": 12.5,
//!   "location": "local", "dns": { "outcome": "skipped", "duration_ms": 0.0, "mx": [], "implicit_mx": false,
//!   "dnssec": "unchecked" }, "targets": [{ "host": "192.0.2.1", "preference": null, "address": "192.0.2.1",
//!   "port": 25, "total_ms": 3.0, "capabilities": [], "tls": null, "transcript": [], "phases": [{
//!     "name": "connect", "outcome": "failed", "start_ms": 0.0, "duration_ms": 3.0, "reply": null,
//!     "failure": { "code": "connect_refused", "message": "refused the connection after 3.0 ms" } }] }] }"#;
//! let evidence: SocketEvidence = serde_json::from_str(json).unwrap();
//! let judgement = judge(&evidence, &Expectations::default());
//! assert_eq!(judgement.verdict, Verdict::Down);
//! assert_eq!(judgement.reasons[0].code.as_str(), "connect_refused");
//! ```

pub mod address;
pub mod certificate;
pub mod domain;
pub mod elapsed;
pub mod evidence;
pub mod expectations;
pub mod judge;
pub mod phase;
pub mod reason;
pub mod reply;
pub mod run;
pub mod target;
pub mod transcript;
pub mod verdict;
