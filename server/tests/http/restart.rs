//! Ends of the process: in order, and without any warning.

use crate::rig::House;
use crate::rig::browser::Browser;
use crate::rig::chat::{again, answer_of, question};
use crate::rig::checks::Checks;
use crate::rig::upstream::HELD;
use contract::AnswerEnd;
use nix::sys::signal::Signal;
use std::time::Duration;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "restart: a killed server keeps what arrived, says so, and answers again",
            killed(house.clone()),
        )
        .await;
    checks
        .run(
            "restart: a server asked to stop ends with 0 and takes its database along",
            asked(house.clone()),
        )
        .await;
}

async fn killed(house: House) {
    let anna = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    let text = format!("hold the line {}", house.canaries.fresh("question"));
    let turn = anna.send(&question(&text)).await;
    let mut frames = anna.watch(turn.answer.id).await;
    frames
        .until(|shown| shown.html().contains("And then"))
        .await;
    // Unfinished text is stored at least once a second.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    house.server.kill().await;
    assert!(
        frames.rest().await.end.is_none(),
        "a killed server says nothing more"
    );
    house.server.start().await;
    let view = anna.conversation(turn.conversation).await;
    let (kept, blocks, end) = answer_of(&view.messages[1]);
    assert_eq!((kept, end), (HELD, Some(&AnswerEnd::Interrupted)));
    let shown = anna.watch(turn.answer.id).await.rest().await;
    assert_eq!((shown.blocks.as_slice(), shown.end.as_ref()), (blocks, end));
    let rows = house
        .ledger_of("nordwind", &turn.answer.id.uuid().to_string())
        .await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["state"], &rows[0]["estimated"]),
        (&"interrupted".into(), &true.into())
    );
    let new = anna.send(&again(turn.conversation, turn.question.id)).await;
    assert_eq!(new.answer.siblings, [turn.answer.id, new.answer.id]);
    let mut frames = anna.watch(new.answer.id).await;
    frames
        .until(|shown| shown.html().contains("And then"))
        .await;
    let stop = serde_json::json!({ "answer_id": new.answer.id });
    assert_eq!(anna.call("stop_turn", &stop).await.status, 200);
    assert!(matches!(
        frames.rest().await.end,
        Some(AnswerEnd::Stopped { .. })
    ));
}

async fn asked(house: House) {
    let anna = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    let text = format!("hold the line {}", house.canaries.fresh("question"));
    let turn = anna.send(&question(&text)).await;
    let mut frames = anna.watch(turn.answer.id).await;
    frames
        .until(|shown| shown.html().contains("And then"))
        .await;
    assert!(!house.server.database_processes().is_empty());
    house.server.signal(Signal::SIGTERM);
    let told = frames.rest().await;
    assert_eq!(
        told.end,
        Some(AnswerEnd::Interrupted),
        "the page is told before the end"
    );
    assert_eq!(house.server.ended().await, Some(0));
    assert_eq!(
        house.server.database_processes(),
        [0; 0],
        "PostgreSQL outlived its server"
    );
    house.server.start().await;
    let view = anna.conversation(turn.conversation).await;
    let (kept, _, end) = answer_of(&view.messages[1]);
    assert_eq!((kept, end), (HELD, Some(&AnswerEnd::Interrupted)));
    let rows = house
        .ledger_of("nordwind", &turn.answer.id.uuid().to_string())
        .await;
    assert_eq!(rows.len(), 1);
}
