//! Half answers that another model goes on with: only one that is known to, and only where the
//! route or the reader asks for it.

use crate::harness::{House, Told, ask, facts, settings, target};
use crate::upstream::{Act, Upstream, finish, good, head, text, usage_and_done};
use contract::keys::KeyProvider;
use contract::models::RouteOptions;
use engine::{AdmissionFacts, Broken, Fault, How, Prefill, Provider, Target};

async fn told(house: &House, facts: AdmissionFacts, broken: Broken) -> Told {
    let mut question = ask("Count to four.");
    question.broken = broken;
    let told = house.ask_as(facts, question).await;
    house.settled().await;
    told
}

fn half() -> Vec<Act> {
    vec![head(), text("One, two, ")]
}

/// The rest, with the space that the first half ended in.
fn rest() -> Vec<Act> {
    vec![
        head(),
        text(" three, "),
        text("four."),
        finish("stop"),
        usage_and_done(20, 4),
    ]
}

fn able(base_url: &str, number: u128) -> Target {
    let mut target = target(base_url, number);
    target.facts.prefill = Some(Prefill::LeftOpen);
    target
}

fn going_on(targets: Vec<Target>) -> AdmissionFacts {
    let mut facts = facts(targets);
    let route = facts.route.as_mut().unwrap();
    route.options = RouteOptions {
        goes_on: true,
        ..RouteOptions::default()
    };
    facts
}

#[tokio::test]
async fn a_model_that_can_goes_on_and_the_text_stays() {
    for end in [
        vec![],
        vec![Act::Reset],
        vec![Act::Send(
            "data: {\"error\":{\"type\":\"server_error\"}}\n\n".into(),
        )],
    ] {
        let first = Upstream::start(vec![[half(), end].concat()]).await;
        let second = Upstream::start(vec![rest()]).await;
        let house = House::new(settings());
        let targets = vec![target(&first.base_url(), 7), able(&second.base_url(), 8)];
        // A reader that can take nothing back, like a program.
        let told = told(&house, going_on(targets), Broken::Abort).await;
        assert_eq!(told.text, "One, two, three, four.");
        assert_eq!((told.ended.how, told.ended.attempts), (How::Complete, 2));
        assert!(told.withdrawn.is_empty());
        assert_eq!(told.continued, ["Key 8"]);
        let asked = second.requests().remove(0);
        assert!(asked.contains("\"continue_final_message\":true"), "{asked}");
        assert!(asked.contains("\"add_generation_prompt\":false"));
        assert!(asked.contains("{\"content\":\"One, two,\",\"role\":\"assistant\"}"));
        // Both are paid for, and both are in the books.
        let settled = house.settlements();
        assert_eq!(settled.len(), 2);
        assert_eq!(house.engine.counted().continued, 1);
    }
}

