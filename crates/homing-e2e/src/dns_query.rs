//! The least DNS client that can tell whether a DNS server serves.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_millis(700);
const MX: u16 = 15;

/// What the header of an answer says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) code: u8,
    pub(crate) answers: u16,
    /// The resolver has validated the answer.
    pub(crate) authenticated: bool,
}

/// Asks for MX records. None if no answer came.
pub(crate) fn ask_mx(server: SocketAddr, name: &str) -> Option<Header> {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).ok()?;
    socket.set_read_timeout(Some(TIMEOUT)).ok()?;
    socket.connect(server).ok()?;
    socket.send(&question(name)).ok()?;
    let mut answer = [0; 1500];
    let length = socket.recv(&mut answer).ok()?;
    header(answer.get(..length)?)
}

fn question(name: &str) -> Vec<u8> {
    // Identity 0x4c42, RD and AD set, one question.
    let mut message = vec![0x4c, 0x42, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.').filter(|label| !label.is_empty()) {
        message.push(u8::try_from(label.len()).unwrap_or(u8::MAX));
        message.extend(label.as_bytes());
    }
    message.push(0);
    message.extend(MX.to_be_bytes());
    message.extend([0, 1]);
    message
}

fn header(message: &[u8]) -> Option<Header> {
    let [0x4c, 0x42, high, low, _, _, answers @ ..] = message else { return None };
    let answers = u16::from_be_bytes([*answers.first()?, *answers.get(1)?]);
    (high & 0x80 != 0).then_some(Header { code: low & 0x0f, answers, authenticated: low & 0x20 != 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_no_answer() {
        assert_eq!(header(&question("plain.test")), None);
    }

    #[test]
    fn code_count_and_authentication_are_read() {
        let message = [0x4c, 0x42, 0x81, 0xa2, 0, 1, 0, 3, 0, 0, 0, 0];
        assert_eq!(header(&message), Some(Header { code: 2, answers: 3, authenticated: true }));
    }
}
