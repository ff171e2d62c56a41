//! Two at once: one after the other, each whole.

use crate::rig::Rig;
use std::process::Child;

pub(crate) async fn run(rig: &Rig) {
    the_same_twice_is_done_once(rig).await;
    two_different_ones_do_not_mix(rig).await;
}

fn started(rig: &Rig, file: &str, more: &[&str]) -> Child {
    let mut command = rig.command();
    command.args(["apply", file, "--prune"]).args(more);
    command.stdout(std::process::Stdio::null());
    command.spawn().unwrap()
}

async fn ended(child: Child) -> Option<i32> {
    let mut child = child;
    let wait = tokio::task::spawn_blocking(move || child.wait().unwrap());
    wait.await.unwrap().code()
}

fn document(greeting: &str, spend: u32) -> String {
    let models: Vec<String> = (0..12)
        .map(|index| {
            format!("- {{alias: m{index}, label: \"{greeting}\", targets: [{{key: demo, model: demo}}]}}\n")
        })
        .collect();
    format!(
        "livery: 1\nworkspace: third\nbrand: {{greeting: \"{greeting}\"}}\nprompt: \"{greeting}\"\n\
         models:\n{}limits: [{{usd_per_month: {spend}}}]\nteams: [\"{greeting}\"]\n",
        models.concat()
    )
}

async fn the_same_twice_is_done_once(rig: &Rig) {
    rig.livery(&[
        "key",
        "delete",
        "--workspace",
        "third",
        "--name",
        "own",
        "--confirm",
        "own",
    ])
    .await;
    let file = rig.file("same.yaml", &document("Together", 7));
    let (before, _) = rig.log("third", 1).await;
    let both = (started(rig, &file, &[]), started(rig, &file, &[]));
    assert_eq!(
        (ended(both.0).await, ended(both.1).await),
        (Some(0), Some(0))
    );
    let (after, actions) = rig.log("third", 200).await;
    let new = usize::try_from(after - before).unwrap();
    let whole = actions[..new]
        .iter()
        .filter(|one| *one == "workspace.applied");
    assert_eq!(whole.count(), 1);
}

async fn two_different_ones_do_not_mix(rig: &Rig) {
    let (one, other) = (document("One", 11), document("Other", 22));
    let (first, second) = (rig.file("one.yaml", &one), rig.file("other.yaml", &other));
    for _ in 0..4 {
        let both = (started(rig, &first, &[]), started(rig, &second, &[]));
        assert_eq!(
            (ended(both.0).await, ended(both.1).await),
            (Some(0), Some(0))
        );
        let there = rig.export("third").await;
        let greeting = there["brand"]["greeting"].as_str().unwrap().to_owned();
        let spend = if greeting == "One" { "11" } else { "22" };
        assert_eq!(there["prompt"], greeting.as_str());
        assert_eq!(there["limits"][0]["usd_per_month"], spend);
        assert_eq!(there["teams"], serde_json::json!([greeting.as_str()]));
        for model in there["models"].as_array().unwrap() {
            assert_eq!(model["label"], greeting.as_str());
        }
    }
}
