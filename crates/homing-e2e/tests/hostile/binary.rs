//! Where the binary under test is.

use std::path::{Path, PathBuf};

/// `$HOMING_BIN`, or the debug build in the workspace's own target folder.
pub(crate) fn path() -> PathBuf {
    let path = std::env::var_os("HOMING_BIN").map_or_else(in_the_workspace, PathBuf::from);
    assert!(
        path.is_file(),
        "there is no binary to test at {}: run `cargo build -p homing`, or say in HOMING_BIN where it is",
        path.display()
    );
    path
}

fn in_the_workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/debug/homing")
}
