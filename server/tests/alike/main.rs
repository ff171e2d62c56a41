//! The same question in other words, from the program's own door: weights fetched by its command, an encoder in its
//! process, a member who asks, the mark at the answer, and what is learned of it after a restart.
//!
//! `MINILM_DIR` names the folder of the real weights (`end2end/minilm/fetch.sh` fills it); the program must be built
//! with `local-embeddings`, as `make test` does. In continuous integration a missing one is a failure.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../http/rig/mod.rs"]
#[expect(dead_code, reason = "the HTTP checks use the rest")]
mod rig;

use axum::Router;
use axum::extract::Path as At;
use axum::http::StatusCode;
use axum::routing::get;
use contract::chat::{Receipt, SendMessage};
use contract::{AnswerEnd, CacheStatus};
use rig::browser::Browser;
use rig::chat::{again, question};
use rig::checks::say;
use rig::server::Server;
use std::env;
use std::path::{Path, PathBuf};

const WORKSPACE: &str = "nordwind";
const MEMBER: &str = "anna@nordwind.example";
/// The built-in model.
const ALIAS: &str = "demo";
const OWNER: &str = "mia@nordwind.example";
const ROUTE: [&str; 8] = [
    "route",
    "set",
    "--workspace",
    WORKSPACE,
    "--alias",
    ALIAS,
    "--target",
    "demo:demo",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_in_other_words_gets_the_answer_that_is_there() {
    let Some(weights) = weights() else {
        return;
    };
    let folder = env::temp_dir().join(format!("lv-weights-{}", std::process::id()));
    let server = Server::new(
        "lv-similar",
        &[
            ("LIVERY_LOG__FILTER", "warn"),
            ("LIVERY_EGRESS__ALLOW_PRIVATE", "[\"127.0.0.0/8\"]"),
            ("LIVERY_SEMANTIC__MODEL_DIR", folder.to_str().unwrap()),
        ],
    );
    let store = serve(weights).await;
    let to = folder.to_str().unwrap();
    let fetch = ["models", "fetch", "--from", &store, "--to", to];
    assert_eq!(server.desk(&fetch, None).await["fetched"], 3);
    assert_eq!(
        server.desk(&fetch, None).await["fetched"],
        0,
        "they are there and whole"
    );
    server.desk(&["seed", "demo"], None).await;
    server.start().await;
    server
        .desk(&[&ROUTE[..], &["--semantic", "on"]].concat(), None)
        .await;

    let anna = Browser::enter(&server, WORKSPACE, MEMBER).await;
    let first = receipt(&anna, "How do I reset my password?").await;
    assert_eq!(first.cache, Some(CacheStatus::Miss));
    let second = receipt(&anna, "How can I reset my password?").await;
    assert_eq!(second.cache, Some(CacheStatus::Similar), "the mark");
    assert!(second.cached);
    let other = receipt(&anna, "How can I reset my password 2?").await;
    assert_eq!(other.cache, Some(CacheStatus::Miss), "the guard");

    let owner = Browser::enter(&server, WORKSPACE, OWNER).await;
    let models = owner.get("/admin/models").await;
    assert!(
        models.body.contains("ask the same in other words"),
        "{}",
        models.body
    );
    assert!(!models.body.contains("has no encoder"));
    assert_eq!(
        learned_after_a_restart(&server, &anna).await,
        Some(CacheStatus::Miss)
    );
    let _ = std::fs::remove_dir_all(&folder);
}

/// A wrong answer is remembered by the next process: the same likeness is not enough any more.
async fn learned_after_a_restart(server: &Server, anna: &Browser) -> Option<CacheStatus> {
    let (turn, _) = anna
        .converse(&asked("How could I reset my password?"))
        .await;
    let again = SendMessage {
        alias: Some(ALIAS.to_owned()),
        ..again(turn.conversation, turn.question.id)
    };
    let (_, fresh) = anna.converse(&again).await;
    assert!(matches!(fresh.end, Some(AnswerEnd::Done { .. })));
    server.signal(nix::sys::signal::Signal::SIGTERM);
    let _ = server.ended().await;
    server.start().await;
    let anna = Browser::enter(server, WORKSPACE, MEMBER).await;
    receipt(&anna, "How do I reset my password?").await;
    receipt(&anna, "How could I reset my password?").await.cache
}

async fn receipt(browser: &Browser, text: &str) -> Receipt {
    let (_, shown) = browser.converse(&asked(text)).await;
    match shown.end {
        Some(AnswerEnd::Done { receipt }) => receipt,
        other => panic!("not answered: {other:?}"),
    }
}

fn asked(text: &str) -> SendMessage {
    SendMessage {
        alias: Some(ALIAS.to_owned()),
        ..question(text)
    }
}

/// The real weights. `None` only outside continuous integration.
fn weights() -> Option<PathBuf> {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let folder = set("MINILM_DIR").filter(|_| cfg!(feature = "local-embeddings"));
    assert!(
        folder.is_some() || set("CI").is_none(),
        "build with local-embeddings and set MINILM_DIR to the weights of end2end/minilm/fetch.sh"
    );
    if folder.is_none() {
        say("skipped: no MINILM_DIR, or built without local-embeddings");
    }
    folder.map(PathBuf::from)
}

/// Serves the files of a folder on a loopback port, as a public store does.
async fn serve(folder: PathBuf) -> String {
    let file = move |At(name): At<String>| {
        let path = folder.join(Path::new(&name).file_name().unwrap_or_default());
        async move {
            tokio::fs::read(path)
                .await
                .map_err(|_| StatusCode::NOT_FOUND)
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/weights/{name}", get(file));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/weights")
}
