//! Limits through the command line and the chat: who is stopped, by which words, and who is not.

use crate::rig::browser::Browser;
use crate::rig::chat::question;
use crate::rig::checks::Checks;
use crate::rig::{House, MODEL, PRICE};
use contract::chat::{MeterOf, SendMessage, Sidebar, TurnOpened};
use contract::{AnswerEnd, AppError, ErrorCode, NanoUsd};
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "limits: who asks too fast reads when to come back, and nobody else is held up",
            too_fast(house.clone()),
        )
        .await;
    checks
        .run(
            "limits: who is over a cap reads whose it is, and the meter shows the tightest",
            over_cap(house.clone()),
        )
        .await;
    checks
        .run(
            "limits: they are listed, recorded and removed; nonsense is refused",
            listed(house.clone()),
        )
        .await;
}

/// A route of its own to the scripted provider.
async fn connect(house: &House, workspace: &str) {
    let (secret, base_url) = (
        house.canaries.fresh("provider key"),
        house.upstream.base_url(),
    );
    let place = ["--provider", "openai-compatible", "--base-url", &base_url];
    let add = ["key", "add", "--workspace", workspace, "--name", "paced"];
    house
        .server
        .desk(&[&add[..], &place].concat(), Some(&secret))
        .await;
    let target = format!("paced:{MODEL}");
    let to = ["--alias", "paced", "--target", &target, "--price", PRICE];
    let set = ["route", "set", "--workspace", workspace];
    house.server.desk(&[&set[..], &to].concat(), None).await;
}

async fn limit(house: &House, args: &[&str]) -> Value {
    house
        .server
        .desk(&[&["limit"][..], args].concat(), None)
        .await
}

fn ask(house: &House) -> SendMessage {
    SendMessage {
        alias: Some("paced".to_owned()),
        ..question(&format!("What about {}?", house.canaries.fresh("question")))
    }
}

/// Why an answer failed; `None`: it did not.
async fn failure(house: &House, person: &Browser) -> Option<AppError> {
    let page = person.press_send(&ask(house)).await;
    if page.status != 200 {
        // Told a moment ago already: nothing is stored this time.
        let refused: Value = serde_json::from_str(&page.body).unwrap();
        return Some(serde_json::from_value(refused["refused"].clone()).unwrap());
    }
    let turn: TurnOpened = page.json();
    let shown = person.watch(turn.answer.id).await.rest().await;
    match shown.end.unwrap() {
        AnswerEnd::Failed { error } => Some(error),
        AnswerEnd::Done { .. } => None,
        other => panic!("{other:?}"),
    }
}

