//! OpenSMTPD, unpacked but not installed: it conflicts with Postfix.
//!
//! Debian 12's (6.8.0p2) offers STARTTLS, but every handshake fails with the alert "internal error", since it does
//! not get on with OpenSSL 3 (OpenSMTPD issue 1239). `opensmtpd` is therefore without TLS, and `brokentls` is
//! welcome as a real server whose TLS is broken.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::certificates::Certificates;
use crate::files::{give, unpacked, write_file};
use crate::plan::Plan;
use crate::process::Server;
use crate::smtp_ready::greets;

/// Its spool and its socket have fixed paths. A mount namespace of its own puts the lab's folders there, so that
/// the machine's stay as they are.
const START: &str = "\
mount --bind \"$0/run\" /run &&
mount --bind \"$0/spool\" /var/spool &&
mount --bind \"$0/lib\" /var/lib &&
exec \"$@\"";

/// Starts it.
pub(crate) fn start(plan: &Plan, certificates: &Certificates) -> Result<()> {
    let folder = plan.make_folder("opensmtpd")?;
    for name in ["run", "run/opensmtpd", "run/lock", "spool", "spool/smtpd", "lib", "lib/opensmtpd/empty"] {
        plan.make_folder(&format!("opensmtpd/{name}"))?;
    }
    give(&folder.join("spool/smtpd"), "root", "711")?;
    let key = folder.join("key.pem");
    write_file(&key, &fs::read_to_string(certificates.key("brokentls"))?, 0o600)?;
    let (plain, broken) = (plan.smtp("opensmtpd"), plan.smtp("brokentls"));
    let text = format!(
        "\
pki mx.brokentls.test cert \"{chain}\"
pki mx.brokentls.test key \"{key}\"
table everyone {{ \"@\" = \"nobody\" }}
listen on {plain} port {port} hostname mx.opensmtpd.test
listen on {broken} port {port} hostname mx.brokentls.test tls pki mx.brokentls.test
action forget mda \"cat >/dev/null\" virtual <everyone>
match from any for domain {{ \"opensmtpd.test\", \"brokentls.test\" }} action forget
",
        chain = certificates.chain("brokentls").display(),
        key = key.display(),
        plain = plain.ip(),
        broken = broken.ip(),
        port = plain.port(),
    );
    let configuration = folder.join("smtpd.conf");
    write_file(&configuration, &text, 0o600)?;
    let mut command = Command::new("unshare");
    command.args(["--mount", "--", "sh", "-c", START]).arg(&folder);
    command.arg(unpacked("usr/sbin/smtpd")).arg("-d").arg("-f").arg(&configuration);
    let mut server = Server::spawn("opensmtpd", &mut command, &folder.join("log"))?;
    server.wait_until(|| greets(plain) && greets(broken))
}
