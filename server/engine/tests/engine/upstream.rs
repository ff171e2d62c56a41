//! A provider that follows a script: one list of acts per connection, on a loopback port.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

/// One thing the provider does on a connection whose request it has read.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Sends bytes as they are.
    Send(String),
    /// The same, where they are no text.
    Bytes(Vec<u8>),
    /// Does nothing for a while.
    Wait(Duration),
    /// Does nothing until it is told.
    Until(Arc<Notify>),
    /// Sends the same bytes until the other side closes.
    Repeat(String),
    /// Closes with a reset instead of an end.
    Reset,
    /// Waits until the other side closes, and notes it.
    AwaitClose,
}

/// A running provider. It stops with the test.
pub(crate) struct Upstream {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
    closed: Arc<Notify>,
}

pub(crate) const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                        connection: close\r\n\r\n";

/// One chunk with text.
pub(crate) fn text(text: &str) -> Act {
    let text = text.replace('\n', "\\n");
    Act::Send(format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n"
    ))
}

/// A finish reason.
pub(crate) fn finish(reason: &str) -> Act {
    Act::Send(format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"{reason}\"}}]}}\n\n"
    ))
}

/// Counts and the terminator.
pub(crate) fn usage_and_done(input: u64, output: u64) -> Act {
    Act::Send(format!(
        "data: {{\"choices\":[],\"usage\":{{\"prompt_tokens\":{input},\
         \"completion_tokens\":{output}}}}}\n\ndata: [DONE]\n\n"
    ))
}

/// The head of a stream.
pub(crate) fn head() -> Act {
    Act::Send(HEAD.to_owned())
}

/// A whole good answer of two words.
pub(crate) fn good() -> Vec<Act> {
    vec![
        head(),
        text("Hello "),
        text("there"),
        finish("stop"),
        usage_and_done(9, 2),
    ]
}

/// A response with a status, headers (each ending in a line break) and a JSON body.
pub(crate) fn status(status: u16, headers: &str, body: &str) -> Vec<Act> {
    vec![Act::Send(format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\n{headers}\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))]
}

impl Upstream {
    /// Starts a provider that plays `scripts` for its first connections, in order, and then the
    /// last one again and again.
    pub(crate) async fn start(scripts: Vec<Vec<Act>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let closed = Arc::new(Notify::new());
        let upstream = Self {
            port,
            seen: Arc::clone(&seen),
            closed: Arc::clone(&closed),
        };
        tokio::spawn(async move {
            let mut scripts = VecDeque::from(scripts);
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let script = if scripts.len() > 1 {
                    scripts.pop_front().unwrap()
                } else {
                    scripts[0].clone()
                };
                tokio::spawn(play(socket, script, Arc::clone(&seen), Arc::clone(&closed)));
            }
        });
        upstream
    }

    /// The address an administrator would enter.
    pub(crate) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// The requests so far, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until a connection that awaits its close was closed by the other side.
    pub(crate) async fn until_closed(&self) {
        timeout(Duration::from_secs(20), self.closed.notified())
            .await
            .expect("the upstream connection was never closed");
    }
}

/// An address of this machine where nothing listens.
pub(crate) async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/v1", listener.local_addr().unwrap())
}

async fn play(
    mut socket: TcpStream,
    script: Vec<Act>,
    seen: Arc<Mutex<Vec<String>>>,
    closed: Arc<Notify>,
) {
    let Some(request) = read_request(&mut socket).await else {
        return;
    };
    seen.lock().unwrap().push(request);
    for act in script {
        match act {
            Act::Send(text) => {
                if socket.write_all(text.as_bytes()).await.is_err() {
                    break;
                }
            }
            Act::Bytes(bytes) => {
                if socket.write_all(&bytes).await.is_err() {
                    break;
                }
            }
            Act::Wait(time) => sleep(time).await,
            Act::Until(told) => told.notified().await,
            Act::Repeat(bytes) => {
                while socket.write_all(bytes.as_bytes()).await.is_ok() {
                    tokio::task::yield_now().await;
                }
                closed.notify_one();
            }
            Act::Reset => {
                socket.set_zero_linger().unwrap();
                return;
            }
            Act::AwaitClose => {
                let mut byte = [0];
                while matches!(socket.read(&mut byte).await, Ok(1..)) {}
                closed.notify_one();
            }
        }
    }
}

/// Reads a request with a content length.
async fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = socket.read(&mut piece).await.ok()?;
        if count == 0 {
            return None;
        }
        bytes.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length: usize = head
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")?
                    .trim()
                    .parse()
                    .ok()
            })
            .unwrap_or(0);
        if body.len() >= length {
            return Some(text.into_owned());
        }
    }
}