#[tokio::test]
async fn anthropic_is_told_by_a_last_line_of_its_own() {
    let first = Upstream::start(vec![half()]).await;
    let events = [
        r#"{"type":"message_start","message":{"usage":{"input_tokens":20,"output_tokens":1}}}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" three, four."}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}"#,
        r#"{"type":"message_stop"}"#,
    ];
    let lines = events
        .iter()
        .map(|event| Act::Send(format!("data: {event}\n\n")));
    let script = std::iter::once(head()).chain(lines).collect();
    let second = Upstream::start(vec![script]).await;
    let house = House::new(settings());
    let mut anthropic = target(&second.base_url(), 8);
    anthropic.key.provider = Provider::Keyed(KeyProvider::Anthropic);
    anthropic.model = "claude-sonnet-4-5-20250929".into();
    anthropic.facts.prefill = Prefill::known(
        KeyProvider::Anthropic,
        "https://api.anthropic.com",
        &anthropic.model,
    );
    let targets = vec![target(&first.base_url(), 7), anthropic];
    let told = told(&house, facts(targets), Broken::Continue).await;
    assert_eq!(told.text, "One, two, three, four.");
    assert_eq!(told.ended.how, How::Complete);
    let asked = second.requests().remove(0);
    let body = asked.split_once("\r\n\r\n").unwrap().1;
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let last = body["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["role"], "assistant");
    assert_eq!(
        last["content"][0]["text"], "One, two,",
        "no space behind it"
    );
}

#[tokio::test]
async fn a_model_that_is_not_known_to_is_never_asked_to() {
    let first = Upstream::start(vec![half()]).await;
    let second = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let targets = vec![target(&first.base_url(), 7), target(&second.base_url(), 8)];
    let told = told(&house, going_on(targets), Broken::Abort).await;
    assert_eq!(
        (told.text.as_str(), told.ended.how),
        ("One, two, ", How::Cut)
    );
    assert!(second.requests().is_empty() && told.continued.is_empty());
}

#[tokio::test]
async fn a_reader_that_takes_back_gets_a_fresh_answer_where_nobody_can_go_on() {
    let first = Upstream::start(vec![half()]).await;
    let second = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let targets = vec![target(&first.base_url(), 7), target(&second.base_url(), 8)];
    let told = told(&house, going_on(targets), Broken::Restart).await;
    assert_eq!(told.text, "Hello there");
    assert_eq!(told.withdrawn, ["One, two, "]);
}

#[tokio::test]
async fn one_that_fails_before_it_goes_on_leaves_it_to_the_next() {
    let first = Upstream::start(vec![half()]).await;
    let down = Upstream::start(vec![vec![Act::Reset]]).await;
    let third = Upstream::start(vec![rest()]).await;
    let house = House::new(settings());
    let targets = vec![
        target(&first.base_url(), 7),
        able(&down.base_url(), 8),
        able(&third.base_url(), 9),
    ];
    let told = told(&house, facts(targets), Broken::Continue).await;
    assert_eq!(told.text, "One, two, three, four.");
    assert_eq!((told.ended.how, told.ended.attempts), (How::Complete, 3));
}

#[tokio::test]
async fn a_half_that_breaks_off_again_is_gone_on_with_from_there_but_not_for_ever() {
    let first = Upstream::start(vec![half()]).await;
    let more = vec![head(), text("three, ")];
    let second = Upstream::start(vec![more]).await;
    let end = vec![head(), text("four."), finish("stop"), usage_and_done(9, 2)];
    let third = Upstream::start(vec![end]).await;
    let house = House::new(settings());
    let targets = vec![
        target(&first.base_url(), 7),
        able(&second.base_url(), 8),
        able(&third.base_url(), 9),
    ];
    let answer = told(&house, facts(targets), Broken::Continue).await;
    assert_eq!(answer.text, "One, two, three, four.");
    assert!(third.requests()[0].contains("One, two, three,"));

    let again = Upstream::start(vec![half()]).await;
    let mut retrying = settings();
    retrying.retries = 9;
    let house = House::new(retrying);
    let targets = vec![able(&again.base_url(), 7)];
    let answer = told(&house, facts(targets), Broken::Continue).await;
    assert_eq!(answer.ended.how, How::Cut);
    assert!(again.requests().len() <= 3, "half answers are paid for");
}

#[tokio::test]
async fn what_a_provider_withholds_nobody_goes_on_with() {
    let withheld = [half(), vec![finish("content_filter")]].concat();
    let first = Upstream::start(vec![withheld]).await;
    let second = Upstream::start(vec![rest()]).await;
    let house = House::new(settings());
    let targets = vec![target(&first.base_url(), 7), able(&second.base_url(), 8)];
    let mut facts = going_on(targets);
    facts.route.as_mut().unwrap().options.declined_elsewhere = true;
    let told = told(&house, facts, Broken::Continue).await;
    assert_eq!(told.ended.how, How::Failed(Fault::ContentPolicy));
    assert!(second.requests().is_empty());
}

#[tokio::test]
async fn a_half_answer_that_was_gone_on_with_is_not_kept_for_others() {
    let first = Upstream::start(vec![half(), half()]).await;
    let second = Upstream::start(vec![rest()]).await;
    let mut caching = settings();
    caching.cache_bytes = 1024 * 1024;
    let house = House::new(caching);
    for _ in 0..2 {
        let targets = vec![target(&first.base_url(), 7), able(&second.base_url(), 8)];
        let told = told(&house, facts(targets), Broken::Continue).await;
        assert_eq!(told.text, "One, two, three, four.");
        assert!(!told.ended.cache.is_hit());
    }
}
