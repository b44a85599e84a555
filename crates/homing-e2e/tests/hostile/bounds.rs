//! How much time and memory a check may take, whatever the peer does.

use std::path::Path;
use std::time::Duration;

use crate::cost::{self, Run};
use crate::peer::Peer;
use crate::row::arguments;
use crate::script::{Script, Step, after_client_hello, alert, well_behaved};

/// The limit that checks are given.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(2);

/// What a process may take on top of it: start, roots of the system, output, a busy machine.
pub(crate) const SLACK: Duration = Duration::from_millis(1_500);

/// What a check may take, by its own clock, where the peer shows at once what it is.
pub(crate) const PROMPT: Duration = Duration::from_millis(900);

/// How far a peer may drive the memory above that of a check of a well-behaved peer.
const MEMORY_KIB: u64 = 1_024;

/// By how much the peak of the same check differs from run to run: page cache, threads, and the kernel's own
/// count, which it keeps per processor and adds up lazily.
const NOISE_KIB: u64 = 512;

/// The peaks of checks that a peer gave no trouble.
#[derive(Debug)]
pub(crate) struct Baseline {
    plain_kib: u64,
    /// With a TLS library that was set to work, which costs memory of its own.
    tls_kib: u64,
}

impl Baseline {
    /// Measures each kind a few times; the first runs fill the page cache.
    pub(crate) fn measure(binary: &Path) -> Self {
        let peak =
            |script: fn() -> Script| (0..4).map(|_| measured(binary, script()).peak_kib).max().unwrap();
        let tls = || after_client_hello([alert(40), Step::Shut]);
        Self { plain_kib: peak(well_behaved), tls_kib: peak(tls) }
    }

    /// What is wrong with the memory that a run took.
    pub(crate) fn complaint(&self, run: &Run, tls: bool) -> Option<String> {
        let calm = if tls { self.tls_kib.max(self.plain_kib) } else { self.plain_kib };
        let bound = calm + MEMORY_KIB + NOISE_KIB;
        (run.peak_kib > bound).then(|| {
            format!(
                "it took {} KiB at its peak; a well-behaved peer takes {calm}, the bound is {bound}",
                run.peak_kib
            )
        })
    }
}

fn measured(binary: &Path, script: Script) -> Run {
    let place = tempfile::tempdir().unwrap();
    let peer = Peer::start(script).unwrap();
    let run = cost::run(binary, &arguments(peer.address(), &["--json"]), place.path());
    let heard = peer.join();
    run.unwrap_or_else(|error| panic!("a check of a well-behaved peer failed: {error}; {heard:?}"))
}
