//! A real certificate authority for tests with its name server, each in a process of its own: pebble and
//! pebble-challtestsrv, on loopback ports.

use crate::rig::ports::free_address;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait until a process answers.
const READY_WITHIN: Duration = Duration::from_secs(20);

/// Ports at which the authority looks whether a host is ours.
#[derive(Clone, Copy)]
pub(crate) struct Looks {
    pub(crate) http: u16,
    pub(crate) tls: u16,
}

/// The authority. Dropping it ends its processes and removes its folder.
pub(crate) struct Authority {
    processes: Vec<Child>,
    folder: PathBuf,
    acme: SocketAddr,
    management: SocketAddr,
    names: SocketAddr,
    records: SocketAddr,
    client: reqwest::Client,
}

impl Authority {
    /// Starts it. `rejecting` of a hundred good nonces are refused.
    pub(crate) async fn start(name: &str, looks: Looks, rejecting: u8) -> Self {
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let [acme, management, names, records] = [(); 4].map(|()| free_address());
        let root = own_certificate(&folder);
        let file = folder.join("pebble.json");
        let settings = json!({ "pebble": {
            "listenAddress": acme.to_string(),
            "managementListenAddress": management.to_string(),
            "certificate": folder.join("own.pem"),
            "privateKey": folder.join("own.key"),
            "httpPort": looks.http,
            "tlsPort": looks.tls,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": false,
        }});
        std::fs::write(&file, settings.to_string()).unwrap();
        let mut servers = program("CHALLTESTSRV", "pebble-challtestsrv");
        servers
            .args(["-defaultIPv6", "", "-defaultIPv4", "127.0.0.1"])
            .args(["-http01", "", "-https01", "", "-tlsalpn01", ""])
            .args(["-dns01", &names.to_string()])
            .args(["-management", &records.to_string()]);
        let mut pebble = program("PEBBLE", "pebble");
        pebble
            .arg("-config")
            .arg(&file)
            .args(["-strict", "-dnsserver", &names.to_string()])
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_AUTHZREUSE", "0")
            .env("PEBBLE_WFE_NONCEREJECT", rejecting.to_string());
        let processes = vec![servers.spawn().unwrap(), pebble.spawn().unwrap()];
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .tls_certs_only([root])
            .build()
            .unwrap();
        let authority = Self {
            processes,
            folder,
            acme,
            management,
            names,
            records,
            client,
        };
        for address in [acme, management, records] {
            listens(address).await;
        }
        authority
    }

    /// What an operator writes down about it.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let root = self.folder.join("root.pem").to_str().unwrap().to_owned();
        vec![
            (
                "LIVERY_TLS__DIRECTORY",
                format!("https://{}/dir", self.acme),
            ),
            ("LIVERY_TLS__ROOT_FILE", root),
            ("LIVERY_TLS__CAA", "pebble.test".to_owned()),
            ("LIVERY_TLS__RESOLVERS", format!("[\"{}\"]", self.names)),
            ("LIVERY_TLS__CONTACT", "operator@agency.example".to_owned()),
        ]
    }

    /// The root that its certificates lead to, PEM. A fresh one with every start.
    pub(crate) async fn root(&self) -> String {
        let url = format!("https://{}/roots/0", self.management);
        let answer = self.client.get(url).send().await.unwrap();
        answer.text().await.unwrap()
    }

    /// Tells the name server what to answer.
    pub(crate) async fn record(&self, what: &str, how: Value) {
        let url = format!("http://{}/{what}", self.records);
        let answer = self.client.post(url).body(how.to_string()).send().await;
        assert!(answer.unwrap().status().is_success(), "{what}");
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A program by the variable that names it, or by its usual name.
pub(crate) fn program(variable: &str, usual: &str) -> Command {
    let named = std::env::var_os(variable).unwrap_or_else(|| usual.into());
    let mut command = Command::new(named);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Waits until somebody listens there.
pub(crate) async fn listens(address: SocketAddr) {
    let deadline = Instant::now() + READY_WITHIN;
    while TcpStream::connect(address).is_err() {
        assert!(Instant::now() < deadline, "nobody listens on {address}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the authority itself is reached with: a certificate for loopback, and a root that signs it.
fn own_certificate(folder: &std::path::Path) -> reqwest::Certificate {
    let root_key = KeyPair::generate().unwrap();
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root_certificate = root.self_signed(&root_key).unwrap();
    let issuer = Issuer::new(root, root_key);
    let key = KeyPair::generate().unwrap();
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let own = CertificateParams::new(names).unwrap();
    let own = own.signed_by(&key, &issuer).unwrap();
    let pem = |label: &str, der: &[u8]| pem(label, der);
    let root_pem = pem("CERTIFICATE", root_certificate.der());
    std::fs::write(folder.join("root.pem"), &root_pem).unwrap();
    std::fs::write(folder.join("own.pem"), pem("CERTIFICATE", own.der())).unwrap();
    std::fs::write(
        folder.join("own.key"),
        pem("PRIVATE KEY", &key.serialize_der()),
    )
    .unwrap();
    reqwest::Certificate::from_pem(root_pem.as_bytes()).unwrap()
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}
