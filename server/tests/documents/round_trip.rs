//! Written down, applied elsewhere, written down again: the same.

use crate::rig::{Rig, rich};
use serde_json::{Value, json};
use store::platform::changes::Change;

pub(crate) async fn run(rig: &Rig) {
    it_is_applied_and_recorded(rig).await;
    a_second_time_does_nothing(rig).await;
    elsewhere_it_is_the_same(rig).await;
    without_prompts_there_are_none(rig).await;
    a_new_secret_is_noticed(rig).await;
    what_is_not_named_stays_and_goes_when_asked(rig).await;
    people_are_never_added_in_silence(rig).await;
    programs_are_limited_by_name(rig).await;
}

async fn programs_are_limited_by_name(rig: &Rig) {
    let make = [
        "virtual-key",
        "create",
        "--workspace",
        "second",
        "--name",
        "robot",
    ];
    let made = rig.livery(&[&make[..], &["--json"]].concat()).await.json();
    let token = made["token"].as_str().unwrap();
    let document = "livery: 1\nworkspace: second\nlimits:\n\
                    - {virtual_key: robot, usd_per_month: 4, requests_per_minute: 5}\n";
    let report = rig.apply(document, &[]).await;
    assert_eq!(
        report["workspaces"][0]["steps"].as_array().unwrap().len(),
        1,
        "{report}"
    );
    let written = rig.export("second").await;
    let limits = written["limits"].as_array().unwrap();
    let robot = limits
        .iter()
        .find(|one| one["virtual_key"] == "robot")
        .unwrap();
    assert_eq!(robot["usd_per_month"], "4");
    assert!(!written.to_string().contains(token));
    let again = rig.apply(&written.to_string(), &["--prune"]).await;
    assert_eq!(again["workspaces"][0]["steps"], json!([]));
}

async fn it_is_applied_and_recorded(rig: &Rig) {
    let before = rig.apply(&rich("first"), &["--create", "--dry-run"]).await;
    let planned = before["workspaces"][0]["steps"].as_array().unwrap().len();
    assert!(planned > 20, "{before}");
    let missing = rig.livery(&["export", "first"]).await;
    assert_eq!(missing.code, Some(1), "a plan made the workspace");
    let report = rig.apply(&rich("first"), &["--create"]).await;
    assert_eq!(report["workspaces"][0]["created"], true);
    assert_eq!(
        report["workspaces"][0]["steps"], before["workspaces"][0]["steps"],
        "what was planned is what was done"
    );
    let (_, actions) = rig.log("first", 100).await;
    assert_eq!(actions[0], "workspace.applied");
    for action in [
        "route.set",
        "key.added",
        "key.disabled",
        "team.made",
        "limit.set",
        "price.set",
        "brand.set",
        "prompt.set",
        "cache.set",
        "member_keys.allowed",
        "workspace.host_added",
        "workspace.host_made_primary",
    ] {
        assert!(actions.iter().any(|one| one == action), "{action}");
    }
    let verified = rig
        .livery(&["audit", "verify", "--workspace", "first"])
        .await;
    assert_eq!(verified.code, Some(0), "{}", verified.err);
}

async fn a_second_time_does_nothing(rig: &Rig) {
    let (records, _) = rig.log("first", 1).await;
    let again = rig.apply(&rich("first"), &[]).await;
    assert_eq!(again["workspaces"][0]["steps"], json!([]));
    let written = rig.livery(&["export", "first"]).await;
    assert_eq!(written.code, Some(0), "{}", written.err);
    let own = rig.apply(&written.out, &["--prune", "--prune-keys"]).await;
    assert_eq!(own["workspaces"][0]["steps"], json!([]), "{}", written.out);
    assert_eq!(rig.log("first", 1).await.0, records, "nothing was recorded");
}

async fn elsewhere_it_is_the_same(rig: &Rig) {
    let mut written = rig.export("first").await;
    for key in written["keys"].as_array_mut().unwrap() {
        assert_eq!(
            key["secret"],
            Value::Null,
            "an export says where secrets are"
        );
        key["secret"] = json!({ "env": crate::rig::VARIABLE });
    }
    // A host belongs to one workspace.
    written["hosts"] = json!([]);
    let listening = rig.opened.store.changes().await.unwrap();
    let more = ["--workspace", "second", "--create", "--prune"];
    rig.apply(&written.to_string(), &more).await;
    told(rig, listening, "second").await;
    let mut there = rig.export("second").await;
    assert_eq!(there["workspace"], "second");
    there["workspace"] = json!("first");
    for key in written["keys"].as_array_mut().unwrap() {
        key.as_object_mut().unwrap().remove("secret");
    }
    assert_eq!(there, written);
}

/// Every process hears of it.
async fn told(rig: &Rig, mut listening: store::platform::changes::Changes, slug: &str) {
    let id = rig.opened.workspace(slug).await.unwrap().id;
    let heard = async { while listening.next().await != Change::Workspace(id) {} };
    let heard = tokio::time::timeout(std::time::Duration::from_secs(20), heard).await;
    assert!(heard.is_ok(), "no process was told");
}

