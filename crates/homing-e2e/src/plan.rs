//! Who listens where, and where files go: decided before the first server starts.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::ports::Network;
use crate::selection::Group;

/// The mail servers: name (the first label of the zone), last byte of the address, group.
pub(crate) const MAIL_SERVERS: [(&str, u8, Group); 28] = [
    ("plain", 10, Group::Postfix),
    ("tls", 11, Group::Postfix),
    ("required", 12, Group::Postfix),
    ("expired", 13, Group::Postfix),
    ("notyet", 14, Group::Postfix),
    ("wrongname", 15, Group::Postfix),
    ("selfsigned", 16, Group::Postfix),
    ("untrusted", 17, Group::Postfix),
    ("oldtls", 18, Group::Postfix),
    ("reject", 19, Group::Postfix),
    ("relay", 20, Group::Postfix),
    ("postscreen", 21, Group::Postfix),
    ("dual", 22, Group::Postfix),
    ("multi-a", 23, Group::Postfix),
    ("multi-b", 24, Group::Postfix),
    ("multi-c", 25, Group::Postfix),
    ("secure", 26, Group::Postfix),
    ("soon", 27, Group::Postfix),
    ("slow", 28, Group::Postfix),
    ("denied", 29, Group::Postfix),
    ("busy", 34, Group::Postfix),
    ("helo", 35, Group::Postfix),
    ("submission", 40, Group::Postfix),
    ("exim", 30, Group::Exim),
    ("opensmtpd", 31, Group::OpenSmtpd),
    ("brokentls", 36, Group::OpenSmtpd),
    ("sink", 32, Group::Sink),
    ("mute", 33, Group::Sink),
];

const NOBODY: u8 = 9;

/// The user that submission accepts.
pub(crate) const USER: &str = "probe@submission.test";

/// Everything that is fixed before the first server starts.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) network: Network,
    pub(crate) ipv6: bool,
    /// The lab's temporary folder.
    pub(crate) folder: PathBuf,
    pub(crate) password: String,
}

impl Plan {
    /// The address of a mail server. Asking for one that is not in the table yields the unused address.
    pub(crate) fn mail(&self, name: &str) -> Ipv4Addr {
        let found = MAIL_SERVERS.iter().find(|(known, ..)| *known == name);
        self.network.host(found.map_or(NOBODY, |(_, host, _)| *host))
    }

    /// Where nothing listens.
    pub(crate) fn nobody(&self) -> Ipv4Addr {
        self.network.host(NOBODY)
    }

    pub(crate) fn smtp(&self, name: &str) -> SocketAddr {
        SocketAddr::new(IpAddr::V4(self.mail(name)), self.network.smtp)
    }

    pub(crate) fn authoritative(&self) -> SocketAddr {
        self.dns(1)
    }

    pub(crate) fn validating(&self) -> SocketAddr {
        self.dns(2)
    }

    pub(crate) fn silent(&self) -> SocketAddr {
        self.dns(3)
    }

    pub(crate) fn refusing(&self) -> SocketAddr {
        self.dns(4)
    }

    pub(crate) fn servfail(&self) -> SocketAddr {
        self.dns(5)
    }

    fn dns(&self, host: u8) -> SocketAddr {
        SocketAddr::new(IpAddr::V4(self.network.host(host)), self.network.dns)
    }

    /// Makes a folder under the lab's own and returns its path.
    pub(crate) fn make_folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_server_has_an_address_of_its_own() {
        let hosts: BTreeSet<_> = MAIL_SERVERS.iter().map(|(_, host, _)| host).collect();
        assert_eq!(hosts.len(), MAIL_SERVERS.len());
        assert!(!hosts.contains(&NOBODY));
    }
}
