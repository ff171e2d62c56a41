//! The end of a workspace: who may ask for it, what it stops, and what is left.

use crate::rig::House;
use crate::rig::browser::{Browser, Page};
use crate::rig::chat::question;
use crate::rig::checks::Checks;
use contract::AnswerEnd;
use std::time::Duration;
use tokio::time::{sleep, timeout};

const SLUG: &str = "leaving";
const NAME: &str = "Leaving & Sons";
const PAGE: &str = "/admin/workspace";
const FORM: &str = "/admin/workspace/delete";

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "deletion: only an owner, with name and password, and nobody from next door",
            refused(house.clone()),
        )
        .await;
    checks
        .run(
            "deletion: stops answers on two processes, signs everybody out, leaves a line and an anchor",
            ended(house.clone()),
        )
        .await;
}

/// A new workspace with its first owner, signed in, and their password.
pub(crate) async fn founded(house: &House, slug: &str, name: &str) -> (Browser, String) {
    let email = format!("olga@{slug}.example");
    let create = ["workspace", "create", "--slug", slug, "--name", name];
    let create = [&create[..], &["--owner-email", &email]].concat();
    let document = house.server.desk(&create, None).await;
    let link = document["invitation"].as_str().unwrap();
    let token = link.rsplit('/').next().unwrap().to_owned();
    house.canaries.watch("invitation token", &token);
    joined(house, slug, &format!("/invite/{token}")).await
}

async fn joined(house: &House, slug: &str, path: &str) -> (Browser, String) {
    let mut browser = Browser::at(&house.server, slug);
    let password = house.canaries.fresh("password");
    let fields = [("name", "Olga"), ("password", password.as_str())];
    let page = browser.form(path, &fields).await;
    assert_eq!(page.status, 303, "{}", page.body);
    browser.session = page.new_session();
    (browser, password)
}

/// Somebody else of that workspace, signed in, and their password.
pub(crate) async fn invited(
    house: &House,
    slug: &str,
    owner: &Browser,
    role: &str,
) -> (Browser, String) {
    let email = format!("{role}@{slug}.example");
    let fields = [("email", email.as_str()), ("role", role)];
    let page = owner.form("/admin/members/invite", &fields).await;
    let token = page.between("/invite/", '"').into_iter().next().unwrap();
    house.canaries.watch("invitation token", &token);
    joined(house, slug, &format!("/invite/{token}")).await
}

async fn asked(browser: &Browser, name: &str, password: &str) -> Page {
    let fields = [("name", name), ("password", password)];
    browser.form(FORM, &fields).await
}

async fn refused(house: House) {
    let (owner, password) = founded(&house, SLUG, NAME).await;
    let page = owner.get(PAGE).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for words in ["What is destroyed", "What remains", "leaving.localhost"] {
        assert!(page.body.contains(words), "{words} is not said");
    }
    for role in ["admin", "auditor", "member"] {
        let (person, own) = invited(&house, SLUG, &owner, role).await;
        assert_eq!(person.get(PAGE).await.status, 403, "{role}");
        let page = asked(&person, NAME, &own).await;
        assert_eq!(page.status, 403, "{role}: {}", page.body);
        assert!(!person.get("/account").await.body.contains(PAGE), "{role}");
    }
    let nobody = Browser::at(&house.server, SLUG);
    let page = asked(&nobody, NAME, &password).await;
    assert!(page.header("location").starts_with("/sign-in"));
    // The owner next door names this workspace; this owner's session is shown at the door next door.
    let mia = Browser::enter(&house.server, "nordwind", "mia@nordwind.example").await;
    let page = asked(&mia, NAME, "nordwind-demo-only").await;
    assert_eq!(page.status, 422, "{}", page.body);
    let mut stranger = Browser::at(&house.server, "nordwind");
    stranger.session.clone_from(&owner.session);
    let page = asked(&stranger, "Nordwind Legal", &password).await;
    assert!(page.header("location").starts_with("/sign-in"));
    assert_eq!(mia.get(PAGE).await.status, 200);
    for (name, typed, status) in [
        ("", password.as_str(), 422),
        ("leaving", &password, 422),
        ("Leaving & sons", &password, 422),
        (NAME, "not the password", 403),
        (NAME, "", 403),
    ] {
        let page = asked(&owner, name, typed).await;
        assert_eq!(page.status, status, "{name:?}: {}", page.body);
        assert!(page.body.contains("Nothing was changed"), "{name:?}");
        assert!(!page.body.contains(&password), "{name:?}");
    }
    assert_eq!(owner.get("/").await.status, 200);
    assert_eq!(owner.get(FORM).await.header("location"), PAGE);
    let delete = ["workspace", "delete", "--slug", SLUG, "--confirm", SLUG];
    house.server.desk(&delete, None).await;
}

