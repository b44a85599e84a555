//! Starting and ending the whole lab.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use tempfile::TempDir;

use crate::certificates::{self, Certificates};
use crate::description::{Credentials, LabDescription, Resolvers};
use crate::files::write_file;
use crate::idle::IdleSockets;
use crate::plan::{MAIL_SERVERS, Plan, USER};
use crate::ports::{Network, has_ipv6_loopback};
use crate::selection::{Group, Selection};
use crate::signing::{self, SignedZones};
use crate::{cleanup, dovecot, exim, knot, opensmtpd, postfix, sink, unbound};

/// A running lab. It must be ended with [`Lab::stop`]; dropping it tries the same and tells errors to stderr.
#[derive(Debug)]
pub struct Lab {
    plan: Plan,
    description: PathBuf,
    idle: IdleSockets,
    folder: Option<TempDir>,
}

impl Lab {
    /// Starts the servers. On an error whatever had started is ended before this returns.
    ///
    /// Every descendant of this process is taken for a part of the lab from now on.
    pub fn start(selection: &Selection) -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            bail!("the lab must run as root: mail servers change to their own users");
        }
        cleanup::adopt_orphans()?;
        let mut lab = Self::prepare()?;
        match lab.start_servers(selection) {
            Ok(()) => Ok(lab),
            Err(error) => match lab.stop() {
                Ok(()) => Err(error),
                Err(second) => Err(error.context(format!("and after that: {second:#}"))),
            },
        }
    }

    /// The path of `lab.json`.
    pub fn description(&self) -> &Path {
        &self.description
    }

    /// Ends every server and deletes the folder. An error says what could not be ended.
    pub fn stop(mut self) -> Result<()> {
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        let Some(folder) = self.folder.take() else { return Ok(()) };
        self.idle = IdleSockets::default();
        cleanup::end_descendants()?;
        let path = folder.path().to_owned();
        folder.close().with_context(|| format!("cannot delete {}", path.display()))
    }

    fn prepare() -> Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("homing-lab-").tempdir().context("no temporary folder")?;
        // Daemons enter it as their own users.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let ipv6 = has_ipv6_loopback();
        let plan = Plan {
            network: Network::choose(ipv6)?,
            ipv6,
            folder: folder.path().to_owned(),
            password: "right horse".to_owned(),
        };
        let description = plan.folder.join("lab.json");
        Ok(Self { plan, description, idle: IdleSockets::default(), folder: Some(folder) })
    }

    fn start_servers(&mut self, selection: &Selection) -> Result<()> {
        let plan = &self.plan;
        if selection.has(Group::Dns) {
            self.idle.hold_dns(plan.silent())?;
        }
        if selection.has(Group::Sink) {
            self.idle.hold_tcp(plan.smtp("mute"))?;
        }
        // Also without DNS servers: the description names the trust anchor.
        let (zones, certificates) = std::thread::scope(|scope| {
            let certificates = scope.spawn(|| certificates::make(plan));
            (signing::sign_zones(plan), certificates.join())
        });
        let zones = zones?;
        let certificates = certificates.map_err(|_| anyhow!("making certificates panicked"))??;
        std::thread::scope(|scope| {
            let servers: Vec<_> = starters(plan, &zones, &certificates)
                .into_iter()
                .filter(|(group, _)| selection.has(*group))
                .map(|(_, start)| scope.spawn(start))
                .collect();
            let mut errors = Vec::new();
            for server in servers {
                match server.join() {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => errors.push(format!("{error:#}")),
                    Err(_) => errors.push("a server's start panicked".to_owned()),
                }
            }
            if errors.is_empty() { Ok(()) } else { Err(anyhow!("{}", errors.join("\n\n"))) }
        })?;
        describe(plan, selection, &zones, &certificates)?.write(&self.description)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            eprintln!("homing-lab: {error:#}");
        }
    }
}

type Starter<'a> = Box<dyn FnOnce() -> Result<()> + Send + 'a>;

/// What can start side by side.
fn starters<'a>(
    plan: &'a Plan,
    zones: &'a SignedZones,
    certificates: &'a Certificates,
) -> Vec<(Group, Starter<'a>)> {
    vec![
        (
            Group::Dns,
            Box::new(|| {
                knot::start_authoritative(plan, zones)?;
                unbound::start(plan, zones)
            }),
        ),
        (Group::Dns, Box::new(|| knot::start_servfail(plan))),
        (Group::Dns, Box::new(|| knot::start_refusing(plan))),
        (Group::Postfix, Box::new(|| postfix::start(plan, certificates, &dovecot::socket(plan)))),
        (Group::Postfix, Box::new(|| dovecot::start(plan))),
        (Group::Exim, Box::new(|| exim::start(plan, certificates))),
        (Group::OpenSmtpd, Box::new(|| opensmtpd::start(plan, certificates))),
        (Group::Sink, Box::new(|| sink::start(plan))),
    ]
}

fn describe(
    plan: &Plan,
    selection: &Selection,
    zones: &SignedZones,
    certificates: &Certificates,
) -> Result<LabDescription> {
    let password_file = plan.folder.join("password");
    write_file(&password_file, &format!("{}\n", plan.password), 0o600)?;
    let wrong_password_file = plan.folder.join("wrong-password");
    write_file(&wrong_password_file, "wrong horse\n", 0o600)?;
    let servers: BTreeMap<_, _> = MAIL_SERVERS
        .iter()
        .filter(|(_, _, group)| selection.has(*group))
        .map(|(name, ..)| ((*name).to_owned(), IpAddr::V4(plan.mail(name))))
        .collect();
    Ok(LabDescription {
        ipv6: plan.ipv6,
        smtp_port: plan.network.smtp,
        submission_port: plan.network.submission,
        smtps_port: plan.network.smtps,
        resolvers: Resolvers {
            validating: plan.validating(),
            authoritative: plan.authoritative(),
            silent: plan.silent(),
            refusing: plan.refusing(),
            servfail: plan.servfail(),
        },
        ca_file: certificates.root.clone(),
        trust_anchor_file: zones.trust_anchor.clone(),
        trust_anchor_ds_file: zones.trust_anchor_ds.clone(),
        auth: Credentials {
            user: USER.to_owned(),
            password: plan.password.clone(),
            password_file,
            wrong_password_file,
        },
        servers,
        nobody: IpAddr::V4(plan.nobody()),
        folder: plan.folder.clone(),
    })
}
