//! Vectors of texts at the engine's door: one model, the tenant's key, money, limits and ledger.

use crate::harness::{House, PRICE, facts, settings, target, tenant};
use crate::upstream::{Act, Upstream, nobody, status};
use contract::keys::{KeyPlace, KeyProvider};
use contract::{LimitScope, NanoUsd, Pace};
use engine::{
    EmbedRequest, Embedded, Fault, How, Input, NotEmbedded, PaceLimit, Provider, Refusal, Strategy,
    Target, admit,
};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::timeout;

fn texts(texts: &[&str]) -> EmbedRequest {
    EmbedRequest {
        inputs: texts.iter().map(|it| Input::Text((*it).into())).collect(),
        ..EmbedRequest::default()
    }
}

/// An answer with `vectors` vectors, for which `tokens` were read.
fn vectors(vectors: &[[f32; 2]], tokens: u64) -> Vec<Act> {
    let data: Vec<_> = vectors
        .iter()
        .enumerate()
        .map(|(index, vector)| serde_json::json!({"index": index, "embedding": vector}))
        .collect();
    let usage = serde_json::json!({"prompt_tokens": tokens, "total_tokens": tokens});
    let body = serde_json::json!({"object": "list", "data": data, "usage": usage});
    status(200, "", &body.to_string())
}

fn model(base_url: &str, number: u128, model: &str) -> Target {
    Target {
        model: model.into(),
        ..target(base_url, number)
    }
}

async fn embed(
    house: &House,
    targets: Vec<Target>,
    request: EmbedRequest,
) -> Result<Embedded, NotEmbedded> {
    let told = house.engine.embed(admit(facts(targets)).unwrap(), request);
    let told = timeout(Duration::from_mins(1), told).await.unwrap();
    house.settled().await;
    told
}

#[tokio::test]
async fn vectors_come_in_order_and_are_paid_for_by_the_tenants_key() {
    let upstream = Upstream::start(vec![vectors(&[[1.0, 0.0], [0.0, 1.0]], 9)]).await;
    let house = House::new(settings());
    let told = embed(
        &house,
        vec![target(&upstream.base_url(), 7)],
        texts(&["one", "other"]),
    );
    let told = told.await.unwrap();
    assert_eq!(told.embeddings.vectors, [[1.0, 0.0], [0.0, 1.0]]);
    assert_eq!((told.model.as_str(), told.attempts), ("tiny", 1));
    assert_eq!(told.cost, Some(NanoUsd::new(9)));
    let requests = upstream.requests();
    assert!(requests[0].starts_with("POST /v1/embeddings "));
    assert!(
        requests[0].contains("Bearer sk-loopback-7")
            || requests[0].contains("bearer sk-loopback-7")
    );
    let (intents, settlements) = (house.intents(), house.settlements());
    assert_eq!((intents.len(), settlements.len()), (1, 1));
    assert_eq!(settlements[0].intent, intents[0]);
    assert_eq!(settlements[0].how, How::Complete);
    assert_eq!(settlements[0].cost, Some(NanoUsd::new(9)));
    assert!(!settlements[0].estimated);
    assert_eq!(house.engine.meters().reserved(tenant(1)), NanoUsd::ZERO);
    let entries = format!("{intents:?} {settlements:?}");
    assert!(!entries.contains("other"), "no word of the texts");
}

#[tokio::test]
async fn another_key_with_the_same_model_takes_over_and_another_model_never() {
    let down = Upstream::start(vec![status(503, "", "{}")]).await;
    let other = Upstream::start(vec![vectors(&[[1.0, 0.0]], 1)]).await;
    let same = Upstream::start(vec![vectors(&[[0.0, 1.0]], 1)]).await;
    let house = House::new(settings());
    let first = model(&down.base_url(), 1, "small");
    let large = model(&other.base_url(), 2, "large");
    let small = model(&same.base_url(), 3, "small");
    let told = embed(
        &house,
        vec![first.clone(), large.clone(), small],
        texts(&["a"]),
    );
    let told = told.await.unwrap();
    assert_eq!(told.embeddings.vectors, [[0.0, 1.0]]);
    assert_eq!((told.key_name.as_str(), told.attempts), ("Key 3", 2));
    assert!(other.requests().is_empty());

    let house = House::new(settings());
    let told = embed(&house, vec![first, large], texts(&["a"])).await;
    assert_eq!(told.unwrap_err().fault, Fault::ProviderDown);
    assert!(other.requests().is_empty(), "no vector of another model");
}

