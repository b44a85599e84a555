//! What the figures were made with: kernel, processor and versions, but no names or paths of the
//! machine.

use std::process::Command;

use anyhow::{Context, Result};

use super::{CompareArgs, check_smtp, exporter};

/// What the report says about where its figures come from.
pub(crate) struct Facts {
    pub(crate) date: String,
    pub(crate) made_by: String,
    pub(crate) kernel: String,
    pub(crate) processor: String,
    pub(crate) cores: usize,
    /// Name and version of each program.
    pub(crate) versions: Vec<(&'static str, String)>,
}

impl Facts {
    /// Asks the machine and the programs.
    pub(crate) fn gather(args: &CompareArgs) -> Result<Self> {
        let mut versions = Vec::new();
        if let Some(homing) = &args.homing {
            versions.push(("Homing", version(Command::new(homing).arg("--version"))?));
        }
        versions.push(("blackbox_exporter", version(Command::new(exporter::PROGRAM).arg("--version"))?));
        versions.push(("monitoring-plugins", version(Command::new(check_smtp::PROGRAM).arg("--version"))?));
        let package = args.peers.join("node_modules/nodemailer/package.json");
        let package: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(package)?)?;
        versions.push(("nodemailer", package["version"].as_str().unwrap_or("unknown").to_owned()));
        versions.push(("Node.js", version(Command::new("node").arg("--version"))?));
        Ok(Self {
            date: args.date.clone(),
            made_by: args.made_by.clone(),
            kernel: std::fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            processor: processor(&std::fs::read_to_string("/proc/cpuinfo")?),
            cores: std::thread::available_parallelism()?.get(),
            versions,
        })
    }
}

/// Some print their version to the one stream, some to the other.
fn version(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    let text = [output.stdout, output.stderr].concat();
    Ok(first_version(&String::from_utf8_lossy(&text)).unwrap_or("unknown").to_owned())
}

/// The first word that looks like a version.
fn first_version(text: &str) -> Option<&str> {
    text.split_ascii_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.contains('.') && word.starts_with(|first: char| first.is_ascii_digit()))
}

fn processor(cpuinfo: &str) -> String {
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"));
    model.and_then(|line| line.split_once(':')).map_or("unknown", |(_, name)| name.trim()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{first_version, processor};

    #[test]
    fn finds_versions() {
        assert_eq!(first_version("blackbox_exporter, version 0.23.0 (branch: debian/sid)"), Some("0.23.0"));
        assert_eq!(first_version("check_smtp v2.3.3 (monitoring-plugins 2.3.3)\n"), Some("2.3.3"));
        assert_eq!(first_version("v20.20.2\n"), Some("20.20.2"));
        assert_eq!(first_version("none"), None);
    }

    #[test]
    fn finds_the_processor() {
        assert_eq!(processor("vendor_id\t: X\nmodel name\t: Fast CPU\n"), "Fast CPU");
        assert_eq!(processor(""), "unknown");
    }
}
