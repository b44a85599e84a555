//! From options to a request: everything that is wrong with them is said before the first packet leaves.

use std::path::Path;

use anyhow::{Context, bail};
use homing_core::address::MailAddress;
use homing_core::elapsed::Elapsed;
use homing_core::expectations::{Expectations, HostScope, TlsMode};
use homing_core::target::{NameRole, SUBMISSIONS_PORT, Target};
use homing_probe::check::Prober;
use homing_probe::connect::Tcp;
use homing_probe::request::{CheckRequest, Families};
use homing_probe::resolve::Dns;
use homing_smtp::auth::{AllowedInClear, Credentials, Mechanism};
use homing_smtp::dialogue::Envelope;
use homing_smtp::ehlo_name::EhloName;
use homing_smtp::tls::{TlsInspector, TrustRoots};
use zeroize::Zeroizing;

use super::options::{AuthMechanism, CheckOptions, Role};

/// A request, and the prober to give it to.
pub(super) struct Order {
    pub(super) request: CheckRequest,
    pub(super) prober: Prober<Dns, Tcp>,
}

impl Order {
    pub(super) fn from_options(options: &CheckOptions) -> anyhow::Result<Self> {
        let request = request(options)?;
        let roots = match &options.ca_file {
            Some(path) => TrustRoots::from_file(path).context("--ca-file")?,
            // Reading them takes longer than a check; without TLS nobody asks for them.
            None if request.expect.tls == TlsMode::None => TrustRoots::bundled(),
            None => TrustRoots::system(),
        };
        let prober = Prober::new(dns(options)?, Tcp, TlsInspector::new(roots));
        Ok(Self { request, prober })
    }
}

fn dns(options: &CheckOptions) -> anyhow::Result<Dns> {
    let dns =
        if options.resolver.is_empty() { Dns::system() } else { Dns::with_resolvers(&options.resolver) };
    let control = options.control_name.as_ref().and_then(|name| name.0.clone());
    let dns = dns.with_control_name(control);
    match &options.trust_anchor {
        Some(path) => dns.with_trust_anchors(path).context("--trust-anchor"),
        None => Ok(dns),
    }
}

fn request(options: &CheckOptions) -> anyhow::Result<CheckRequest> {
    let role = options.role.map(|role| match role {
        Role::Mx => NameRole::Mx,
        Role::Host => NameRole::Host,
    });
    let target = Target::parse(&options.target, role, options.port)
        .with_context(|| format!("TARGET `{}`", options.target.escape_debug()))?;
    let tls = tls_mode(options, target.port);
    let helo = options.helo.clone().or_else(own_name);
    // Without a sender that the person names, the null address: no server can find fault with its domain.
    let relay_from = options.mail_from.clone().unwrap_or_else(MailAddress::null);
    let relay = options.open_relay.clone().map(|to| Envelope { from: relay_from, to });
    let envelope = options.mail_from.clone().zip(options.rcpt.clone());
    Ok(CheckRequest {
        expect: Expectations {
            tls,
            min_cert_days: options.min_cert_days,
            slow: Some(Elapsed::from(options.slow)),
            banner: options.expect_banner.clone(),
            capabilities: options.expect_capability.clone(),
            null_mx: options.expect_null_mx,
        },
        hosts: if options.first_host { HostScope::First } else { HostScope::All },
        families: match (options.ipv4, options.ipv6) {
            (true, _) => Families::V4,
            (_, true) => Families::V6,
            _ => Families::Both,
        },
        helo,
        identity: options.tls_name.clone(),
        credentials: credentials(options, tls)?,
        auth_in_clear: options.auth_in_clear.then(AllowedInClear::by_the_operator),
        envelope: envelope.map(|(from, to)| Envelope { from, to }),
        relay,
        dnssec: !options.no_dnssec,
        timeout: options.timeout,
        ..CheckRequest::new(target)
    })
}

fn tls_mode(options: &CheckOptions, port: u16) -> TlsMode {
    match options.tls {
        Some(tls) => tls.into(),
        None if port == SUBMISSIONS_PORT => TlsMode::Implicit,
        None => TlsMode::Opportunistic,
    }
}

fn credentials(options: &CheckOptions, tls: TlsMode) -> anyhow::Result<Option<Credentials>> {
    let (Some(user), Some(path)) = (&options.auth_user, &options.auth_password_file) else { return Ok(None) };
    if tls == TlsMode::None && !options.auth_in_clear {
        bail!(
            "--auth-user `{user}` would be sent without TLS: leave `--tls none` away, or add --auth-in-clear"
        );
    }
    let mechanism = options.auth_mechanism.map(|mechanism| match mechanism {
        AuthMechanism::Plain => Mechanism::Plain,
        AuthMechanism::Login => Mechanism::Login,
        AuthMechanism::Xoauth2 => Mechanism::Xoauth2,
    });
    let password = password(path)?;
    let credentials = Credentials::new(user, password, mechanism).with_context(|| {
        format!("--auth-user `{}`, --auth-password-file {}", user.escape_debug(), path.display())
    })?;
    Ok(Some(credentials))
}

fn password(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let text = std::fs::read_to_string(path).map(Zeroizing::new).with_context(|| {
        format!("--auth-password-file {} cannot be read: give a readable file", path.display())
    })?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// This machine's full name. A name without a dot would be refused by many servers, so it does not count.
fn own_name() -> Option<EhloName> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    let name = name.trim();
    let full = name.contains('.') && !name.ends_with(".localdomain") && !name.ends_with(".local");
    if full { name.parse().ok() } else { None }
}