/// Asks until a limit that was just set is known to the server.
async fn until_stopped(house: &House, person: &Browser, by: ErrorCode) -> AppError {
    for _ in 0..50 {
        match failure(house, person).await {
            Some(error) if error.code == by => return error,
            // What held before is remembered for a moment.
            Some(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            None => {}
        }
    }
    panic!("the limit never held");
}

async fn too_fast(house: House) {
    connect(&house, "nordwind").await;
    connect(&house, "halden").await;
    let (nordwind, anna) = (["--workspace", "nordwind"], "anna@nordwind.example");
    let person = Browser::enter(&house.server, "nordwind", anna).await;
    let other = Browser::enter(&house.server, "nordwind", "jonas@nordwind.example").await;
    let elsewhere = Browser::enter(&house.server, "halden", "tim@halden.example").await;
    assert_eq!(failure(&house, &person).await, None);
    let few = ["--requests-per-minute", "2"];
    limit(
        &house,
        &[&["set"], &nordwind[..], &["--member", anna], &few].concat(),
    )
    .await;
    let error = until_stopped(&house, &person, ErrorCode::Throttled).await;
    let seconds = error.retry_after_seconds.unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    let (begins, ends) = (
        "You have asked a lot in a short time. You can ask again in ",
        "Your question is kept.",
    );
    assert!(
        error.message.to_string().starts_with(begins) && error.message.to_string().ends_with(ends),
        "{error}"
    );
    let again = failure(&house, &person).await.unwrap();
    assert_eq!(
        (again.code, again.message.to_string().starts_with(begins)),
        (ErrorCode::Throttled, true)
    );
    assert_eq!(failure(&house, &other).await, None, "another member");
    assert_eq!(failure(&house, &elsewhere).await, None, "another workspace");
    // An administrator sees which limit it was.
    let one = ["--requests-per-minute", "1", "--model", "paced"];
    limit(&house, &[&["set"], &nordwind[..], &one].concat()).await;
    let owner = Browser::enter(&house.server, "nordwind", "mia@nordwind.example").await;
    let error = until_stopped(&house, &owner, ErrorCode::Throttled).await;
    let which = "The limit: questions a minute for the workspace with paced.";
    assert!(error.message.to_string().ends_with(which), "{error}");
    for rest in [&["--member", anna][..], &[]] {
        let remove = [&["remove"], &nordwind[..], rest].concat();
        limit(&house, &remove).await;
    }
    // The workspace's own limit on spending went with the rest; it is what the other checks expect.
    limit(&house, &["set", "--workspace", "nordwind", "--usd", "40"]).await;
}

async fn over_cap(house: House) {
    let (nordwind, ida) = (["--workspace", "nordwind"], "anna@nordwind.example");
    let person = Browser::enter(&house.server, "nordwind", ida).await;
    let elsewhere = Browser::enter(&house.server, "halden", "tim@halden.example").await;
    limit(
        &house,
        &[
            &["set"],
            &nordwind[..],
            &["--member", ida, "--usd", "0.000001"],
        ]
        .concat(),
    )
    .await;
    let error = until_stopped(&house, &person, ErrorCode::OverBudget).await;
    let told = error.message.to_string();
    assert!(
        told.starts_with("Your own limit for this month is used up. It begins anew on 1 "),
        "{told}"
    );
    assert!(
        told.ends_with(" can raise the limit.") && !told.contains('$'),
        "{told}"
    );
    assert_eq!(failure(&house, &elsewhere).await, None);
    let side: Sidebar = person.ask("load_sidebar", &json!({})).await;
    let meter = side.meter.unwrap();
    assert_eq!(
        (meter.of, meter.limit),
        (MeterOf::Own, Some(NanoUsd::new(1_000)))
    );
    // A team's limit holds for whoever is in it, and is named.
    limit(
        &house,
        &[&["remove"], &nordwind[..], &["--member", ida]].concat(),
    )
    .await;
    let team = ["--name", "Thrift"];
    house
        .server
        .desk(&[&["team", "create"], &nordwind[..], &team].concat(), None)
        .await;
    let join = [&["team", "join"], &nordwind[..], &team, &["--member", ida]].concat();
    house.server.desk(&join, None).await;
    limit(
        &house,
        &[&["set"], &nordwind[..], &["--team", "Thrift", "--usd", "0"]].concat(),
    )
    .await;
    let mut refused = None;
    for _ in 0..50 {
        let page = person.press_send(&ask(&house)).await;
        if page.status != 200 {
            refused = Some(page);
            break;
        }
    }
    let page = refused.expect("the team's limit never held");
    assert!(
        page.body
            .contains("This month's limit of Team Thrift is used up"),
        "{}",
        page.body
    );
    limit(
        &house,
        &[&["remove"], &nordwind[..], &["--team", "Thrift"]].concat(),
    )
    .await;
    let leave = [&["team", "leave"], &nordwind[..], &team, &["--member", ida]].concat();
    house.server.desk(&leave, None).await;
}

async fn listed(house: House) {
    let lumen = ["--workspace", "lumen"];
    let program = [&["virtual-key", "create", "--name", "limited"], &lumen[..]].concat();
    let program = house.server.desk(&program, None).await;
    let program = program["id"].as_str().unwrap();
    let pace = ["--tokens-per-minute", "5000", "--concurrent", "3"];
    let set = |more: &[&str]| [&["set"], &lumen[..], more].concat().join("\n");
    for more in [
        [
            &["--member", "paul@lumen.example", "--usd", "2.50"][..],
            &pace,
        ]
        .concat(),
        vec!["--requests-per-minute", "90"],
        vec!["--virtual-key", program, "--usd", "1"],
    ] {
        let args = set(&more);
        limit(&house, &args.split('\n').collect::<Vec<_>>()).await;
    }
    let told = limit(&house, &["list", "--workspace", "lumen"]).await;
    let rows = told["limits"].as_array().unwrap();
    let scopes: Vec<_> = rows
        .iter()
        .map(|row| row["scope"].as_str().unwrap())
        .collect();
    assert_eq!(scopes, ["workspace", "member", "virtual_key"]);
    assert_eq!(
        rows[0]["nano_usd"], 15_000_000_000_i64,
        "the workspace's own beside its pace"
    );
    assert_eq!(rows[0]["requests_per_minute"], 90);
    assert_eq!(
        (&rows[1]["name"], &rows[1]["concurrent"]),
        (&json!("paul@lumen.example"), &json!(3))
    );
    assert_eq!(rows[1]["nano_usd"], 2_500_000_000_i64);
    for (wrong, word) in [
        (
            set(&["--usd", "1", "--model", "demo"]),
            "all models together",
        ),
        (set(&["--concurrent", "1", "--model", "nothing"]), "nothing"),
        (set(&["--team", "Nobodies", "--usd", "1"]), "Nobodies"),
        (set(&[]), "--concurrent"),
        (set(&["--usd", "1", "--per", "week"]), "month"),
        (
            set(&[
                "--virtual-key",
                "00000000000000000000000000000007",
                "--usd",
                "1",
            ]),
            "no virtual key",
        ),
    ] {
        let args: Vec<&str> = ["limit"].into_iter().chain(wrong.split('\n')).collect();
        let (code, said) = house.server.refused(&args).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(word), "{said}");
    }
    let zero = ["limit", "set", "--workspace", "lumen", "--concurrent", "0"];
    assert_eq!(house.server.refused(&zero).await.0, Some(2), "wrong usage");
    let key = ["--virtual-key", program];
    for whose in [&["--member", "paul@lumen.example"][..], &key, &[]] {
        limit(&house, &[&["remove"], &lumen[..], whose].concat()).await;
    }
    let told = limit(&house, &["list", "--workspace", "lumen"]).await;
    assert_eq!(told["limits"], json!([]));
    let gone = ["limit", "remove", "--workspace", "lumen"];
    assert_eq!(house.server.refused(&gone).await.0, Some(1));
    limit(&house, &["set", "--workspace", "lumen", "--usd", "15"]).await;
    let log = ["audit", "export", "--workspace", "lumen"];
    let log = house.server.said(&log).await;
    assert!(log.contains("limit.set") && log.contains("limit.removed"));
    assert!(
        log.contains("paul@lumen.example: $ 2.50 a month, 5000 tokens a minute, 3 answers at once")
    );
}
