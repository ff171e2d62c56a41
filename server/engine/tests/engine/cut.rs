//! Answers that break off: never taken for complete, never larger than allowed.

use crate::harness::{House, Told, settings, target};
use crate::upstream::{Act, Upstream, finish, good, head, text};
use engine::{Fault, How};

async fn told(script: Vec<Act>) -> (House, Told) {
    let upstream = Upstream::start(vec![script]).await;
    let mut settings = settings();
    settings.max_answer_bytes = 64 * 1024;
    let house = House::new(settings);
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(house.settlements().len(), 1);
    assert_eq!(house.intents().len(), 1);
    (house, told)
}

#[tokio::test]
async fn a_stream_that_ends_between_two_events_is_cut() {
    for end in [vec![], vec![Act::Reset]] {
        let script = [vec![head(), text("Hello ")], end].concat();
        let (house, told) = told(script).await;
        assert_eq!((told.ended.how, told.text.as_str()), (How::Cut, "Hello "));
        let settlement = &house.settlements()[0];
        assert!(settlement.estimated && settlement.cost.is_some());
    }
}

#[tokio::test]
async fn a_chunked_body_without_its_last_chunk_is_cut() {
    let event = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n";
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                transfer-encoding: chunked\r\n\r\n";
    let body = format!("{head}{:x}\r\n{event}\r\n", event.len());
    let (_, told) = told(vec![Act::Send(body)]).await;
    assert_eq!((told.ended.how, told.text.as_str()), (How::Cut, "Hi"));
}

#[tokio::test]
async fn an_error_after_text_ends_in_band_and_does_not_fall_back() {
    let error = "data: {\"error\":{\"type\":\"server_error\"}}\n\n";
    let broken = vec![head(), text("Hello "), Act::Send(error.into())];
    let first = Upstream::start(vec![broken]).await;
    let second = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let told = house
        .ask(vec![
            target(&first.base_url(), 7),
            target(&second.base_url(), 8),
        ])
        .await;
    assert_eq!(told.ended.how, How::Failed(Fault::ProviderDown));
    assert_eq!((told.text.as_str(), told.ended.attempts), ("Hello ", 1));
    assert!(second.requests().is_empty());
}

#[tokio::test]
async fn a_success_without_any_event_is_no_answer_and_falls_back() {
    let page = vec![head(), Act::Send("<html>welcome</html>".into())];
    let first = Upstream::start(vec![page]).await;
    let second = Upstream::start(vec![good()]).await;
    let house = House::new(settings());
    let told = house
        .ask(vec![
            target(&first.base_url(), 7),
            target(&second.base_url(), 8),
        ])
        .await;
    assert_eq!((told.ended.how, told.ended.attempts), (How::Complete, 2));
}

#[tokio::test]
async fn an_endless_answer_is_bounded_and_its_connection_closed() {
    let event = "data: {\"choices\":[{\"delta\":{\"content\":\"more and more \"}}]}\n\n";
    let upstream = Upstream::start(vec![vec![head(), Act::Repeat(event.repeat(50))]]).await;
    let mut settings = settings();
    settings.max_answer_bytes = 64 * 1024;
    let house = House::new(settings);
    let told = house.ask(vec![target(&upstream.base_url(), 7)]).await;
    assert_eq!(told.ended.how, How::Cut);
    assert!(told.text.len() <= 64 * 1024 && told.text.len() > 63 * 1024);
    upstream.until_closed().await;
}

#[tokio::test]
async fn a_huge_event_is_refused_before_it_fills_memory() {
    let endless = vec![head(), text("Hi"), Act::Repeat("x".repeat(64 * 1024))];
    let (_, told) = told(endless).await;
    assert_eq!((told.ended.how, told.text.as_str()), (How::Cut, "Hi"));
}

#[tokio::test]
async fn an_answer_withheld_by_policy_is_not_complete() {
    let (_, told) = told(vec![head(), text("Hel"), finish("content_filter")]).await;
    assert_eq!(told.ended.how, How::Failed(Fault::ContentPolicy));
}
