//! Knot as authoritative server of the fake root, and two that answer with nothing but an error.

use std::fmt::Write as _;
use std::process::Command;

use anyhow::Result;

use crate::dns_query::{Header, ask_mx};
use crate::files::write_file;
use crate::plan::Plan;
use crate::process::Server;
use crate::signing::{SignedZones, file_name};

const SERVFAIL: u8 = 2;
const REFUSED: u8 = 5;

/// Starts the server that hands out the zones.
pub(crate) fn start_authoritative(plan: &Plan, zones: &SignedZones) -> Result<()> {
    let mut text = format!(
        "\
remote:
  - id: refusing
    address: {refusing}@{port}
mod-dnsproxy:
  - id: refused
    remote: refusing
    fallback: off
template:
  - id: default
    storage: {folder}
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
zone:
",
        folder = zones.folder.display(),
        refusing = plan.refusing().ip(),
        port = plan.refusing().port(),
    );
    // servfail.test has no file, and so cannot be loaded.
    for zone in [".", "test.", "secure.test.", "bogus.test.", "insecure.test.", "servfail.test."] {
        let _ = writeln!(text, "  - domain: {zone}\n    file: {}", file_name(zone));
    }
    // Knot refuses only what is below none of its zones, and all is below the root: it asks the one that does.
    let _ = writeln!(
        text,
        "  - domain: refused.test.\n    file: refused.test.zone\n    module: mod-dnsproxy/refused"
    );
    let address = plan.authoritative();
    let mut server = spawn(plan, "knot", address, &text)?;
    server.wait_until(|| ask_mx(address, "plain.test").is_some_and(|header| header.answers == 1))
}

/// Starts the server whose only zone, the root, cannot be loaded: SERVFAIL to everything.
pub(crate) fn start_servfail(plan: &Plan) -> Result<()> {
    let folder = plan.make_folder("knot-servfail")?;
    let text = format!(
        "template:\n  - id: default\n    storage: {}\nzone:\n  - domain: .\n    file: nothing.zone\n",
        folder.display()
    );
    let address = plan.servfail();
    let mut server = spawn(plan, "knot-servfail", address, &text)?;
    server.wait_until(|| matches!(ask_mx(address, "plain.test"), Some(Header { code: SERVFAIL, .. })))
}

/// Starts the server without a zone: REFUSED to everything.
pub(crate) fn start_refusing(plan: &Plan) -> Result<()> {
    let address = plan.refusing();
    let mut server = spawn(plan, "knot-refusing", address, "")?;
    server.wait_until(|| matches!(ask_mx(address, "plain.test"), Some(Header { code: REFUSED, .. })))
}

fn spawn(plan: &Plan, name: &'static str, address: std::net::SocketAddr, zones: &str) -> Result<Server> {
    let folder = plan.make_folder(name)?;
    let text = format!(
        "\
server:
    rundir: {folder}
    listen: {ip}@{port}
    udp-workers: 1
    tcp-workers: 2
    background-workers: 1
    automatic-acl: off
log:
  - target: stderr
    any: info
database:
    storage: {folder}
{zones}",
        folder = folder.display(),
        ip = address.ip(),
        port = address.port(),
    );
    let configuration = folder.join("knot.conf");
    write_file(&configuration, &text, 0o644)?;
    let log = folder.join("log");
    Server::spawn(name, Command::new("knotd").arg("-c").arg(&configuration), &log)
}
