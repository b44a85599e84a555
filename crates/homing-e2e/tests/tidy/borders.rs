//! Who may depend on whom.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::{none, read, root, stdout_of};

/// The crates of the workspace and which others of it each needs to run.
const BORDERS: [(&str, &[&str]); 6] = [
    ("homing-core", &[]),
    ("homing-smtp", &["homing-core"]),
    ("homing-probe", &["homing-core", "homing-smtp"]),
    ("homing", &["homing-core", "homing-probe", "homing-smtp"]),
    ("homing-e2e", &[]),
    ("homing-bench-floor", &[]),
];

/// What decides must not be able to do: no runtime, no network, no TLS.
const NOT_IN_CORE: [&str; 3] = ["tokio", "hickory", "rustls"];

struct Package {
    name: String,
    /// The folder, from the root.
    folder: String,
    /// What it needs to run: neither for tests nor for building.
    needs: BTreeSet<String>,
}

fn packages() -> Vec<Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let args = ["metadata", "--no-deps", "--format-version", "1", "--offline"];
    let metadata: Value = serde_json::from_str(&stdout_of(Command::new(cargo).args(args))).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |package: &Value| Package {
        name: text(&package["name"]),
        folder: {
            let manifest = text(&package["manifest_path"]);
            let root = root();
            let folder = std::path::Path::new(&manifest).parent().unwrap().canonicalize().unwrap();
            folder.strip_prefix(root).unwrap().to_string_lossy().into_owned()
        },
        needs: package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| text(&dependency["name"]))
            .collect(),
    };
    metadata["packages"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn crates_depend_only_on_those_below_them() {
    let expected: BTreeMap<_, BTreeSet<_>> = BORDERS
        .iter()
        .map(|(name, needs)| ((*name).to_owned(), needs.iter().map(|&n| n.to_owned()).collect()))
        .collect();
    let ours = |package: &Package| -> BTreeSet<String> {
        package.needs.iter().filter(|name| expected.contains_key(*name)).cloned().collect()
    };
    let found: BTreeMap<_, _> =
        packages().iter().map(|package| (package.name.clone(), ours(package))).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_decides_cannot_do() {
    let packages = packages();
    let core = packages.iter().find(|package| package.name == "homing-core").unwrap();
    let found: Vec<_> = core
        .needs
        .iter()
        .filter(|name| NOT_IN_CORE.iter().any(|word| name.contains(word)))
        .cloned()
        .collect();
    none("homing-core depends on what acts", &found);
}

#[test]
fn the_table_of_crates_is_complete() {
    let listed: BTreeSet<_> = read("ARCHITECTURE.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| `homing"))
        .filter_map(|rest| rest.split_once('`'))
        .map(|(name, _)| format!("homing{name}"))
        .collect();
    let there: BTreeSet<_> = packages()
        .into_iter()
        .filter(|package| package.folder.starts_with("crates/"))
        .map(|package| package.name)
        .collect();
    assert_eq!(listed, there, "left: the table of ARCHITECTURE.md; right: the packages under crates/");
}
