//! Answers on every surface: what they say, what they say of themselves, and what they cost.

use super::surface::{ALL, Surface};
use super::{Client, SLUG};
use crate::rig::browser::Page;
use crate::rig::checks::Checks;
use crate::rig::polyglot_words::{READ, WRITTEN};
use contract::{NanoUsd, Price};
use reqwest::Method;
use serde_json::{Value, json};

/// What [`crate::rig::PRICE`] says, in nano-USD per million tokens.
const PRICE: Price = Price::new(NanoUsd::new(150_000_000), NanoUsd::new(600_000_000));

pub(super) async fn run(checks: &mut Checks, client: &Client) {
    checks
        .run(
            "door: every surface answers whole and piece by piece, from providers of two languages",
            every_surface(client.clone()),
        )
        .await;
    checks
        .run(
            "door: an answer says who gave it, who pays and what it cost, and the ledger agrees",
            receipts(client.clone()),
        )
        .await;
    checks
        .run(
            "door: the same request again costs nothing, on every surface and never across keys of other models",
            again(client.clone()),
        )
        .await;
    checks
        .run(
            "door: several answers to one request are asked for, paid for and counted one by one",
            several(client.clone()),
        )
        .await;
    checks
        .run(
            "door: how likely tokens were is handed on, and never out of the cache",
            likelihoods(client.clone()),
        )
        .await;
    checks
        .run("door: texts become vectors", vectors(client.clone()))
        .await;
    checks
        .run(
            "door: models are listed in both languages, and a length is estimated",
            models(client.clone()),
        )
        .await;
}

/// `0.000006000` for what one answer of the provider costs.
fn cost() -> String {
    let nano = PRICE.cost(READ, WRITTEN).get();
    format!("0.{nano:09}")
}

async fn every_surface(client: Client) {
    let program = &client.program;
    for surface in ALL {
        for model in ["plain", "claude"] {
            let text = client.house.canaries.fresh("question");
            let whole = surface.ask(program, model, &text).await;
            assert_eq!(whole.status, 200, "{surface:?} {model}: {}", whole.body);
            let body: Value = whole.json();
            assert_eq!(surface.words(&body), format!("You said: {text}"));
            assert_eq!(body["model"], model, "by the name it was asked for");
            assert_eq!(surface.counts(&body), (READ, WRITTEN));
            let text = client.house.canaries.fresh("question");
            let page = surface.follow(program, model, &text).await;
            assert_eq!(page.status, 200, "{surface:?} {model}: {}", page.body);
            assert_eq!(
                page.header("content-type"),
                "text/event-stream; charset=utf-8"
            );
            let events = page.events();
            assert_eq!(surface.said(&events), format!("You said: {text}"));
            assert_eq!(surface.counts(&surface.told(&events)), (READ, WRITTEN));
            let ends = match surface {
                Surface::Chat => page.body.ends_with("data: [DONE]\n\n"),
                Surface::Responses => events.last().unwrap()["type"] == "response.completed",
                Surface::Messages => events.last().unwrap()["type"] == "message_stop",
            };
            assert!(ends, "{surface:?}: {}", page.body);
        }
    }
}

async fn several(client: Client) {
    let (program, surface) = (&client.program, Surface::Chat);
    for model in ["plain", "claude"] {
        let text = client.house.canaries.fresh("question");
        let mut body = surface.question(model, &text);
        body["n"] = 3.into();
        let page = program.post(surface.path(), &body).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let whole: Value = page.json();
        let choices = whole["choices"].as_array().unwrap();
        let indices: Vec<_> = choices
            .iter()
            .map(|it| it["index"].as_u64().unwrap())
            .collect();
        assert_eq!(indices, [0, 1, 2]);
        for choice in choices {
            assert_eq!(choice["message"]["content"], format!("You said: {text}"));
        }
        assert_eq!(surface.counts(&whole), (3 * READ, 3 * WRITTEN));
        let cost = 3 * PRICE.cost(READ, WRITTEN).get();
        assert_eq!(page.header("x-cost-usd"), format!("0.{cost:09}"));
        let heard = client.provider.heard(&text);
        assert_eq!(heard.len(), 3, "each is asked for by itself");
        assert!(
            heard
                .iter()
                .all(|one| one.body["n"].as_u64().unwrap_or(1) == 1)
        );
        let text = client.house.canaries.fresh("question");
        let mut body = surface.streamed(model, &text);
        body["n"] = 2.into();
        let page = program.post(surface.path(), &body).await;
        let events = page.events();
        for index in 0..2 {
            let mine = events
                .iter()
                .map(|it| &it["choices"][0])
                .filter(|it| it["index"] == index);
            let said: String = mine
                .filter_map(|it| it["delta"]["content"].as_str())
                .collect();
            assert_eq!(said, format!("You said: {text}"));
        }
        assert_eq!(
            surface.counts(&surface.told(&events)),
            (2 * READ, 2 * WRITTEN)
        );
        assert_eq!(page.body.matches("[DONE]").count(), 1);
    }
}

