//! Which workspace a request belongs to, and that unclear requests name nobody.

use crate::rig::House;
use crate::rig::browser::Browser;
use crate::rig::checks::Checks;
use crate::rig::server::Server;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Names that must not be told to somebody whose host is nobody's.
const NAMES: [&str; 8] = [
    "livery",
    "nordwind",
    "halden",
    "lumen",
    "brightfold",
    "kontor",
    "leptos",
    "axum",
];

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    let server = || Arc::clone(&house.server);
    checks
        .run(
            "hosts: the same name in other letters is the same workspace",
            same(server()),
        )
        .await;
    checks
        .run(
            "hosts: an unknown name is a 421 that names nobody",
            unknown(server()),
        )
        .await;
    checks
        .run(
            "hosts: an unclear host is refused and names nobody",
            unclear(server()),
        )
        .await;
    checks
        .run(
            "hosts: forwarding headers of a stranger count for nothing",
            forwarded(server()),
        )
        .await;
    checks
        .run(
            "hosts: what a workspace's host serves is refused elsewhere",
            elsewhere(server()),
        )
        .await;
}

async fn same(server: Arc<Server>) {
    let (port, other) = (server.port(), 8443);
    for host in [
        format!("nordwind.localhost:{port}"),
        "nordwind.localhost".to_owned(),
        format!("NORDWIND.LocalHost:{port}"),
        format!("nordwind.localhost.:{other}"),
        "Nordwind.Localhost.".to_owned(),
    ] {
        let answer = ask(&server, &format!("host: {host}\r\n"), "/sign-in").await;
        assert_eq!(status(&answer), 200, "{host}");
        assert!(answer.contains("Nordwind Legal"), "{host}");
    }
    let other = ask(&server, "host: halden.localhost\r\n", "/sign-in").await;
    assert!(other.contains("Halden Energy") && !other.contains("Nordwind"));
}

async fn unknown(server: Arc<Server>) {
    for host in [
        "acme.example",
        "nordwind.example",
        "xnordwind.localhost",
        "a.nordwind.localhost",
    ] {
        for path in [
            "/",
            "/sign-in",
            "/favicon.svg",
            "/manifest.webmanifest",
            "/turns/1/frames",
        ] {
            let answer = ask(&server, &format!("host: {host}\r\n"), path).await;
            assert_eq!(status(&answer), 421, "{host}{path}");
            names_nobody(&answer);
        }
    }
}

async fn unclear(server: Arc<Server>) {
    for headers in [
        "",
        "host: 127.0.0.1\r\n",
        "host: 127.0.0.1:3000\r\n",
        "host: [::1]:3000\r\n",
        "host: 2130706433\r\n",
        "host: 0x7f.1\r\n",
        "host: \r\n",
        "host: nordwind.localhost\r\nhost: halden.localhost\r\n",
        "host: nordwind.localhost\r\nhost: nordwind.localhost\r\n",
        "host: nordwind.localhost@halden.localhost\r\n",
        "host: nordwind.localhost, halden.localhost\r\n",
    ] {
        let answer = ask(&server, headers, "/sign-in").await;
        assert!(
            matches!(status(&answer), 400 | 421),
            "{headers:?}: {answer}"
        );
        names_nobody(&answer);
    }
    // In absolute form, the target and the header name one host or nobody.
    for (target, wanted) in [
        ("http://nordwind.localhost/sign-in", 200),
        ("http://NORDWIND.localhost:1/sign-in", 200),
        ("http://halden.localhost/sign-in", 421),
        ("http://127.0.0.1/sign-in", 421),
    ] {
        let answer = ask(&server, "host: nordwind.localhost\r\n", target).await;
        assert_eq!(status(&answer), wanted, "{target}: {answer}");
        if wanted == 421 {
            names_nobody(&answer);
        }
    }
}

async fn forwarded(server: Arc<Server>) {
    let headers = "host: nordwind.localhost\r\nx-forwarded-host: halden.localhost\r\n\
                   forwarded: host=halden.localhost\r\nx-forwarded-proto: https\r\n";
    let answer = ask(&server, headers, "/sign-in").await;
    assert!(answer.contains("Nordwind Legal") && !answer.contains("Halden"));
    assert!(
        !answer.contains("strict-transport-security"),
        "the stranger chose the scheme"
    );
    let hidden = "host: acme.example\r\nx-forwarded-host: nordwind.localhost\r\n";
    let answer = ask(&server, hidden, "/sign-in").await;
    assert_eq!(status(&answer), 421);
    names_nobody(&answer);
}

/// The platform's own host has no chat and no server functions, and its sign-in knows no member.
async fn elsewhere(server: Arc<Server>) {
    let platform = Browser::at(&server, "");
    for path in [
        "/favicon.svg",
        "/manifest.webmanifest",
        "/account",
        "/admin/members",
    ] {
        assert_eq!(platform.get(path).await.status, 404, "{path}");
    }
    let fields = [
        ("email", "anna@nordwind.example"),
        ("password", "nordwind-demo-only"),
    ];
    let page = platform.form("/sign-in", &fields).await;
    assert_eq!((page.status, page.new_session()), (422, None));
    let sidebar = platform.call("load_sidebar", &serde_json::json!({})).await;
    assert_eq!(sidebar.status, 401);
}

/// One request in raw bytes; everything that came back, in lower case where it is the head.
async fn ask(server: &Server, headers: &str, path: &str) -> String {
    let mut socket = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    let request = format!("GET {path} HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> u16 {
    let code = answer.split(' ').nth(1).unwrap_or_default();
    code.parse()
        .unwrap_or_else(|_| panic!("not an answer: {answer}"))
}

fn names_nobody(answer: &str) {
    let answer = answer.to_lowercase();
    for name in NAMES {
        assert!(!answer.contains(name), "{name} in {answer}");
    }
    for header in [
        "\r\nserver:",
        "\r\nx-powered-by:",
        "\r\nset-cookie:",
        "\r\nlocation:",
    ] {
        assert!(!answer.contains(header), "{header} in {answer}");
    }
}
