//! One check, and everything its result must say.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::setting::HELO;

/// The phases of a session without TLS that went well. An outcome other than `ok` stands behind a colon.
pub(crate) const CLEAR: &str = "dns connect banner ehlo starttls:skipped quit";
/// The phases of a session with STARTTLS that went well.
pub(crate) const ENCRYPTED: &str = "dns connect banner ehlo starttls tls ehlo_tls quit";
/// The phases where nothing listens.
pub(crate) const NOBODY: &str = "dns connect:failed";

/// What Postfix announces outside of TLS, or where it has none.
pub(crate) const POSTFIX: &str =
    "PIPELINING,SIZE 10240000,VRFY,ETRN,ENHANCEDSTATUSCODES,8BITMIME,DSN,SMTPUTF8,CHUNKING";
/// The same with STARTTLS.
pub(crate) const POSTFIX_TLS: &str =
    "PIPELINING,SIZE 10240000,VRFY,ETRN,STARTTLS,ENHANCEDSTATUSCODES,8BITMIME,DSN,SMTPUTF8,CHUNKING";

/// A certificate of the lab, and what Homing must find out about it.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// The name of its file; what stands in it is compared.
    pub(crate) of: &'static str,
    pub(crate) trusted: bool,
    pub(crate) name_matches: bool,
    pub(crate) days_left: RangeInclusive<i64>,
}

impl Shown {
    /// A certificate without fault.
    pub(crate) const fn good(of: &'static str) -> Self {
        Self { of, trusted: true, name_matches: true, days_left: 89..=90 }
    }
}

/// One address that is tried.
#[derive(Clone, Debug)]
pub(crate) struct Aim {
    pub(crate) host: String,
    pub(crate) preference: Option<u16>,
    /// With the lab's names in braces, as every text here.
    pub(crate) address: String,
    pub(crate) port: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) phases: String,
    /// Comma between them.
    pub(crate) capabilities: &'static str,
    pub(crate) capabilities_tls: Option<&'static str>,
    pub(crate) certificate: Option<Shown>,
    /// The client's lines, a star before what is said inside TLS; without it, what follows from the phases.
    pub(crate) says: Option<Vec<&'static str>>,
}

impl Aim {
    /// A Postfix without TLS that is well.
    pub(crate) fn new(host: &str, preference: Option<u16>, address: &str) -> Self {
        Self {
            host: host.to_owned(),
            preference,
            address: address.to_owned(),
            port: "{smtp}",
            verdict: "up",
            phases: CLEAR.to_owned(),
            capabilities: POSTFIX,
            capabilities_tls: None,
            certificate: None,
            says: None,
        }
    }

    /// Nothing listens there.
    pub(crate) fn refused(host: &str, preference: Option<u16>) -> Self {
        Self { verdict: "down", capabilities: "", ..Self::new(host, preference, "{nobody}").phases(NOBODY) }
    }

    pub(crate) fn phases(self, phases: &str) -> Self {
        Self { phases: phases.to_owned(), ..self }
    }

    pub(crate) fn verdict(self, verdict: &'static str) -> Self {
        Self { verdict, ..self }
    }

    pub(crate) fn capabilities(self, capabilities: &'static str) -> Self {
        Self { capabilities, ..self }
    }

    pub(crate) fn says(self, lines: &[&'static str]) -> Self {
        Self { says: Some(lines.to_vec()), ..self }
    }

    /// A Postfix with STARTTLS that shows this certificate.
    pub(crate) fn encrypted(self, shown: Shown) -> Self {
        Self {
            phases: ENCRYPTED.to_owned(),
            capabilities: POSTFIX_TLS,
            capabilities_tls: Some(POSTFIX),
            certificate: Some(shown),
            ..self
        }
    }
}

/// One check of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) command: String,
    pub(crate) verdict: &'static str,
    /// Code, verdict, phase and host of each, `-` where it has none; the order does not matter.
    pub(crate) reasons: Vec<String>,
    pub(crate) dns: &'static str,
    pub(crate) dnssec: &'static str,
    /// Preference and host of each; the order of equals does not matter.
    pub(crate) mx: Vec<String>,
    pub(crate) implicit_mx: bool,
    pub(crate) aims: Vec<Aim>,
    /// The shortest and the longest time it may take.
    pub(crate) wall: RangeInclusive<Duration>,
}

impl Row {
    /// A check of a target given in full; nothing is expected yet but `up`.
    pub(crate) fn new(target: &str, options: &str) -> Self {
        Self {
            name: format!("{target} {options}"),
            command: format!("check {target} --json --helo {HELO} {options}"),
            verdict: "up",
            reasons: Vec::new(),
            dns: "ok",
            dnssec: "unchecked",
            mx: Vec::new(),
            implicit_mx: false,
            aims: Vec::new(),
            wall: Duration::ZERO..=Duration::from_secs(5),
        }
    }

    /// A check of a mail domain by a resolver, with the lab's authority trusted.
    pub(crate) fn domain(domain: &str, resolver: &str, options: &str) -> Self {
        let row = Self::new(domain, &format!("--as mx --port {{smtp}} --resolver {resolver} {options}"));
        let trust = if options.contains("--ca-file") { "" } else { " --ca-file {ca}" };
        Self { command: row.command.clone() + trust, ..row }
    }

    /// A check of a domain whose one host is the server of the same name; DNSSEC is left aside.
    pub(crate) fn server(name: &str, options: &str) -> Self {
        let host = format!("mx.{name}.test");
        let row = Self::domain(&format!("{name}.test"), "{validating}", &format!("--no-dnssec {options}"));
        row.mx(&[&format!("10 {host}")]).aim(Aim::new(&host, Some(10), &format!("{{{name}}}")))
    }

    pub(crate) fn verdict(self, verdict: &'static str) -> Self {
        Self { verdict, ..self }
    }

    pub(crate) fn reasons(self, reasons: &[&str]) -> Self {
        Self { reasons: reasons.iter().map(|&reason| reason.to_owned()).collect(), ..self }
    }

    pub(crate) fn dns(self, dns: &'static str) -> Self {
        Self { dns, ..self }
    }

    pub(crate) fn dnssec(self, dnssec: &'static str) -> Self {
        Self { dnssec, ..self }
    }

    pub(crate) fn mx(self, mx: &[&str]) -> Self {
        Self { mx: mx.iter().map(|&record| record.to_owned()).collect(), ..self }
    }

    pub(crate) fn implicit_mx(self) -> Self {
        Self { implicit_mx: true, ..self }
    }

    pub(crate) fn aim(mut self, aim: Aim) -> Self {
        self.aims.push(aim);
        self
    }

    pub(crate) fn aims(self, aims: Vec<Aim>) -> Self {
        Self { aims, ..self }
    }

    /// Changes the one address that is tried.
    pub(crate) fn with(mut self, change: impl FnOnce(Aim) -> Aim) -> Self {
        let aim = self.aims.pop().unwrap();
        self.aims.push(change(aim));
        self
    }

    /// One reason that stands for the whole check and for its one address: code and phase.
    pub(crate) fn faulty(self, verdict: &'static str, code: &str, phase: &str) -> Self {
        let host = &self.aims.last().unwrap().host;
        let reason = format!("{code} {verdict} {phase} {host}");
        self.verdict(verdict).reasons(&[&reason]).with(|aim| aim.verdict(verdict))
    }

    pub(crate) fn takes(self, shortest: Duration, longest: Duration) -> Self {
        Self { wall: shortest..=longest, ..self }
    }
}