async fn likelihoods(client: Client) {
    let (program, surface) = (&client.program, Surface::Chat);
    let text = client.house.canaries.fresh("question");
    let mut body = surface.question("plain", &text);
    body["logprobs"] = true.into();
    for _ in 0..2 {
        let page = program.post(surface.path(), &body).await;
        assert_eq!(
            (page.status, page.header("x-cache")),
            (200, "miss"),
            "{}",
            page.body
        );
        let whole: Value = page.json();
        let tokens = whole["choices"][0]["logprobs"]["content"]
            .as_array()
            .unwrap();
        let told: String = tokens
            .iter()
            .filter_map(|it| it["token"].as_str())
            .collect();
        assert_eq!(told, format!("You said: {text}"));
        assert!(!page.headers.contains_key("x-left-out"));
    }
    let mut body = surface.question("claude", &client.house.canaries.fresh("question"));
    body["logprobs"] = true.into();
    let page = program.post(surface.path(), &body).await;
    assert_eq!(page.header("x-left-out"), "logprobs");
    assert_eq!(page.json::<Value>()["choices"][0]["logprobs"], Value::Null);
}

/// Headers that every answer of a model has, but for the one whose price is known at the end only.
fn assert_receipt(page: &Page, provider: &str, key: &str) {
    for (name, value) in [
        ("x-served-provider", provider),
        ("x-served-model", "plain"),
        ("x-paid-by-key", key),
        ("x-attempts", "1"),
        ("x-cache", "miss"),
    ] {
        assert_eq!(page.header(name), value, "{name}: {:?}", page.headers);
    }
    let added: f64 = page.header("x-added-ms").parse().unwrap();
    assert!(added >= 0.0, "{added}");
    let names = page.headers.keys().map(|name| name.as_str().to_owned());
    let ours = names.filter(|name| name.contains("livery")).count();
    assert_eq!(ours, 0, "{:?}", page.headers);
}

async fn receipts(client: Client) {
    let program = &client.program;
    for surface in ALL {
        for (model, provider, key) in [
            ("plain", "openai-compatible", "many"),
            ("claude", "anthropic", "claude"),
        ] {
            let ask = |stream: bool| {
                let text = client.house.canaries.fresh("question");
                let body = if stream {
                    surface.streamed(model, &text)
                } else {
                    surface.question(model, &text)
                };
                let request = program.request(Method::POST, surface.path());
                request
                    .header("content-type", "application/json")
                    .header("x-usage-details", "include")
                    .body(body.to_string())
            };
            let whole = crate::rig::browser::read(ask(false).send().await.unwrap()).await;
            assert_receipt(&whole, provider, key);
            assert_eq!(whole.header("x-cost-usd"), cost(), "{surface:?} {model}");
            let request = whole.header("x-request-id").to_owned();
            let body: Value = whole.json();
            assert_details(&body["usage"]["details"], &request, provider);
            let rows = client.house.ledger_of(SLUG, &request).await;
            assert_eq!(rows.len(), 1, "{rows:#?}");
            let row = &rows[0];
            assert_eq!(row["virtual_key"], program.id.as_str(), "{row}");
            assert_eq!(row["member"], Value::Null, "it is nobody's: {row}");
            assert_eq!(row["state"], "settled");
            assert_eq!(row["cost"], PRICE.cost(READ, WRITTEN).get());
            let page = crate::rig::browser::read(ask(true).send().await.unwrap()).await;
            assert_receipt(&page, provider, key);
            let request = page.header("x-request-id").to_owned();
            let told = surface.told(&page.events());
            assert_details(&told["usage"]["details"], &request, provider);
            // Nobody else is told what only some ask for.
            let plain = surface
                .ask(program, model, &client.house.canaries.fresh("question"))
                .await;
            assert!(plain.json::<Value>()["usage"]["details"].is_null());
        }
    }
}

