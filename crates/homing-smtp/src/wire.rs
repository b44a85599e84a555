//! Lines over a stream that may turn into TLS, within limits of size and time.

use std::io;
use std::mem::{self, MaybeUninit};
use std::pin::Pin;
use std::task::{Context, Poll};

use homing_core::reply::Reply;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::client::TlsStream;

use crate::escape::escape_line;
use crate::limits::MAX_SESSION_BYTES;
use crate::record::Record;
use crate::reply::{Irregularity, ReplyError, ReplyParser};

/// How many bytes are taken from the stream at once.
const CHUNK: usize = 4_096;

/// Why no reply could be read or no command written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    #[error("did not answer in time")]
    TimedOut,
    #[error("closed the connection")]
    Closed,
    #[error("reset the connection")]
    Reset,
    #[error("sent more than {MAX_SESSION_BYTES} bytes")]
    TooMuch,
    #[error(transparent)]
    Reply(#[from] ReplyError),
    #[error("sent `{0}` without being asked")]
    Unasked(String),
    #[error("broke the connection: {0}")]
    Broken(String),
}

impl From<io::Error> for WireError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Self::Reset,
            // A write fails with this after the peer's FIN, as long as it sent no reset before.
            io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => Self::Closed,
            io::ErrorKind::QuotaExceeded => Self::TooMuch,
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// A stream that ends with an error once the peer has sent too much, on whatever layer.
pub(crate) struct Counted<S> {
    inner: S,
    received: usize,
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.received > MAX_SESSION_BYTES {
            return Poll::Ready(Err(io::ErrorKind::QuotaExceeded.into()));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buffer);
        self.received += buffer.filled().len() - before;
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

pub(crate) enum Stream<S> {
    Plain(Counted<S>),
    Tls(Box<TlsStream<Counted<S>>>),
    /// Handed over for a handshake that failed.
    Gone,
}

/// A stream with what was read from it but not yet asked for.
pub(crate) struct Wire<S> {
    stream: Stream<S>,
    pending: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(crate) const fn new(stream: S) -> Self {
        Self { stream: Stream::Plain(Counted { inner: stream, received: 0 }), pending: Vec::new() }
    }

    /// The plain stream for a handshake; the wire is dead until it gets a stream back.
    pub(crate) fn take_plain(&mut self) -> Option<Counted<S>> {
        match mem::replace(&mut self.stream, Stream::Gone) {
            Stream::Plain(stream) => Some(stream),
            Stream::Tls(_) | Stream::Gone => None,
        }
    }

    pub(crate) fn set_tls(&mut self, stream: TlsStream<Counted<S>>) {
        self.stream = Stream::Tls(Box::new(stream));
    }

    /// Bytes that were read, but belong to no reply that was asked for; they are forgotten.
    pub(crate) fn discard_pending(&mut self) -> Vec<u8> {
        mem::take(&mut self.pending)
    }

    /// Whether the server has said 421 on its own account, which it may at any time (RFC 5321 §3.8); it is then the
    /// answer to whatever comes next.
    pub(crate) fn is_taking_leave(&self) -> bool {
        self.pending.starts_with(b"421")
    }

    /// Writes a command in one piece, so that it leaves in one packet.
    ///
    /// # Errors
    /// [`WireError::Unasked`] if the server has already said more than it was asked, because the next reply
    /// would then be taken for the answer to the wrong command.
    pub(crate) async fn send(&mut self, line: &[u8], deadline: Instant) -> Result<(), WireError> {
        if !self.pending.is_empty() && !self.is_taking_leave() {
            let end = self.pending.iter().position(|&b| b == b'\n').unwrap_or(self.pending.len());
            let line = &self.pending[..end.min(60)];
            return Err(WireError::Unasked(escape_line(line.trim_ascii_end())));
        }
        let write = async {
            match &mut self.stream {
                Stream::Plain(stream) => stream.write_all(line).await,
                Stream::Tls(stream) => {
                    stream.write_all(line).await?;
                    stream.flush().await
                }
                Stream::Gone => Err(io::ErrorKind::NotConnected.into()),
            }
        };
        Ok(timeout_at(deadline, write).await.map_err(|_| WireError::TimedOut)??)
    }

    /// Reads one whole reply; `deadline` is for all of it, so a server that drips ends in time too.
    ///
    /// Each line goes into the record as it arrives, the unfinished one at the end if there is no more.
    pub(crate) async fn read_reply(
        &mut self,
        record: &mut Record,
        deadline: Instant,
    ) -> Result<(Reply, Option<Irregularity>), WireError> {
        let mut parser = ReplyParser::default();
        let result = match timeout_at(deadline, self.read_into(&mut parser, record)).await {
            Ok(result) => result,
            Err(_) => Err(WireError::TimedOut),
        };
        if result.is_err() && !parser.partial().is_empty() {
            record.server(Instant::now(), parser.partial());
        }
        result
    }

    async fn read_into(
        &mut self,
        parser: &mut ReplyParser,
        record: &mut Record,
    ) -> Result<(Reply, Option<Irregularity>), WireError> {
        loop {
            if self.pending.is_empty() {
                self.fill().await?;
            }
            let now = Instant::now();
            let fed = parser.feed(&self.pending, &mut |line| record.server(now, line))?;
            let Some(mut received) = fed else {
                self.pending.clear();
                continue;
            };
            if received.consumed == self.pending.len() {
                self.pending.clear();
            } else {
                self.pending.drain(..received.consumed);
            }
            record.redact_reply(&mut received.reply);
            return Ok((received.reply, received.irregularity));
        }
    }

    async fn fill(&mut self) -> Result<(), WireError> {
        match std::future::poll_fn(|cx| self.poll_fill(cx)).await? {
            0 => Err(WireError::Closed),
            _ => Ok(()),
        }
    }

    /// The chunk lives on the stack of one poll only, so that a session that waits holds no buffer.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut chunk = [MaybeUninit::uninit(); CHUNK];
        let mut buffer = ReadBuf::uninit(&mut chunk);
        let polled = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, &mut buffer),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, &mut buffer),
            Stream::Gone => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        };
        polled.map_ok(|()| {
            self.pending.extend_from_slice(buffer.filled());
            buffer.filled().len()
        })
    }

    /// Writes bytes and reads until there is enough, the peer is done, or time or room is up.
    pub(crate) async fn exchange_raw(
        &mut self,
        bytes: &[u8],
        room: usize,
        deadline: Instant,
        enough: impl Fn(&[u8]) -> bool,
    ) -> Vec<u8> {
        if self.send(bytes, deadline).await.is_ok() {
            let read = async {
                while self.pending.len() < room && !enough(&self.pending) && self.fill().await.is_ok() {}
            };
            let _ = timeout_at(deadline, read).await;
        }
        mem::take(&mut self.pending)
    }

    /// Says goodbye on the TLS layer; a plain stream needs nothing but to be dropped.
    pub(crate) async fn close(&mut self, deadline: Instant) {
        if let Stream::Tls(stream) = &mut self.stream {
            // Whether the peer still listens makes no difference to anyone.
            let _ = timeout_at(deadline, stream.shutdown()).await;
        }
    }
}
