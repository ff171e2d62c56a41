//! What a handshake costs with one certificate and with ten thousand: `cargo bench -p server --bench tls`;
//! one JSON line each, and the ratio. Handshakes of both kinds alternate, so that what the machine does
//! meanwhile meets both alike. Everything is in memory when it is measured.

#![expect(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that measures and prints"
)]

use axum::Router;
use contract::TenantId;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::certificates::{Certificates, seal_certificate};
use server::cli::open::{self, Opened};
use server::config;
use server::http::tls_door::TlsDoor;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use store::platform::certificates::{ChallengeKind, IssuedRow};
use store::platform::workspaces::NewWorkspace;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Certificates of the large installation.
const MANY: usize = 10_000;
/// Handshakes of each kind.
const ROUNDS: usize = 1_500;
/// Ninety days, in milliseconds.
const TIME_MS: i64 = 90 * 24 * 60 * 60 * 1_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let root = Root::new();
        let few = House::open("one", 1, &root).await;
        let many = House::open("many", MANY, &root).await;
        let connector = root.connector();
        for house in [&few, &many] {
            house.warm(&connector).await;
        }
        let mut micros = [Vec::new(), Vec::new()];
        for round in 0..ROUNDS {
            for (house, took) in [&few, &many].into_iter().zip(&mut micros) {
                took.push(house.shake(&connector, round * 7_919).await);
            }
        }
        let medians = micros.map(|mut took| {
            took.sort_by(f64::total_cmp);
            took[took.len() / 2]
        });
        for (count, median) in [1, MANY].into_iter().zip(medians) {
            println!(
                "{{\"bench\":\"tls\",\"certificates\":{count},\"handshake_median_us\":{median:.1}}}"
            );
        }
        println!(
            "{{\"bench\":\"tls\",\"ratio_of_medians\":{:.3}}}",
            medians[1] / medians[0]
        );
        few.close().await;
        many.close().await;
    });
}

/// Signs certificates for whoever is asked for.
struct Root {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Root {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self {
            issuer: Issuer::new(params, key),
            certificate,
        }
    }

    fn connector(&self) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        // Every handshake is a full one.
        config.resumption = rustls::client::Resumption::disabled();
        TlsConnector::from(Arc::new(config))
    }

    /// Chain and private key for `host`.
    fn issue(&self, host: &str) -> (String, Vec<u8>) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        (pem(leaf.der()), key.serialize_der())
    }
}

/// An installation with so many certificates, and its door.
struct House {
    opened: Opened,
    folder: PathBuf,
    count: usize,
    address: SocketAddr,
    stop: CancellationToken,
}

impl House {
    async fn open(name: &str, count: usize, root: &Root) -> Self {
        let folder = std::env::temp_dir().join(format!("tls-bench-{name}-{}", std::process::id()));
        let data = folder.join("data");
        let settings = [(
            "LIVERY_SERVER__DATA_DIR".to_owned(),
            data.to_str().unwrap().to_owned(),
        )];
        let config = config::load(None, settings.into_iter()).unwrap();
        let opened = open::open(config).await.unwrap();
        let store = &opened.store;
        let tenant = TenantId::from_uuid(Uuid::now_v7());
        store.create_workspace(&workspace(tenant)).await.unwrap();
        for number in 0..count {
            store
                .add_domain(tenant, &host(number), false)
                .await
                .unwrap();
        }
        store.list_hosts_to_certify(None).await.unwrap();
        let node = Uuid::now_v7();
        while let Some(due) = store.claim_due_host(node).await.unwrap() {
            let (chain_pem, key) = root.issue(&due.host);
            let sealed = seal_certificate(&opened.keyring, &due.host, &chain_pem, &key).unwrap();
            let issued = IssuedRow {
                sealed,
                issuer: "A bench".to_owned(),
                ari_id: None,
                time_ms: (due.now_ms, due.now_ms + TIME_MS),
                renew_ms: due.now_ms + TIME_MS,
                method: ChallengeKind::Http01,
            };
            store
                .keep_certificate(&due.host, node, &issued)
                .await
                .unwrap();
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let door = TlsDoor {
            certificates: Certificates::new(
                store.clone(),
                Arc::clone(&opened.keyring),
                "localhost",
            ),
            routes: Router::new(),
            trusted: Arc::from([]),
        };
        tokio::spawn(door.run(listener, stop.clone()));
        Self {
            opened,
            folder,
            count,
            address,
            stop,
        }
    }

    /// Has every certificate in memory.
    async fn warm(&self, connector: &TlsConnector) {
        for number in 0..self.count {
            self.shake(connector, number).await;
        }
    }

    /// One handshake, in microseconds.
    async fn shake(&self, connector: &TlsConnector, number: usize) -> f64 {
        let name = ServerName::try_from(host(number % self.count)).unwrap();
        let begun = Instant::now();
        let socket = TcpStream::connect(self.address).await.unwrap();
        connector.connect(name, socket).await.unwrap();
        begun.elapsed().as_nanos() as f64 / 1_000.0
    }

    async fn close(self) {
        self.stop.cancel();
        self.opened.close().await;
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn host(number: usize) -> String {
    format!("ai.client-{number}.test")
}

fn workspace(id: TenantId) -> NewWorkspace {
    NewWorkspace {
        id,
        slug: "bench".to_owned(),
        name: "Bench".to_owned(),
        agency: None,
        host: None,
        brand: serde_json::json!({}),
        budget: None,
        environment: "production".to_owned(),
        demo: false,
    }
}

fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}