fn assert_details(details: &Value, request: &str, provider: &str) {
    assert_eq!(details["request_id"], request, "{details}");
    assert_eq!(details["served_provider"], provider);
    assert_eq!(details["served_model"], "plain");
    assert_eq!(details["attempts"], 1);
    assert_eq!(details["cache"], "miss");
    assert_eq!(details["cost_usd"], cost());
    assert_eq!(details["cost_estimated"], false);
}

async fn again(client: Client) {
    let program = &client.program;
    for surface in ALL {
        let text = client.house.canaries.fresh("question");
        let first = surface.ask(program, "plain", &text).await;
        assert_eq!(first.header("x-cache"), "miss");
        let second = surface.ask(program, "plain", &text).await;
        assert_eq!(second.header("x-cache"), "exact", "{surface:?}");
        assert_eq!(second.header("x-attempts"), "0");
        assert_eq!(second.header("x-cost-usd"), "0.000000000");
        let (one, other): (Value, Value) = (first.json(), second.json());
        assert_eq!(surface.words(&one), surface.words(&other));
        assert_ne!(one["id"], other["id"], "an answer has a name of its own");
        assert_eq!(client.provider.heard(&text).len(), 1);
        let streamed = surface.follow(program, "plain", &text).await;
        assert_eq!(
            surface.said(&streamed.events()),
            format!("You said: {text}")
        );
        // Who wants it fresh gets it fresh.
        let request = program.request(Method::POST, surface.path());
        let fresh = request
            .header("content-type", "application/json")
            .header("cache-control", "no-cache")
            .body(surface.question("plain", &text).to_string());
        let fresh = crate::rig::browser::read(fresh.send().await.unwrap()).await;
        assert_ne!(fresh.header("x-cache"), "exact", "{surface:?}");
        // Another model is another question.
        let other = surface.ask(program, "claude", &text).await;
        assert_eq!(other.header("x-cache"), "miss");
    }
}

async fn vectors(client: Client) {
    let program = &client.program;
    let texts = [
        client.house.canaries.fresh("question"),
        client.house.canaries.fresh("question"),
    ];
    let page = program.embed("vectors", json!(texts)).await;
    let body: Value = page.json();
    assert_eq!(body["data"].as_array().unwrap().len(), 2);
    assert_eq!(body["data"][1]["embedding"], json!([0.5, -0.25, 1.0]));
    assert_eq!(body["usage"]["prompt_tokens"], READ);
    assert_eq!(body["model"], "vectors");
    for (name, value) in [
        ("x-served-provider", "openai-compatible"),
        ("x-paid-by-key", "many"),
        ("x-attempts", "1"),
    ] {
        assert_eq!(page.header(name), value);
    }
    let rows = client
        .house
        .ledger_of(SLUG, page.header("x-request-id"))
        .await;
    assert_eq!(rows[0]["virtual_key"], program.id.as_str());
    assert_eq!(rows[0]["member"], Value::Null);
    let asked = json!({"model": "vectors", "input": texts[0], "encoding_format": "base64"});
    let page = program.post("/v1/embeddings", &asked).await;
    let body: Value = page.json();
    assert_eq!(body["data"][0]["embedding"], "AAAAPwAAgL4AAIA/");
}

async fn models(client: Client) {
    let program = &client.program;
    let list: Value = program.get("/v1/models").await.json();
    let listed = list["data"].as_array().unwrap();
    assert!(listed.iter().any(|model| model["id"] == "plain"), "{list}");
    let one: Value = program.get("/v1/models/plain").await.json();
    assert_eq!(
        (&one["id"], &one["object"]),
        (&json!("plain"), &json!("model"))
    );
    assert_eq!(program.get("/v1/models/of-nobody").await.status, 404);
    let request = program.request(Method::GET, "/v1/models/plain");
    let request = request.header("anthropic-version", "2023-06-01");
    let page = crate::rig::browser::read(request.send().await.unwrap()).await;
    let one: Value = page.json();
    assert_eq!(
        (&one["id"], &one["type"]),
        (&json!("plain"), &json!("model"))
    );
    let before = client.provider.count();
    let lines = json!([{"role": "user", "content": "How long is this?"}]);
    let ask = json!({"model": "plain", "messages": lines});
    let page = program.post("/v1/messages/count_tokens", &ask).await;
    assert!(page.json::<Value>()["input_tokens"].as_u64().unwrap() > 3);
    assert_eq!(page.header("x-estimated"), "true");
    let ask = json!({"model": "of-nobody", "messages": lines});
    assert_eq!(
        program.post("/v1/messages/count_tokens", &ask).await.status,
        404
    );
    assert_eq!(client.provider.count(), before, "nobody is asked for it");
}
