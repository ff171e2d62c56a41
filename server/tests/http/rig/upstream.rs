//! A provider that speaks the chat-completions dialect on a loopback port, counts what it serves,
//! and takes its stage directions from the question.
//!
//! A question that contains `hold the line` gets a beginning and then silence; one that contains
//! `talk forever` gets words until the other side hangs up; `stutter` gets words with random
//! pauses; `refuse the key` is answered as a revoked key is; every other one gets a short answer at once.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// Tokens every prompt is said to have in the provider's own cache.
pub(crate) const CACHED: u64 = 16;
/// What a held answer says before it falls silent.
pub(crate) const HELD: &str = "This much **arrived**.\n\nAnd then";

/// A request as it arrived, and what was served for it.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    /// Everything above the body, as it came.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Value,
    /// Prompt tokens announced: a number of this request's own.
    pub(crate) prompt_tokens: u64,
    /// Pieces of text written so far, each counted as one token.
    pub(crate) pieces: u64,
    /// The counts were written out, and the answer ended in order.
    pub(crate) told_counts: bool,
    /// The other side hung up before the answer had ended.
    pub(crate) hung_up: bool,
}

/// The running provider.
pub(crate) struct Upstream {
    port: u16,
    served: Log,
    task: JoinHandle<()>,
}

#[derive(Clone, Default)]
struct Log {
    served: Arc<Mutex<Vec<Served>>>,
    /// Added to every number of prompt tokens, so that no two requests share one.
    serial: Arc<AtomicU64>,
}

impl Upstream {
    /// Listens on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = Log::default();
        let log = served.clone();
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, log.clone()));
            }
        });
        Self { port, served, task }
    }

    /// The address an administrator would enter.
    pub(crate) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// Every request so far.
    pub(crate) fn served(&self) -> Vec<Served> {
        self.served.entries().clone()
    }

    /// The requests whose last message contains `text`.
    pub(crate) fn asked(&self, text: &str) -> Vec<Served> {
        let served = self.served().into_iter();
        served.filter(|one| one.question().contains(text)).collect()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Served {
    /// The last message of the conversation.
    pub(crate) fn question(&self) -> &str {
        let messages = self.body["messages"].as_array();
        let last = messages.and_then(|messages| messages.last());
        last.and_then(|last| last["content"].as_str())
            .unwrap_or_default()
    }
}

impl Log {
    fn entries(&self) -> MutexGuard<'_, Vec<Served>> {
        self.served.lock().unwrap()
    }

    fn begin(&self, head: String, body: Value) -> (usize, u64) {
        let prompt_tokens = 1_000 + self.serial.fetch_add(1, Ordering::Relaxed);
        let mut entries = self.entries();
        entries.push(Served {
            head,
            body,
            prompt_tokens,
            pieces: 0,
            told_counts: false,
            hung_up: false,
        });
        (entries.len() - 1, prompt_tokens)
    }

    fn note(&self, index: usize, change: impl FnOnce(&mut Served)) {
        change(&mut self.entries()[index]);
    }
}

/// An answer being written.
struct Answer {
    socket: TcpStream,
    log: Log,
    index: usize,
    prompt_tokens: u64,
    pieces: u64,
}

async fn serve(mut socket: TcpStream, log: Log) {
    let Some((head, body)) = read_request(&mut socket).await else {
        return;
    };
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let (index, prompt_tokens) = log.begin(head, body);
    let question = log.entries()[index].question().to_owned();
    let mut answer = Answer {
        socket,
        log,
        index,
        prompt_tokens,
        pieces: 0,
    };
    if answer.play(&question).await.is_none() {
        answer
            .log
            .note(answer.index, |served| served.hung_up = true);
    }
}

impl Answer {
    /// `None`: the other side hung up.
    async fn play(&mut self, question: &str) -> Option<()> {
        if question.contains("refuse the key") {
            let body = json!({"error": {"code": "invalid_api_key"}}).to_string();
            let length = body.len();
            return self
                .write(&format!(
                    "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\n\
                     content-length: {length}\r\nconnection: close\r\n\r\n{body}"
                ))
                .await;
        }
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        self.write(head).await?;
        if question.contains("hold the line") {
            for piece in HELD.split_inclusive(' ') {
                self.say(piece).await?;
            }
            return self.await_close().await;
        }
        if question.contains("talk forever") {
            loop {
                self.say("word ").await?;
                sleep(Duration::from_millis(20)).await;
            }
        }
        if question.contains("stutter") {
            return self.stutter().await;
        }
        let text = format!("You asked:\n\n> {question}\n\nThat is **all** there is.\n");
        for piece in text.split_inclusive(' ') {
            self.say(piece).await?;
        }
        self.finish().await
    }

    /// Words with random pauses, as many as chance wants; now and then without an end.
    async fn stutter(&mut self) -> Option<()> {
        let mut random = StdRng::seed_from_u64(self.prompt_tokens);
        sleep(Duration::from_millis(random.random_range(0..60))).await;
        for _ in 0..random.random_range(2..24) {
            self.say("word ").await?;
            sleep(Duration::from_millis(random.random_range(0..30))).await;
        }
        if random.random_range(0..8) == 0 {
            return Some(());
        }
        self.finish().await
    }

    async fn say(&mut self, text: &str) -> Option<()> {
        let chunk = json!({"choices": [{"index": 0, "delta": {"content": text}}]});
        self.write(&format!("data: {chunk}\n\n")).await?;
        self.pieces += 1;
        let pieces = self.pieces;
        self.log.note(self.index, |served| served.pieces = pieces);
        Some(())
    }

    async fn finish(&mut self) -> Option<()> {
        let finish = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
        let usage = json!({"choices": [], "usage": {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.pieces,
            "total_tokens": self.prompt_tokens + self.pieces,
            "prompt_tokens_details": {"cached_tokens": CACHED},
        }});
        self.log
            .note(self.index, |served| served.told_counts = true);
        self.write(&format!(
            "data: {finish}\n\ndata: {usage}\n\ndata: [DONE]\n\n"
        ))
        .await
    }

    async fn write(&mut self, text: &str) -> Option<()> {
        self.socket.write_all(text.as_bytes()).await.ok()
    }

    /// Says nothing more until the other side hangs up.
    async fn await_close(&mut self) -> Option<()> {
        let mut byte = [0];
        while matches!(self.socket.read(&mut byte).await, Ok(1..)) {}
        None
    }
}

/// Head and body of a request with a content length.
pub(super) async fn read_request(socket: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut piece = [0; 8192];
    loop {
        let count = socket
            .read(&mut piece)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>().ok())?
        });
        let body = &bytes[end + 4..];
        if body.len() >= length.unwrap_or(0) {
            return Some((head, body.to_vec()));
        }
    }
}
