//! Faults that have no file of their own: each with the tries made, what the reader saw, and what
//! was settled.

use crate::harness::{House, settings, target};
use crate::upstream::{Act, Upstream, finish, good, head, nobody, status, text, usage_and_done};
use contract::NanoUsd;
use engine::{Fault, How};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What one target makes of a script, and what the next one is asked.
struct Row {
    name: &'static str,
    script: Vec<Act>,
    fault: Fault,
    /// The first attempt cost nothing.
    free: bool,
}

fn row(name: &'static str, script: Vec<Act>, fault: Fault, free: bool) -> Row {
    Row {
        name,
        script,
        fault,
        free,
    }
}

fn raw(bytes: &str) -> Vec<Act> {
    vec![Act::Send(bytes.to_owned())]
}

/// Sixteen mebibytes of nothing but zeros, some two hundred times smaller on the wire.
fn bomb() -> Vec<Act> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n\
                connection: close\r\n\r\n";
    // RFC 1951 with fixed codes: a last block, a zero, and then "258 times what was one byte ago".
    let mut bits = vec![true, true, false];
    let mut code = |value: u32, length: u32| {
        bits.extend((0..length).rev().map(|bit| value >> bit & 1 == 1));
    };
    code(0b0011_0000, 8);
    for _ in 0..16 * 1024 * 1024 / 258 {
        code(0b1100_0101, 8);
        code(0, 5);
    }
    code(0, 7);
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    gzip.extend(bits.chunks(8).map(|byte| {
        let bits = byte.iter().enumerate();
        bits.fold(0, |byte, (place, bit)| byte | u8::from(*bit) << place)
    }));
    // Nobody here unpacks what it did not ask for.
    vec![Act::Send(head.to_owned()), Act::Bytes(gzip)]
}

fn rows() -> Vec<Row> {
    use Fault::{Cut, KeyRejected, NoCredit, ProviderDown, RateLimited, Timeout};
    let html =
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<html>Hi</html>";
    vec![
        row(
            "reset before the head",
            vec![Act::Reset],
            ProviderDown,
            false,
        ),
        row("closed before the head", vec![], ProviderDown, false),
        row(
            "half a head",
            raw("HTTP/1.1 200 OK\r\ncontent-"),
            ProviderDown,
            false,
        ),
        row(
            "no HTTP at all",
            raw("SSH-2.0-OpenSSH_9.9\r\n"),
            ProviderDown,
            false,
        ),
        row("reset after the head", vec![head(), Act::Reset], Cut, false),
        row("a page instead of an answer", raw(html), Cut, false),
        row(
            "garbage in events",
            vec![head(), Act::Send("data: {\n\ndata: }{\n\n".into())],
            Cut,
            false,
        ),
        row(
            "garbage as JSON",
            status(200, "", "{\"choices\": [}"),
            Cut,
            false,
        ),
        row(
            "JSON of something else",
            status(200, "", "{\"ok\": true}"),
            Cut,
            false,
        ),
        row("packed although nobody asked", bomb(), Cut, false),
        row("500", status(500, "", "oops"), ProviderDown, true),
        row("502", status(502, "", "<html>"), ProviderDown, true),
        row(
            "503",
            status(503, "retry-after: 3\r\n", "{}"),
            ProviderDown,
            true,
        ),
        row("504", status(504, "", "{}"), Timeout, true),
        row("529", status(529, "", "{}"), ProviderDown, true),
        row("429", status(429, "", "{}"), RateLimited, true),
        row("revoked", status(401, "", "{}"), KeyRejected, true),
        row("no credit", status(402, "", "{}"), NoCredit, true),
    ]
}

#[tokio::test]
async fn every_fault_before_the_first_text_leaves_the_answer_to_the_next_target() {
    for row in rows() {
        let (broken, good) = (
            Upstream::start(vec![row.script]).await,
            Upstream::start(vec![good()]).await,
        );
        let house = House::new(settings());
        let told = house
            .ask(vec![
                target(&broken.base_url(), 7),
                target(&good.base_url(), 8),
            ])
            .await;
        assert_eq!(told.text, "Hello there", "{}", row.name);
        assert!(told.withdrawn.is_empty(), "{}", row.name);
        assert_eq!(told.ended.attempts, 2, "{}", row.name);
        let mut settled = house.settlements();
        settled.sort_by_key(|one| one.intent.number);
        assert_eq!(settled[0].how, How::Failed(row.fault), "{}", row.name);
        let free = settled[0].cost == Some(NanoUsd::ZERO);
        assert_eq!(free, row.free, "{}: {:?}", row.name, settled[0]);
        assert_eq!(settled[0].estimated, !row.free, "{}", row.name);
        assert_eq!(settled[1].how, How::Complete, "{}", row.name);
    }
}

