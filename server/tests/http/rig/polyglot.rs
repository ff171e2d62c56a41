//! A provider for programs: it speaks chat completions, messages and embeddings on one loopback port,
//! and the model that is asked says what it does.
//!
//! `plain` repeats the question, `calls` asks for a tool and then tells its result, `formed` answers in
//! the form that was asked for, `sees` counts pictures, `forever` talks until the other side hangs up,
//! `slow` thinks for a while first, `busy-once` is busy when it hears a question for the first time,
//! `vectors` makes vectors. The others fail, each as it is called.

use super::polyglot_words::{Language, vectors};
use super::upstream::read_request;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// Everything above the body.
    pub(crate) head: String,
    /// The body, byte for byte.
    pub(crate) raw: String,
    /// The same, read.
    pub(crate) body: Value,
    /// The other side hung up before the answer had ended.
    pub(crate) hung_up: bool,
}

/// The running provider.
pub(crate) struct Polyglot {
    port: u16,
    heard: Arc<Mutex<Vec<Heard>>>,
    task: JoinHandle<()>,
}

impl Polyglot {
    /// Listens on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, Arc::clone(&log)));
            }
        });
        Self { port, heard, task }
    }

    /// The address an administrator would enter for a provider that names its version in it.
    pub(crate) fn versioned(&self) -> String {
        format!("{}/v1", self.plain())
    }

    /// The address without a version.
    pub(crate) fn plain(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Requests whose body contains `text`, in their order.
    pub(crate) fn heard(&self, text: &str) -> Vec<Heard> {
        let all = self.heard.lock().unwrap();
        let with = all.iter().filter(|one| one.raw.contains(text));
        with.cloned().collect()
    }

    /// How many requests there were.
    pub(crate) fn count(&self) -> usize {
        self.heard.lock().unwrap().len()
    }
}

impl Drop for Polyglot {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut socket: TcpStream, log: Arc<Mutex<Vec<Heard>>>) {
    let Some((head, raw)) = read_request(&mut socket).await else {
        return;
    };
    let body: Value = serde_json::from_slice(&raw).unwrap_or_default();
    let (index, again) = {
        let mut entries = log.lock().unwrap();
        let text = String::from_utf8_lossy(&raw).into_owned();
        let again = entries.iter().any(|one| one.raw == text);
        entries.push(Heard {
            head: head.clone(),
            raw: text,
            body: body.clone(),
            hung_up: false,
        });
        (entries.len() - 1, again)
    };
    let path = head.split(' ').nth(1).unwrap_or_default();
    let played = match Language::at(path) {
        Some(language) => play(&mut socket, language, &body, again).await,
        None if path.ends_with("/embeddings") => {
            answer(&mut socket, "200 OK", "", &vectors(&body)).await
        }
        None => answer(&mut socket, "404 Not Found", "", "{}").await,
    };
    if played.is_none() {
        log.lock().unwrap()[index].hung_up = true;
    }
}

/// `None`: the other side hung up.
async fn play(socket: &mut TcpStream, language: Language, body: &Value, again: bool) -> Option<()> {
    let model = body["model"].as_str().unwrap_or_default();
    let refused = |status, headers| (status, headers, Language::refusal(model));
    let refusal = match model {
        "limited" => refused("429 Too Many Requests", "retry-after: 30\r\n"),
        "busy-once" if !again => refused("429 Too Many Requests", "retry-after: 1\r\n"),
        "failed" => refused("500 Internal Server Error", ""),
        "unavailable" => refused("503 Service Unavailable", ""),
        "overloaded" => refused("529 Overloaded", ""),
        "no-credit" => refused("429 Too Many Requests", ""),
        "revoked" => refused("401 Unauthorized", ""),
        "forbidden-content" | "too-long" => refused("400 Bad Request", ""),
        _ => {
            return stream(socket, language, model, body).await;
        }
    };
    answer(socket, refusal.0, refusal.1, &refusal.2).await
}

async fn stream(
    socket: &mut TcpStream,
    language: Language,
    model: &str,
    body: &Value,
) -> Option<()> {
    let kind = "content-type: text/event-stream\r\nconnection: close\r\n\r\n";
    write(socket, &format!("HTTP/1.1 200 OK\r\n{kind}")).await?;
    match model {
        "garbage" => return write(socket, "data: {\"choices\": [ <html>\n\n").await,
        "inside" => return write(socket, &language.error_inside()).await,
        "silent" => return await_close(socket).await,
        "slow" => sleep(Duration::from_millis(700)).await,
        _ => {}
    }
    write(socket, &language.begin()).await?;
    match model {
        "cut" => return write(socket, &(language.open() + &language.text("Half an "))).await,
        "forever" => {
            write(socket, &language.open()).await?;
            loop {
                write(socket, &language.text("word ")).await?;
                sleep(Duration::from_millis(20)).await;
            }
        }
        "calls" => {
            if let Some(result) = language.tool_result(body) {
                write(socket, &language.open()).await?;
                write(socket, &language.text(&format!("It is {result}."))).await?;
                return write(socket, &language.end(false)).await;
            }
            let call = language.call("call_1", "weather", "{\"city\":\"Oslo\"}");
            write(socket, &(call + &language.end(true))).await
        }
        _ => {
            write(socket, &language.open()).await?;
            for piece in Language::said(model, body).split_inclusive(' ') {
                let piece = match body["logprobs"].as_bool() {
                    Some(true) => language.weighed(piece),
                    _ => language.text(piece),
                };
                write(socket, &piece).await?;
            }
            write(socket, &language.end(false)).await
        }
    }
}

async fn answer(socket: &mut TcpStream, status: &str, headers: &str, body: &str) -> Option<()> {
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}content-length: \
         {length}\r\nconnection: close\r\n\r\n{body}"
    );
    write(socket, &text).await
}

async fn write(socket: &mut TcpStream, text: &str) -> Option<()> {
    socket.write_all(text.as_bytes()).await.ok()
}

/// Says nothing more until the other side hangs up.
async fn await_close(socket: &mut TcpStream) -> Option<()> {
    let mut byte = [0];
    while matches!(socket.read(&mut byte).await, Ok(1..)) {}
    None
}
