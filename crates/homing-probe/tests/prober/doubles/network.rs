//! A network of servers in memory, one behind each address.

use std::collections::BTreeMap;
use std::future::pending;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use homing_core::target::SMTP_PORT;
use homing_probe::connect::Connect;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, DuplexStream, ReadBuf};
use tokio::time::sleep;

/// Enough for everything that both sides of a session say.
const ROOM: usize = 1 << 16;

/// What stands behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// Greets, answers 250 to anything and 221 to QUIT.
    Polite,
    /// The same, but thinks so long before it greets.
    PoliteAfter(Duration),
    /// Polite until QUIT, which it ignores.
    WithoutGoodbye,
    /// Takes the connection and says nothing.
    Silent,
    /// Greets with this instead, and hangs up.
    Rude(&'static str),
    /// Refuses the connection.
    Refusing,
    /// A router on the way says that it cannot be reached.
    Unreachable,
    /// This machine has no route.
    NoRoute,
    /// This machine has no descriptor left, not even to ask for the route.
    NoFiles,
    /// The attempt to connect never ends.
    BlackHole,
}

impl Peer {
    fn error(self) -> Option<io::Error> {
        match self {
            Self::Refusing => Some(io::ErrorKind::ConnectionRefused.into()),
            Self::Unreachable => Some(io::ErrorKind::HostUnreachable.into()),
            Self::NoRoute => Some(io::ErrorKind::NetworkUnreachable.into()),
            Self::NoFiles => Some(io::Error::from_raw_os_error(24)),
            _ => None,
        }
    }
}

/// How many connections are open or being opened.
#[derive(Debug, Default)]
struct Gauge {
    now: AtomicUsize,
    peak: AtomicUsize,
}

/// One that counts, until it is dropped.
#[derive(Debug)]
struct Counted(Arc<Gauge>);

impl Counted {
    fn new(gauge: &Arc<Gauge>) -> Self {
        let now = gauge.now.fetch_add(1, Ordering::SeqCst) + 1;
        gauge.peak.fetch_max(now, Ordering::SeqCst);
        Self(Arc::clone(gauge))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The network; clones share what they counted.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    peers: BTreeMap<SocketAddr, Peer>,
    others: Peer,
    local: Option<IpAddr>,
    dialled: Arc<Mutex<Vec<(SocketAddr, bool)>>>,
    gauge: Arc<Gauge>,
}

impl Network {
    /// The same behind every address.
    pub(crate) fn of(others: Peer) -> Self {
        let local = Some("192.0.2.200".parse().unwrap());
        Self { peers: BTreeMap::new(), others, local, dialled: Arc::default(), gauge: Arc::default() }
    }

    /// Another behind this address, on the port for mail if it names none.
    pub(crate) fn with(mut self, address: &str, peer: Peer) -> Self {
        let ip = address.parse().map(|ip: IpAddr| SocketAddr::new(ip, SMTP_PORT));
        self.peers.insert(ip.unwrap_or_else(|_| address.parse().unwrap()), peer);
        self
    }

    /// This machine's own address.
    pub(crate) fn from(mut self, local: &str) -> Self {
        self.local = Some(local.parse().unwrap());
        self
    }

    /// Every address that was tried, in order, and whether bursts were announced.
    pub(crate) fn dialled(&self) -> Vec<(SocketAddr, bool)> {
        self.dialled.lock().unwrap().clone()
    }

    /// The addresses that were tried, in order, as text.
    pub(crate) fn tried(&self) -> Vec<String> {
        self.dialled().iter().map(|(address, _)| address.ip().to_string()).collect()
    }

    /// The most connections at once.
    pub(crate) fn peak(&self) -> usize {
        self.gauge.peak.load(Ordering::SeqCst)
    }

    /// The connections that are open.
    pub(crate) fn open(&self) -> usize {
        self.gauge.now.load(Ordering::SeqCst)
    }

    fn peer(&self, address: SocketAddr) -> Peer {
        self.peers.get(&address).copied().unwrap_or(self.others)
    }
}

impl Connect for Network {
    type Stream = Line;

    async fn connect(&self, address: SocketAddr, bursts: bool) -> io::Result<Line> {
        let counted = Counted::new(&self.gauge);
        self.dialled.lock().unwrap().push((address, bursts));
        let peer = self.peer(address);
        if let Some(error) = peer.error() {
            return Err(error);
        }
        if peer == Peer::BlackHole {
            pending::<()>().await;
        }
        let (ours, theirs) = tokio::io::duplex(ROOM);
        tokio::spawn(serve(theirs, peer));
        Ok(Line { stream: ours, _counted: counted })
    }

    fn local_ip(&self, _: &Line) -> Option<IpAddr> {
        self.local
    }

    fn has_route(&self, address: SocketAddr) -> bool {
        !matches!(self.peer(address), Peer::NoRoute | Peer::NoFiles)
    }
}

/// The server's side, until the client hangs up.
async fn serve(stream: DuplexStream, peer: Peer) {
    let mut stream = BufReader::new(stream);
    let greeting = match peer {
        Peer::PoliteAfter(time) => {
            sleep(time).await;
            "220 mx.test\r\n"
        }
        Peer::Rude(greeting) => {
            let _ = stream.write_all(format!("{greeting}\r\n").as_bytes()).await;
            return;
        }
        Peer::Silent => "",
        _ => "220 mx.test\r\n",
    };
    let mut sent = stream.write_all(greeting.as_bytes()).await;
    let mut command = String::new();
    while sent.is_ok() && stream.read_line(&mut command).await.is_ok_and(|read| read > 0) {
        let reply = match command.starts_with("QUIT") {
            true if peer == Peer::WithoutGoodbye => "",
            true => "221 bye\r\n",
            false => "250 mx.test\r\n",
        };
        sent = stream.write_all(reply.as_bytes()).await;
        command.clear();
    }
}

/// A stream that counts while it is open.
#[derive(Debug)]
pub(crate) struct Line {
    stream: DuplexStream,
    _counted: Counted,
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
