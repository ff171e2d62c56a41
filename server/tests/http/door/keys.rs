//! Keys that do not count, or not for this: each refused in the surface's own words, nothing asked,
//! nothing written down.

use super::surface::{ALL, Surface};
use super::{Client, Program, SLUG};
use crate::rig::browser::{Browser, Page};
use crate::rig::checks::Checks;
use serde_json::Value;
use std::time::Duration;
use tokio::time::sleep;

pub(super) async fn run(checks: &mut Checks, client: &Client) {
    checks
        .run(
            "door: a key that is revoked, of another workspace or from elsewhere opens nothing",
            rejected(client.clone()),
        )
        .await;
    checks
        .run(
            "door: a key reaches its own models and no other",
            forbidden_models(client.clone()),
        )
        .await;
    checks
        .run(
            "door: a key rotates with overlap or without, and old tokens die",
            rotated(client.clone()),
        )
        .await;
    checks
        .run(
            "door: over its budget, a key reads so in the surface's words, without amounts",
            over_budget(client.clone()),
        )
        .await;
    checks
        .run(
            "door: too fast, a key reads when to come back",
            too_fast(client.clone()),
        )
        .await;
    checks
        .run(
            "door: a workspace that is suspended answers no program",
            suspended(client.clone()),
        )
        .await;
}

/// Status and name of a refusal by surface, and its message.
fn told(surface: Surface, page: &Page, openai: (u16, &str), anthropic: (u16, &str)) -> String {
    let expected = if surface == Surface::Messages {
        anthropic
    } else {
        openai
    };
    let refusal = page.refusal();
    assert_eq!(page.status, expected.0, "{surface:?}: {refusal}");
    assert_eq!(surface.name_of(&refusal), expected.1, "{refusal}");
    refusal["error"]["message"].as_str().unwrap().to_owned()
}

const BAD_KEY: ((u16, &str), (u16, &str)) =
    ((401, "invalid_api_key"), (401, "authentication_error"));

impl Client {
    /// The same refusal on every surface, asked whole and streamed; the words.
    async fn refused(
        &self,
        program: &Program,
        model: &str,
        (openai, anthropic): ((u16, &str), (u16, &str)),
    ) -> String {
        let mut words = String::new();
        for surface in ALL {
            let text = self.house.canaries.fresh("question");
            let whole = surface.ask(program, model, &text).await;
            words = told(surface, &whole, openai, anthropic);
            assert_eq!(whole.header("x-should-retry"), "false", "{words}");
            let streamed = surface.follow(program, model, &text).await;
            told(surface, &streamed, openai, anthropic);
        }
        words
    }
}

async fn rejected(client: Client) {
    let house = &client.house;
    let revoked = Program::with(house, SLUG, &[]).await;
    revoked.known().await;
    let revoke = [
        "virtual-key",
        "revoke",
        "--workspace",
        SLUG,
        "--id",
        &revoked.id,
    ];
    house.server.desk(&revoke, None).await;
    revoked.until(|page| page.status == 401).await;
    let before = client.provider.count();
    let said = client.refused(&revoked, "plain", BAD_KEY).await;
    // Good in its own workspace, and nothing at all in this one.
    let foreign = Program::with(house, "nordwind", &[]).await;
    foreign.known().await;
    let here = Program {
        place: Browser::at(&house.server, SLUG),
        ..foreign
    };
    assert_eq!(
        client.refused(&here, "plain", BAD_KEY).await,
        said,
        "told apart"
    );
    let made_up = Program {
        token: format!("{}x", &here.token[..here.token.len() - 1]),
        ..here
    };
    assert_eq!(
        client.refused(&made_up, "plain", BAD_KEY).await,
        said,
        "told apart"
    );
    let expired = Program::with(house, SLUG, &["--expires", "1h"]).await;
    expired.known().await;
    house.by_hand(&format!(
        "update {}.virtual_keys set expires_ms = 1 where id = '{}'",
        house.schema(SLUG).await,
        expired.id
    ));
    // Whatever is made next lets every process look at the workspace's keys again.
    Program::with(house, SLUG, &[]).await;
    expired.until(|page| page.status == 401).await;
    assert_eq!(
        client.refused(&expired, "plain", BAD_KEY).await,
        said,
        "told apart"
    );
    let elsewhere = ["--network", "10.0.0.0/8"];
    let elsewhere = Program::with(house, SLUG, &elsewhere).await;
    elsewhere.until(|page| page.status == 403).await;
    let not_from_here = ((403, "permission_denied"), (403, "permission_error"));
    let said = client.refused(&elsewhere, "plain", not_from_here).await;
    assert!(said.contains("network") && !said.contains("10."), "{said}");
    assert_eq!(client.provider.count(), before, "somebody was asked");
    for program in [&revoked, &expired, &elsewhere] {
        assert_eq!(client.rows_of(program).await, Vec::<Value>::new());
    }
}

