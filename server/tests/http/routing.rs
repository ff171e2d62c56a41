//! Which of several keys answers, through the command line and the chat.

use crate::invitations::as_person;
use crate::rig::chat::{follow_up, question};
use crate::rig::checks::Checks;
use crate::rig::{House, MODEL};
use serde_json::json;
use std::collections::BTreeSet;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "routing: conversations are shared out by weight, and each stays with its key",
            shared_out(house.clone()),
        )
        .await;
    checks
        .run(
            "routing: the plan says who pays for each target, and why one is skipped",
            explain(house.clone()),
        )
        .await;
    checks
        .run(
            "routing: a strategy or a weight that is none is refused by name",
            refused(house.clone()),
        )
        .await;
    checks
        .run(
            "routing: an alias shares answers among similar questions where it is told to",
            shares(house.clone()),
        )
        .await;
}

async fn shares(house: House) {
    let set = |more: &[&str]| -> Vec<String> {
        let route = [
            "route",
            "set",
            "--workspace",
            "nordwind",
            "--alias",
            "alike",
        ];
        let target = ["--target", "demo:demo"];
        let args = route.iter().chain(&target).chain(more);
        args.map(ToString::to_string).collect()
    };
    for (more, stored) in [
        (&[][..], json!(null)),
        (
            &["--semantic", "on"],
            json!({"wrong_at_most": 10_000, "verify": false}),
        ),
        (
            &["--semantic-wrong", "0.5%", "--semantic-verify", "on"],
            json!({"wrong_at_most": 5_000, "verify": true}),
        ),
        // What is not named stays as it was.
        (&[], json!({"wrong_at_most": 5_000, "verify": true})),
        (&["--semantic", "off"], json!(null)),
    ] {
        let args = set(more);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let told = house.server.desk(&args, None).await;
        assert_eq!(told["semantic"], stored, "{more:?}");
    }
    for (more, word) in [
        (&["--semantic-wrong", "2%"][..], "need --semantic on"),
        (
            &["--semantic", "on", "--semantic-wrong", "half"],
            "is not a share",
        ),
        (
            &["--semantic", "on", "--semantic-wrong", "50%"],
            "0.01% and 10%",
        ),
    ] {
        let args = set(more);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (code, said) = house.server.refused(&args).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(word), "{said}");
    }
    let args = set(&["--semantic", "on"]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let said = house.server.said(&args).await;
    assert!(said.contains("semantic.model_dir"), "{said}");
}

async fn shared_out(house: House) {
    let base_url = house.upstream.base_url();
    let workspace = ["--workspace", "nordwind"];
    let mut secrets = Vec::new();
    for name in ["left", "right", "never"] {
        let secret = house.canaries.fresh("provider key");
        let place = ["--provider", "openai-compatible", "--base-url", &base_url];
        let add = [&["key", "add", "--name", name], &workspace[..], &place[..]].concat();
        house.server.desk(&add, Some(&secret)).await;
        secrets.push(secret.to_lowercase());
    }
    let targets = [
        format!("left:{MODEL}"),
        format!("right:{MODEL}=1"),
        format!("never:{MODEL}=0"),
    ];
    let mut route = vec![
        "route",
        "set",
        "--alias",
        "shared",
        "--strategy",
        "weighted",
    ];
    route.extend(workspace);
    for target in &targets {
        route.extend(["--target", target]);
    }
    house.server.desk(&route, None).await;

    let anna = as_person(&house, "anna@nordwind.example").await;
    let mut payers = BTreeSet::new();
    for _ in 0..12 {
        let canary = house.canaries.fresh("question");
        let mut first = question(&format!("First {canary}"));
        first.alias = Some("shared".to_owned());
        let (turn, _) = anna.converse(&first).await;
        let again = format!("Second {canary}");
        let mut second = follow_up(turn.conversation, Some(turn.answer.id), &again);
        second.alias = Some("shared".to_owned());
        anna.converse(&second).await;
        let served = house.upstream.asked(&canary);
        let paid: BTreeSet<usize> = served
            .iter()
            .map(|one| {
                let head = one.head.to_lowercase();
                let by = |secret: &String| head.contains(secret.as_str());
                secrets.iter().position(by).unwrap()
            })
            .collect();
        assert!(served.len() >= 2);
        assert_eq!(paid.len(), 1, "a conversation changed its key");
        payers.extend(paid);
    }
    // Twelve conversations all on one of two keys: once in two thousand.
    assert_eq!(payers, BTreeSet::from([0, 1]));
}