#[tokio::test]
async fn no_strategy_and_no_missing_price_puts_another_model_first() {
    let large = Upstream::start(vec![vectors(&[[1.0, 0.0]], 1)]).await;
    let small = Upstream::start(vec![vectors(&[[0.0, 1.0]], 1)]).await;
    let house = House::new(settings());
    let targets = || {
        vec![
            model(&small.base_url(), 1, "small"),
            model(&large.base_url(), 2, "large"),
        ]
    };
    for strategy in Strategy::ALL {
        let mut facts = facts(targets());
        facts.route.as_mut().unwrap().strategy = strategy;
        let told = house
            .engine
            .embed(admit(facts).unwrap(), texts(&["a"]))
            .await;
        assert_eq!(told.unwrap().model, "small", "{strategy:?}");
    }
    // Under a cap, a target without a price is out; its model stays the one that is asked for.
    house.seed(0);
    let mut facts = facts(targets());
    facts.route.as_mut().unwrap().targets[0].price = None;
    facts.budget = Some(NanoUsd::from_usd(1));
    let told = house
        .engine
        .embed(admit(facts).unwrap(), texts(&["a"]))
        .await;
    assert_eq!(told.unwrap_err().fault, Fault::NoTarget);
    assert!(large.requests().is_empty());
}

#[tokio::test]
async fn a_fault_that_passes_is_tried_again_and_a_bad_request_is_not() {
    let mut often = settings();
    often.retries = 2;
    let good = vectors(&[[1.0, 0.0]], 1);
    let upstream = Upstream::start(vec![status(502, "", "{}"), good]).await;
    let house = House::new(often.clone());
    let told = embed(&house, vec![target(&upstream.base_url(), 7)], texts(&["a"]));
    assert_eq!(told.await.unwrap().attempts, 2);
    assert_eq!(house.settlements().len(), 2);

    let refuses = Upstream::start(vec![status(400, "", "{}")]).await;
    let other = Upstream::start(vec![vectors(&[[1.0, 0.0]], 1)]).await;
    let house = House::new(often);
    let targets = vec![target(&refuses.base_url(), 7), target(&other.base_url(), 8)];
    let told = embed(&house, targets, texts(&["a"])).await.unwrap_err();
    assert_eq!((told.fault, told.attempts), (Fault::BadRequest, 1));
    assert!(other.requests().is_empty());
    assert_eq!(house.settlements()[0].cost, Some(NanoUsd::ZERO));
}

#[tokio::test]
async fn a_refused_key_cools_and_says_when() {
    let upstream = Upstream::start(vec![status(401, "", "{}")]).await;
    let house = House::new(settings());
    for _ in 0..2 {
        let told = embed(&house, vec![target(&upstream.base_url(), 7)], texts(&["a"]));
        let told = told.await.unwrap_err();
        assert_eq!(told.fault, Fault::KeyRejected);
        assert!(told.retry_after.is_some() && told.payer.is_some());
    }
    // The only key there is may be tried early, once; a third would wait.
    assert!(upstream.requests().len() <= 2);
}

#[tokio::test]
async fn money_is_held_before_it_is_spent_and_limits_count() {
    let upstream = Upstream::start(vec![vectors(&[[1.0, 0.0]], 2)]).await;
    let house = House::new(settings());
    house.seed(0);
    let capped = |cap: i64| {
        let mut facts = facts(vec![target(&upstream.base_url(), 7)]);
        facts.budget = Some(NanoUsd::new(cap));
        admit(facts).unwrap()
    };
    let long = "word ".repeat(100);
    let told = house.engine.embed(capped(100), texts(&[&long])).await;
    assert_eq!(told.unwrap_err().fault, Fault::OverBudget);
    assert!(upstream.requests().is_empty(), "125 tokens do not fit");
    // What is not written is not held: an answer's usual length would not have fitted either.
    let told = house.engine.embed(capped(126), texts(&[&long])).await;
    assert_eq!(told.unwrap().cost, Some(NanoUsd::new(2)));

    let mut facts = facts(vec![target(&upstream.base_url(), 7)]);
    facts.limits.paces = vec![PaceLimit {
        scope: LimitScope::Workspace,
        model: None,
        pace: Pace {
            requests_per_minute: Some(1),
            ..Pace::default()
        },
    }];
    let admitted = || admit(facts.clone()).unwrap();
    assert!(house.engine.embed(admitted(), texts(&["a"])).await.is_ok());
    let told = house
        .engine
        .embed(admitted(), texts(&["a"]))
        .await
        .unwrap_err();
    assert_eq!(told.fault, Fault::TooFast);
    assert!(told.limit.is_some() && told.retry_after.is_some());
    house.settled().await;
    assert_eq!(house.engine.meters().reserved(tenant(1)), NanoUsd::ZERO);
}

