//! A scripted peer: one thread, one connection, a bounded life.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::script::{Script, Step};

/// The longest time that a peer waits for anything.
const PATIENCE: Duration = Duration::from_secs(8);
/// The most that a flood sends: far more than any client should take.
const FLOOD: usize = 256 << 20;

/// A peer at work.
pub(crate) struct Peer {
    address: SocketAddr,
    thread: JoinHandle<Heard>,
}

/// What a peer saw of its client.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// The client's lines, without their ends.
    pub(crate) lines: Vec<String>,
    /// What the client did that it must not do.
    pub(crate) complaints: Vec<String>,
    /// Whether everything that the client sent was read, to its last byte.
    pub(crate) all: bool,
}

impl Peer {
    /// Listens on a port of its own and begins with the script when somebody connects.
    pub(crate) fn start(script: Script) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        // For a listener this is the limit of `accept`.
        SockRef::from(&listener).set_read_timeout(Some(PATIENCE))?;
        let address = listener.local_addr()?;
        let thread = std::thread::spawn(move || match listener.accept() {
            Ok((stream, _)) => Conversation::new(stream).play(&script),
            Err(error) => {
                Heard { complaints: vec![format!("nobody connected: {error}")], ..Heard::default() }
            }
        });
        Ok(Self { address, thread })
    }

    /// An address where nobody listens.
    pub(crate) fn closed_port() -> io::Result<SocketAddr> {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the end of the script.
    pub(crate) fn join(self) -> Heard {
        let lost = || Heard { complaints: vec!["the peer panicked".to_owned()], ..Heard::default() };
        self.thread.join().unwrap_or_else(|_| lost())
    }
}

/// Why a script goes no further.
enum Stop {
    /// The script says so.
    Done,
    /// The client left or is out of step.
    Client(String),
}

struct Conversation {
    stream: TcpStream,
    pending: Vec<u8>,
    heard: Heard,
}

impl Conversation {
    fn new(stream: TcpStream) -> Self {
        // Small pieces must leave at once, or the kernel would hide the misbehaviour.
        let _ = stream.set_nodelay(true);
        let _ = stream.set_read_timeout(Some(PATIENCE));
        let _ = stream.set_write_timeout(Some(PATIENCE));
        Self { stream, pending: Vec::new(), heard: Heard::default() }
    }

    fn play(mut self, script: &[Step]) -> Heard {
        for step in script {
            match self.step(step) {
                Ok(()) => {}
                Err(Stop::Done) => return self.heard,
                Err(Stop::Client(complaint)) => {
                    self.heard.complaints.push(format!("peer, at {}: {complaint}", told(step)));
                    return self.heard;
                }
            }
        }
        self.heard.all = self.listen_until_left();
        self.expect_silence("after the script's end");
        self.heard
    }

    fn step(&mut self, step: &Step) -> Result<(), Stop> {
        match step {
            Step::Say(bytes) => {
                self.expect_silence("out of turn");
                // A client that has had enough may leave in mid-sentence.
                self.stream.write_all(bytes).map_err(|_| Stop::Done)
            }
            Step::Await(beginning) => self.line(beginning).map(drop),
            Step::Echo(beginning, words) => {
                let line = self.line(beginning)?;
                self.stream.write_all(format!("{words}{line}\r\n").as_bytes()).map_err(|_| Stop::Done)
            }
            Step::AwaitHello => self.tls_record(),
            Step::Pause(time) => {
                std::thread::sleep(*time);
                Ok(())
            }
            Step::Drip(bytes, gap) => {
                for byte in bytes {
                    self.stream.write_all(&[*byte]).map_err(|_| Stop::Done)?;
                    std::thread::sleep(*gap);
                }
                Ok(())
            }
            Step::Flood(bytes) => self.flood(bytes),
            Step::Hush => {
                self.heard.all = self.listen_until_left();
                self.expect_silence("though it was not answered");
                Err(Stop::Done)
            }
            Step::Shut => {
                let _ = self.stream.shutdown(std::net::Shutdown::Write);
                self.listen_until_left();
                Err(Stop::Done)
            }
            Step::Reset => {
                let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
                Err(Stop::Done)
            }
        }
    }

    /// The next line of the client's.
    fn line(&mut self, beginning: &str) -> Result<String, Stop> {
        while !self.pending.contains(&b'\n') {
            self.fill()?;
        }
        let end = self.pending.iter().position(|&b| b == b'\n').unwrap_or_default();
        let bytes: Vec<_> = self.pending.drain(..=end).collect();
        let line = String::from_utf8_lossy(&bytes).into_owned();
        let Some(line) = line.strip_suffix("\r\n") else {
            return Err(Stop::Client(format!("the client ended a line without CRLF: {line:?}")));
        };
        self.heard.lines.push(line.to_owned());
        if line.starts_with(beginning) {
            Ok(line.to_owned())
        } else {
            Err(Stop::Client(format!("the client said {line:?}")))
        }
    }

    fn tls_record(&mut self) -> Result<(), Stop> {
        loop {
            if let [kind, 3, _, high, low, ..] = *self.pending {
                let length = 5 + usize::from(u16::from_be_bytes([high, low]));
                if kind != 22 {
                    return Err(Stop::Client("this is no TLS handshake".to_owned()));
                }
                if self.pending.len() >= length {
                    self.pending.drain(..length);
                    return Ok(());
                }
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Result<(), Stop> {
        let mut chunk = [0; 4_096];
        match self.stream.read(&mut chunk) {
            Ok(0) => Err(Stop::Client("the client left".to_owned())),
            Ok(read) => {
                self.pending.extend_from_slice(&chunk[..read]);
                Ok(())
            }
            Err(error) => Err(Stop::Client(format!("the client cannot be read: {error}"))),
        }
    }

    fn flood(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let begun = Instant::now();
        let mut sent = 0;
        while self.stream.write_all(bytes).is_ok() {
            sent += bytes.len();
            if sent > FLOOD || begun.elapsed() > PATIENCE {
                return Err(Stop::Client(format!("the client took {sent} bytes and did not leave")));
            }
        }
        Err(Stop::Done)
    }

    /// Reads until the client leaves; what it said is pending then. Whether it left in an orderly way.
    fn listen_until_left(&mut self) -> bool {
        let mut chunk = [0; 4_096];
        loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => return true,
                Ok(read) => self.pending.extend_from_slice(&chunk[..read]),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return false,
                Err(error) => {
                    self.heard.complaints.push(format!("the client does not leave: {error}"));
                    return false;
                }
            }
        }
    }

    /// Complains of everything that the client has said and was not asked for.
    fn expect_silence(&mut self, when: &str) {
        let _ = self.stream.set_nonblocking(true);
        let mut chunk = [0; 4_096];
        // Nothing to read is as it should be; a client that has left shows where it matters.
        if let Ok(read) = self.stream.read(&mut chunk) {
            self.pending.extend_from_slice(&chunk[..read]);
        }
        let _ = self.stream.set_nonblocking(false);
        if !self.pending.is_empty() {
            let said = String::from_utf8_lossy(&self.pending).into_owned();
            self.heard.complaints.push(format!("the client spoke {when}: {said:?}"));
            self.pending.clear();
        }
    }
}

/// A step, short enough for a complaint.
fn told(step: &Step) -> String {
    format!("{step:?}").chars().take(60).collect()
}
