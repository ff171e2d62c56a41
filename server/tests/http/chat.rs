//! Answers through HTTP alone, from the press of Send to their end.

use crate::rig::House;
use crate::rig::browser::Browser;
use crate::rig::chat::{answer_of, question, question_of};
use crate::rig::checks::Checks;
use crate::rig::frames::Frames;
use crate::rig::upstream::HELD;
use contract::{AnswerEnd, StreamFrame};
use serde_json::json;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "chat: what is stored is what was shown",
            stored(house.clone()),
        )
        .await;
    checks
        .run(
            "chat: the same press twice opens one turn",
            twice(house.clone()),
        )
        .await;
    checks
        .run(
            "chat: who joins late, and a second one, sees everything",
            followers(house.clone()),
        )
        .await;
    checks
        .run(
            "chat: stopping ends the call upstream and keeps the text",
            stopping(house.clone()),
        )
        .await;
    checks
        .run(
            "chat: nobody else follows, stops or reads",
            strangers(house.clone()),
        )
        .await;
}

pub(crate) async fn anna(house: &House) -> Browser {
    Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await
}

async fn stored(house: House) {
    let anna = anna(&house).await;
    let canary = house.canaries.fresh("question");
    let (turn, shown) = anna
        .converse(&question(&format!("What about {canary}?")))
        .await;
    assert!(shown.open.is_empty(), "nothing stays open: {}", shown.open);
    assert!(shown.html().contains(&canary) && shown.html().contains("<strong>all</strong>"));
    let view = anna.conversation(turn.conversation).await;
    assert_eq!(view.messages.len(), 2);
    assert_eq!(
        question_of(&view.messages[0]),
        format!("What about {canary}?")
    );
    let (text, blocks, end) = answer_of(&view.messages[1]);
    assert!(text.starts_with("You asked:\n\n> What about"));
    assert_eq!(blocks, shown.blocks, "stored and shown differ");
    assert_eq!(end, shown.end.as_ref());
    assert!(matches!(end, Some(AnswerEnd::Done { .. })), "{end:?}");
    let late = anna.watch(turn.answer.id).await.rest().await;
    assert_eq!(late, shown, "an ended answer reads the same");
    let page = anna.get(&format!("/c/{}", turn.conversation)).await;
    assert!(
        page.body.contains(&canary),
        "the first HTML holds the conversation"
    );
}

async fn twice(house: House) {
    let anna = anna(&house).await;
    let message = question(&format!("Once only {}", house.canaries.fresh("question")));
    let first = anna.send(&message).await;
    let second = anna.send(&message).await;
    assert_eq!(
        (first.conversation, first.answer.id),
        (second.conversation, second.answer.id)
    );
    anna.watch(first.answer.id).await.rest().await;
    let third = anna.send(&message).await;
    assert_eq!(first.answer.id, third.answer.id);
    assert_eq!(
        anna.conversation(first.conversation).await.messages.len(),
        2
    );
    assert_eq!(
        house.upstream.asked("Once only").len(),
        1,
        "the provider was asked once"
    );
    let at_once = question(&format!(
        "At once only {}",
        house.canaries.fresh("question")
    ));
    let (one, two) = tokio::join!(anna.press_send(&at_once), anna.press_send(&at_once));
    // The slower of two may be told to try again; it must not open a second turn.
    assert!(one.status == 200 || two.status == 200);
    let mut opened: Vec<serde_json::Value> = [one, two]
        .iter()
        .filter(|page| page.status == 200)
        .map(|page| page.json::<serde_json::Value>()["answer"]["id"].clone())
        .collect();
    opened.dedup();
    assert_eq!(opened.len(), 1, "one press, two turns");
}

