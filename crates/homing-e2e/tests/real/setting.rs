//! The lab around the tests, and texts that name its parts.

use std::sync::OnceLock;

use homing_e2e::LabDescription;

/// The name that every check of a table says in EHLO, so that transcripts are the same on every machine.
pub(crate) const HELO: &str = "probe.example";

/// The lab; without one the test fails, since a proof that is skipped proves nothing.
pub(crate) fn lab() -> &'static LabDescription {
    static LAB: OnceLock<LabDescription> = OnceLock::new();
    LAB.get_or_init(|| LabDescription::from_env().unwrap_or_else(|error| panic!("{error:#}")))
}

/// Puts the lab's addresses, ports and files where a text has their names in braces: `{plain}`, `{smtp}`, `{ca}`.
pub(crate) fn fill(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap();
        filled += before;
        filled += &value(name);
        rest = behind;
    }
    filled + rest
}

fn value(name: &str) -> String {
    let lab = lab();
    let path = |path: &std::path::Path| path.display().to_string();
    match name {
        "smtp" => lab.smtp_port.to_string(),
        "submission-port" => lab.submission_port.to_string(),
        "smtps-port" => lab.smtps_port.to_string(),
        "validating" => lab.resolvers.validating.to_string(),
        "authoritative" => lab.resolvers.authoritative.to_string(),
        "silent" => lab.resolvers.silent.to_string(),
        "refusing" => lab.resolvers.refusing.to_string(),
        "servfail" => lab.resolvers.servfail.to_string(),
        "ca" => path(&lab.ca_file),
        "anchor" => path(&lab.trust_anchor_file),
        "folder" => path(&lab.folder),
        "user" => lab.auth.user.clone(),
        "password-file" => path(&lab.auth.password_file),
        "wrong-password-file" => path(&lab.auth.wrong_password_file),
        "nobody" => lab.nobody.to_string(),
        server => lab.server(server).unwrap_or_else(|error| panic!("{error:#}")).to_string(),
    }
}
