//! One hop that does nothing: the HTTP stack that the program uses, and no logic.

use crate::provider::Provider;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::post;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// Set, to the provider's address, for the process that plays the hop.
pub(crate) const ROLE: &str = "LIVERY_BENCH_HOP";

/// The running process; dropping it ends it.
pub(crate) struct Hop {
    child: Child,
    port: u16,
}

impl Hop {
    pub(crate) fn start(provider: &Provider) -> Self {
        let root = provider.base_url("");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(ROLE, root.trim_end_matches("//v1"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut said).unwrap();
        Self {
            child,
            port: said.trim().parse().unwrap(),
        }
    }

    pub(crate) fn base_url(&self, mode: &str) -> String {
        format!("http://127.0.0.1:{}/{mode}/v1", self.port)
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Hop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Clone)]
struct Next {
    client: reqwest::Client,
    root: String,
}

/// Plays the hop until it is killed.
pub(crate) fn serve(root: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        let listener = axum::serve::ListenerExt::tap_io(listener, |socket| {
            socket.set_nodelay(true).unwrap();
        });
        let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true);
        let next = Next {
            client: client.build().unwrap(),
            root: root.to_owned(),
        };
        let router = Router::new().route("/{*path}", post(pass)).with_state(next);
        axum::serve(listener, router).await.unwrap();
    });
}

async fn pass(State(next): State<Next>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let mut request = next.client.post(format!("{}{}", next.root, uri.path()));
    for name in ["authorization", "content-type"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let answer = request.body(body).send().await.unwrap();
    let mut response = Response::builder().status(answer.status());
    if let Some(kind) = answer.headers().get("content-type") {
        response = response.header("content-type", kind);
    }
    let body = Body::from_stream(answer.bytes_stream());
    response.body(body).unwrap()
}
