//! A bounded HTTP load for the exporter's `/probe`. What it costs itself is not counted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// As many probes at once as the other probers have checks open.
const CONCURRENCY: u32 = 100;

/// No load runs longer.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Probes to ask for.
pub(crate) struct Load {
    exporter: SocketAddr,
    requests: Arc<[String]>,
    count: u32,
}

impl Load {
    /// `count` probes with the module, going round over the targets.
    pub(crate) fn new(exporter: SocketAddr, module: &str, targets: &[SocketAddr], count: u32) -> Self {
        let request = |target: &SocketAddr| {
            format!("GET /probe?module={module}&target={target} HTTP/1.1\r\nHost: {exporter}\r\n\r\n")
        };
        Self { exporter, requests: targets.iter().map(request).collect(), count }
    }

    /// Asks, over connections that are kept as Prometheus keeps them, and fails unless every probe
    /// went well.
    pub(crate) async fn run(self) -> Result<()> {
        let next = Arc::new(AtomicU32::new(0));
        let mut tasks = JoinSet::new();
        for _ in 0..CONCURRENCY.min(self.count) {
            tasks.spawn(ask(self.exporter, Arc::clone(&self.requests), Arc::clone(&next), self.count));
        }
        let all = async {
            while let Some(ended) = tasks.join_next().await {
                ended??;
            }
            Ok(())
        };
        tokio::time::timeout(TIME_LIMIT, all).await.context("the exporter took too long")?
    }
}

async fn ask(exporter: SocketAddr, requests: Arc<[String]>, next: Arc<AtomicU32>, count: u32) -> Result<()> {
    let mut stream = TcpStream::connect(exporter).await?;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= count {
            return Ok(());
        }
        let request = &requests[number as usize % requests.len()];
        stream.write_all(request.as_bytes()).await?;
        let body = response(&mut stream).await?;
        ensure!(body.contains("\nprobe_success 1\n"), "a probe failed:\n{body}");
    }
}

async fn response(stream: &mut TcpStream) -> Result<String> {
    let mut received = Vec::with_capacity(8192);
    loop {
        if stream.read_buf(&mut received).await? == 0 {
            bail!("the exporter closed the connection");
        }
        if let Some(body) = body(&received)? {
            return Ok(String::from_utf8(body)?);
        }
    }
}

/// The body once it is there whole, by its length or in chunks.
fn body(received: &[u8]) -> Result<Option<Vec<u8>>> {
    let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&received[..end])?.to_ascii_lowercase();
    let rest = &received[end + 4..];
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    match length {
        Some(length) => {
            let length: usize = length.trim().parse()?;
            Ok(rest.get(..length).map(<[u8]>::to_vec))
        }
        None => chunks(rest),
    }
}

fn chunks(mut rest: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    loop {
        let Some(end) = rest.windows(2).position(|window| window == b"\r\n") else { return Ok(None) };
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end])?, 16)?;
        let Some(chunk) = rest.get(end + 2..end + 2 + length) else { return Ok(None) };
        let Some(after) = rest.get(end + 2 + length + 2..) else { return Ok(None) };
        if length == 0 {
            return Ok(Some(body));
        }
        body.extend_from_slice(chunk);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::body;

    #[test]
    fn waits_for_a_body_of_known_length() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(body(whole).unwrap().as_deref(), Some(&b"hello"[..]));
        assert_eq!(body(&whole[..whole.len() - 1]).unwrap(), None);
        assert_eq!(body(&whole[..20]).unwrap(), None);
    }

    #[test]
    fn joins_chunks() {
        let whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";
        assert_eq!(body(whole).unwrap().as_deref(), Some(&b"hello"[..]));
        for cut in 1..whole.len() {
            assert_eq!(body(&whole[..cut]).unwrap(), None, "cut at {cut}");
        }
    }
}
