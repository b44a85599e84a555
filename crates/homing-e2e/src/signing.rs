//! Signing the zones with Knot's own tools, from the leaves to the root, before Knot serves them.
//!
//! Knot could sign while it serves, but then `bogus.test` could not be spoilt after signing.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::files::write_file;
use crate::plan::Plan;
use crate::process::output_of;
use crate::zones::{self, Zone};

/// The folder of the finished zone files and the key that a validating resolver trusts.
#[derive(Debug)]
pub(crate) struct SignedZones {
    pub(crate) folder: PathBuf,
    /// DNSKEY of the root.
    pub(crate) trust_anchor: PathBuf,
    /// The same as DS.
    pub(crate) trust_anchor_ds: PathBuf,
}

const SIGNED: [&str; 4] = ["secure.test.", "bogus.test.", "test.", "."];

/// Writes and signs all zones.
pub(crate) fn sign_zones(plan: &Plan) -> Result<SignedZones> {
    let signer = Signer::new(plan)?;
    let secure = signer.sign(&zones::secure(plan))?;
    let bogus = signer.sign(&zones::bogus(plan))?;
    spoil(&signer.finished.join("bogus.test.zone"))?;
    for zone in [zones::insecure(plan), zones::refused(plan)] {
        write_file(&signer.finished.join(file_name(zone.name)), &zone.text, 0o644)?;
    }
    let test = signer.sign(&zones::test(plan, &(secure + &bogus)))?;
    let root = signer.sign(&zones::root(plan, &test))?;
    let trust_anchor = plan.folder.join("root.dnskey");
    // With TTL and class, which some parsers insist on.
    let key = signer.keymgr(".", "dnskey")?.replacen(". DNSKEY", ". 3600 IN DNSKEY", 1);
    write_file(&trust_anchor, &key, 0o644)?;
    let trust_anchor_ds = plan.folder.join("root.ds");
    write_file(&trust_anchor_ds, &root.replacen(". DS", ". 3600 IN DS", 1), 0o644)?;
    Ok(SignedZones { folder: signer.finished, trust_anchor, trust_anchor_ds })
}

/// The name of a zone's file.
pub(crate) fn file_name(zone: &str) -> String {
    if zone == "." { "root.zone".to_owned() } else { format!("{zone}zone") }
}

struct Signer {
    configuration: PathBuf,
    unsigned: PathBuf,
    finished: PathBuf,
}

impl Signer {
    fn new(plan: &Plan) -> Result<Self> {
        let unsigned = plan.make_folder("zones-unsigned")?;
        let finished = plan.make_folder("zones")?;
        let keys = plan.make_folder("zone-keys")?;
        let mut text = format!(
            "\
server:
    rundir: {keys}
database:
    storage: {keys}
policy:
  - id: lab
    algorithm: ecdsap256sha256
    single-type-signing: on
    cds-cdnskey-publish: none
template:
  - id: default
    storage: {unsigned}
    dnssec-signing: on
    dnssec-policy: lab
zone:
",
            keys = keys.display(),
            unsigned = unsigned.display(),
        );
        for zone in SIGNED {
            let _ = writeln!(text, "  - domain: {zone}\n    file: {}", file_name(zone));
        }
        let configuration = plan.folder.join("signing.conf");
        write_file(&configuration, &text, 0o644)?;
        Ok(Self { configuration, unsigned, finished })
    }

    /// Signs a zone and returns the DS record that its parent must hold.
    fn sign(&self, zone: &Zone) -> Result<String> {
        write_file(&self.unsigned.join(file_name(zone.name)), &zone.text, 0o644)?;
        let mut command = Command::new("kzonesign");
        command.arg("-c").arg(&self.configuration).arg("-o").arg(&self.finished).arg(zone.name);
        output_of("signing", &mut command)?;
        let records = self.keymgr(zone.name, "ds")?;
        // SHA-256 is enough; keymgr prints SHA-384 as well.
        let record = records.lines().find(|line| line.contains(" 13 2 "));
        Ok(record.with_context(|| format!("keymgr gave no DS record for {}", zone.name))?.to_owned() + "\n")
    }

    fn keymgr(&self, zone: &str, action: &str) -> Result<String> {
        output_of("signing", Command::new("keymgr").arg("-c").arg(&self.configuration).args([zone, action]))
    }
}

/// Changes the MX preference after signing, so that its signature no longer fits.
fn spoil(path: &Path) -> Result<()> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let changed = text.replacen("10 mx.bogus.test.", "20 mx.bogus.test.", 1);
    if changed == text {
        bail!("{} has no MX record to spoil", path.display());
    }
    write_file(path, &changed, 0o644)
}