async fn forbidden_models(client: Client) {
    let one = ["--model", "plain"];
    let program = Program::with(&client.house, SLUG, &one).await;
    program.known().await;
    let list: Value = program.get("/v1/models").await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1, "{list}");
    let missing = ((404, "model_not_found"), (404, "not_found_error"));
    let said = client.refused(&program, "claude", missing).await;
    assert_eq!(
        client.refused(&program, "of-nobody", missing).await,
        said,
        "told apart"
    );
    assert_eq!(program.get("/v1/models/claude").await.status, 404);
    let page = program.embed("vectors", "Hello".into()).await;
    assert_eq!(page.status, 404, "{}", page.body);
    assert_eq!(client.rows_of(&program).await, Vec::<Value>::new());
    let page = Surface::Chat
        .ask(&program, "plain", &client.house.canaries.fresh("question"))
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    // A development key reaches no production route.
    let dev = ["--environment", "development"];
    let dev = Program::with(&client.house, SLUG, &dev).await;
    dev.known().await;
    assert!(dev.token.starts_with("lv_dev_"), "told apart by eye");
    client.refused(&dev, "plain", missing).await;
}

async fn rotated(client: Client) {
    let program = Program::with(&client.house, SLUG, &[]).await;
    program.known().await;
    let rotate = async |overlap: &str| {
        let one = [
            "virtual-key",
            "rotate",
            "--workspace",
            SLUG,
            "--id",
            &program.id,
        ];
        let rotate = [&one[..], &["--overlap", overlap]].concat();
        let issued = client.house.server.desk(&rotate, None).await;
        let token = issued["token"].as_str().unwrap().to_owned();
        client.house.canaries.watch("virtual key", &token);
        Program {
            token,
            ..program.clone()
        }
    };
    let newer = rotate("1h").await;
    newer.known().await;
    assert_eq!(
        program.get("/v1/models").await.status,
        200,
        "both are good for a while"
    );
    let newest = rotate("0").await;
    newest.known().await;
    for old in [&program, &newer] {
        assert_eq!(old.get("/v1/models").await.status, 401);
    }
}

async fn over_budget(client: Client) {
    let poor = ["--usd", "0.000001"];
    let program = Program::with(&client.house, SLUG, &poor).await;
    program.known().await;
    let before = client.provider.count();
    let spent = ((429, "insufficient_quota"), (402, "billing_error"));
    let said = client.refused(&program, "plain", spent).await;
    assert!(
        said.starts_with("This month's budget of this key is used up. It begins anew on "),
        "{said}"
    );
    assert!(!said.contains('$') && !said.contains("0.0"), "{said}");
    let page = program.embed("vectors", "Hello ".repeat(100).into()).await;
    assert_eq!(told(Surface::Chat, &page, spent.0, spent.1), said);
    assert_eq!(client.provider.count(), before, "somebody was asked");
    assert_eq!(client.rows_of(&program).await, Vec::<Value>::new());
}

async fn too_fast(client: Client) {
    let slow = ["--requests-per-minute", "2"];
    for surface in ALL {
        let program = Program::with(&client.house, SLUG, &slow).await;
        program.known().await;
        for _ in 0..2 {
            let page = surface
                .ask(&program, "plain", &client.house.canaries.fresh("question"))
                .await;
            assert_eq!(page.status, 200, "{surface:?}: {}", page.body);
        }
        let page = surface
            .ask(&program, "plain", &client.house.canaries.fresh("question"))
            .await;
        let said = told(
            surface,
            &page,
            (429, "rate_limit_exceeded"),
            (429, "rate_limit_error"),
        );
        assert!(
            said.starts_with("The limit of requests a minute of this key is reached."),
            "{said}"
        );
        assert_eq!(page.header("x-should-retry"), "true");
        let seconds: u64 = page.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert!(page.header("retry-after-ms").parse::<u64>().unwrap() <= seconds * 1_000);
        assert_eq!(
            client.rows_of(&program).await.len(),
            2,
            "what was refused costs nothing"
        );
    }
}

async fn suspended(client: Client) {
    let state = |state: &str| {
        client.house.by_hand(&format!(
            "update platform.workspaces set state = '{state}' where slug = '{SLUG}'"
        ));
    };
    let before = client.provider.count();
    state("suspended");
    // A key of any kind, made now, makes every process look at the workspace again.
    let program = Program::with(&client.house, SLUG, &[]).await;
    let ask = || Surface::Chat.ask(&program, "plain", "Hello");
    let mut page = ask().await;
    for _ in 0..100 {
        if page.status == 403 {
            break;
        }
        sleep(Duration::from_millis(100)).await;
        page = ask().await;
    }
    let paused = ((403, "permission_denied"), (403, "permission_error"));
    let said = client.refused(&program, "plain", paused).await;
    assert!(said.starts_with("This workspace is paused."), "{said}");
    assert_eq!(program.embed("vectors", "Hello".into()).await.status, 403);
    state("active");
    let again = Program::with(&client.house, SLUG, &[]).await;
    again.known().await;
    let page = Surface::Chat.ask(&again, "plain", "Hello again").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(client.provider.count() > before);
    assert_eq!(client.rows_of(&program).await, Vec::<Value>::new());
}
