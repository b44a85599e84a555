//! The files of servers: where they come from, who owns them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::output_of;

/// Writes a configuration file; the daemons read theirs as other users.
pub(crate) fn write_file(path: &Path, text: &str, mode: u32) -> Result<()> {
    fs::write(path, text)
        .and_then(|()| fs::set_permissions(path, Permissions::from_mode(mode)))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Where `scripts/install-test-packages.sh` unpacks the servers that cannot be installed.
pub(crate) fn unpacked(path: &str) -> PathBuf {
    let cache = std::env::var_os("HOMING_TEST_PACKAGES")
        .map_or_else(|| PathBuf::from("/var/cache/homing-test-packages"), PathBuf::from);
    cache.join("unpacked").join(path)
}

/// Gives a folder to the user that the server runs as.
pub(crate) fn give(folder: &Path, user: &str, mode: &str) -> Result<()> {
    output_of(user, Command::new("chown").arg(user).arg(folder))?;
    output_of(user, Command::new("chmod").arg(mode).arg(folder)).map(drop)
}
