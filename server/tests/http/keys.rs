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

/// Every page and form of the workspace's keys with this id.
async fn answers(browser: &Browser, key: &str, draft: &str) -> Vec<(String, Page)> {
    answers_at("/admin/keys", browser, key, draft).await
}

async fn answers_at(desk: &str, browser: &Browser, key: &str, draft: &str) -> Vec<(String, Page)> {
    let mut answers = Vec::new();
    for path in [
        format!("{desk}/{key}"),
        format!("{desk}/checks/{key}"),
        format!("{desk}/checks/{draft}"),
    ] {
        let page = browser.get(&path).await;
        answers.push((path, page));
    }
    let password = ("password", "halden-demo-only");
    for (path, fields) in [
        (
            format!("{desk}/checks/{draft}/seal"),
            vec![password, ("anyway", "yes")],
        ),
        (format!("{desk}/{key}/check"), vec![]),
        (
            format!("{desk}/{key}/rotate"),
            vec![("secret", "sk-of-eve-0123456789")],
        ),
        (format!("{desk}/{key}/change"), vec![("change", "disable")]),
        (
            format!("{desk}/{key}/remind"),
            vec![("expires", ""), ("rotate_by", "")],
        ),
        (format!("{desk}/{key}/take-back"), vec![password]),
        (format!("{desk}/{key}/delete"), vec![password]),
    ] {
        let page = browser.form(&path, &fields).await;
        answers.push((path, page));
    }
    answers
}

/// A page without what is drawn anew for each: the mark of its own scripts, and the id it was asked
/// with, wherever it comes back.
fn comparable(page: &Page, id: &str) -> (u16, Vec<(String, String)>, String) {
    let nonce = page.between("nonce=\"", '"').into_iter().next();
    let plain = |text: &str| {
        let text = nonce
            .as_deref()
            .map_or_else(|| text.to_owned(), |nonce| text.replace(nonce, "NONCE"));
        text.replace(id, "ID")
    };
    let headers = page
        .headers
        .iter()
        .filter(|(name, _)| name.as_str() != "date");
    let headers = headers.map(|(name, value)| (name.to_string(), plain(value.to_str().unwrap())));
    (page.status, headers.collect(), plain(&page.body))
}

async fn foreign(house: House) {
    let stage = Stage::set(&house).await;
    let before = stage.photo().await;
    let ruth = Browser::enter(&house.server, "halden", "ruth@halden.example").await;
    let random = || Uuid::new_v4().simple().to_string();
    for desk in ["/admin/keys", "/account/keys"] {
        let nobodys = random();
        let theirs = answers_at(desk, &ruth, &stage.key, &stage.draft).await;
        let imagined = answers_at(desk, &ruth, &nobodys, &nobodys).await;
        for ((path, page), (_, other)) in theirs.iter().zip(&imagined) {
            assert_eq!(page.status, 404, "{path}: {}", page.body);
            assert!(!page.body.contains("9tQ2"), "{path}");
            let id = if path.contains(&stage.key) {
                &stage.key
            } else {
                &stage.draft
            };
            assert_eq!(
                comparable(page, id),
                comparable(other, &nobodys),
                "{path} tells them apart"
            );
        }
    }
    // Teams of somebody else, on the forms that name one.
    let nobodys = random();
    for form in ["place", "remove"] {
        let at = |team: &str| format!("/admin/members/teams/{team}/{form}");
        let fields = [("member", stage.member.as_str()), ("inside", "yes")];
        let theirs = ruth.form(&at(&stage.team), &fields).await;
        let imagined = ruth.form(&at(&nobodys), &fields).await;
        assert_eq!(
            comparable(&theirs, &stage.team),
            comparable(&imagined, &nobodys),
            "{form} tells them apart"
        );
    }
    // A key for a team of somebody else is for a team that is not there.
    let draft = async |team: &str| {
        let fields = [
            ("secret", "sk-of-eve-0123456789"),
            ("provider", "openai-compatible"),
            ("base_url", "http://127.0.0.1:9/v1"),
            ("environment", "development"),
            ("name", "of eve"),
            ("team", team),
        ];
        ruth.form("/admin/keys/check", &fields).await
    };
    let (theirs, imagined) = (draft(&stage.team).await, draft(&nobodys).await);
    assert_eq!(theirs.status, 422, "{}", theirs.body);
    assert_eq!(
        comparable(&theirs, &stage.team),
        comparable(&imagined, &nobodys),
        "a team of somebody else is told apart"
    );
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
