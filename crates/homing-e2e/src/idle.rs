//! Sockets that the lab holds and never answers on: a client's own limit must end the attempt.

use std::net::{SocketAddr, TcpListener, UdpSocket};

use anyhow::{Context, Result};

/// Open sockets; dropping them closes.
#[derive(Debug, Default)]
pub(crate) struct IdleSockets {
    udp: Vec<UdpSocket>,
    tcp: Vec<TcpListener>,
}

impl IdleSockets {
    /// A DNS server that takes queries over UDP and TCP and says nothing.
    pub(crate) fn hold_dns(&mut self, address: SocketAddr) -> Result<()> {
        let socket =
            UdpSocket::bind(address).with_context(|| format!("silent: cannot bind {address} for UDP"))?;
        self.udp.push(socket);
        self.hold_tcp(address)
    }

    /// A server that the kernel accepts connections for and that never sends a byte.
    pub(crate) fn hold_tcp(&mut self, address: SocketAddr) -> Result<()> {
        let listener =
            TcpListener::bind(address).with_context(|| format!("silent: cannot listen on {address}"))?;
        self.tcp.push(listener);
        Ok(())
    }
}