#[tokio::test]
async fn a_refused_connection_leaves_the_answer_to_the_next_target_and_costs_nothing() {
    let good = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let told = house
        .ask(vec![
            target(&nobody().await, 7),
            target(&good.base_url(), 8),
        ])
        .await;
    assert_eq!(
        (told.text.as_str(), told.ended.attempts),
        ("Hello there", 2)
    );
    let mut settled = house.settlements();
    settled.sort_by_key(|one| one.intent.number);
    assert_eq!(settled[0].how, How::Failed(Fault::ProviderDown));
    assert_eq!(settled[0].cost, Some(NanoUsd::ZERO), "nothing was sent");
    assert_eq!(house.engine.counted().fallbacks, 1);
}

#[tokio::test]
async fn what_is_wrong_with_the_question_is_told_and_asked_of_nobody_else() {
    for (body, fault) in [
        (
            "{\"error\":{\"code\":\"content_filter\"}}",
            Fault::ContentPolicy,
        ),
        (
            "{\"error\":{\"code\":\"context_length_exceeded\"}}",
            Fault::ContextTooLong,
        ),
        ("{\"error\":{\"message\":\"odd\"}}", Fault::BadRequest),
    ] {
        let strict = Upstream::start(vec![status(400, "", body)]).await;
        let other = Upstream::start(vec![good()]).await;
        let house = House::new(settings());
        for _ in 0..5 {
            let told = house
                .ask(vec![
                    target(&strict.base_url(), 7),
                    target(&other.base_url(), 8),
                ])
                .await;
            assert_eq!(told.ended.how, How::Failed(fault));
        }
        assert!(other.requests().is_empty(), "{fault:?} is shopped around");
        // It is nobody's fault but the question's: nothing cools.
        assert_eq!(strict.requests().len(), 5, "{fault:?}");
    }
}

#[tokio::test]
async fn a_date_to_come_back_at_is_understood() {
    let soon = std::time::SystemTime::now() + Duration::from_secs(90);
    let header = format!("retry-after: {}\r\n", httpdate::fmt_http_date(soon));
    let upstream = Upstream::start(vec![status(429, &header, "{}")]).await;
    let house = House::new(settings());
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    let wait = told.ended.retry_after.unwrap().as_secs();
    assert!((60..=90).contains(&wait), "{wait} s");
}

#[tokio::test]
async fn a_server_without_tls_is_down_and_is_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let secure = format!("https://{}/v1", listener.local_addr().unwrap());
    // A page instead of a handshake, and TLS that says "handshake failure" (RFC 8446, section 6.2).
    let answers: [&[u8]; 2] = [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        &[21, 3, 3, 0, 2, 2, 40],
    ];
    let server = tokio::spawn(async move {
        let mut all = Vec::new();
        for answer in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            socket.write_all(answer).await.unwrap();
            let mut seen = Vec::new();
            let _ = socket.read_to_end(&mut seen).await;
            all.extend(seen);
        }
        String::from_utf8_lossy(&all).into_owned()
    });
    let house = House::new(settings());
    for _ in answers {
        let told = house.ask(vec![target(&secure, 7)]).await;
        assert_eq!(told.ended.how, How::Failed(Fault::ProviderDown));
        assert_eq!(
            (told.ended.attempts, told.ended.cost),
            (1, Some(NanoUsd::ZERO))
        );
    }
    assert_eq!(house.settlements().len(), 2);
    let seen = server.await.unwrap();
    assert!(!seen.contains("Bearer") && !seen.contains("Hello?"));
}

#[tokio::test]
async fn a_slow_drip_is_an_answer_like_any_other() {
    let mut bytes = Vec::new();
    for act in [
        text("Hello "),
        text("there"),
        finish("stop"),
        usage_and_done(9, 2),
    ] {
        if let Act::Send(text) = act {
            bytes.extend(text.into_bytes());
        }
    }
    let mut script = vec![head()];
    for piece in bytes.chunks(3) {
        script.push(Act::Bytes(piece.to_vec()));
        script.push(Act::Wait(Duration::from_millis(1)));
    }
    let upstream = Upstream::start(vec![script]).await;
    let house = House::new(settings());
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(
        (told.text.as_str(), told.ended.how),
        ("Hello there", How::Complete)
    );
}

#[tokio::test]
async fn a_key_revoked_in_the_middle_of_the_day_gives_way_at_once() {
    let revoked = status(401, "", "{\"error\":{\"code\":\"invalid_api_key\"}}");
    let first = Upstream::start(vec![good(), revoked]).await;
    let second = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let mut payers = Vec::new();
    for _ in 0..4 {
        let told = house
            .ask(vec![
                target(&first.base_url(), 7),
                target(&second.base_url(), 8),
            ])
            .await;
        assert_eq!(told.text, "Hello there");
        payers.push(told.started.unwrap().key_name);
    }
    assert_eq!(payers, ["Key 7", "Key 8", "Key 8", "Key 8"]);
    assert_eq!(first.requests().len(), 2, "a revoked key is left alone");
}
