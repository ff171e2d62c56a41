//! What a process says when it panics with somebody's words in its hands: where, and nothing of them.
//!
//! Each panic happens in a process of its own, begun as the program begins. The standard library
//! repeats a text that is cut in the middle of a letter, and what a failed `unwrap` holds; the same
//! process without our hook shows that it does.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test fails by panicking, and these are about panics"
)]

use axum::Router;
use axum::routing::get;
use contract::chat::{Ask, SendMessage};
use server::fault;
use std::process::Command;
use tower_http::catch_panic::CatchPanicLayer;

/// Says which panic the process is begun for.
const WHICH: &str = "PANICS_WHICH";
/// Set where the process is begun without our hook.
const BARE: &str = "PANICS_BARE";
/// What somebody wrote.
const WRITTEN: &str = "the merger with Halden is off é";

const CASES: [&str; 5] = ["cut", "unwrap", "task", "blocking", "request"];

#[test]
fn no_panic_repeats_what_was_being_worked_on() {
    for case in CASES {
        for backtrace in ["0", "full"] {
            let told = process(case, backtrace, false);
            assert!(told.contains("its words are left out"), "{case}: {told}");
            assert!(told.contains("panics/main.rs:"), "{case}: {told}");
            assert!(!told.contains("Halden"), "{case}: {told}");
            let frames = told.contains("core::panicking");
            assert_eq!(frames, backtrace == "full", "{case}: {told}");
        }
        let bare = process(case, "0", true);
        assert!(
            bare.contains("Halden"),
            "{case} holds nothing that could be left out: {bare}"
        );
    }
}

/// Everything a process said that panicked in this way.
fn process(case: &str, backtrace: &str, bare: bool) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "panicked_as_asked", "--ignored", "--nocapture"])
        .env(WHICH, case)
        .env("RUST_BACKTRACE", backtrace)
        .env_remove("RUST_LIB_BACKTRACE");
    if bare {
        command.env(BARE, "yes");
    }
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
#[ignore = "runs in a process of its own, begun by the other test"]
fn panicked_as_asked() {
    let Ok(case) = std::env::var(WHICH) else {
        return;
    };
    if std::env::var_os(BARE).is_none() {
        fault::tell_panics_by_place();
    }
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    log.with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        match case.as_str() {
            "cut" => drop(tokio::spawn(async { cut() }).await),
            "unwrap" => drop(tokio::spawn(async { unwrapped() }).await),
            // What becomes of a task is logged where it is waited for.
            "task" => lost(tokio::spawn(async { cut() }).await.err()),
            "blocking" => lost(tokio::task::spawn_blocking(cut).await.err()),
            "request" => request().await,
            other => panic!("there is no case {other}"),
        }
    });
}

fn lost(error: Option<tokio::task::JoinError>) {
    let error = error.unwrap();
    if std::env::var_os(BARE).is_some() {
        tracing::error!(%error, "a task was lost");
    } else {
        fault::internal("working on it", fault::of_task(&error));
    }
}

/// A text cut in the middle of its last letter.
fn cut() -> usize {
    let end = std::hint::black_box(WRITTEN.len() - 1);
    WRITTEN[..end].len()
}

/// A question in the hands of somebody who did not expect it.
fn unwrapped() -> String {
    let message = SendMessage {
        conversation: None,
        ask: Ask::Question {
            parent: None,
            text: WRITTEN.to_owned(),
        },
        alias: None,
        token: String::new(),
    };
    let failed: Result<String, SendMessage> = Err(message);
    std::hint::black_box(failed).unwrap()
}

/// A handler that panics answers, and its connection is good for the next request.
async fn request() {
    let router = Router::new().route("/", get(async || cut().to_string()));
    let router = if std::env::var_os(BARE).is_some() {
        router.layer(CatchPanicLayer::new())
    } else {
        router.layer(server::http::catch_panics())
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let answer = reqwest::get(format!("http://{address}/")).await.unwrap();
    assert!(answer.status().is_server_error());
    assert!(!answer.text().await.unwrap().contains("Halden"));
}
