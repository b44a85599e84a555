//! One Postfix with a listener for each way of being configured.
//!
//! It has its own configuration, queue and data; it keeps no mail, since every transport is `discard`.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::certificates::Certificates;
use crate::files::{give, write_file};
use crate::plan::Plan;
use crate::process::{Server, output_of};
use crate::smtp_ready::{greets, listens};

/// The settings of the listeners, by server name.
const LISTENERS: [(&str, &[&str]); 21] = [
    ("plain", &[]),
    ("tls", TLS),
    ("required", &["smtpd_tls_security_level=encrypt"]),
    ("expired", TLS),
    ("notyet", TLS),
    ("soon", TLS),
    ("wrongname", TLS),
    ("selfsigned", TLS),
    ("untrusted", TLS),
    ("oldtls", OLD_TLS),
    ("dual", TLS),
    ("reject", &["smtpd_recipient_restrictions=$reject_recipient_restrictions"]),
    ("relay", &["mynetworks=127.0.0.0/8,[::1]/128"]),
    ("multi-a", &[]),
    ("multi-b", &[]),
    ("multi-c", &[]),
    ("secure", &[]),
    // With delay_reject off the client restrictions decide about the greeting itself.
    ("slow", &["smtpd_delay_reject=no", "smtpd_client_restrictions=$slow_client_restrictions"]),
    ("denied", &["smtpd_delay_reject=no", "smtpd_client_restrictions=reject"]),
    ("busy", &["smtpd_delay_reject=no", "smtpd_client_restrictions=$busy_client_restrictions"]),
    ("helo", &["smtpd_delay_reject=no", "smtpd_helo_restrictions=reject", "smtpd_helo_required=yes"]),
];

const TLS: &[&str] = &["smtpd_tls_security_level=may"];
const OLD_TLS: &[&str] = &[
    "smtpd_tls_security_level=may",
    "smtpd_tls_protocols=TLSv1,TLSv1.1",
    "smtpd_tls_mandatory_protocols=TLSv1,TLSv1.1",
    // OpenSSL allows the hashes of these versions at no higher level.
    "tls_medium_cipherlist=ALL:@SECLEVEL=0",
];
const SUBMISSION: &[&str] = &[
    "smtpd_sasl_auth_enable=yes",
    "smtpd_tls_auth_only=yes",
    "smtpd_relay_restrictions=permit_sasl_authenticated,reject",
];

/// Where the listeners greet with 220 at once; `slow` does so later, and the rest on purpose not.
const NOT_GREETING: [&str; 3] = ["slow", "denied", "busy"];

/// Starts it; `sasl` is Dovecot's socket.
pub(crate) fn start(plan: &Plan, certificates: &Certificates, sasl: &Path) -> Result<()> {
    let folder = plan.make_folder("postfix")?;
    let data = plan.make_folder("postfix/data")?;
    give(&data, "postfix", "700")?;
    plan.make_folder("postfix/queue")?;
    let log = folder.join("log");
    // Here postlogd writes as well.
    write_file(&log, "", 0o644)?;
    write_file(&folder.join("main.cf"), &main_cf(plan, &folder, sasl), 0o644)?;
    write_file(&folder.join("master.cf"), &master_cf(plan, certificates), 0o644)?;
    // Postfix warns, and looks for what is not there, if the tables of optional map types are missing.
    fs::copy("/etc/postfix/dynamicmaps.cf", folder.join("dynamicmaps.cf"))
        .map(drop)
        .or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    // Makes the queue's folders. `postfix start-fg` would do that too, but puts a shell above the master.
    output_of("postfix", Command::new("postfix").arg("-c").arg(&folder).arg("check"))?;
    let mut command = Command::new("/usr/lib/postfix/sbin/master");
    command.arg("-d").arg("-c").arg(&folder);
    let mut server = Server::spawn("postfix", &mut command, &log)?;
    let greeting = LISTENERS.map(|(name, _)| name).into_iter().filter(|name| !NOT_GREETING.contains(name));
    for name in greeting.chain(["postscreen"]) {
        server.wait_until(|| greets(plan.smtp(name)))?;
    }
    for port in [plan.network.submission, plan.network.smtps] {
        let address = SocketAddr::new(plan.smtp("submission").ip(), port);
        server.wait_until(|| listens(address))?;
    }
    Ok(())
}

