//! Dovecot, only to check passwords for Postfix.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::files::write_file;
use crate::plan::{Plan, USER};
use crate::process::Server;

/// Where Postfix asks.
pub(crate) fn socket(plan: &Plan) -> PathBuf {
    plan.folder.join("dovecot").join("auth")
}

/// Starts it.
pub(crate) fn start(plan: &Plan) -> Result<()> {
    let socket = socket(plan);
    let folder = plan.make_folder("dovecot")?;
    let users = folder.join("users");
    write_file(&users, &format!("{USER}:{{PLAIN}}{}\n", plan.password), 0o644)?;
    let configuration = folder.join("dovecot.conf");
    let text = format!(
        "\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols =
ssl = no
auth_mechanisms = plain login
auth_failure_delay = 0
auth_verbose = yes
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {users}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
service auth {{
  unix_listener {socket} {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
# Otherwise each wrong password makes the next answer slower.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
",
        folder = folder.display(),
        users = users.display(),
        socket = socket.display(),
    );
    write_file(&configuration, &text, 0o644)?;
    let mut command = Command::new("dovecot");
    command.arg("-F").arg("-c").arg(&configuration);
    let mut server = Server::spawn("dovecot", &mut command, &folder.join("log"))?;
    server.wait_until(|| UnixStream::connect(&socket).is_ok())
}
