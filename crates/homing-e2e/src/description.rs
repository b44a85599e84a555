//! What a test needs to know about the running lab.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// The environment variable that holds the path of `lab.json`.
pub const VARIABLE: &str = "HOMING_LAB";

/// The content of `lab.json`: where every server of a running lab is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LabDescription {
    /// Whether `dual.test` also listens on `[::1]`.
    pub ipv6: bool,
    /// The one port of every server that takes mail from other servers; MX records name no port.
    pub smtp_port: u16,
    /// STARTTLS and AUTH, at the address of `submission`.
    pub submission_port: u16,
    /// TLS from the first byte and AUTH, at the address of `submission`.
    pub smtps_port: u16,
    /// The DNS servers.
    pub resolvers: Resolvers,
    /// The root certificate that the certificates of the good servers lead to (PEM).
    pub ca_file: PathBuf,
    /// The DNSKEY record of the lab's own DNS root.
    pub trust_anchor_file: PathBuf,
    /// The same key as a DS record.
    pub trust_anchor_ds_file: PathBuf,
    /// What submission accepts.
    pub auth: Credentials,
    /// Server name (the first label of its zone) to address. Only the started ones.
    pub servers: BTreeMap<String, IpAddr>,
    /// An address at which nothing listens: every connection is refused.
    pub nobody: IpAddr,
    /// The lab's temporary folder, with the configuration and the log of each server.
    pub folder: PathBuf,
}

/// The DNS servers, by how they answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Resolvers {
    /// Resolves and validates (unbound).
    pub validating: SocketAddr,
    /// Hands out the zones without validation (Knot).
    pub authoritative: SocketAddr,
    /// Takes every query, over UDP and TCP, and never answers.
    pub silent: SocketAddr,
    /// Answers REFUSED to everything.
    pub refusing: SocketAddr,
    /// Answers SERVFAIL to everything.
    pub servfail: SocketAddr,
}

/// The account at `submission.test`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credentials {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// A file (mode 0600) that holds the password and a line end.
    pub password_file: PathBuf,
    /// The same with a password that is refused.
    pub wrong_password_file: PathBuf,
}

impl LabDescription {
    /// The lab that this test was started in.
    pub fn from_env() -> Result<Self> {
        let path = std::env::var_os(VARIABLE).with_context(|| {
            format!("{VARIABLE} is not set: run this through `homing-lab exec -- CMD ARG…`")
        })?;
        Self::read(Path::new(&path))
    }

    /// Reads a `lab.json`.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the lab's description {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no lab description", path.display()))
    }

    /// The address of a server by name, such as `tls` for `mx.tls.test`.
    pub fn server(&self, name: &str) -> Result<IpAddr> {
        self.servers.get(name).copied().with_context(|| format!("this lab has no server {name:?} running"))
    }

    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display()))
    }
}