#[tokio::test]
async fn whoever_goes_away_ends_the_call_and_it_is_settled() {
    let upstream = Upstream::start(vec![vec![Act::AwaitClose]]).await;
    let house = House::new(settings());
    let admission = admit(facts(vec![target(&upstream.base_url(), 7)])).unwrap();
    let told = house.engine.embed(admission, texts(&["eight by"]));
    assert!(timeout(Duration::from_millis(300), told).await.is_err());
    upstream.until_closed().await;
    house.settled().await;
    let settlements = house.settlements();
    assert_eq!(settlements[0].how, How::Stopped);
    // It had the texts; what it did with them is our estimate.
    assert!(settlements[0].estimated);
    assert_eq!(settlements[0].cost, Some(PRICE.cost(2, 0)));
}

#[tokio::test]
async fn a_provider_that_takes_one_text_at_once_is_one_row_of_the_ledger() {
    let told = "x-amzn-bedrock-input-token-count: 5\r\n";
    let upstream = Upstream::start(vec![status(200, told, r#"{"embedding":[0.5,0.5]}"#)]).await;
    let house = House::new(settings());
    let mut titan = model(&upstream.base_url(), 7, "amazon.titan-embed-text-v2:0");
    titan.key.provider = Provider::Keyed(KeyProvider::Bedrock);
    titan.key.place = KeyPlace {
        region: Some("eu-central-1".into()),
        ..KeyPlace::default()
    };
    let six = texts(&["a", "b", "c", "d", "e", "f"]);
    let told = embed(&house, vec![titan], six).await.unwrap();
    assert_eq!(told.embeddings.vectors.len(), 6);
    assert_eq!(told.embeddings.input_tokens, Some(30));
    assert_eq!(upstream.requests().len(), 6);
    assert_eq!(house.settlements().len(), 1);
    assert_eq!(house.settlements()[0].cost, Some(NanoUsd::new(30)));
}

#[tokio::test]
async fn what_is_no_answer_is_a_fault() {
    let short = vectors(&[[1.0, 0.0]], 1);
    let endless = vec![
        Act::Send("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n".into()),
        Act::Repeat("[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]".into()),
    ];
    for (script, count) in [(short, 2), (endless, 1)] {
        let upstream = Upstream::start(vec![script]).await;
        let house = House::new(settings());
        let asked = texts(&["a", "b"][..count]);
        let told = embed(&house, vec![target(&upstream.base_url(), 7)], asked);
        assert_eq!(told.await.unwrap_err().fault, Fault::Cut);
        assert!(house.settlements()[0].estimated, "it may have worked");
    }
    let house = House::new(settings());
    let told = embed(&house, vec![Target::demo()], texts(&["a"])).await;
    assert_eq!(told.unwrap_err().fault, Fault::NoTarget);
    let told = embed(&house, vec![target(&nobody().await, 7)], texts(&["a"])).await;
    assert_eq!(told.unwrap_err().fault, Fault::ProviderDown);
    let refused = admit(facts(Vec::new())).unwrap_err();
    assert_eq!(refused, Refusal::NoRoute);
}

#[tokio::test]
async fn without_a_ledger_no_vector_is_given_away() {
    let upstream = Upstream::start(vec![vectors(&[[1.0, 0.0]], 1)]).await;
    let house = House::new(settings());
    house.ledger.refuse_intents.store(true, Ordering::SeqCst);
    let told = embed(&house, vec![target(&upstream.base_url(), 7)], texts(&["a"]));
    assert_eq!(told.await.unwrap_err().fault, Fault::LedgerDown);
    assert_eq!(house.settlements().len(), 1);
}
