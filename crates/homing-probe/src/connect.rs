//! Opening connections.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use homing_core::elapsed::Elapsed;
use homing_core::phase::Failure;
use homing_core::reason::ReasonCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Opens connections to addresses. The address is the one that was looked up: nothing is resolved again.
pub trait Connect: Send + Sync {
    /// An open connection.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send;

    /// Connects; the caller limits the time. `bursts` says that several small writes may follow one another
    /// without an answer between them, as in a TLS handshake.
    fn connect(
        &self,
        address: SocketAddr,
        bursts: bool,
    ) -> impl Future<Output = io::Result<Self::Stream>> + Send;

    /// The connection's own address, for EHLO with an address literal.
    fn local_ip(&self, stream: &Self::Stream) -> Option<IpAddr>;

    /// Whether this machine has a route to the address at all; asked only after a failure.
    fn has_route(&self, address: SocketAddr) -> bool;
}

/// Connections over TCP.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tcp;

impl Connect for Tcp {
    type Stream = Promptly;

    async fn connect(&self, address: SocketAddr, bursts: bool) -> io::Result<Promptly> {
        let stream = TcpStream::connect(address).await?;
        if bursts {
            // The second of two small writes would wait for the acknowledgement of the first (Nagle), which the
            // peer delays by 40 ms. In clear each write is the answer to a reply, and nothing ever waits.
            stream.set_nodelay(true)?;
        }
        Ok(Promptly(stream))
    }

    fn local_ip(&self, stream: &Promptly) -> Option<IpAddr> {
        stream.0.local_addr().ok().map(|address| address.ip())
    }

    /// Connecting a UDP socket looks the route up and sends nothing. A route to the world that begins at an address
    /// which the world cannot answer (unique local, link-local) is none.
    fn has_route(&self, address: SocketAddr) -> bool {
        let route = UdpSocket::bind(any_port_towards(address))
            .and_then(|socket| socket.connect(address).and_then(|()| socket.local_addr()));
        match (route.map(|local| local.ip()), address.ip()) {
            (Ok(IpAddr::V6(local)), IpAddr::V6(remote)) => !is_global(remote) || is_global(local),
            (route, _) => route.is_ok(),
        }
    }
}

/// What to bind a UDP socket to that will be connected to the address.
pub(crate) fn any_port_towards(address: SocketAddr) -> SocketAddr {
    let any: IpAddr =
        if address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    SocketAddr::new(any, 0)
}

/// Global unicast, as assigned so far (RFC 4291 §2.4, 2000::/3).
const fn is_global(address: Ipv6Addr) -> bool {
    address.segments()[0] & 0xe000 == 0x2000
}

/// A TCP stream that acknowledges at once what a server sends after its handshake.
///
/// A server writes its session tickets and then, to a client that has the word, its next reply. With Nagle's
/// algorithm on its side the reply waits until the tickets are acknowledged, and our kernel, which has learnt that
/// this connection goes back and forth, would delay that by 40 ms: a third of all sessions with Postfix would seem
/// slower than they are. Each write of a TLS record therefore ends the kernel's delaying anew.
#[derive(Debug)]
pub struct Promptly(TcpStream);

/// The first bytes of TLS records (RFC 8446 §5.1); no SMTP command begins with one.
const TLS_RECORD: RangeInclusive<u8> = 20..=23;

impl AsyncRead for Promptly {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Promptly {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.0).poll_write(cx, bytes);
        #[cfg(target_os = "linux")]
        if written.is_ready() && bytes.first().is_some_and(|first| TLS_RECORD.contains(first)) {
            // A kernel that will not costs time, not truth.
            let _ = socket2::SockRef::from(&self.0).set_tcp_quickack(true);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// What a failed connection means. Lack of a route, of ports or of descriptors is Homing's own fault.
pub(crate) fn explain(error: &io::Error, has_route: bool, after: Elapsed) -> Failure {
    use io::ErrorKind as K;
    match error.kind() {
        K::ConnectionRefused => {
            Failure::new(ReasonCode::ConnectRefused, format!("refused the connection after {after}"))
        }
        K::TimedOut => timed_out(after.as_duration()),
        K::ConnectionReset | K::ConnectionAborted => {
            Failure::new(ReasonCode::ConnectionReset, format!("reset the connection after {after}"))
        }
        K::HostUnreachable | K::NetworkUnreachable | K::InvalidInput if has_route => {
            let message = format!("cannot be reached ({error})");
            Failure::new(ReasonCode::ConnectUnreachable, message)
        }
        K::HostUnreachable | K::NetworkUnreachable => {
            let message = "was not tried: this machine has no route to it".to_owned();
            Failure::new(ReasonCode::MonitorNetworkFailed, message)
        }
        _ => {
            let message = format!("was not tried: this machine cannot open a connection ({error})");
            Failure::new(ReasonCode::MonitorNetworkFailed, message)
        }
    }
}

/// No answer to the attempt within the limit.
pub(crate) fn timed_out(limit: Duration) -> Failure {
    let limit = Elapsed::from(limit);
    Failure::new(ReasonCode::ConnectTimeout, format!("did not answer the connection attempt within {limit}"))
}