async fn without_prompts_there_are_none(rig: &Rig) {
    let open = rig.livery(&["export", "first"]).await.out;
    assert!(open.starts_with("# Confidential") && open.contains("Be exact."));
    let bare = rig.livery(&["export", "first", "--without-prompts"]).await;
    assert!(!bare.out.contains("Be exact.") && !bare.out.contains("Confidential"));
    let kept = rig.apply(&bare.out, &["--prune"]).await;
    assert_eq!(
        kept["workspaces"][0]["steps"],
        json!([]),
        "a prompt that is absent stays"
    );
}

async fn a_new_secret_is_noticed(rig: &Rig) {
    let other = "sk-canary-second-0a1b2c3d4e5f";
    std::fs::write(rig.folder().join("other-key"), format!("{other}\n")).unwrap();
    let document = "livery: 1\nworkspace: first\nkeys:\n- {name: main, provider: openai, \
                    organisation: org-1, secret: {file: other-key}}\n";
    let report = rig.apply(document, &[]).await;
    let steps = report["workspaces"][0]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 1, "{report}");
    assert!(!report.to_string().contains(other));
    assert_eq!(
        rig.log("first", 2).await.1,
        ["workspace.applied", "key.rotated"]
    );
    let again = rig.apply(document, &[]).await;
    assert_eq!(again["workspaces"][0]["steps"], json!([]));
    let taken_back = ["key", "take-back", "--workspace", "first", "--name", "main"];
    assert_eq!(rig.livery(&taken_back).await.code, Some(0));
    let back = rig.apply(&rich("first"), &[]).await;
    assert_eq!(
        back["workspaces"][0]["steps"],
        json!([]),
        "the old secret is back"
    );
}

async fn what_is_not_named_stays_and_goes_when_asked(rig: &Rig) {
    let document = "livery: 1\nworkspace: second\nmodels:\n\
                    - {alias: fast, targets: [{key: demo, model: demo}]}\nlimits: []\n";
    let kept = rig.apply(document, &["--dry-run"]).await;
    let steps = |report: &Value| report["workspaces"][0]["steps"].as_array().unwrap().clone();
    assert_eq!(steps(&kept).len(), 1, "{kept}");
    let before = rig.export("second").await;
    let pruned = rig.apply(document, &["--prune"]).await;
    let gone = steps(&pruned);
    let gone: Vec<&Value> = gone
        .iter()
        .filter(|step| step["kind"] == "delete")
        .collect();
    assert!(gone.len() >= 6, "{pruned}");
    let after = rig.export("second").await;
    assert_eq!(after["models"].as_array().unwrap().len(), 1);
    assert_eq!(after["limits"], json!([]));
    assert_eq!(
        after["keys"], before["keys"],
        "keys go only by a word of their own"
    );
    assert_eq!(
        after["teams"], before["teams"],
        "a section that is absent says nothing"
    );
    let keys = "livery: 1\nworkspace: second\nkeys: []\nteams: []\n";
    let refused = rig.file("document.yaml", keys);
    let refused = rig.livery(&["apply", &refused, "--prune"]).await;
    assert_eq!(refused.code, Some(1), "{}", refused.out);
    assert!(
        refused.err.contains("a provider key is for it"),
        "{}",
        refused.err
    );
    rig.apply(keys, &["--prune", "--prune-keys"]).await;
    let empty = rig.export("second").await;
    assert_eq!((&empty["keys"], &empty["teams"]), (&json!([]), &json!([])));
}

async fn people_are_never_added_in_silence(rig: &Rig) {
    let document = "livery: 1\nworkspace: second\nteams: [Desk]\nmembers:\n\
                    - {email: Ada@client.example, role: owner, teams: [Desk]}\n\
                    limits:\n- {member: ada@client.example, usd_per_month: 3}\n";
    let noted = rig.apply(document, &[]).await;
    assert!(
        noted["workspaces"][0]["notes"][0]
            .as_str()
            .unwrap()
            .contains("--invite")
    );
    assert_eq!(rig.export("second").await["members"], json!([]));
    let invited = rig.apply(document, &["--invite"]).await;
    let link = invited["workspaces"][0]["invitations"][0]["link"]
        .as_str()
        .unwrap();
    assert!(link.contains("/invite/"), "{invited}");
    let again = rig.apply(document, &["--invite"]).await;
    assert_eq!(
        again["workspaces"][0]["steps"],
        json!([]),
        "one invitation is enough"
    );
    rig.by_hand(&format!(
        "insert into {}.members (id, email, name, role)
         values (gen_random_uuid(), 'ada@client.example', 'Ada', 'admin')",
        rig.schema("second").await
    ));
    let came = rig.apply(document, &[]).await;
    assert_eq!(
        came["workspaces"][0]["steps"].as_array().unwrap().len(),
        3,
        "{came}"
    );
    let member = json!([{ "email": "ada@client.example", "role": "owner", "teams": ["Desk"] }]);
    let there = rig.export("second").await;
    assert_eq!(there["members"], member);
    assert_eq!(there["limits"][0]["usd_per_month"], "3");
    let last =
        "livery: 1\nworkspace: second\nmembers:\n- {email: ada@client.example, role: member}\n";
    let file = rig.file("document.yaml", last);
    let refused = rig.livery(&["apply", &file]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("without an owner"), "{}", refused.err);
}
