//! Compares what Homing says of a certificate with what OpenSSL says of the file that the server has.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::row::Shown;
use crate::setting::lab;

/// Everything in which `tls` of a target differs.
pub(crate) fn complaints(shown: &Shown, tls: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut compare = |what: &str, found: &Value, expected: Value| {
        if *found != expected {
            complaints.push(format!("{what}: {found} instead of {expected}"));
        }
    };
    let certificate = &tls["certificate"];
    compare("TLS version", &tls["version"], "TLSv1.3".into());
    for (field, value) in facts(shown.of) {
        compare(field, &certificate[field], value);
    }
    compare("trusted", &certificate["trusted"], shown.trusted.into());
    compare("name matches", &certificate["name_matches"], shown.name_matches.into());
    let days = certificate["days_left"].as_i64().unwrap_or(i64::MIN);
    if !shown.days_left.contains(&days) {
        complaints.push(format!("days left: {days} instead of {:?}", shown.days_left));
    }
    complaints
}

/// The fields of a certificate file, as `openssl x509` reads them.
fn facts(server: &str) -> BTreeMap<&'static str, Value> {
    let file = lab().folder.join("certificates").join(format!("{server}.pem"));
    let output = Command::new("openssl")
        .args(["x509", "-noout", "-sha256", "-fingerprint", "-dates", "-dateopt", "iso_8601"])
        .args(["-subject", "-issuer", "-nameopt", "RFC2253", "-ext", "subjectAltName", "-in"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "openssl cannot read {}: {output:?}", file.display());
    let text = String::from_utf8(output.stdout).unwrap();
    let mut facts = BTreeMap::new();
    for line in text.lines() {
        let (key, value) = line.split_once(['=', ':']).unwrap_or((line, ""));
        match key.trim() {
            "sha256 Fingerprint" => facts.insert("sha256", value.replace(':', "").to_lowercase().into()),
            "notBefore" => facts.insert("not_before", value.replace(' ', "T").into()),
            "notAfter" => facts.insert("not_after", value.replace(' ', "T").into()),
            "subject" => facts.insert("subject", value.into()),
            "issuer" => facts.insert("issuer", value.into()),
            "DNS" => facts.insert("names", vec![value].into()),
            _ => None,
        };
    }
    assert_eq!(facts.len(), 6, "openssl said of {}: {text}", file.display());
    facts
}
