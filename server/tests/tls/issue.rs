//! Getting certificates by HTTP, showing them, sending plain requests on, renewing, and keeping keys to
//! ourselves.

use crate::client::plain;
use crate::house::{House, assert_unrecognised};
use crate::rig::checks::Checks;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

const HOST: &str = "ai.client.test";
const OTHER: &str = "ai.other.test";
/// How a private key of the kind that is used here begins (RFC 5958 with RFC 5915, P-256).
const KEY_BEGINS: &str = "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420";

pub(crate) async fn run(checks: &mut Checks) {
    if !checks.wants("issue:") {
        return;
    }
    // One of five good nonces is refused: a client that does not try again gets nothing.
    let house = House::prepare("lv-tls", |usual| usual, 20).await;
    house.bind("client", &[HOST]).await;
    house.bind("other", &[OTHER]).await;
    house.door.server.start_for_real().await;
    checks
        .run(
            "issue: bound hosts get their own certificate",
            own(Arc::clone(&house)),
        )
        .await;
    checks
        .run("issue: HTTP/2 and HTTP/1.1", protocols(Arc::clone(&house)))
        .await;
    checks
        .run(
            "issue: unknown names are shown nothing",
            unknown(Arc::clone(&house)),
        )
        .await;
    checks
        .run(
            "issue: one name, one certificate",
            fronting(Arc::clone(&house)),
        )
        .await;
    checks
        .run(
            "issue: plain requests are sent on",
            sent_on(Arc::clone(&house)),
        )
        .await;
    checks
        .run(
            "issue: browsers are told, where that is chosen",
            insisted(Arc::clone(&house)),
        )
        .await;
    checks
        .run(
            "issue: renewed, and shown at once",
            renewed(Arc::clone(&house)),
        )
        .await;
    checks
        .run(
            "issue: no key in a dump or a log",
            canary(Arc::clone(&house)),
        )
        .await;
    checks
        .run(
            "issue: a rotated keyring still shows it",
            rotated(Arc::clone(&house)),
        )
        .await;
}

async fn own(house: Arc<House>) {
    for host in [HOST, OTHER] {
        house.shown(&house.door, host).await;
    }
    let page = house
        .client
        .get(house.door.tls, HOST, HOST, "/sign-in")
        .await;
    assert!(
        page.starts_with("HTTP/1.1 200") && page.contains("The client client"),
        "{page}"
    );
    let known = house.known(HOST).await;
    assert_eq!(known["state"], "issued");
    assert!(
        known["issuer"].as_str().unwrap().contains("Pebble"),
        "{known}"
    );
    let (renew, until) = (
        known["renew_ms"].as_i64().unwrap(),
        known["until_ms"].as_i64().unwrap(),
    );
    assert!(renew < until);
}

async fn protocols(house: Arc<House>) {
    let tls = house.door.tls;
    for (offered, wanted) in [
        (&["h2", "http/1.1"][..], Some(&b"h2"[..])),
        (&["http/1.1"], Some(b"http/1.1")),
        (&[], None),
    ] {
        let stream = house.client.connect(tls, HOST, offered).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), wanted);
    }
    let stream = house.client.connect(tls, HOST, &["h2"]).await.unwrap();
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut asker, line) = hyper::client::conn::http2::handshake(executor, io)
        .await
        .unwrap();
    tokio::spawn(line);
    for (uri, wanted) in [
        ("https://ai.client.test/sign-in", 200),
        ("https://ai.other.test/", 421),
    ] {
        let request = http::Request::get(uri).body(http_body_util::Empty::<bytes::Bytes>::new());
        let answer = asker.send_request(request.unwrap()).await.unwrap();
        assert_eq!(answer.status().as_u16(), wanted, "{uri}");
    }
}

async fn unknown(house: Arc<House>) {
    let tls = house.door.tls;
    for host in [
        "nobody.test",
        "www.ai.client.test",
        "client.test",
        "localhost",
    ] {
        assert_unrecognised(house.client.connect(tls, host, &["h2"]).await, host);
        assert_unrecognised(house.client.connect(tls, host, &["acme-tls/1"]).await, host);
    }
    // A client that names an address names nobody in its greeting.
    assert_unrecognised(house.client.connect(tls, "127.0.0.1", &[]).await, "no name");
    // Ours, but nobody asks about it just now.
    assert_unrecognised(
        house.client.connect(tls, HOST, &["acme-tls/1"]).await,
        "no question",
    );
    let rows = house.door.server.desk(&["certificate", "list"], None).await;
    let rows = rows["certificates"].as_array().unwrap().clone();
    for row in rows {
        let host = row["host"].as_str().unwrap().to_owned();
        assert!(
            [HOST, OTHER].contains(&host.as_str()),
            "an attempt for {host}"
        );
    }
}

async fn fronting(house: Arc<House>) {
    let tls = house.door.tls;
    for named in [OTHER, "nobody.test", "127.0.0.1", ""] {
        let page = house.client.get(tls, HOST, named, "/sign-in").await;
        assert!(!page.starts_with("HTTP/1.1 200"), "{named}: {page}");
        assert!(!page.contains("The client"), "{named}: {page}");
    }
}