/// Taken or not, the key that pays, and why, for every target of an alias.
async fn explained(house: &House, more: &[&str]) -> Vec<(bool, Option<String>, String)> {
    let args = [&["route", "explain", "--workspace", "nordwind"], more].concat();
    let document = house.server.desk(&args, None).await;
    let targets = document["targets"].as_array().unwrap().iter();
    targets
        .map(|one| {
            let pays = one["pays"].as_str().map(str::to_owned);
            let why = one["why"].as_str().unwrap().to_owned();
            (one["taken"] == true, pays, why)
        })
        .collect()
}

async fn explain(house: House) {
    let named = ["--workspace", "nordwind", "--name"];
    let switch = async |verb: &str, key: &str| {
        let args = [&["key", verb], &named[..], &[key]].concat();
        house.server.desk(&args, None).await;
    };
    switch("disable", "right").await;
    let told = explained(&house, &["--alias", "shared"]).await;
    assert_eq!(told[0].1.as_deref(), Some("left"));
    assert_eq!(told[1], (false, None, "its key is disabled".to_owned()));
    assert!(told[2].0, "a weight of zero is for falling back");
    switch("enable", "right").await;
    // Set for a team by the checks of keys for some.
    let lab = |who: &'static str| ["--alias", "lab", "--member", who];
    let (taken, pays, why) = explained(&house, &lab("anna@nordwind.example"))
        .await
        .remove(0);
    assert_eq!((taken, pays), (false, None));
    assert!(why.contains("a team that the asker is not in"), "{why}");
    let join = [
        "team",
        "join",
        "--workspace",
        "nordwind",
        "--name",
        "Research",
    ];
    let ben = "ben@nordwind.example";
    house
        .server
        .desk(&[&join[..], &["--member", ben]].concat(), None)
        .await;
    let (taken, pays, why) = explained(&house, &lab(ben)).await.remove(0);
    assert_eq!((taken, pays.as_deref()), (true, Some("research")));
    assert_eq!(why, "$ 1.00 read, $ 2.00 written, a million tokens");
    // Without a price under a limit nothing may be spent.
    let limit = [
        "limit",
        "set",
        "--workspace",
        "nordwind",
        "--usd",
        "40",
        "--per",
        "month",
    ];
    house.server.desk(&limit, None).await;
    let add = ["route", "set", "--workspace", "nordwind", "--alias", "dear"];
    let dear = [
        &add[..],
        &["--target", "left:unpriced", "--target", "demo:demo"],
    ]
    .concat();
    house.server.desk(&dear, None).await;
    let told = explained(&house, &["--alias", "dear"]).await;
    assert_eq!(told[0].2, "a limit applies and its price is not known");
    assert!(told[1].0 && told[1].1.is_none());
    let said = house
        .server
        .said(&[
            "route",
            "explain",
            "--workspace",
            "nordwind",
            "--alias",
            "dear",
        ])
        .await;
    assert!(
        said.contains("skipped: a limit applies") && said.contains("1. left:unpriced"),
        "{said}"
    );
}

async fn refused(house: House) {
    let workspace = ["--workspace", "nordwind", "--alias", "shared"];
    let set = |more: &[&str]| {
        let args: Vec<String> = ["route", "set"]
            .iter()
            .chain(&workspace)
            .chain(more)
            .map(ToString::to_string)
            .collect();
        args
    };
    for (more, word) in [
        (
            set(&["--target", "demo:demo", "--strategy", "luck"]),
            "lowest-latency",
        ),
        (set(&["--target", "left:m=99999999999"]), "weight"),
        (set(&["--target", "nobody:m=2"]), "nobody"),
    ] {
        let args: Vec<&str> = more.iter().map(String::as_str).collect();
        let (code, said) = house.server.refused(&args).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(word), "{said}");
    }
}
