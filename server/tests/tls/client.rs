//! A client that shakes hands as it is told, and trusts one root.

use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{AlertDescription, ClientConfig, RootCertStore};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why there was no connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The server said so.
    Alert(AlertDescription),
    /// Another reason, in words.
    Other(String),
}

/// Trusts one root and nothing else.
#[derive(Clone)]
pub(crate) struct Client {
    config: ClientConfig,
}

impl Client {
    pub(crate) fn trusting(root_pem: &str) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        let root = CertificateDer::from_pem_slice(root_pem.as_bytes()).unwrap();
        roots.add(root).unwrap();
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .unwrap();
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_webpki_verifier(verifier)
            .with_no_client_auth();
        config.resumption = rustls::client::Resumption::disabled();
        Self { config }
    }

    /// Shakes hands with whoever listens at `port`, by the name `host`.
    pub(crate) async fn connect(
        &self,
        port: u16,
        host: &str,
        protocols: &[&str],
    ) -> Result<TlsStream<TcpStream>, Refusal> {
        let mut config = self.config.clone();
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let socket = TcpStream::connect(address).await;
        let socket = socket.map_err(|error| Refusal::Other(error.to_string()))?;
        let name = ServerName::try_from(host.to_owned()).unwrap();
        let shaken = TlsConnector::from(Arc::new(config)).connect(name, socket);
        let shaken = timeout(PATIENCE, shaken).await.expect("a handshake hangs");
        shaken.map_err(
            |error| match error.get_ref().and_then(|it| it.downcast_ref()) {
                Some(rustls::Error::AlertReceived(alert)) => Refusal::Alert(*alert),
                _ => Refusal::Other(error.to_string()),
            },
        )
    }

    /// The serial number of what `host` is shown with at `port`.
    pub(crate) async fn serial(&self, port: u16, host: &str) -> Result<String, Refusal> {
        use x509_parser::prelude::FromDer as _;
        let stream = self.connect(port, host, &[]).await?;
        let shown = stream.get_ref().1.peer_certificates().unwrap();
        let (_, parsed) = x509_parser::prelude::X509Certificate::from_der(&shown[0]).unwrap();
        Ok(parsed.raw_serial_as_string())
    }

    /// Asks for a page over HTTP/1.1: `named` stands as the host. The whole answer.
    pub(crate) async fn get(&self, port: u16, host: &str, named: &str, path: &str) -> String {
        let mut stream = self.connect(port, host, &["http/1.1"]).await.unwrap();
        let asked = format!("GET {path} HTTP/1.1\r\nhost: {named}\r\nconnection: close\r\n\r\n");
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        match read.expect("an answer hangs") {
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => panic!("{error}"),
            _ => String::from_utf8_lossy(&answer).into_owned(),
        }
    }
}

/// Asks for a page in the clear.
pub(crate) async fn plain(port: u16, host: &str, path: &str) -> String {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut socket = TcpStream::connect(address).await.unwrap();
    let asked = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    socket.write_all(asked.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, socket.read_to_end(&mut answer)).await;
    read.expect("an answer hangs").unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
