//! Provider keys at the door: who may do what with whose, and that a key never comes back.

use crate::invitations::as_person;
use crate::rig::House;
use crate::rig::browser::{Browser, Page};
use crate::rig::checks::Checks;
use crate::routes::Stage;
use uuid::Uuid;

/// Wrong passwords a person may give before they have to wait.
const TRIES: usize = 5;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "keys: another workspace's keys answer as keys that never were",
            foreign(house.clone()),
        )
        .await;
    checks
        .run(
            "keys: members see none, auditors change none",
            low_roles(house.clone()),
        )
        .await;
    checks
        .run(
            "keys: a wrong password changes nothing, and guessing ends",
            proofs(house.clone()),
        )
        .await;
    checks
        .run(
            "keys: what cannot be a key is refused by name and not repeated",
            refused_drafts(house.clone()),
        )
        .await;
}

/// Every page and form of keys with this id.
async fn answers(browser: &Browser, key: &str, draft: &str) -> Vec<(String, Page)> {
    let mut answers = Vec::new();
    for path in [
        format!("/admin/keys/{key}"),
        format!("/admin/keys/checks/{key}"),
        format!("/admin/keys/checks/{draft}"),
    ] {
        let page = browser.get(&path).await;
        answers.push((path, page));
    }
    let password = ("password", "halden-demo-only");
    for (path, fields) in [
        (
            format!("/admin/keys/checks/{draft}/seal"),
            vec![password, ("anyway", "yes")],
        ),
        (format!("/admin/keys/{key}/check"), vec![]),
        (
            format!("/admin/keys/{key}/rotate"),
            vec![("secret", "sk-of-eve-0123456789")],
        ),
        (
            format!("/admin/keys/{key}/change"),
            vec![("change", "disable")],
        ),
        (
            format!("/admin/keys/{key}/remind"),
            vec![("expires", ""), ("rotate_by", "")],
        ),
        (format!("/admin/keys/{key}/take-back"), vec![password]),
        (format!("/admin/keys/{key}/delete"), vec![password]),
    ] {
        let page = browser.form(&path, &fields).await;
        answers.push((path, page));
    }
    answers
}

async fn foreign(house: House) {
    let stage = Stage::set(&house).await;
    let before = stage.photo().await;
    let ruth = Browser::enter(&house.server, "halden", "ruth@halden.example").await;
    let random = || Uuid::new_v4().simple().to_string();
    let theirs = answers(&ruth, &stage.key, &stage.draft).await;
    let nobodys = answers(&ruth, &random(), &random()).await;
    for ((path, page), (_, imagined)) in theirs.iter().zip(&nobodys) {
        assert_eq!(page.status, 404, "{path}: {}", page.body);
        assert_eq!(imagined.status, 404, "{path}");
        assert!(!page.body.contains("9tQ2"), "{path}");
        let length = |page: &Page| page.body.len();
        assert_eq!(length(page), length(imagined), "{path} tells them apart");
    }
    assert_eq!(stage.photo().await, before);
    stage.strike().await;
}

async fn low_roles(house: House) {
    let stage = Stage::set(&house).await;
    let before = stage.photo().await;
    let anna = as_person(&house, "anna@nordwind.example").await;
    for (path, page) in answers(&anna, &stage.key, &stage.draft).await {
        assert_eq!(page.status, 403, "{path}: {}", page.body);
    }
    let list = anna.get("/admin/keys").await;
    assert_eq!(list.status, 403);
    let ida = as_person(&house, "ida@nordwind.example").await;
    let list = ida.get("/admin/keys").await;
    assert_eq!(list.status, 200);
    assert!(
        !list.body.contains("<form"),
        "an auditor is offered a change"
    );
    for (path, page) in answers(&ida, &stage.key, &stage.draft).await {
        let reading = ![
            "seal",
            "check",
            "rotate",
            "change",
            "remind",
            "take-back",
            "delete",
        ]
        .iter()
        .any(|form| path.ends_with(&format!("/{form}")));
        assert_eq!(page.status, if reading { 200 } else { 403 }, "{path}");
    }
    let nobody = Browser::at(&house.server, "nordwind");
    for (path, page) in answers(&nobody, &stage.key, &stage.draft).await {
        assert_eq!(page.status, 303, "{path}");
        assert!(page.header("location").starts_with("/sign-in"), "{path}");
    }
    assert_eq!(stage.photo().await, before);
    stage.strike().await;
}

async fn proofs(house: House) {
    let stage = Stage::set(&house).await;
    let before = stage.photo().await;
    let jonas = as_person(&house, "jonas@nordwind.example").await;
    let path = format!("/admin/keys/{}/delete", stage.key);
    for _ in 0..TRIES {
        let page = jonas.form(&path, &[("password", "not the password")]).await;
        assert_eq!(page.status, 403, "{}", page.body);
        assert!(page.body.contains("Nothing was changed"));
    }
    let right = [("password", "nordwind-demo-only")];
    let page = jonas.form(&path, &right).await;
    assert_eq!(page.status, 429, "guessing goes on: {}", page.body);
    assert_eq!(stage.photo().await, before);
    stage.strike().await;
}

async fn refused_drafts(house: House) {
    let stage = Stage::set(&house).await;
    let before = stage.photo().await;
    let canary = house.canaries.fresh("provider key");
    for (secret, provider, base_url, word) in [
        (format!("Bearer {canary}"), "openai", "", "Bearer"),
        (format!("{canary} x"), "openai", "", "space"),
        (format!("sk-ant-{canary}"), "openai", "", "Anthropic"),
        (canary.clone(), "", "", "Provider:"),
        (canary.clone(), "azure", "", "Address:"),
        (canary.clone(), "openai-compatible", "ftp://x", "Address:"),
        (canary.clone(), "bedrock", "", "Region:"),
        (canary.clone(), "nonsense", "", "Provider:"),
    ] {
        let fields = [
            ("secret", secret.as_str()),
            ("provider", provider),
            ("base_url", base_url),
            ("environment", "production"),
            ("name", "kept as typed"),
        ];
        let page = stage.browser.form("/admin/keys/check", &fields).await;
        assert_eq!(page.status, 422, "{provider}: {}", page.body);
        assert!(page.body.contains(word), "{provider} does not say {word}");
        assert!(page.body.contains("kept as typed"));
        assert!(!page.body.contains(&canary), "{provider} repeats the key");
    }
    assert_eq!(stage.photo().await, before);
    stage.strike().await;
}
