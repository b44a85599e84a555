//! The server that all probers talk to: it answers SMTP on several loopback addresses, because one
//! address runs out of ports while closed connections linger.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::chain::{self, Chain, Keys};
use crate::tls;

/// A connection that says nothing for this long is closed.
const IDLE: Duration = Duration::from_secs(60);

const BANNER: &[u8] = b"220 mail.bench.test ESMTP ready\r\n";
const BYE: &[u8] = b"221 2.0.0 Bye\r\n";
const UNKNOWN: &[u8] = b"502 5.5.2 Command not recognized\r\n";
const READY: &[u8] = b"220 2.0.0 Ready to start TLS\r\n";
const OFFER_PLAIN: &[u8] = b"250-mail.bench.test\r\n250-PIPELINING\r\n250-SIZE 36700160\r\n250-ETRN\r\n\
    250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250 SMTPUTF8\r\n";
const OFFER_TLS: &[u8] = b"250-mail.bench.test\r\n250-PIPELINING\r\n250-SIZE 36700160\r\n250-ETRN\r\n\
    250-CHUNKING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250 SMTPUTF8\r\n";

/// How the sink behaves.
#[derive(Args)]
pub(crate) struct SinkArgs {
    /// Where the root certificate is written.
    #[arg(long)]
    dir: PathBuf,
    /// The keys of the certificates.
    #[arg(long, value_enum, default_value = "ec")]
    keys: Keys,
    /// How many loopback addresses are listened on, each with a port of its own.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u8).range(1..=200))]
    addresses: u8,
    /// Hold each connection for so many seconds before the greeting.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "4")]
    slow: Option<u64>,
    /// End after this time even if standard input stays open.
    #[arg(long, default_value_t = 900)]
    max_seconds: u64,
}

/// Listens, prints its addresses as one line of JSON, and answers until standard input closes.
pub(crate) fn run(args: &SinkArgs) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listeners = listen(args.addresses).await?;
        let addresses = listeners.iter().map(TcpListener::local_addr).collect::<Result<Vec<_>, _>>()?;
        let chain = Chain::generate(args.keys)?;
        let ca_file = args.dir.join("ca.pem");
        std::fs::write(&ca_file, &chain.root_pem)
            .with_context(|| format!("cannot write {}", ca_file.display()))?;
        let acceptor = TlsAcceptor::from(tls::server(chain)?);
        let hold = args.slow.map(Duration::from_secs);
        for listener in listeners {
            tokio::spawn(accept(listener, acceptor.clone(), hold));
        }
        let ready = serde_json::json!({"addresses": addresses, "ca_file": ca_file, "tls_name": chain::NAME});
        println!("{ready}");
        // The hard limit: a sink whose starter vanished without closing the pipe still ends.
        tokio::time::timeout(Duration::from_secs(args.max_seconds), stdin_closed()).await.ok();
        Ok(())
    })
}

async fn listen(count: u8) -> Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    for number in 1..=count {
        let address = SocketAddr::from((Ipv4Addr::new(127, 0, 9, number), 0));
        listeners
            .push(TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?);
    }
    Ok(listeners)
}

async fn stdin_closed() {
    let (closed, wait) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut discarded = [0; 64];
        while std::io::stdin().read(&mut discarded).is_ok_and(|read| read > 0) {}
        closed.send(()).ok();
    });
    wait.await.ok();
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, hold: Option<Duration>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, acceptor.clone(), hold));
            }
            // Out of descriptors: the connections that end will free some.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Errors of one connection are the prober's to tell.
async fn connection(mut stream: TcpStream, acceptor: TlsAcceptor, hold: Option<Duration>) {
    if let Some(hold) = hold {
        tokio::time::sleep(hold).await;
    }
    let answered = async {
        stream.set_nodelay(true)?;
        stream.write_all(BANNER).await?;
        if let Ending::StartTls = answer(&mut stream, OFFER_PLAIN).await? {
            let mut stream = acceptor.accept(stream).await?;
            answer(&mut stream, OFFER_TLS).await?;
        }
        std::io::Result::Ok(())
    };
    tokio::time::timeout(IDLE, answered).await.ok();
}

enum Ending {
    Closed,
    StartTls,
}

/// Answers commands line by line until QUIT, STARTTLS or the end of the connection.
async fn answer<S>(stream: &mut S, offer: &'static [u8]) -> std::io::Result<Ending>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut buffer = [0; 512];
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Ok(Ending::Closed);
        }
        filled += read;
        while let Some(newline) = buffer[..filled].iter().position(|byte| *byte == b'\n') {
            let reply = reply(&buffer[..newline], offer);
            stream.write_all(reply).await?;
            stream.flush().await?;
            if reply == BYE {
                return Ok(Ending::Closed);
            }
            if reply == READY {
                return Ok(Ending::StartTls);
            }
            buffer.copy_within(newline + 1..filled, 0);
            filled -= newline + 1;
        }
    }
}

fn reply(line: &[u8], offer: &'static [u8]) -> &'static [u8] {
    let verb = line.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    match verb.to_ascii_uppercase().as_slice() {
        b"EHLO" => offer,
        b"HELO" => b"250 mail.bench.test\r\n",
        b"QUIT" => BYE,
        b"STARTTLS" if offer == OFFER_PLAIN => READY,
        b"NOOP" | b"RSET" => b"250 2.0.0 Ok\r\n",
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::{BYE, OFFER_PLAIN, OFFER_TLS, READY, UNKNOWN, reply};

    #[test]
    fn answers_verbs_in_any_case() {
        assert_eq!(reply(b"ehlo x\r", OFFER_PLAIN), OFFER_PLAIN);
        assert_eq!(reply(b"QUIT\r", OFFER_TLS), BYE);
        assert_eq!(reply(b"StartTLS\r", OFFER_PLAIN), READY);
        assert_eq!(reply(b"STARTTLS\r", OFFER_TLS), UNKNOWN);
        assert_eq!(reply(b"", OFFER_TLS), UNKNOWN);
    }

    #[test]
    fn offers_eight_keywords() {
        for offer in [OFFER_PLAIN, OFFER_TLS] {
            assert_eq!(offer.iter().filter(|byte| **byte == b'\n').count(), 9);
        }
    }
}
