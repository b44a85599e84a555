//! The one question that tells a bogus name from a broken name server: with CD set, a validating resolver hands
//! out what it would otherwise withhold (RFC 4035 §3.2.2). The resolver library has no way to set the bit.

use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::proto::op::{Message, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::net::UdpSocket;
use tokio::time::timeout;

use crate::connect::any_port_towards;

/// Whether the resolver has records of that kind when it does not check signatures, and SERVFAIL when it does: asked
/// in this order, so that a failure that has passed meanwhile is not taken for a verdict on signatures.
pub(super) async fn makes_a_difference(
    resolver: SocketAddr,
    name: Name,
    kind: RecordType,
    limit: Duration,
) -> bool {
    let both = async {
        let unchecked = ask(resolver, name.clone(), kind, true).await?;
        let checked = ask(resolver, name, kind, false).await?;
        Some(unchecked == ResponseCode::NoError && checked == ResponseCode::ServFail)
    };
    timeout(limit, both).await.ok().flatten().unwrap_or(false)
}

/// The response code; an answer without records, which is no sign of anything, gives none.
async fn ask(
    resolver: SocketAddr,
    name: Name,
    kind: RecordType,
    checking_disabled: bool,
) -> Option<ResponseCode> {
    let mut question = Message::query();
    question.metadata.recursion_desired = true;
    question.metadata.checking_disabled = checking_disabled;
    question.add_query(Query::query(name, kind));
    let bytes = question.to_vec().ok()?;
    let socket = UdpSocket::bind(any_port_towards(resolver)).await.ok()?;
    socket.connect(resolver).await.ok()?;
    socket.send(&bytes).await.ok()?;
    let mut buffer = [0; 1_232];
    loop {
        let length = socket.recv(&mut buffer).await.ok()?;
        let Ok(answer) = Message::from_vec(&buffer[..length]) else { continue };
        if answer.metadata.id == question.metadata.id {
            let code = answer.metadata.response_code;
            let empty = answer.answers.is_empty() && !answer.metadata.truncation;
            return (code != ResponseCode::NoError || !empty).then_some(code);
        }
    }
}
