//! smtp-sink: the plainest server there is; it takes every message and forgets it.

use std::process::Command;

use anyhow::Result;

use crate::plan::Plan;
use crate::process::Server;
use crate::smtp_ready::greets;

/// Starts it.
pub(crate) fn start(plan: &Plan) -> Result<()> {
    let address = plan.smtp("sink");
    let folder = plan.make_folder("sink")?;
    let mut command = Command::new("smtp-sink");
    command.args(["-u", "postfix", "-h", "mx.sink.test", &format!("inet:{address}"), "128"]);
    let mut server = Server::spawn("smtp-sink", command.current_dir(&folder), &folder.join("log"))?;
    server.wait_until(|| greets(address))
}