async fn ended(house: House) {
    let (owner, password) = founded(&house, SLUG, NAME).await;
    let (member, _) = invited(&house, SLUG, &owner, "member").await;
    house.connect_provider(SLUG).await;
    let schema = house.schema(SLUG).await;
    let second = house.server.second();
    second.start().await;
    let (here, there) = (owner.clone(), member.over_at(&second));
    let mut watched = Vec::new();
    for browser in [&here, &there] {
        let held = format!("hold the line {}", house.canaries.fresh("question"));
        let turn = browser.send(&question(&held)).await;
        let mut frames = browser.watch(turn.answer.id).await;
        frames
            .until(|shown| shown.html().contains("And then"))
            .await;
        watched.push((frames, held));
    }
    let page = asked(&owner, &format!(" {NAME} "), &password).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("was deleted"), "{}", page.body);
    assert!(!page.body.contains("Leaving"), "{}", page.body);
    assert!(page.header("set-cookie").contains("Max-Age=0"));
    assert!(page.header("clear-site-data").contains("storage"));
    for (mut frames, held) in watched {
        let end = frames.rest().await.end;
        assert!(matches!(end, Some(AnswerEnd::Stopped { .. })), "{end:?}");
        let hung_up = async {
            while !house.upstream.asked(&held)[0].hung_up {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let hung_up = timeout(Duration::from_secs(20), hung_up).await;
        hung_up.expect("the provider is still being listened to");
    }
    left(&house, &schema);
    // The other process hears of it a moment later.
    let gone = async {
        while there.get("/").await.status != 421 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(5), gone)
        .await
        .expect("the other process still answers");
    let nowhere = Browser::at(&house.server, "nobody-ever").get("/").await;
    for (browser, path) in [
        (&here, "/"),
        (&here, PAGE),
        (&here, "/sign-in"),
        (&member, "/account"),
        (&there, "/admin/audit"),
        (&there, "/favicon.svg"),
    ] {
        let page = browser.get(path).await;
        let same = (page.status, &page.body) == (nowhere.status, &nowhere.body);
        assert!(same, "{path}: {} {}", page.status, page.body);
    }
    assert_eq!(asked(&owner, NAME, &password).await.status, 421);
    // The name is free again, and whoever takes it finds nothing.
    let (next, _) = founded(&house, SLUG, NAME).await;
    let sidebar: serde_json::Value = next.ask("load_sidebar", &serde_json::json!({})).await;
    assert_eq!(sidebar["conversations"], serde_json::json!([]));
    assert!(
        !next
            .get("/admin/audit")
            .await
            .body
            .contains("Deleted the workspace")
    );
    let delete = ["workspace", "delete", "--slug", SLUG, "--confirm", SLUG];
    house.server.desk(&delete, None).await;
    let elsewhere = Browser::enter(&house.server, "nordwind", "mia@nordwind.example").await;
    assert_eq!(elsewhere.get("/").await.status, 200);
}

/// One line, and where the record stood at its end.
fn left(house: &House, schema: &str) {
    let id = schema.trim_start_matches("t_");
    let count = |sql: String| house.by_hand(&sql);
    let schemas = format!("select count(*) from pg_namespace where nspname = '{schema}'");
    assert_eq!(count(schemas), "0");
    let roles = format!("select count(*) from pg_roles where rolname = '{schema}'");
    assert_eq!(count(roles), "0");
    for table in ["workspaces", "domains", "ledger_inbox", "letters"] {
        let rows = format!("select count(*) from platform.{table} x where x::text like '%{id}%'");
        let dashed = uuid::Uuid::parse_str(id).unwrap();
        let also =
            format!("select count(*) from platform.{table} x where x::text like '%{dashed}%'");
        assert_eq!(
            (count(rows), count(also)),
            ("0".into(), "0".into()),
            "{table}"
        );
    }
    let kept = format!("select count(*) > 0 from platform.audit_anchors where tenant_id = '{id}'");
    assert_eq!(count(kept), "t");
    let line = format!("select slug, deleted_by from platform.deletions where id = '{id}'");
    assert_eq!(count(line), format!("{SLUG}|owner"));
    let anchors = house.server.data_dir().join("audit-anchors.log");
    let anchors = std::fs::read_to_string(anchors).unwrap();
    let dashed = uuid::Uuid::parse_str(id).unwrap().to_string();
    let closing = anchors
        .lines()
        .rfind(|line| line.contains(&dashed) || line.contains(id));
    let closing: serde_json::Value = serde_json::from_str(closing.unwrap()).unwrap();
    // Founded, invited, joined, asked for a member, joined, connected, routed, deleted.
    assert!(closing["seq"].as_i64().unwrap() >= 6, "{closing}");
}
