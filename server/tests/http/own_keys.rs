//! Keys for some: a team's, and a member's own. Who pays, who sees, who may stop what.

use crate::invitations::{as_person, join};
use crate::rig::browser::Browser;
use crate::rig::chat::question;
use crate::rig::checks::Checks;
use crate::rig::upstream::Served;
use crate::rig::{ALIAS, House, MODEL};
use contract::{AnswerEnd, ErrorCode};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::sleep;

const PASSWORD: &str = "nordwind-demo-only";
const ANNA: &str = "anna@nordwind.example";
/// Joins for these checks.
const BEN: &str = "ben@nordwind.example";

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "own keys: a member's own pays for that member alone, and only while it is allowed",
            own(house.clone()),
        )
        .await;
    checks
        .run(
            "own keys: others see less of it, and can only stop it",
            others(house.clone()),
        )
        .await;
    checks
        .run(
            "own keys: a refused one says so to its member, and nobody else pays",
            refused(house.clone()),
        )
        .await;
    checks
        .run(
            "own keys: a team's pays for its members, and a model with no other is theirs alone",
            team(house.clone()),
        )
        .await;
}

/// Seals `secret` as the person's own key for the scripted provider, in the browser's way.
async fn bring(house: &House, browser: &Browser, name: &str, secret: &str) -> String {
    let base_url = house.upstream.base_url();
    let fields = [
        ("secret", secret),
        ("provider", "openai-compatible"),
        ("base_url", &base_url),
        ("environment", "production"),
        ("name", name),
    ];
    let checking = browser.form("/account/keys/check", &fields).await;
    assert_eq!(checking.status, 303, "{}", checking.body);
    let check = checking.header("location").to_owned();
    assert!(check.starts_with("/account/keys/checks/"), "{check}");
    let page = browser.get(&check).await;
    assert!(page.body.contains("/seal"), "{}", page.body);
    let anyway = page.between("name=\"anyway\" value=\"", '"').pop();
    let proof = [
        ("password", PASSWORD),
        ("anyway", anyway.as_deref().unwrap()),
    ];
    let sealed = browser.form(&format!("{check}/seal"), &proof).await;
    assert_eq!(
        (sealed.status, sealed.header("location")),
        (303, "/account/keys"),
        "{}",
        sealed.body
    );
    check.rsplit('/').next().unwrap().to_owned()
}

/// Asks the scripted model and gives what the provider was sent and what the answer says of it.
async fn ask(house: &House, browser: &Browser) -> (Served, String) {
    let canary = house.canaries.fresh("question");
    let mut message = question(&format!("Who pays for {canary}?"));
    message.alias = Some(ALIAS.to_owned());
    let (_, shown) = browser.converse(&message).await;
    let served = house.upstream.asked(&canary).pop();
    match shown.end {
        Some(AnswerEnd::Done { receipt }) => (served.unwrap(), receipt.paid_by.to_string()),
        end => panic!("not a good end: {end:?}"),
    }
}

/// The same, around a change: a question that was let in just before it finds the key gone.
async fn ask_meanwhile(house: &House, browser: &Browser) -> Option<(Served, String)> {
    let canary = house.canaries.fresh("question");
    let mut message = question(&format!("Who pays for {canary}?"));
    message.alias = Some(ALIAS.to_owned());
    let (_, shown) = browser.converse(&message).await;
    match shown.end {
        Some(AnswerEnd::Done { receipt }) => {
            let served = house.upstream.asked(&canary).pop().unwrap();
            Some((served, receipt.paid_by.to_string()))
        }
        Some(AnswerEnd::Failed { error }) if error.code == ErrorCode::KeyTrouble => {
            assert!(house.upstream.asked(&canary).is_empty(), "it was sent");
            None
        }
        end => panic!("not a good end: {end:?}"),
    }
}

fn paid_with(served: &Served, secret: &str) -> bool {
    let head = served.head.to_lowercase();
    head.contains(&format!("authorization: bearer {secret}").to_lowercase())
}

