//! Answers that go well, by every road.

use crate::harness::{House, PRICE, SECRET, ask, facts, settings, target};
use crate::upstream::{Upstream, finish, good, head, status, text, usage_and_done};
use contract::NanoUsd;
use engine::{AskMessage, Asker, How, SystemPrompt, Target, Usage};

#[tokio::test]
async fn a_streamed_answer_arrives_is_counted_and_settled_once() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(told.text, "Hello there");
    let started = told.started.unwrap();
    assert_eq!((started.key_name.as_str(), started.attempts), ("Key 7", 1));
    assert!(!started.demo && !started.cache.is_hit());
    let usage = Usage {
        fresh_input: 9,
        output: 2,
        ..Usage::default()
    };
    let ended = told.ended;
    assert_eq!((ended.how, ended.usage), (How::Complete, Some(usage)));
    assert_eq!(ended.cost, Some(NanoUsd::new(13)));
    assert!(!ended.estimated && ended.first_text.is_some());
    let [settlement] = &house.settlements()[..] else {
        panic!("one settlement");
    };
    assert_eq!(settlement.intent, house.intents()[0]);
    assert_eq!(settlement.intent.attempt, started.attempt);
    assert_eq!(
        (settlement.how, settlement.cost),
        (How::Complete, ended.cost)
    );
    assert_eq!(
        (settlement.completion_bytes, settlement.intent.price),
        (11, Some(PRICE))
    );
    assert_eq!(
        house.engine.meters().spent(crate::harness::tenant(1)),
        ended.cost
    );
}

#[tokio::test]
async fn the_request_is_what_the_dialect_asks_for() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let mut conversation = ask("And now?");
    conversation.system = Some(SystemPrompt {
        version: 1,
        text: "Be brief.".into(),
    });
    let engine::Conversation::Chat(messages) = &mut conversation.conversation else {
        unreachable!("a chat was asked");
    };
    let earlier = AskMessage {
        role: Asker::Assistant,
        text: "Earlier.".into(),
    };
    messages.insert(0, earlier);
    let slash = format!("{}/", upstream.base_url());
    house
        .ask_as(facts(vec![target(&slash, 7)]), conversation)
        .await;
    let request = &upstream.requests()[0];
    assert!(
        request.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.contains(&format!("authorization: Bearer {SECRET}7\r\n")),
        "{request}"
    );
    let body = request.split_once("\r\n\r\n").unwrap().1;
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "model": "tiny",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "assistant", "content": "Earlier."},
                {"role": "user", "content": "And now?"},
            ],
            "stream": true,
            "stream_options": {"include_usage": true},
        })
    );
}

#[tokio::test]
async fn missing_counts_are_estimated_and_marked() {
    let script = vec![head(), text("Hello there"), finish("stop")];
    let upstream = Upstream::start(vec![script]).await;
    let house = House::new(settings());
    let ended = house.ask(vec![target(&upstream.base_url(), 7)]).await.ended;
    assert_eq!((ended.how, ended.estimated), (How::Complete, true));
    assert_eq!(ended.usage.map(Usage::output_total), Some(3));
    assert!(house.settlements()[0].estimated);
}

#[tokio::test]
async fn a_truncated_answer_says_so() {
    let script = vec![head(), text("Hel"), finish("length"), usage_and_done(9, 1)];
    let upstream = Upstream::start(vec![script]).await;
    let house = House::new(settings());
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!((told.ended.how, told.text.as_str()), (How::Length, "Hel"));
}

#[tokio::test]
async fn a_peer_that_cannot_stream_is_understood() {
    let body = "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\
                \"content\":\"Whole\"},\"finish_reason\":\"stop\"}],\
                \"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}";
    let upstream = Upstream::start(vec![status(200, "", body)]).await;
    let house = House::new(settings());
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(
        (told.ended.how, told.text.as_str()),
        (How::Complete, "Whole")
    );
    assert!(!told.ended.estimated);
}

#[tokio::test]
async fn the_demo_model_needs_no_key_and_is_always_the_same() {
    let house = House::new(settings());
    let first = house.ask(vec![Target::demo()]).await;
    let second = house.ask(vec![Target::demo()]).await;
    assert_eq!(first.text, second.text);
    assert!(first.text.lines().next().unwrap().contains("demo answer"));
    let started = first.started.unwrap();
    assert!(started.demo && started.provider == "demo");
    let usage = first.ended.usage.unwrap();
    let nano = i64::try_from(usage.fresh_input * 1_000 + usage.output * 2_000).unwrap();
    assert_eq!(first.ended.cost, Some(NanoUsd::new(nano)));
    assert!(
        house
            .settlements()
            .iter()
            .all(|settlement| settlement.intent.demo)
    );
    assert_eq!(house.settlements().len(), 2);
}

#[tokio::test]
async fn an_unknown_price_is_an_unknown_cost_not_zero() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let mut unpriced = target(&upstream.base_url(), 7);
    unpriced.price = None;
    let ended = house.ask(vec![unpriced]).await.ended;
    assert_eq!((ended.how, ended.cost), (How::Complete, None));
    assert_eq!(house.settlements()[0].cost, None);
}
