//! A small real HTTP server on a loopback port: one thread for each connection, one answer on each.
//! Streams go out in pieces that heed neither events nor characters.

use crate::scenes::{Scene, scene};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use wire::door::{Door, Head, Trouble, TroubleKind, read_embeddings, write_embeddings};
use wire::embeddings::{Embeddings, Input};

/// Bytes of a piece. No divisor of anything.
const PIECE: usize = 37;
/// Largest body read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Requests so far, by the model they asked for.
pub(crate) type Hits = Arc<Mutex<BTreeMap<String, u32>>>;

/// A running server; it stops when this goes.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    over: Arc<AtomicBool>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // Wakes the one who waits for connections.
        let _ = TcpStream::connect(self.address);
    }
}

pub(crate) fn start() -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let hits = Hits::default();
    let stop = over.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let hits = hits.clone();
            thread::spawn(move || serve(stream.unwrap(), &hits));
        }
    });
    Server { address, over }
}

struct Request {
    path: String,
    body: Vec<u8>,
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    assert!(length <= LARGEST);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { path, body })
}

fn serve(mut stream: TcpStream, hits: &Hits) {
    let Some(request) = read(&stream) else { return };
    stream.set_nodelay(true).unwrap();
    if let Some(model) = request.path.strip_prefix("/hits/") {
        let count = hits.lock().unwrap().get(model).copied().unwrap_or(0);
        return send(
            &mut stream,
            200,
            &[],
            "application/json",
            count.to_string().as_bytes(),
        );
    }
    let path = request.path.split('?').next().unwrap_or_default();
    if path == "/v1/embeddings" {
        return embed(&mut stream, &request.body);
    }
    let door = match path {
        "/v1/chat/completions" => Door::OpenAi,
        "/v1/responses" => Door::Responses,
        "/v1/messages" => Door::Anthropic,
        _ => Door::Gemini,
    };
    answer(&mut stream, door, &request, hits);
}

fn answer(stream: &mut TcpStream, door: Door, request: &Request, hits: &Hits) {
    let asked = match door.read(&request.path, &request.body) {
        Ok(asked) => asked,
        Err(wrong) => return refuse(stream, door, &wrong.into()),
    };
    let hit = {
        let mut hits = hits.lock().unwrap();
        let hit = hits.entry(asked.alias.clone()).or_default();
        *hit += 1;
        *hit
    };
    let head = Head {
        id: "one".into(),
        model: asked.alias.clone(),
        created: 1_790_000_000,
        echo: asked.echo.clone(),
    };
    match scene(&asked, hit) {
        Scene::Refuse(trouble) => refuse(stream, door, &trouble),
        Scene::Say(events) if asked.stream => {
            let mut bytes = Vec::new();
            let mut encoder = door.encoder(head, asked.include_usage);
            for event in &events {
                if asked.alias == "slow" {
                    bytes.extend_from_slice(door.keep_alive());
                }
                encoder.write(event, &mut bytes);
            }
            encoder.finish(&mut bytes);
            send(stream, 200, &[], "text/event-stream", &bytes);
        }
        Scene::Say(events) => match door.write_whole(&head, &events) {
            Ok(body) => send(stream, 200, &[], "application/json", &body),
            Err(trouble) => refuse(stream, door, &trouble),
        },
    }
}

/// Each vector tells what was read: how many letters or tokens, and how long it was wanted.
fn embed(stream: &mut TcpStream, body: &[u8]) {
    let asked = match read_embeddings(body) {
        Ok(asked) => asked,
        Err(wrong) => return refuse(stream, Door::OpenAi, &wrong.into()),
    };
    if asked.alias == "limited" {
        return refuse(
            stream,
            Door::OpenAi,
            &Trouble::new(TroubleKind::RateLimited),
        );
    }
    let length = usize::try_from(asked.request.dimensions.unwrap_or(3)).unwrap();
    let vector = |input: &Input| {
        let read = match input {
            Input::Text(text) => text.chars().count(),
            Input::Tokens(tokens) => tokens.len(),
        };
        vec![f32::from(u16::try_from(read).unwrap()) + 0.1; length]
    };
    let embeddings = Embeddings {
        vectors: asked.request.inputs.iter().map(vector).collect(),
        input_tokens: Some(11),
    };
    let body = write_embeddings(&asked.alias, &embeddings, asked.base64);
    send(stream, 200, &[], "application/json", &body);
}

fn refuse(stream: &mut TcpStream, door: Door, trouble: &Trouble) {
    let refusal = door.refuse(trouble);
    let kind = "application/json";
    send(
        stream,
        refusal.status,
        &refusal.headers,
        kind,
        &refusal.body,
    );
}

/// The end of the connection is the end of the body. Whoever went away early is not a fault.
fn send(stream: &mut TcpStream, status: u16, headers: &[(&str, String)], kind: &str, body: &[u8]) {
    let mut head = format!("HTTP/1.1 {status} -\r\ncontent-type: {kind}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    let pieces = body.chunks(PIECE);
    for piece in std::iter::once(head.as_bytes()).chain(pieces) {
        if stream.write_all(piece).is_err() {
            return;
        }
    }
}
