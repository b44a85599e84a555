//! The floor: the dialogue of a check without a parser. It waits for the last line of each reply
//! and looks at nothing else.

use std::io;
use std::net::SocketAddr;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// No reply of the sink is longer.
const REPLY_LIMIT: usize = 1024;

const EHLO: &[u8] = b"EHLO prober.bench.test\r\n";

/// What a bare check does.
pub(crate) enum Dialogue {
    /// Connect and close.
    Connect,
    /// Banner, EHLO, QUIT.
    Plain,
    /// The same with STARTTLS and a second EHLO.
    StartTls(TlsConnector, ServerName<'static>),
}

impl Dialogue {
    /// Runs one check.
    pub(crate) async fn run(&self, address: SocketAddr) -> io::Result<()> {
        let mut stream = TcpStream::connect(address).await?;
        match self {
            Self::Connect => Ok(()),
            Self::Plain => {
                reply(&mut stream, b"220 ").await?;
                ask(&mut stream, EHLO, b"250 ").await?;
                ask(&mut stream, b"QUIT\r\n", b"221 ").await
            }
            Self::StartTls(connector, name) => {
                reply(&mut stream, b"220 ").await?;
                ask(&mut stream, EHLO, b"250 ").await?;
                ask(&mut stream, b"STARTTLS\r\n", b"220 ").await?;
                let mut stream = connector.connect(name.clone(), stream).await?;
                ask(&mut stream, EHLO, b"250 ").await?;
                ask(&mut stream, b"QUIT\r\n", b"221 ").await
            }
        }
    }
}

async fn ask<S>(stream: &mut S, command: &[u8], code: &[u8; 4]) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    stream.write_all(command).await?;
    stream.flush().await?;
    reply(stream, code).await
}

async fn reply<S: AsyncRead + Unpin>(stream: &mut S, code: &[u8; 4]) -> io::Result<()> {
    let mut buffer = [0; REPLY_LIMIT];
    let mut filled = 0;
    while filled < buffer.len() {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        filled += read;
        if is_complete(&buffer[..filled], code) {
            return Ok(());
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "not the reply that was waited for"))
}

/// Whether the text ends with a whole line that begins with the code.
fn is_complete(text: &[u8], code: &[u8; 4]) -> bool {
    let Some(lines) = text.strip_suffix(b"\r\n") else { return false };
    let start = lines.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    lines[start..].starts_with(code)
}

#[cfg(test)]
mod tests {
    use super::is_complete;

    #[test]
    fn waits_for_the_last_line() {
        assert!(is_complete(b"220 mail ESMTP\r\n", b"220 "));
        assert!(is_complete(b"250-mail\r\n250-SIZE\r\n250 DSN\r\n", b"250 "));
        assert!(!is_complete(b"250-mail\r\n250-SIZE\r\n", b"250 "));
        assert!(!is_complete(b"250-mail\r\n250 DS", b"250 "));
        assert!(!is_complete(b"421 mail busy\r\n", b"220 "));
        assert!(!is_complete(b"", b"220 "));
    }
}