fn main_cf(plan: &Plan, folder: &Path, sasl: &Path) -> String {
    format!(
        "\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
sendmail_path = /usr/sbin/sendmail
newaliases_path = /usr/bin/newaliases
mailq_path = /usr/bin/mailq
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
# The addresses stand in master.cf. Any other value must be one of a configured interface.
inet_interfaces = 127.0.0.1
inet_protocols = {protocols}
myhostname = mx.plain.test
mydestination =
mynetworks = 192.0.2.1/32
relay_domains = test
relay_transport = discard:
local_transport = discard:
virtual_transport = discard:
default_transport = discard:
local_recipient_maps =
alias_maps =
alias_database =
notify_classes =
biff = no
smtpd_banner = $myhostname ESMTP
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_error_sleep_time = 0
# Tests connect often and all at once.
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_sasl_type = dovecot
smtpd_sasl_path = {sasl}
smtpd_sasl_security_options = noanonymous
smtpd_tls_loglevel = 1
reject_recipient_restrictions = check_recipient_access inline:{{
    {{ user@reject.test = 550 5.1.1 No such user here }}
    {{ later@reject.test = 450 4.7.1 Greylisted, please try again later }} }}
slow_client_restrictions = sleep 3
busy_client_restrictions = check_client_access static:{{421 4.3.2 Too many connections, try again later}}
postscreen_greet_banner = mx.postscreen.test ESMTP, please wait
postscreen_greet_wait = 1s
# Or a second connection would pass without the wait.
postscreen_greet_ttl = 1s
postscreen_access_list =
",
        folder = folder.display(),
        sasl = sasl.display(),
        protocols = if plan.ipv6 { "all" } else { "ipv4" },
    )
}

/// Everything that mail passes on its way to nowhere.
const SERVICES: &str = "\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
";

fn master_cf(plan: &Plan, certificates: &Certificates) -> String {
    let mut text = SERVICES.to_owned();
    for (name, options) in LISTENERS {
        let mut options = options.to_vec();
        let host = format!("myhostname=mx.{name}.test");
        let chain = format!("smtpd_tls_chain_files={}", certificates.key_and_chain(name).display());
        options.push(&host);
        if options.iter().any(|option| option.starts_with("smtpd_tls_security_level")) {
            options.push(&chain);
        }
        listener(&mut text, &plan.smtp(name).to_string(), &options);
        if name == "dual" && plan.ipv6 {
            listener(&mut text, &format!("[::1]:{}", plan.network.smtp), &options);
        }
    }
    let chain = format!("smtpd_tls_chain_files={}", certificates.key_and_chain("submission").display());
    let address = plan.mail("submission");
    for (port, how) in [
        (plan.network.submission, "smtpd_tls_security_level=encrypt"),
        (plan.network.smtps, "smtpd_tls_wrappermode=yes"),
    ] {
        let options = [SUBMISSION, &[how, "myhostname=submission.test", &chain]].concat();
        listener(&mut text, &format!("{address}:{port}"), &options);
    }
    let _ = writeln!(text, "{} inet n - n - 1 postscreen", plan.smtp("postscreen"));
    text += "smtpd pass - - n - - smtpd\n    -o myhostname=mx.postscreen.test\n";
    text
}

fn listener(text: &mut String, address: &str, options: &[&str]) {
    let _ = writeln!(text, "{address} inet n - n - - smtpd");
    for option in options {
        let _ = writeln!(text, "    -o {option}");
    }
}
