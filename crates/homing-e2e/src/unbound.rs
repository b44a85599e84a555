//! unbound as validating resolver.

use std::fmt::Write as _;
use std::process::Command;

use anyhow::Result;

use crate::dns_query::ask_mx;
use crate::files::write_file;
use crate::plan::Plan;
use crate::process::Server;
use crate::signing::SignedZones;
use crate::zones::FAILING;

/// Starts unbound; Knot must be there, since the first validated answer is waited for.
pub(crate) fn start(plan: &Plan, zones: &SignedZones) -> Result<()> {
    let folder = plan.make_folder("unbound")?;
    let configuration = folder.join("unbound.conf");
    write_file(&configuration, &configuration_text(plan, zones, &folder.display().to_string()), 0o644)?;
    let mut command = Command::new("unbound");
    command.arg("-d").arg("-c").arg(&configuration);
    let mut server = Server::spawn("unbound", &mut command, &folder.join("log"))?;
    server.wait_until(|| {
        ask_mx(plan.validating(), "secure.test")
            .is_some_and(|header| header.answers > 0 && header.authenticated)
    })
}

fn configuration_text(plan: &Plan, zones: &SignedZones, folder: &str) -> String {
    let at = |address: std::net::SocketAddr| format!("{}@{}", address.ip(), address.port());
    let mut text = format!(
        "\
server:
    directory: \"{folder}\"
    pidfile: \"{folder}/unbound.pid\"
    chroot: \"\"
    username: \"\"
    use-syslog: no
    logfile: \"\"
    interface: {validating}
    access-control: 127.0.0.0/8 allow
    do-ip6: no
    num-threads: 1
    msg-cache-size: 1m
    rrset-cache-size: 1m
    outgoing-range: 512
    module-config: \"validator iterator\"
    trust-anchor-file: \"{anchor}\"
    val-log-level: 2
    do-not-query-localhost: no
    # The built-in answer for test. is NXDOMAIN.
    local-zone: \"test.\" nodefault
    # A failure seen once must not be told from memory in the next test.
    infra-host-ttl: 1
remote-control:
    control-enable: no
",
        validating = at(plan.validating()),
        anchor = zones.trust_anchor.display(),
    );
    // A delegation cannot name a port: each zone is a stub.
    for zone in [".", "test.", "secure.test.", "bogus.test.", "insecure.test."].iter().chain(&FAILING) {
        let server = if *zone == "silent.test." { plan.silent() } else { plan.authoritative() };
        let _ = writeln!(text, "stub-zone:\n    name: \"{zone}\"\n    stub-addr: {}", at(server));
    }
    text
}
