//! Where the binary under test is.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

/// `$HOMING_BIN`, or the debug build in the workspace's own target folder.
pub fn binary_under_test() -> Result<PathBuf> {
    let path = std::env::var_os("HOMING_BIN").map_or_else(in_the_workspace, PathBuf::from);
    ensure!(
        path.is_file(),
        "there is no binary to test at {}: run `cargo build -p homing`, or say in HOMING_BIN where it is",
        path.display()
    );
    Ok(path)
}

fn in_the_workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/debug/homing")
}
