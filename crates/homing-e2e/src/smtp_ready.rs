//! Whether an SMTP server greets.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Connects, waits for 220 and says QUIT.
pub(crate) fn greets(server: SocketAddr) -> bool {
    greeting(server).is_some_and(|line| line.starts_with("220"))
}

/// Whether a connection is taken at all; enough for a server that waits for TLS.
pub(crate) fn listens(server: SocketAddr) -> bool {
    TcpStream::connect_timeout(&server, TIMEOUT).is_ok()
}

fn greeting(server: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&server, TIMEOUT).ok()?;
    stream.set_read_timeout(Some(TIMEOUT)).ok()?;
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).ok()?;
    stream.write_all(b"QUIT\r\n").ok()?;
    Some(line)
}
