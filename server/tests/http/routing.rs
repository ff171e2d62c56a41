//! Which of several keys answers, through the command line and the chat.

use crate::invitations::as_person;
use crate::rig::chat::{follow_up, question};
use crate::rig::checks::Checks;
use crate::rig::{House, MODEL};
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
            "routing: a strategy or a weight that is none is refused by name",
            refused(house.clone()),
        )
        .await;
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
