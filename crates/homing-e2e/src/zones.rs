//! The text of the test zones.
//!
//! Nearly every `X.test` is a set of records in `test.`; only what differs in delegation or signature is a zone.

use std::fmt::Write as _;

use crate::plan::Plan;

/// A zone and its records, unsigned.
#[derive(Debug)]
pub(crate) struct Zone {
    /// With the final dot.
    pub(crate) name: &'static str,
    pub(crate) text: String,
}

/// Delegated names that no server answers for; they differ in how the failure looks.
pub(crate) const FAILING: [&str; 3] = ["servfail.test.", "refused.test.", "silent.test."];

/// Mail domains with one MX host `mx.X.test`, which is the server of the same name.
const ONE_SERVER: [&str; 23] = [
    "plain",
    "tls",
    "required",
    "expired",
    "notyet",
    "wrongname",
    "selfsigned",
    "untrusted",
    "oldtls",
    "reject",
    "relay",
    "postscreen",
    "dual",
    "exim",
    "opensmtpd",
    "sink",
    "mute",
    "soon",
    "slow",
    "denied",
    "busy",
    "helo",
    "brokentls",
];

/// `secure.test`: a chain of signatures up to the root.
pub(crate) fn secure(plan: &Plan) -> Zone {
    own_zone("secure.test.", &format!("@ MX 10 mx\nmx A {}\n", plan.mail("secure")))
}

/// `bogus.test`: right when it is signed; its records are changed afterwards.
pub(crate) fn bogus(plan: &Plan) -> Zone {
    own_zone("bogus.test.", &format!("@ MX 10 mx\nmx A {}\n", plan.mail("plain")))
}

/// `insecure.test`: delegated without DS.
pub(crate) fn insecure(plan: &Plan) -> Zone {
    own_zone("insecure.test.", &format!("@ MX 10 mx\nmx A {}\n", plan.mail("plain")))
}

/// `refused.test`: exists, but Knot passes every query for it on to the server that refuses.
pub(crate) fn refused(plan: &Plan) -> Zone {
    own_zone("refused.test.", &format!("@ MX 10 mx\nmx A {}\n", plan.mail("plain")))
}

/// The root; `delegation` is the DS record of `test.`.
pub(crate) fn root(plan: &Plan, delegation: &str) -> Zone {
    let name_server = plan.authoritative().ip();
    let text = format!("{}test. NS ns.test.\nns.test. A {name_server}\n{delegation}\n", start("."));
    Zone { name: ".", text }
}

/// `test.`; `delegations` are the DS records of the signed zones below it.
pub(crate) fn test(plan: &Plan, delegations: &str) -> Zone {
    let mut text = start("test.");
    let _ = writeln!(text, "ns A {}", plan.authoritative().ip());
    for zone in ["secure.test.", "bogus.test.", "insecure.test."].iter().chain(&FAILING) {
        let _ = writeln!(text, "{zone} NS ns.test.");
    }
    let _ = writeln!(text, "{delegations}");
    for name in ONE_SERVER {
        let _ = writeln!(text, "{name} MX 10 mx.{name}\nmx.{name} A {}", plan.mail(name));
    }
    text += &several_hosts(plan);
    text += &unusual_answers(plan);
    text += &big(plan);
    Zone { name: "test.", text }
}

fn own_zone(name: &'static str, records: &str) -> Zone {
    Zone { name, text: start(name) + records }
}

fn start(origin: &str) -> String {
    format!(
        "$ORIGIN {origin}\n$TTL 300\n@ SOA ns.test. hostmaster.test. 1 3600 600 86400 60\n@ NS ns.test.\n"
    )
}

/// Preference, fallback and more than one address.
fn several_hosts(plan: &Plan) -> String {
    let (nobody, plain) = (plan.nobody(), plan.mail("plain"));
    let [a, b, c] = ["multi-a", "multi-b", "multi-c"].map(|name| plan.mail(name));
    format!(
        "\
mx.dual AAAA ::1
multi MX 10 a.multi
multi MX 10 b.multi
multi MX 20 c.multi
a.multi A {a}
b.multi A {b}
c.multi A {c}
partial MX 10 up.partial
partial MX 20 down.partial
up.partial A {plain}
down.partial A {nobody}
backup MX 10 down.backup
backup MX 20 up.backup
down.backup A {nobody}
up.backup A {plain}
alldown MX 10 a.alldown
alldown MX 20 b.alldown
a.alldown A {nobody}
b.alldown A {nobody}
manyaddresses MX 10 mx.manyaddresses
mx.manyaddresses A {a}
mx.manyaddresses A {b}
mx.manyaddresses A {c}
submission A {submission}
_submission._tcp.submission SRV 0 1 {port} submission
_submissions._tcp.submission SRV 0 1 {tls_port} submission
xn--bcher-kva MX 10 mx.xn--bcher-kva
mx.xn--bcher-kva A {plain}
",
        submission = plan.mail("submission"),
        port = plan.network.submission,
        tls_port = plan.network.smtps,
    )
}

/// Mail domains whose records lead nowhere, or lead there in an odd way.
fn unusual_answers(plan: &Plan) -> String {
    let plain = plan.mail("plain");
    format!(
        "\
implicit A {plain}
nullmx MX 0 .
nullmxplus MX 0 .
nullmxplus MX 10 mx.plain
cname MX 10 alias.cname
alias.cname CNAME mx.plain
literal MX 10 {plain}.
unresolvable MX 10 nosuchhost.unresolvable
noaddress MX 10 mx.noaddress
mx.noaddress TXT \"no address here\"
nodata TXT \"no mail here\"
"
    )
}

/// MX records that do not fit into 1232 bytes: their names share nothing that compression could leave out.
fn big(plan: &Plan) -> String {
    let mut text = String::new();
    for (number, letter) in ('a'..='l').enumerate() {
        let host = format!("{0}.{0}.big", letter.to_string().repeat(60));
        let address = if number == 0 { plan.mail("plain") } else { plan.nobody() };
        let _ = writeln!(text, "big MX {} {host}\n{host} A {address}", (number + 1) * 10);
    }
    text
}
