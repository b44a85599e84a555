//! What to check, how, and what to expect.

use std::time::Duration;

use homing_core::expectations::{Expectations, HostScope};
use homing_core::target::Target;
use homing_smtp::auth::{AllowedInClear, Credentials};
use homing_smtp::dialogue::Envelope;
use homing_smtp::ehlo_name::EhloName;
use homing_smtp::tls::ServerIdentity;

/// Which address families are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Families {
    /// IPv4 and IPv6.
    #[default]
    Both,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

/// Everything that one check needs to know.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// What to check.
    pub target: Target,
    /// What a healthy target looks like.
    pub expect: Expectations,
    /// Every host, or one after the other until one takes mail.
    pub hosts: HostScope,
    /// Which addresses.
    pub families: Families,
    /// The name to say in EHLO; without one, the literal of the connection's own address.
    pub helo: Option<EhloName>,
    /// Who the certificate has to be valid for; without one, the host that is connected to.
    pub identity: Option<ServerIdentity>,
    /// Credentials to log in with.
    pub credentials: Option<Credentials>,
    /// The operator's word that they may be sent without verified TLS.
    pub auth_in_clear: Option<AllowedInClear>,
    /// A sender and recipient to offer; nothing is sent.
    pub envelope: Option<Envelope>,
    /// A foreign sender and recipient for the open-relay question; nothing is sent.
    pub relay: Option<Envelope>,
    /// Whether to ask for the DNSSEC state.
    pub dnssec: bool,
    /// The limit for the whole check.
    pub timeout: Duration,
}

impl CheckRequest {
    /// A check with every default: opportunistic TLS, all hosts, both families, 30 s.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            expect: Expectations::default(),
            hosts: HostScope::default(),
            families: Families::default(),
            helo: None,
            identity: None,
            credentials: None,
            auth_in_clear: None,
            envelope: None,
            relay: None,
            dnssec: true,
            timeout: Duration::from_secs(30),
        }
    }
}
