//! Bodies that are none, and addresses where nothing is: said in the surface's own language, nothing
//! asked, nothing written down.

use super::surface::{ALL, Surface};
use super::{Client, Program, SLUG};
use crate::rig::browser::{Page, read};
use crate::rig::checks::Checks;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// One byte more than is taken.
const TOO_LARGE: usize = 16 * 1024 * 1024 + 1;

pub(super) async fn run(checks: &mut Checks, client: &Client) {
    checks
        .run(
            "door: a body that is wrong is refused in the surface's words, and nothing came of it",
            wrong(client.clone()),
        )
        .await;
    checks
        .run("door: what is wrong names its field", named(client.clone()))
        .await;
    checks
        .run(
            "door: there is nothing at other addresses, and other methods do nothing",
            nowhere(client.clone()),
        )
        .await;
}

/// Status, name and message of a refusal; nothing of what was sent is among its words.
fn told(surface: Surface, page: &Page, expected: (u16, &str)) -> String {
    let refusal = page.refusal();
    assert_eq!(page.status, expected.0, "{surface:?}: {refusal}");
    assert_eq!(surface.name_of(&refusal), expected.1, "{refusal}");
    assert_eq!(page.header("x-should-retry"), "false", "{refusal}");
    assert!(
        !page.body.contains("qz"),
        "what was sent is repeated: {refusal}"
    );
    refusal["error"]["message"].as_str().unwrap().to_owned()
}

async fn wrong(client: Client) {
    let program = Program::with(&client.house, SLUG, &[]).await;
    program.known().await;
    let (before, canary) = (
        client.provider.count(),
        client.house.canaries.fresh("question"),
    );
    for surface in ALL {
        let wrong = (400, "invalid_request_error");
        let good = surface.question("plain", &canary).to_string();
        let deep = "[".repeat(100_000);
        let twice = format!("{{\"model\":\"plain\",{}", &good[1..]);
        let mut broken = good.clone().into_bytes();
        let at = broken.windows(2).position(|two| two == b"qz").unwrap();
        broken[at] = 0xff;
        let bodies: [(&str, Vec<u8>, &str); 7] = [
            ("nothing", Vec::new(), "not JSON"),
            (
                "half",
                good.as_bytes()[..good.len() / 2].to_vec(),
                "not JSON",
            ),
            ("not UTF-8", broken, "not UTF-8"),
            ("deep", deep.into_bytes(), "not JSON"),
            ("twice", twice.into_bytes(), "given twice"),
            ("a list", b"[]".to_vec(), "must be an object"),
            ("two", format!("{good}{good}").into_bytes(), "not JSON"),
        ];
        for (what, body, words) in bodies {
            let page = program.post_raw(surface.path(), body).await;
            let said = told(surface, &page, wrong);
            assert!(said.contains(words), "{surface:?}, {what}: {said}");
        }
        for kind in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
        ] {
            let request = program
                .request(Method::POST, surface.path())
                .body(good.clone());
            let request = match kind {
                Some(kind) => request.header("content-type", kind),
                None => request,
            };
            let page = read(request.send().await.unwrap()).await;
            assert!(told(surface, &page, wrong).contains("content type"));
        }
        let huge = vec![b' '; TOO_LARGE];
        let page = program.post_raw(surface.path(), huge).await;
        told(surface, &page, (413, "request_too_large"));
        let page = surface.ask(&program, "of-nobody", &canary).await;
        let missing = if surface == Surface::Messages {
            "not_found_error"
        } else {
            "model_not_found"
        };
        told(surface, &page, (404, missing));
    }
    broken_off(&client, &program);
    assert_eq!(client.provider.count(), before, "somebody was asked");
    let rows = client.rows_of(&program).await;
    assert!(rows.is_empty(), "{rows:#?}");
}

/// A body that is announced and does not come: the connection ends, and with it all there was.
fn broken_off(client: &Client, program: &Program) {
    let port = client.house.server.port();
    let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {SLUG}.localhost:{port}\r\nauthorization: Bearer \
         {}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{{\"model\":",
        program.token
    );
    socket.write_all(head.as_bytes()).unwrap();
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    let _ = socket.read_to_string(&mut answer);
    assert!(!answer.contains("200 OK"), "{answer}");
}

async fn named(client: Client) {
    let long = "x".repeat(300);
    for (surface, change, field) in [
        (Surface::Chat, json!({"temperature": 7}), "temperature"),
        (Surface::Chat, json!({"n": 9}), "n"),
        (Surface::Chat, json!({"messages": []}), "messages"),
        (
            Surface::Chat,
            json!({"tools": [{"type": "of_mine"}]}),
            "tools[0].type",
        ),
        (Surface::Chat, json!({"model": 7}), "model"),
        (Surface::Chat, json!({"model": long}), "model"),
        (Surface::Responses, json!({"input": 7}), "input"),
        (
            Surface::Responses,
            json!({"tools": [{"type": "web_search"}]}),
            "tools[0].type",
        ),
        (
            Surface::Responses,
            json!({"background": true}),
            "background",
        ),
    ] {
        let mut ask = surface.question("plain", "Hello");
        for (name, value) in change.as_object().unwrap() {
            ask[name] = value.clone();
        }
        let page = client.program.post(surface.path(), &ask).await;
        let refusal = page.refusal();
        assert_eq!(refusal["error"]["param"], field, "{refusal}");
        assert!(!page.body.contains(&long), "{refusal}");
    }
    let ask = json!({"model": "plain", "messages": [{"role": "user", "content": "Hello"}]});
    let page = client.program.post("/v1/messages", &ask).await;
    let refusal: Value = page.refusal();
    let message = refusal["error"]["message"].as_str().unwrap();
    assert_eq!(message, "max_tokens: is required");
}

async fn nowhere(client: Client) {
    let program = &client.program;
    for path in [
        "/v1/nothing",
        "/v1/files",
        "/v1/messages/batches",
        "/v1/chat",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let page = read(program.request(method, path).send().await.unwrap()).await;
            assert_eq!(page.status, 404, "{path}: {}", page.body);
            let refusal = page.refusal();
            let anthropic = path.starts_with("/v1/messages");
            assert_eq!(refusal["type"] == "error", anthropic, "{refusal}");
            let said = refusal["error"]["message"].as_str().unwrap();
            assert_eq!(said, "There is nothing at this address.");
        }
    }
    for surface in ALL {
        for method in [
            Method::GET,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
            Method::OPTIONS,
        ] {
            let page = read(
                program
                    .request(method.clone(), surface.path())
                    .send()
                    .await
                    .unwrap(),
            );
            let page = page.await;
            assert_eq!(page.status, 405, "{method} {}", surface.path());
            let refusal = page.refusal();
            assert_eq!(
                refusal["type"] == "error",
                surface == Surface::Messages,
                "{refusal}"
            );
        }
    }
}