async fn sent_on(house: Arc<House>) {
    let port = house.door.server.port();
    let page = plain(port, HOST, "/sign-in?next=%2Fa").await;
    assert!(page.starts_with("HTTP/1.1 308"), "{page}");
    assert!(
        page.contains("location: https://ai.client.test/sign-in?next=%2Fa\r\n"),
        "{page}"
    );
    for (host, path) in [
        ("nobody.test", "/"),
        (HOST, "/.well-known/acme-challenge/unknown"),
        ("nobody.test", "/.well-known/acme-challenge/unknown"),
    ] {
        let page = plain(port, host, path).await;
        assert!(page.starts_with("HTTP/1.1 4"), "{host}{path}: {page}");
        assert!(
            !page.contains("location:") && !page.contains("The client"),
            "{page}"
        );
    }
    // A target in absolute form does not choose where people are sent.
    let page = plain(port, HOST, "https://evil.example/x").await;
    assert!(!page.contains("evil"), "{page}");
}

async fn insisted(house: Arc<House>) {
    let tls = house.door.tls;
    let told = "strict-transport-security: max-age=31536000\r\n";
    assert!(
        house
            .client
            .get(tls, HOST, HOST, "/sign-in")
            .await
            .contains(told)
    );
    let off = ["certificate", "hsts", "--host", HOST, "--off"];
    house.door.server.desk(&off, None).await;
    let mut asked = 0;
    while house
        .client
        .get(tls, HOST, HOST, "/sign-in")
        .await
        .contains(told)
    {
        asked += 1;
        assert!(asked < 100, "the choice is not heeded");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(
        house
            .client
            .get(tls, OTHER, OTHER, "/sign-in")
            .await
            .contains(told)
    );
}

async fn renewed(house: Arc<House>) {
    let before = house.shown(&house.door, HOST).await;
    let renew = ["certificate", "renew", "--host", HOST];
    house.door.server.desk(&renew, None).await;
    let after = house.shown_other_than(&house.door, HOST, &before).await;
    assert_ne!(before, after);
    let (code, words) = house
        .door
        .server
        .refused(&["certificate", "renew", "--host", "nobody.test"])
        .await;
    assert_eq!(code, Some(1));
    assert!(words.contains("nobody.test"), "{words}");
}

async fn canary(house: Arc<House>) {
    let key = rcgen::KeyPair::generate().unwrap().serialize_der();
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(hex.starts_with(KEY_BEGINS), "the canary would see nothing");
    let dump = dump(&house.door.server.data_dir());
    assert!(dump.contains(HOST), "the dump holds nothing");
    assert!(dump.contains("COPY platform.acme_accounts"));
    let log = std::fs::read_to_string(house.door.server.log()).unwrap();
    for text in [&dump, &log] {
        assert!(!text.contains(KEY_BEGINS) && !text.contains("PRIVATE KEY"));
    }
    let list = house.door.server.desk(&["certificate", "list"], None).await;
    assert!(!list.to_string().contains("PRIVATE") && !list.to_string().contains("sealed"));
}

/// Everything in the database, as its superuser gets it.
pub(crate) fn dump(data_dir: &Path) -> String {
    let passwords = std::fs::read_to_string(data_dir.join("database-passwords")).unwrap();
    let passwords: serde_json::Value = serde_json::from_str(&passwords).unwrap();
    let socket = find_socket(data_dir);
    let programs = std::fs::read_dir("/usr/lib/postgresql").unwrap();
    let dump = programs
        .flatten()
        .map(|version| version.path().join("bin/pg_dump"))
        .find(|path| path.exists());
    let output = Command::new(dump.unwrap_or_else(|| "pg_dump".into()))
        .env("PGPASSWORD", passwords["superuser"].as_str().unwrap())
        .args(["--username", "postgres", "--dbname", "livery"])
        .args(socket)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Where the embedded database listens, from the file that it writes itself.
fn find_socket(data_dir: &Path) -> Vec<String> {
    let mut folders = vec![data_dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let file = folder.join("postmaster.pid");
        if let Ok(text) = std::fs::read_to_string(&file) {
            let lines: Vec<&str> = text.lines().collect();
            let host = if lines[4].is_empty() {
                "127.0.0.1"
            } else {
                lines[4]
            };
            return vec![
                "--host".into(),
                host.into(),
                "--port".into(),
                lines[3].into(),
            ];
        }
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    panic!("no database below {}", data_dir.display());
}

async fn rotated(house: Arc<House>) {
    let server = &house.door.server;
    let done = server.desk(&["keyring", "rotate"], None).await;
    assert_eq!(done["unreadable"], 0, "{done}");
    server.signal(nix::sys::signal::Signal::SIGTERM);
    assert_eq!(server.ended().await, Some(0));
    server.start_for_real().await;
    house.shown(&house.door, OTHER).await;
    let before = house.shown(&house.door, HOST).await;
    server
        .desk(&["certificate", "renew", "--host", HOST], None)
        .await;
    house.shown_other_than(&house.door, HOST, &before).await;
}
