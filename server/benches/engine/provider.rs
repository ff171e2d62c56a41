//! A provider in a process of its own, so that its work is nobody else's.
//!
//! `fixed` answers after 20 ms, `jitter` after 30 to 90, `now` at once; each with 16 words. `paced` says
//! a word every 10 ms, `long` one every half second. `refuse` fails at once.

use crate::timing::now;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use futures_util::stream;
use serde_json::json;
use std::convert::Infallible;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Set for the process that plays the provider.
pub(crate) const ROLE: &str = "LIVERY_BENCH_PROVIDER";
/// Words of an answer, the two with times apart.
const WORDS: usize = 16;
/// Words of a paced one, and the time between two.
pub(crate) const PACED_WORDS: usize = 100;
pub(crate) const PACE: Duration = Duration::from_millis(10);

/// The running process; dropping it ends it.
pub(crate) struct Provider {
    child: Child,
    port: u16,
}

impl Provider {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(ROLE, "1")
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

    /// When it last refused, nanoseconds since 1970.
    pub(crate) async fn refused_at(&self) -> u64 {
        let address = format!("http://127.0.0.1:{}/refused", self.port);
        let said = reqwest::get(address).await.unwrap().text().await.unwrap();
        said.parse().unwrap()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Plays the provider until it is killed.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        let listener = axum::serve::ListenerExt::tap_io(listener, |socket| {
            socket.set_nodelay(true).unwrap();
        });
        let router = Router::new()
            .route("/{mode}/v1/chat/completions", post(answer))
            .route("/{mode}/v1/models", get(|| async { r#"{"data":[]}"# }))
            .route("/refused", get(refused))
            .with_state(Arc::<AtomicU64>::default());
        axum::serve(listener, router).await.unwrap();
    });
}

async fn refused(State(refused): State<Arc<AtomicU64>>) -> String {
    refused.load(Ordering::SeqCst).to_string()
}

async fn answer(
    Path(mode): Path<String>,
    State(refused): State<Arc<AtomicU64>>,
    _question: String,
) -> Response {
    let received = now();
    let wait = match mode.as_str() {
        "now" => Duration::ZERO,
        "jitter" => Duration::from_micros(rand::random_range(30_000..=90_000)),
        refusing if refusing.starts_with("refuse") => {
            refused.store(now(), Ordering::SeqCst);
            return (StatusCode::BAD_GATEWAY, "no").into_response();
        }
        _ => Duration::from_millis(20),
    };
    tokio::time::sleep(wait).await;
    let (words, pace) = match mode.as_str() {
        "paced" => (PACED_WORDS, PACE),
        "long" => (60, Duration::from_millis(500)),
        _ => (WORDS, Duration::ZERO),
    };
    let body = stream::unfold(0, move |at| async move {
        if at > 0 && at < words && !pace.is_zero() {
            tokio::time::sleep(pace).await;
        }
        let event = match at {
            0 => word(&format!("{received} {} ", now())),
            at if at < words => word("word "),
            at if at == words => word(&now().to_string()),
            at if at == words + 1 => last(),
            _ => return None,
        };
        Some((Ok::<_, Infallible>(event), at + 1))
    });
    (
        [("content-type", "text/event-stream")],
        Body::from_stream(body),
    )
        .into_response()
}

fn word(word: &str) -> String {
    let chunk = json!({
        "id": "bench", "object": "chat.completion.chunk", "created": 0, "model": "bench-1",
        "choices": [{"index": 0, "delta": {"content": word}, "finish_reason": null}],
    });
    format!("data: {chunk}\n\n")
}

fn last() -> String {
    let finish = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
    let usage = json!({"prompt_tokens": 20, "completion_tokens": 16, "total_tokens": 36});
    let usage = json!({"choices": [], "usage": usage});
    format!("data: {finish}\n\ndata: {usage}\n\ndata: [DONE]\n\n")
}
