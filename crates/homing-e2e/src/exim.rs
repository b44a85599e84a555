//! Exim, unpacked but not installed: it conflicts with Postfix.

use std::process::Command;

use anyhow::Result;

use crate::certificates::Certificates;
use crate::files::{give, unpacked, write_file};
use crate::plan::Plan;
use crate::process::Server;
use crate::smtp_ready::greets;

/// Starts it.
pub(crate) fn start(plan: &Plan, certificates: &Certificates) -> Result<()> {
    let folder = plan.make_folder("exim")?;
    for name in ["exim/spool", "exim/logs"] {
        give(&plan.make_folder(name)?, "Debian-exim", "750")?;
    }
    let program = unpacked("usr/sbin/exim4");
    let address = plan.smtp("exim");
    let text = format!(
        "\
exim_path = {program}
exim_user = Debian-exim
exim_group = Debian-exim
primary_hostname = mx.exim.test
spool_directory = {folder}/spool
log_file_path = {folder}/logs/%slog
pid_file_path = {folder}/spool/exim.pid
notifier_socket =
local_interfaces = {ip}
daemon_smtp_ports = {port}
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
deliver_drop_privilege = true
queue_only = true
tls_advertise_hosts = *
tls_certificate = {chain}
tls_privatekey = {key}
acl_smtp_rcpt = recipient
acl_smtp_data = message

begin acl

recipient:
  accept domains = exim.test
  deny message = relay not permitted

# Says yes and keeps nothing: nothing is ever delivered.
message:
  discard
",
        program = program.display(),
        folder = folder.display(),
        ip = address.ip(),
        port = address.port(),
        chain = certificates.chain("exim").display(),
        key = certificates.key("exim").display(),
    );
    let configuration = folder.join("exim.conf");
    write_file(&configuration, &text, 0o644)?;
    let mut command = Command::new(&program);
    command.arg("-bdf").arg("-C").arg(&configuration);
    let mut server = Server::spawn("exim", &mut command, &folder.join("log"))?;
    server.wait_until(|| greets(address))
}
