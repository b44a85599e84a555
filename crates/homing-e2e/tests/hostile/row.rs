//! One row of the table: a misbehaviour and what a check must make of it.

use std::ffi::OsString;
use std::net::SocketAddr;

use serde_json::Value;

use crate::bounds::TIMEOUT;
use crate::script::Script;

/// How long a check takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// The peer shows at once what it is.
    Prompt,
    /// Somebody is waited for, to the limit.
    Waits,
}

/// More that must be true of a result, with what is wrong as the error.
pub(crate) type Further = fn(&Value) -> Result<(), String>;

/// A misbehaviour and what a check must make of it.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// What the peer does; nothing if nobody listens.
    pub(crate) script: Option<Script>,
    /// Options beside those of every check.
    pub(crate) options: Vec<&'static str>,
    /// The password of the user `monitor`, if it logs in.
    pub(crate) password: Option<&'static str>,
    pub(crate) exit: i64,
    /// The reasons, each with its phase; `a|b` where the network decides between phases.
    pub(crate) reasons: Vec<(&'static str, &'static str)>,
    pub(crate) pace: Pace,
    /// Whether the table and the status line are looked at too.
    pub(crate) for_people: bool,
    /// Texts that no output may hold.
    pub(crate) secrets: Vec<String>,
    pub(crate) further: Vec<Further>,
}

impl Row {
    /// A peer that is not held against anyone, until said otherwise.
    pub(crate) fn new(name: &'static str, script: Script) -> Self {
        Self {
            name,
            script: Some(script),
            options: Vec::new(),
            password: None,
            exit: 0,
            reasons: Vec::new(),
            pace: Pace::Prompt,
            for_people: false,
            secrets: Vec::new(),
            further: Vec::new(),
        }
    }

    /// A port where nobody listens.
    pub(crate) fn without_peer(name: &'static str) -> Self {
        Self { script: None, ..Self::new(name, Vec::new()) }
    }

    pub(crate) fn degraded(self, reasons: &[(&'static str, &'static str)]) -> Self {
        Self { exit: 1, reasons: reasons.to_vec(), ..self }
    }

    pub(crate) fn down(self, reasons: &[(&'static str, &'static str)]) -> Self {
        Self { exit: 2, reasons: reasons.to_vec(), ..self }
    }

    pub(crate) fn waits(self) -> Self {
        Self { pace: Pace::Waits, ..self }
    }

    pub(crate) fn with(mut self, options: &[&'static str]) -> Self {
        self.options.extend_from_slice(options);
        self
    }

    /// Logs in with this password, which no output may hold, nor any of its encodings.
    pub(crate) fn logs_in(mut self, password: &'static str, encodings: &[&str]) -> Self {
        self.password = Some(password);
        self.secrets.push(password.to_owned());
        self.secrets.extend(encodings.iter().map(|&text| text.to_owned()));
        self
    }

    pub(crate) fn for_people(self) -> Self {
        Self { for_people: true, ..self }
    }

    pub(crate) fn and(mut self, further: Further) -> Self {
        self.further.push(further);
        self
    }

    /// Whether the TLS library is set to work.
    pub(crate) fn uses_tls(&self) -> bool {
        let implicit = self.options.contains(&"implicit");
        let steps = self.script.iter().flatten();
        implicit || steps.map(|step| format!("{step:?}")).any(|step| step.contains("Await(\"STARTTLS\")"))
    }
}

/// The arguments of every check.
pub(crate) fn arguments(address: SocketAddr, more: &[&str]) -> Vec<OsString> {
    let target = address.to_string();
    let timeout = format!("{}s", TIMEOUT.as_secs());
    let fixed = ["check", &target, "--as", "host", "--timeout", &timeout];
    fixed.into_iter().chain(more.iter().copied()).map(OsString::from).collect()
}
