//! A private certificate authority, and a certificate per server, good or broken on purpose.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::files::write_file;
use crate::plan::Plan;
use crate::process::output_of;

/// The files of the authority and of all servers.
#[derive(Debug)]
pub(crate) struct Certificates {
    folder: PathBuf,
    /// The root certificate.
    pub(crate) root: PathBuf,
}

/// The authority's sections for `openssl req` and `openssl ca`, which alone can set dates.
const CONFIGURATION: &str = "\
[req]
distinguished_name = name
prompt = no
[name]
[ca]
default_ca = authority
[authority]
database = index
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
rand_serial = yes
copy_extensions = copy
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[intermediate]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = CA:FALSE
keyUsage = digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
";

/// Longer than any server certificate, also the one that is not valid yet.
const AUTHORITY_DAYS: &str = "9500";

/// The intermediate outlasts all that it ever signed, past and future, so that each certificate has one fault only.
const AUTHORITY_SEASON: [&str; 4] = ["-startdate", "20150101000000Z", "-enddate", "20500101000000Z"];

/// Servers with nothing wrong in the certificate, which names `mx.X.test`.
const GOOD: [&str; 6] = ["tls", "required", "oldtls", "dual", "exim", "brokentls"];

impl Certificates {
    /// The certificate and those above it, without the root.
    pub(crate) fn chain(&self, server: &str) -> PathBuf {
        self.folder.join(format!("{server}.chain.pem"))
    }

    /// The private key. Everyone may read it, since the servers do so as their own users.
    pub(crate) fn key(&self, server: &str) -> PathBuf {
        self.folder.join(format!("{server}.key.pem"))
    }

    /// Key and chain in one file, as Postfix likes it.
    pub(crate) fn key_and_chain(&self, server: &str) -> PathBuf {
        self.folder.join(format!("{server}.both.pem"))
    }
}

/// Makes all certificates.
pub(crate) fn make(plan: &Plan) -> Result<Certificates> {
    let folder = plan.make_folder("certificates")?;
    write_file(&folder.join("openssl.cnf"), CONFIGURATION, 0o644)?;
    write_file(&folder.join("index"), "", 0o644)?;
    let authority = Authority { folder: &folder };
    authority.self_signed("root", "Homing lab root", &["-extensions", "root"])?;
    authority.self_signed("stranger", "A stranger's root", &["-extensions", "root"])?;
    authority.request("intermediate", "Homing lab intermediate", None)?;
    authority.sign("root", "intermediate", "intermediate", &AUTHORITY_SEASON)?;

    let season = ["-days", "90"];
    for name in GOOD {
        authority.leaf("intermediate", name, &format!("mx.{name}.test"), &season)?;
    }
    authority.leaf("intermediate", "submission", "submission.test", &season)?;
    authority.leaf("intermediate", "wrongname", "elsewhere.test", &season)?;
    authority.leaf("intermediate", "soon", "mx.soon.test", &["-days", "5"])?;
    let past = ["-startdate", "20200101000000Z", "-enddate", "20200331000000Z"];
    authority.leaf("intermediate", "expired", "mx.expired.test", &past)?;
    let future = ["-startdate", "20490101000000Z", "-enddate", "20490331000000Z"];
    authority.leaf("intermediate", "notyet", "mx.notyet.test", &future)?;
    authority.leaf("stranger", "untrusted", "mx.untrusted.test", &season)?;
    let name = ["-extensions", "leaf", "-addext", "subjectAltName=DNS:mx.selfsigned.test"];
    authority.self_signed("selfsigned", "mx.selfsigned.test", &name)?;
    authority.bundle("selfsigned", &[])?;

    let root = folder.join("root.pem");
    Ok(Certificates { folder, root })
}

struct Authority<'a> {
    folder: &'a Path,
}

impl Authority<'_> {
    fn openssl(&self, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new("openssl");
        command.current_dir(self.folder).args(arguments);
        output_of("certificates", &mut command).map(drop)
    }

    fn self_signed(&self, file: &str, subject: &str, more: &[&str]) -> Result<()> {
        let common = ["-x509", "-days", AUTHORITY_DAYS, "-out", &format!("{file}.pem")];
        self.new_key(file, subject, &[&common, more].concat())
    }

    fn request(&self, file: &str, subject: &str, host: Option<&str>) -> Result<()> {
        let output = format!("{file}.request");
        let extension = host.map(|host| format!("subjectAltName=DNS:{host}"));
        let mut more = vec!["-new", "-out", &output];
        if let Some(extension) = &extension {
            more.extend(["-addext", extension]);
        }
        self.new_key(file, subject, &more)
    }

    /// Elliptic curves, since an RSA key takes long to make; one server has RSA nevertheless, for tests to meet both.
    fn new_key(&self, file: &str, subject: &str, more: &[&str]) -> Result<()> {
        let key = format!("{file}.key.pem");
        let subject = format!("/CN={subject}");
        let kind: &[&str] =
            if file == "exim" { &["rsa:2048"] } else { &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] };
        let common =
            ["req", "-config", "openssl.cnf", "-nodes", "-keyout", &key, "-subj", &subject, "-newkey"];
        self.openssl(&[&common, kind, more].concat())
    }

    fn sign(&self, issuer: &str, file: &str, section: &str, dates: &[&str]) -> Result<()> {
        let certificate = format!("{issuer}.pem");
        let key = format!("{issuer}.key.pem");
        let request = format!("{file}.request");
        let output = format!("{file}.pem");
        let common = [
            "ca",
            "-batch",
            "-notext",
            "-config",
            "openssl.cnf",
            "-cert",
            &certificate,
            "-keyfile",
            &key,
            "-extensions",
            section,
            "-in",
            &request,
            "-out",
            &output,
        ];
        self.openssl(&[&common, dates].concat())
    }

    fn leaf(&self, issuer: &str, file: &str, host: &str, dates: &[&str]) -> Result<()> {
        self.request(file, host, Some(host))?;
        self.sign(issuer, file, "leaf", dates)?;
        let above: &[&str] = if issuer == "intermediate" { &["intermediate"] } else { &[] };
        self.bundle(file, above)
    }

    fn bundle(&self, file: &str, above: &[&str]) -> Result<()> {
        let read = |name: &str| {
            fs::read_to_string(self.folder.join(name)).with_context(|| format!("cannot read {name}"))
        };
        let mut chain = read(&format!("{file}.pem"))?;
        for name in above {
            chain += &read(&format!("{name}.pem"))?;
        }
        let key = read(&format!("{file}.key.pem"))?;
        write_file(&self.folder.join(format!("{file}.chain.pem")), &chain, 0o644)?;
        write_file(&self.folder.join(format!("{file}.both.pem")), &(key.clone() + &chain), 0o644)?;
        write_file(&self.folder.join(format!("{file}.key.pem")), &key, 0o644)
    }
}
