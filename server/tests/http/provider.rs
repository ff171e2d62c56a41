//! Turns against a provider behind real HTTP: what it is sent, what it costs, and how it ends.

use crate::rig::browser::Browser;
use crate::rig::chat::question;
use crate::rig::checks::Checks;
use crate::rig::frames::Shown;
use crate::rig::upstream::{CACHED, Served};
use crate::rig::{House, MODEL};
use contract::{AnswerEnd, NanoUsd, Price};
use serde_json::Value;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// The price that the command line set, in nano-USD per million tokens.
const PRICE: Price = Price::new(NanoUsd::new(150_000_000), NanoUsd::new(600_000_000));
/// A sentence of the workspace's own instructions.
const INSTRUCTIONS: &str = "You are the assistant of Nordwind Legal";

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "provider: a key and a route added beside the running server are used at once",
            connected(house.clone()),
        )
        .await;
    checks
        .run(
            "provider: the ledger has one settled row with the provider's own counts",
            settled(house.clone()),
        )
        .await;
    checks
        .run(
            "provider: a stopped call hangs up and is settled as stopped",
            stopped(house.clone()),
        )
        .await;
    checks
        .run(
            "provider: a key never pays for another workspace",
            own_key(house.clone()),
        )
        .await;
}

impl House {
    /// Waits until the provider noticed that nobody listens any more.
    pub(crate) async fn hung_up(&self, question: &str) -> Served {
        let wait = async {
            loop {
                let served = self
                    .upstream
                    .asked(question)
                    .into_iter()
                    .find(|one| one.hung_up);
                match served {
                    Some(served) => break served,
                    None => sleep(Duration::from_millis(20)).await,
                }
            }
        };
        let waited = timeout(Duration::from_secs(20), wait).await;
        waited.expect("the connection to the provider was never closed")
    }

    /// The ledger's rows for one turn, as the command line exports them, once none is open.
    pub(crate) async fn ledger_of(&self, workspace: &str, turn: &str) -> Vec<Value> {
        for _ in 0..50 {
            let args = ["ledger", "export", "--workspace", workspace];
            let document = self.server.desk(&args, None).await;
            let rows = document["rows"].as_array().unwrap().iter();
            let rows: Vec<Value> = rows.filter(|row| row["turn"] == turn).cloned().collect();
            if !rows.is_empty() && rows.iter().all(|row| row["state"] != "open") {
                return rows;
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("the turn was never settled");
    }
}

async fn connected(house: House) {
    let anna = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    let before: Value = anna.ask("load_sidebar", &serde_json::json!({})).await;
    assert!(!before.to_string().contains("scripted"));
    let secret = house.connect_provider("nordwind").await;
    let canary = house.canaries.fresh("question");
    let (_, shown) = anna
        .converse(&question(&format!("Is {canary} known?")))
        .await;
    let Some(AnswerEnd::Done { receipt }) = &shown.end else {
        panic!("not a good end: {:?}", shown.end);
    };
    assert_eq!(receipt.paid_by, "Answered on Nordwind’s own key");
    let served = house.upstream.asked(&canary).pop().unwrap();
    assert!(
        served
            .head
            .starts_with("POST /v1/chat/completions HTTP/1.1")
    );
    let bearer = format!("authorization: Bearer {secret}").to_lowercase();
    assert!(
        served.head.to_lowercase().contains(&bearer),
        "{}",
        served.head
    );
    assert_eq!(served.body["model"], MODEL);
    let first = &served.body["messages"][0];
    assert_eq!(first["role"], "system");
    assert!(first["content"].as_str().unwrap().starts_with(INSTRUCTIONS));
    house.canaries.watch("instructions", INSTRUCTIONS);
    for name in ["livery", "anna", "cookie"] {
        let head = served.head.to_lowercase();
        assert!(!head.contains(name), "the provider is told {name}: {head}");
    }
}

async fn settled(house: House) {
    let anna = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    let canary = house.canaries.fresh("question");
    let (turn, shown) = anna.converse(&question(&canary)).await;
    let served = house.upstream.asked(&canary).pop().unwrap();
    assert!(served.told_counts);
    let cost = PRICE.cost(served.prompt_tokens, served.pieces);
    let rows = house
        .ledger_of("nordwind", &turn.answer.id.uuid().to_string())
        .await;
    assert_eq!(rows.len(), 1, "{rows:#?}");
    let row = &rows[0];
    assert_eq!(row["state"], "settled");
    assert_eq!(
        (&row["estimated"], &row["recovered"]),
        (&false.into(), &false.into())
    );
    assert_eq!(
        (&row["alias"], &row["key_name"]),
        (&"scripted".into(), &"main".into())
    );
    assert_eq!(
        (&row["model"], &row["demo"]),
        (&MODEL.into(), &false.into())
    );
    assert_eq!(row["fresh_input_tokens"], served.prompt_tokens - CACHED);
    assert_eq!(row["cached_input_tokens"], CACHED);
    assert_eq!(row["output_tokens"], served.pieces);
    assert_eq!(row["cost"], cost.get());
    let Some(AnswerEnd::Done { receipt }) = shown.end else {
        panic!("not a good end");
    };
    assert_eq!(
        receipt.input_tokens.map(u64::from),
        Some(served.prompt_tokens)
    );
    assert_eq!(receipt.output_tokens.map(u64::from), Some(served.pieces));
    assert_eq!(
        (receipt.cost, receipt.estimated, receipt.attempts),
        (Some(cost), false, 1)
    );
}

async fn stopped(house: House) {
    let anna = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    let canary = house.canaries.fresh("question");
    let turn = anna
        .send(&question(&format!("talk forever {canary}")))
        .await;
    anna.watch(turn.answer.id)
        .await
        .until(Shown::has_text)
        .await;
    let stop = serde_json::json!({ "answer_id": turn.answer.id });
    assert_eq!(anna.call("stop_turn", &stop).await.status, 200);
    let served = house.hung_up(&canary).await;
    assert!(!served.told_counts);
    let rows = house
        .ledger_of("nordwind", &turn.answer.id.uuid().to_string())
        .await;
    assert_eq!(rows.len(), 1, "{rows:#?}");
    assert_eq!(rows[0]["state"], "stopped");
    assert_eq!(rows[0]["estimated"], true, "the provider told no counts");
    assert!(rows[0]["output_tokens"].as_i64().unwrap() > 0);
}

async fn own_key(house: House) {
    let tim = Browser::enter(&house.server, "halden", "tim@halden.example").await;
    let canary = house.canaries.fresh("question");
    let page = tim.press_send(&question(&canary)).await;
    if page.status == 200 {
        // An alias that this workspace does not have may fall to its own first one.
        let turn: contract::chat::TurnOpened = page.json();
        let stop = serde_json::json!({ "answer_id": turn.answer.id });
        tim.watch(turn.answer.id).await.until(Shown::has_text).await;
        tim.call("stop_turn", &stop).await;
        let rows = house
            .ledger_of("halden", &turn.answer.id.uuid().to_string())
            .await;
        assert!(rows.iter().all(|row| row["demo"] == true), "{rows:#?}");
    }
    assert!(
        house.upstream.asked(&canary).is_empty(),
        "Nordwind's key paid for Halden"
    );
    let secret = house.connect_provider("halden").await;
    let (_, shown) = tim.converse(&question(&canary)).await;
    assert!(
        matches!(shown.end, Some(AnswerEnd::Done { .. })),
        "{:?}",
        shown.end
    );
    let served = house.upstream.asked(&canary).pop().unwrap();
    assert!(
        served.head.contains(&secret),
        "Halden's own key pays for Halden"
    );
}
