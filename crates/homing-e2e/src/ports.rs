//! A loopback network and ports that nobody else uses.

use std::fs::File;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket};

use anyhow::{Context, Result, bail};

/// The network and the ports of one lab.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Network {
    second: u8,
    third: u8,
    pub(crate) dns: u16,
    pub(crate) smtp: u16,
    pub(crate) submission: u16,
    pub(crate) smtps: u16,
}

const ATTEMPTS: u32 = 50;

impl Network {
    /// Picks at random and tries to bind, so that labs can run beside each other.
    pub(crate) fn choose(ipv6: bool) -> Result<Self> {
        for _ in 0..ATTEMPTS {
            let network = Self::random()?;
            if network.is_free(ipv6) {
                return Ok(network);
            }
        }
        bail!("found no free loopback network with free ports in {ATTEMPTS} attempts")
    }

    fn random() -> Result<Self> {
        let mut bytes = [0; 10];
        File::open("/dev/urandom")
            .and_then(|mut file| file.read_exact(&mut bytes))
            .context("cannot read /dev/urandom")?;
        let [second, third, ports @ ..] = bytes;
        let port = |index: usize| {
            // Below the range the kernel takes local ports from; a range each, so that they differ.
            let random = u16::from_be_bytes([ports[index * 2], ports[index * 2 + 1]]);
            10_000 + u16::try_from(index).unwrap_or_default() * 5_000 + random % 5_000
        };
        // Never 127.0.x, which the machine itself may use.
        Ok(Self {
            second: second.max(1),
            third,
            dns: port(0),
            smtp: port(1),
            submission: port(2),
            smtps: port(3),
        })
    }

    /// The address of a host of this network.
    pub(crate) fn host(self, host: u8) -> Ipv4Addr {
        Ipv4Addr::new(127, self.second, self.third, host)
    }

    fn is_free(self, ipv6: bool) -> bool {
        let first = IpAddr::V4(self.host(1));
        let dns = UdpSocket::bind((first, self.dns)).is_ok() && TcpListener::bind((first, self.dns)).is_ok();
        let mail = [self.smtp, self.submission, self.smtps]
            .iter()
            .all(|port| TcpListener::bind((first, *port)).is_ok());
        dns && mail && (!ipv6 || TcpListener::bind((Ipv6Addr::LOCALHOST, self.smtp)).is_ok())
    }
}

/// Whether this machine has the address `::1`.
pub(crate) fn has_ipv6_loopback() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_differ_and_the_network_is_not_the_machines_own() {
        let network = Network::random().unwrap();
        let ports = [network.dns, network.smtp, network.submission, network.smtps];
        assert!(ports.windows(2).all(|pair| pair[0] < pair[1]), "{ports:?}");
        assert_ne!(network.host(1).octets()[1], 0);
    }
}
