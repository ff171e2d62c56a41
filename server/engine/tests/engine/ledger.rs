//! The ledger's rules: durable before the first text, exactly one settlement, whatever fails.

use crate::harness::{House, ask, collect, facts, settings, target, tenant};
use crate::upstream::{Act, Upstream, good, head, text};
use contract::NanoUsd;
use engine::{CancellationToken, Fault, How, Target};
use futures_util::StreamExt;
use std::sync::atomic::Ordering;
use std::time::Duration;

#[tokio::test]
async fn no_text_is_released_before_the_intent_is_durable() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    *house.ledger.slow_intent.lock().unwrap() = Duration::from_millis(300);
    let facts = facts(vec![target(&upstream.base_url(), 7)]);
    let mut turn = house.start(facts, ask("Hello?"), CancellationToken::new());
    while let Some(event) = turn.next().await {
        assert!(
            !house.intents().is_empty(),
            "{event:?} came before the intent"
        );
    }
    assert_eq!(upstream.requests().len(), 1);
}

#[tokio::test]
async fn a_ledger_that_refuses_the_intent_means_no_answer() {
    let upstream = Upstream::start(vec![vec![head(), text("Hello "), Act::AwaitClose]]).await;
    let house = House::new(settings());
    house.ledger.refuse_intents.store(true, Ordering::SeqCst);
    let told = house
        .ask(vec![target(&upstream.base_url(), 7), Target::demo()])
        .await;
    assert_eq!(told.ended.how, How::Failed(Fault::LedgerDown));
    assert!(told.text.is_empty() && told.started.is_none());
    assert_eq!(
        told.ended.attempts, 1,
        "nobody else is asked without a ledger"
    );
    assert_eq!(house.settlements().len(), 1);
}

#[tokio::test]
async fn a_ledger_that_never_answers_is_a_ledger_that_refuses() {
    let upstream = Upstream::start(vec![good()]).await;
    let mut settings = settings();
    settings.limits.ledger = Duration::from_millis(100);
    let house = House::new(settings);
    *house.ledger.slow_intent.lock().unwrap() = Duration::from_mins(5);
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(told.ended.how, How::Failed(Fault::LedgerDown));
    assert!(told.text.is_empty());
}

#[tokio::test]
async fn a_panic_inside_a_turn_is_settled_told_and_gives_the_money_back() {
    let house = House::new(settings());
    house.ledger.panic_on_intent.store(true, Ordering::SeqCst);
    let turn = house.start(
        facts(vec![Target::demo()]),
        ask("Hello?"),
        CancellationToken::new(),
    );
    let told = collect(turn).await;
    assert_eq!(told.ended.how, How::Failed(Fault::Internal));
    house.settled().await;
    assert_eq!(house.settlements().len(), 1);
    assert_eq!(house.settlements()[0].how, How::Failed(Fault::Internal));
    assert_eq!(house.engine.meters().reserved(tenant(1)), NanoUsd::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_settlement_is_tried_again_and_written_once() {
    let house = House::new(settings());
    *house.ledger.refuse_settlements.lock().unwrap() = 3;
    let told = house.ask(vec![Target::demo()]).await;
    assert_eq!(told.ended.how, How::Complete);
    assert_eq!(house.settlements().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_end_waits_for_the_settlement_only_where_asked_to() {
    for hold in [false, true] {
        let mut settings = settings();
        settings.hold_for_ledger = hold;
        let house = House::new(settings);
        *house.ledger.slow_settlement.lock().unwrap() = Duration::from_secs(5);
        let turn = house.start(
            facts(vec![Target::demo()]),
            ask("Hello?"),
            CancellationToken::new(),
        );
        collect(turn).await;
        assert_eq!(
            house.settlements().len(),
            usize::from(hold),
            "hold = {hold}"
        );
        house.settled().await;
        assert_eq!(house.settlements().len(), 1);
    }
}

#[tokio::test]
async fn entries_hold_ids_and_numbers_but_no_word_of_the_conversation() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let question = ask("the-secret-question");
    house
        .ask_as(facts(vec![target(&upstream.base_url(), 7)]), question)
        .await;
    house.settled().await;
    let entries = format!("{:?} {:?}", house.intents(), house.settlements());
    for word in ["the-secret-question", "Hello", crate::harness::SECRET] {
        assert!(!entries.contains(word), "{word}");
    }
}
