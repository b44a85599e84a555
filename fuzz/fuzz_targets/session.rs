//! A whole session against a server that says the given bytes: it ends, and its evidence keeps to the limits.
#![no_main]

use homing_core::expectations::TlsMode;
use homing_core::transcript::{MAX_LINE, MAX_TRANSCRIPT};
use homing_smtp::dialogue::{Envelope, Script, converse};
use homing_smtp::record::Record;
use homing_smtp::tls::{TlsInspector, TrustRoots};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<u8>, bool)| {
    let (bytes, starttls) = input;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let found = runtime.block_on(async {
        let stream = tokio::io::join(bytes.as_slice(), tokio::io::sink());
        let mut script = Script::new("probe.test".parse().unwrap(), "mx.test".parse().unwrap());
        script.tls = if starttls { TlsMode::Opportunistic } else { TlsMode::None };
        let (from, to) = ("a@probe.test".parse().unwrap(), "b@mx.test".parse().unwrap());
        script.envelope = Some(Envelope { from, to });
        converse(stream, Record::start_now(), &script, &TlsInspector::new(TrustRoots::bundled())).await
    });
    assert!(!found.phases.is_empty());
    let total: usize = found.transcript.iter().map(|line| line.text.len()).sum();
    assert!(total <= MAX_TRANSCRIPT + 100);
    assert!(found.transcript.iter().all(|line| line.text.chars().count() <= MAX_LINE + 40));
});