/// Asks until `secret` pays, or does not any more; a change is known everywhere within moments.
/// Gives what the last answer says of it.
async fn pays(house: &House, browser: &Browser, secret: &str, expected: bool) -> String {
    for _ in 0..40 {
        let asked = ask_meanwhile(house, browser).await;
        let as_wanted = |(served, _): &(Served, String)| paid_with(served, secret) == expected;
        if let Some((_, paid_by)) = asked.filter(as_wanted) {
            return paid_by;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("it still does {}pay", if expected { "not " } else { "" });
}

async fn allow(browser: &Browser, allowed: &str) {
    let page = browser
        .form("/admin/keys/members", &[("allow", allowed)])
        .await;
    assert_eq!(page.status, 303, "{}", page.body);
}

async fn own(house: House) {
    let mia = as_person(&house, "mia@nordwind.example").await;
    let anna = as_person(&house, ANNA).await;
    allow(&mia, "no").await;
    let page = anna.get("/account/keys").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("does not use members’ own keys"));
    let secret = house.canaries.fresh("provider key");
    let base_url = house.upstream.base_url();
    let fields = [
        ("secret", secret.as_str()),
        ("provider", "openai-compatible"),
        ("base_url", &base_url),
        ("environment", "production"),
        ("name", "mine"),
    ];
    let early = anna.form("/account/keys/check", &fields).await;
    assert_eq!(early.status, 422, "{}", early.body);
    assert!(!early.body.contains(&secret));
    // A scope cannot be smuggled in: the workspace's desk asks for the workspace's rights.
    let smuggled = anna.form("/admin/keys/check", &fields).await;
    assert_eq!(smuggled.status, 403, "{}", smuggled.body);

    allow(&mia, "yes").await;
    let before = ask(&house, &anna).await;
    assert_eq!(before.1, "Answered on Nordwind’s own key");
    let key = bring(&house, &anna, "mine", &secret).await;
    let paid_by = pays(&house, &anna, &secret, true).await;
    assert_eq!(paid_by, "Answered on your own key");
    let (served, paid_by) = ask(&house, &mia).await;
    assert!(!paid_with(&served, &secret));
    assert_eq!(paid_by, "Answered on Nordwind’s own key");

    allow(&mia, "no").await;
    pays(&house, &anna, &secret, false).await;
    allow(&mia, "yes").await;
    pays(&house, &anna, &secret, true).await;
    let path = format!("/account/keys/{key}/delete");
    let gone = anna.form(&path, &[("password", PASSWORD)]).await;
    assert_eq!(gone.status, 303, "{}", gone.body);
    pays(&house, &anna, &secret, false).await;
}

async fn others(house: House) {
    let anna = as_person(&house, ANNA).await;
    let secret = house.canaries.fresh("provider key");
    let key = bring(&house, &anna, "second", &secret).await;
    let password = ("password", PASSWORD);
    let forms = |desk: &str| {
        let at = |rest: &str| format!("{desk}/{key}/{rest}");
        [
            (at("check"), vec![]),
            (at("rotate"), vec![("secret", "sk-of-eve-0123456789")]),
            (at("remind"), vec![("expires", ""), ("rotate_by", "")]),
            (at("take-back"), vec![password]),
            (at("change"), vec![("change", "enable")]),
        ]
    };
    // An admin sees that it is there, and may stop it, and nothing else.
    let mia = as_person(&house, "mia@nordwind.example").await;
    let ben = join(&house, BEN).await;
    let list = mia.get("/admin/keys").await;
    assert!(list.body.contains("second") && list.body.contains("alone"));
    for desk in ["/admin/keys", "/account/keys"] {
        for (path, fields) in forms(desk) {
            let page = mia.form(&path, &fields).await;
            assert_eq!(page.status, 403, "{path}: {}", page.body);
        }
        // Another member sees and does nothing at all.
        for (path, fields) in forms(desk) {
            let page = ben.form(&path, &fields).await;
            assert_eq!(page.status, 403, "{path}: {}", page.body);
        }
        let page = ben.get(&format!("{desk}/checks/{key}")).await;
        assert_eq!(page.status, 403, "{}", page.body);
        let own = ben.get("/account/keys").await;
        assert_eq!(own.status, 200);
        assert!(!own.body.contains("second"));
    }
    let path = format!("/admin/keys/{key}/change");
    let stopped = mia.form(&path, &[("change", "disable")]).await;
    assert_eq!(stopped.status, 303, "{}", stopped.body);
    pays(&house, &anna, &secret, false).await;
    let path = format!("/account/keys/{key}/change");
    let again = anna.form(&path, &[("change", "enable")]).await;
    assert_eq!(again.status, 303, "{}", again.body);
    pays(&house, &anna, &secret, true).await;
    let path = format!("/admin/keys/{key}/delete");
    assert_eq!(mia.form(&path, &[password]).await.status, 303);
    pays(&house, &anna, &secret, false).await;
}

async fn refused(house: House) {
    let anna = as_person(&house, ANNA).await;
    let secret = house.canaries.fresh("provider key");
    let key = bring(&house, &anna, "soon bad", &secret).await;
    pays(&house, &anna, &secret, true).await;
    let canary = house.canaries.fresh("question");
    let mut message = question(&format!("refuse the key {canary}"));
    message.alias = Some(ALIAS.to_owned());
    let (_, shown) = anna.converse(&message).await;
    let Some(AnswerEnd::Failed { error }) = shown.end else {
        panic!("not a failure: {:?}", shown.end);
    };
    assert!(
        error.message.to_string().starts_with("Your own key"),
        "{error:?}"
    );
    let served = house.upstream.asked(&canary);
    assert_eq!(served.len(), 1, "somebody else's key was tried as well");
    assert!(paid_with(&served[0], &secret));
    let path = format!("/account/keys/{key}/delete");
    let gone = anna.form(&path, &[("password", PASSWORD)]).await;
    assert_eq!(gone.status, 303, "{}", gone.body);
}

async fn team(house: House) {
    let in_nordwind = ["--workspace", "nordwind"];
    let run = async |args: &[&str], secret: Option<&str>| {
        let args = [args, &in_nordwind].concat();
        house.server.desk(&args, secret).await
    };
    let base_url = house.upstream.base_url();
    let secret = house.canaries.fresh("provider key");
    run(&["team", "create", "--name", "Research"], None).await;
    run(
        &[
            "key",
            "add",
            "--name",
            "research",
            "--provider",
            "openai-compatible",
            "--base-url",
            &base_url,
            "--team",
            "Research",
        ],
        Some(&secret),
    )
    .await;
    let target = format!("research:{MODEL}");
    let route = [
        "route", "set", "--alias", "lab", "--target", &target, "--price", "1/2",
    ];
    run(&route, None).await;
    let ben = as_person(&house, BEN).await;
    let models = async |browser: &Browser| {
        let side: Value = browser.ask("load_sidebar", &json!({})).await;
        side["models"].to_string()
    };
    assert!(!models(&ben).await.contains("\"lab\""), "it is not theirs");
    let mut message = question("Is it theirs?");
    message.alias = Some("lab".to_owned());
    let page = ben
        .call("send_message", &json!({ "message": message }))
        .await;
    assert_ne!(page.status, 200, "{}", page.body);
    let join = ["team", "join", "--name", "Research", "--member"];
    run(&[&join[..], &[BEN]].concat(), None).await;
    assert!(models(&ben).await.contains("\"lab\""));
    let paid_by = pays(&house, &ben, &secret, true).await;
    assert_eq!(paid_by, "Answered on your team’s key");
    // A team with a key cannot go: the key would be everybody's.
    let mia = as_person(&house, "mia@nordwind.example").await;
    let page = mia.get("/admin/members").await;
    assert!(page.body.contains("Research"));
    let teams = run(&["team", "list"], None).await;
    assert!(teams.to_string().contains(BEN));
    let leave = ["team", "leave", "--name", "Research", "--member"];
    run(&[&leave[..], &[BEN]].concat(), None).await;
    pays(&house, &ben, &secret, false).await;
}