async fn followers(house: House) {
    let anna = anna(&house).await;
    let text = format!("hold the line {}", house.canaries.fresh("question"));
    let turn = anna.send(&question(&text)).await;
    let mut first = anna.watch(turn.answer.id).await;
    let kind = first.response().headers()["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/event-stream"));
    assert!(
        !first.response().headers().contains_key("content-encoding"),
        "streams leave at once"
    );
    let shown = first.until(|shown| shown.html().contains("And then")).await;
    assert_eq!(
        shown.blocks.len(),
        1,
        "the first paragraph is finished: {shown:?}"
    );
    // A reload and a second tab: the very first frame holds everything so far.
    for _ in 0..2 {
        let mut late = anna.watch(turn.answer.id).await;
        let mut frame = late.next().await;
        if matches!(frame, Some(StreamFrame::Title { .. })) {
            frame = late.next().await;
        }
        let Some(StreamFrame::Blocks {
            from: 0,
            blocks,
            open,
        }) = frame
        else {
            panic!("the first frame is not a whole picture: {frame:?}");
        };
        assert_eq!((blocks, open), (shown.blocks.clone(), shown.open.clone()));
    }
    let view = anna.conversation(turn.conversation).await;
    assert_eq!(
        answer_of(&view.messages[1]).2,
        None,
        "it is still being written"
    );
    let mut second = anna.watch(turn.answer.id).await;
    anna.call("stop_turn", &json!({ "answer_id": turn.answer.id }))
        .await;
    let (one, two) = (first.rest().await, second.rest().await);
    assert!(
        matches!(one.end, Some(AnswerEnd::Stopped { .. })),
        "{:?}",
        one.end
    );
    assert_eq!(one.end, two.end);
}

async fn stopping(house: House) {
    let anna = anna(&house).await;
    let canary = house.canaries.fresh("question");
    let turn = anna
        .send(&question(&format!("talk forever {canary}")))
        .await;
    let mut frames = anna.watch(turn.answer.id).await;
    frames
        .until(|shown| shown.html().matches("word").count() > 5)
        .await;
    let stop = json!({ "answer_id": turn.answer.id });
    assert_eq!(anna.call("stop_turn", &stop).await.status, 200);
    let shown = frames.rest().await;
    assert!(
        matches!(shown.end, Some(AnswerEnd::Stopped { .. })),
        "{:?}",
        shown.end
    );
    house.hung_up(&canary).await;
    let view = anna.conversation(turn.conversation).await;
    let (text, _, end) = answer_of(&view.messages[1]);
    assert!(
        text.matches("word").count() > 5,
        "what had arrived is kept: {text}"
    );
    assert_eq!(end, shown.end.as_ref());
    assert_eq!(
        anna.call("stop_turn", &stop).await.status,
        200,
        "stopping twice is no error"
    );
}

async fn strangers(house: House) {
    let anna = anna(&house).await;
    let turn = anna
        .send(&question(&format!(
            "hold the line {}",
            house.canaries.fresh("question")
        )))
        .await;
    let mut frames = anna.watch(turn.answer.id).await;
    frames
        .until(|shown| shown.html().contains("And then"))
        .await;
    let stop = json!({ "answer_id": turn.answer.id });
    for (slug, email) in [
        ("nordwind", "mia@nordwind.example"),
        ("nordwind", "ida@nordwind.example"),
        ("halden", "tim@halden.example"),
    ] {
        let other = Browser::enter(&house.server, slug, email).await;
        assert_eq!(
            Frames::open(&other, turn.answer.id).await.err(),
            Some(404),
            "{email}"
        );
        assert_eq!(other.call("stop_turn", &stop).await.status, 404, "{email}");
    }
    let nobody = Browser::at(&house.server, "nordwind");
    assert_eq!(Frames::open(&nobody, turn.answer.id).await.err(), Some(401));
    // Whatever they tried: the answer goes on until its own person stops it.
    let view = anna.conversation(turn.conversation).await;
    assert_eq!(answer_of(&view.messages[1]).2, None);
    assert_eq!(anna.call("stop_turn", &stop).await.status, 200);
    assert!(frames.rest().await.end.is_some());
    let view = anna.conversation(turn.conversation).await;
    assert_eq!(answer_of(&view.messages[1]).0, HELD);
}
