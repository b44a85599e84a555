//! A second look at a server whose handshake failed: which old version or cipher suite would it have taken?
//!
//! The TLS library speaks neither TLS 1.0 and 1.1 nor the suites with CBC or RSA key exchange, and a server that
//! knows nothing else may answer with an unspecific alert or hang up. So a hello of the kind that mail servers
//! sent in 2008 is written by hand, and only the server's first answer is read: no handshake is made.

use std::fmt;

use homing_core::reason::ReasonCode;

use super::ServerIdentity;

/// Suites with CBC, RC4 or RSA key exchange (RFC 5246 appendix A.5, RFC 4492), strongest first.
const SUITES: [u16; 16] = [
    0xc014, 0xc00a, 0xc013, 0xc009, 0x0039, 0x0033, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0xc012,
    0x000a, 0x0005, 0x0004,
];

/// The most bytes of the answer that are looked at: a server hello stands at its beginning.
pub(crate) const ANSWER: usize = 512;

/// What a server chose from the old hello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegacyChoice {
    /// The version as on the wire: 0x0301 is TLS 1.0.
    version: u16,
    /// The cipher suite as on the wire.
    suite: u16,
}

impl LegacyChoice {
    /// What it means for a handshake that failed: too old a version, or only suites that are no longer used.
    pub const fn code(self) -> ReasonCode {
        if self.version < 0x0303 { ReasonCode::TlsVersionOld } else { ReasonCode::TlsHandshakeFailed }
    }

    /// A predicate whose subject is the host.
    pub fn message(self) -> String {
        if self.version < 0x0303 {
            format!("speaks only {self}, which RFC 8996 retired")
        } else {
            format!("speaks {self} only with cipher suites that are no longer used (0x{:04x})", self.suite)
        }
    }
}

impl fmt::Display for LegacyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.version {
            0x0300 => "SSL 3.0",
            0x0301 => "TLS 1.0",
            0x0302 => "TLS 1.1",
            _ => "TLS 1.2",
        })
    }
}

/// A client hello (RFC 5246 §7.4.1.2) that offers TLS 1.2 and everything below, in a record of TLS 1.0.
pub(crate) fn client_hello(identity: &ServerIdentity, random: [u8; 32]) -> Vec<u8> {
    let mut body = vec![0x03, 0x03];
    body.extend_from_slice(&random);
    body.push(0);
    body.extend(with_length(&SUITES.map(u16::to_be_bytes).concat()));
    body.extend_from_slice(&[1, 0]);
    body.extend(with_length(&extensions(identity)));
    let mut handshake = vec![1, 0];
    handshake.extend(with_length(&body));
    let mut record = vec![22, 0x03, 0x01];
    record.extend(with_length(&handshake));
    record
}

fn extensions(identity: &ServerIdentity) -> Vec<u8> {
    let mut extensions = Vec::new();
    let mut add = |kind: u16, data: &[u8]| {
        extensions.extend_from_slice(&kind.to_be_bytes());
        extensions.extend(with_length(data));
    };
    if let ServerIdentity::Name(name) = identity {
        let entry = [&[0][..], &with_length(name.as_str().as_bytes())].concat();
        add(0, &with_length(&entry));
    }
    // Groups: P-256, P-384, P-521; points: uncompressed; signatures: RSA and ECDSA with SHA-256 and SHA-1;
    // renegotiation info, without which some servers hang up.
    add(10, &with_length(&[0, 23, 0, 24, 0, 25]));
    add(11, &[1, 0]);
    add(13, &with_length(&[4, 1, 4, 3, 2, 1, 2, 3]));
    add(0xff01, &[0]);
    extensions
}

/// The data behind its length in two bytes; nothing here is longer than that can say.
fn with_length(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], data].concat()
}

/// Reads the server hello at the beginning of an answer; `None` if it is something else, an alert perhaps, or not
/// whole yet.
pub(crate) fn server_hello(answer: &[u8]) -> Option<LegacyChoice> {
    // Record: type, version, length; handshake: type, length; hello: version, random, session id, suite.
    let (&[22, 3, _, _, _, 2, _, _, _], rest) = answer.split_first_chunk::<9>()? else { return None };
    let (version, rest) = rest.split_first_chunk::<2>()?;
    let rest = rest.get(32..)?;
    let (&session, rest) = rest.split_first()?;
    let suite = rest.get(usize::from(session)..)?.first_chunk::<2>()?;
    let version = u16::from_be_bytes(*version);
    (0x0300..=0x0303)
        .contains(&version)
        .then_some(LegacyChoice { version, suite: u16::from_be_bytes(*suite) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hello_is_well_formed() {
        let hello = client_hello(&"mx.test".parse().unwrap(), [7; 32]);
        let length = |at: usize| usize::from(u16::from_be_bytes([hello[at], hello[at + 1]]));
        assert_eq!(&hello[..3], [22, 3, 1]);
        assert_eq!(length(3), hello.len() - 5);
        assert_eq!((hello[5], hello[6], length(7)), (1, 0, hello.len() - 9));
        assert_eq!(&hello[9..11], [3, 3]);
        assert!(hello.windows(7).any(|window| window == b"mx.test"));
        let without = client_hello(&"192.0.2.1".parse().unwrap(), [7; 32]);
        assert!(without.len() < hello.len());
    }

    fn answer(version: u16, session: usize, suite: u16) -> Vec<u8> {
        let mut bytes = vec![22, 3, 1, 0, 80, 2, 0, 0, 76];
        bytes.extend_from_slice(&version.to_be_bytes());
        bytes.extend_from_slice(&[9; 32]);
        bytes.push(u8::try_from(session).unwrap());
        bytes.extend(vec![5; session]);
        bytes.extend_from_slice(&suite.to_be_bytes());
        bytes
    }

    #[test]
    fn old_versions_and_old_suites_are_told_apart() {
        let old = server_hello(&answer(0x0301, 32, 0x002f)).unwrap();
        assert_eq!(old.code(), ReasonCode::TlsVersionOld);
        assert_eq!(old.message(), "speaks only TLS 1.0, which RFC 8996 retired");
        let suite = server_hello(&answer(0x0303, 0, 0x000a)).unwrap();
        assert_eq!(suite.code(), ReasonCode::TlsHandshakeFailed);
        assert!(suite.message().ends_with("(0x000a)"));
    }

    proptest::proptest! {
        #[test]
        fn no_answer_panics(bytes in proptest::collection::vec(0u8.., 0..120), whole in 0usize..80) {
            server_hello(&bytes);
            let cut = answer(0x0302, 32, 0x0035);
            let read = server_hello(&cut[..whole.min(cut.len())]);
            proptest::prop_assert_eq!(read.is_some(), whole >= cut.len());
        }
    }
}
