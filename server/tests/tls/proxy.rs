//! The equal way: a real proxy ends TLS in front, and asks us which hosts it may get certificates for.

use crate::authority::{listens, program};
use crate::client::{Client, Refusal};
use crate::rig::checks::Checks;
use crate::rig::ports::free_address;
use crate::rig::server::Server;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

const HOST: &str = "ai.client.test";

/// A proxy with an authority of its own. Dropping it ends it and removes its folder.
struct Proxy {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Proxy {
    async fn start(admin: SocketAddr, behind: u16) -> Self {
        let folder = std::env::temp_dir().join(format!("lv-caddy-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (https, http) = (free_address(), free_address());
        let file = folder.join("Caddyfile");
        let text = format!(
            "{{\n\tadmin off\n\tskip_install_trust\n\tdefault_bind 127.0.0.1\n\thttp_port {}\n\
             \thttps_port {}\n\ton_demand_tls {{\n\t\task http://{admin}/ask\n\t}}\n\
             \tstorage file_system {}\n}}\n\
             https:// {{\n\ttls internal {{\n\t\ton_demand\n\t}}\n\treverse_proxy 127.0.0.1:{behind}\n}}\n",
            http.port(),
            https.port(),
            folder.join("storage").display(),
        );
        std::fs::write(&file, text).unwrap();
        let process = program("CADDY", "caddy")
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(&file)
            .env("HOME", &folder)
            .env("XDG_DATA_HOME", &folder)
            .env("XDG_CONFIG_HOME", &folder)
            .spawn()
            .unwrap();
        listens(https).await;
        Self {
            process,
            folder,
            port: https.port(),
        }
    }

    fn root(&self) -> String {
        let root = self.folder.join("storage/pki/authorities/local/root.crt");
        std::fs::read_to_string(root).unwrap()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub(crate) async fn run(checks: &mut Checks) {
    if !checks.wants("proxy:") {
        return;
    }
    let server = Server::new("lv-tls-d", &[])
        .with("LIVERY_SERVER__PUBLIC_SCHEME", "https")
        .with("LIVERY_SERVER__TRUSTED_PROXIES", "[\"127.0.0.1\"]");
    let create = [
        "workspace",
        "create",
        "--slug",
        "client",
        "--name",
        "Client",
        "--host",
        HOST,
    ];
    server.desk(&create, None).await;
    server.start_for_real().await;
    let server = Arc::new(server);
    let proxy = Proxy::start(server.admin(), server.port()).await;
    let proxy = Arc::new(proxy);
    checks
        .run(
            "proxy: ours are answered, others are not",
            asked(Arc::clone(&server)),
        )
        .await;
    let both = (Arc::clone(&server), Arc::clone(&proxy));
    checks
        .run(
            "proxy: it serves ours over TLS and nobody else",
            served(both),
        )
        .await;
}

async fn asked(server: Arc<Server>) {
    let ask = |domain: &str| server.private(&format!("/ask?domain={domain}")).unwrap();
    for (domain, wanted) in [
        (HOST, "200"),
        ("AI.Client.Test.", "200"),
        ("nobody.test", "404"),
        ("www.ai.client.test", "404"),
        ("127.0.0.1", "404"),
        ("ai.client.test%00.evil.test", "404"),
        ("", "404"),
    ] {
        let answer = ask(domain);
        assert!(
            answer.starts_with(&format!("HTTP/1.0 {wanted}")),
            "{domain}: {answer}"
        );
    }
    assert!(server.private("/ask").unwrap().starts_with("HTTP/1.0 400"));
    // A no is not remembered beyond the notice of a change.
    assert!(ask("ai.late.test").starts_with("HTTP/1.0 404"));
    let create = [
        "workspace",
        "create",
        "--slug",
        "late",
        "--name",
        "Late",
        "--host",
        "ai.late.test",
    ];
    server.desk(&create, None).await;
    let deadline = Instant::now() + Duration::from_secs(5);
    while !ask("ai.late.test").starts_with("HTTP/1.0 200") {
        assert!(Instant::now() < deadline, "still unknown");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let delete = ["workspace", "delete", "--slug", "late", "--confirm", "late"];
    server.desk(&delete, None).await;
    let deadline = Instant::now() + Duration::from_secs(5);
    while !ask("ai.late.test").starts_with("HTTP/1.0 404") {
        assert!(Instant::now() < deadline, "still known");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn served((server, proxy): (Arc<Server>, Arc<Proxy>)) {
    let client = Client::trusting(&proxy.root());
    let page = client.get(proxy.port, HOST, HOST, "/sign-in").await;
    assert!(
        page.starts_with("HTTP/1.1 200") && page.contains("Client"),
        "{page}"
    );
    assert!(
        page.to_lowercase().contains("strict-transport-security"),
        "it came over TLS: {page}"
    );
    for host in ["nobody.test", "www.www.ai.client.test"] {
        let refused = client.connect(proxy.port, host, &[]).await;
        assert!(matches!(refused, Err(Refusal::Alert(_))), "{host}");
    }
    // Nothing is ordered by being asked.
    let rows = server.desk(&["certificate", "list"], None).await;
    assert_eq!(rows["certificates"].as_array().unwrap().len(), 0);
}
