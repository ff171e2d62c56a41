//! Who may do what: nobody, somebody else, another workspace's person, an auditor.

use crate::invitations::as_person;
use crate::rig::House;
use crate::rig::browser::Browser;
use crate::rig::chat::{again, follow_up, question};
use crate::rig::checks::Checks;
use crate::rig::frames::Frames;
use crate::routes::{Stage, routes_in_sources};
use contract::chat::SendMessage;
use contract::{ConversationId, MessageId};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "authority: nobody calls no server function",
            anonymous(house.clone()),
        )
        .await;
    checks
        .run(
            "authority: somebody else's ids answer as ids that never were",
            foreign_ids(house.clone()),
        )
        .await;
    checks
        .run(
            "authority: lists and searches hold one's own things only",
            own_lists(house.clone()),
        )
        .await;
    checks
        .run(
            "authority: an auditor reads and never asks",
            auditor(house.clone()),
        )
        .await;
    checks
        .run(
            "authority: people of another workspace cannot be touched",
            foreign_people(house.clone()),
        )
        .await;
}

async fn anonymous(house: House) {
    let stage = Stage::set(&house).await;
    let before = stage.photo().await;
    let calls = stage.calls();
    let called: BTreeSet<String> = calls
        .iter()
        .map(|(name, _)| format!("/api/{name}"))
        .collect();
    let functions = routes_in_sources()
        .into_iter()
        .filter(|route| route.starts_with("/api/"));
    assert_eq!(called, functions.collect::<BTreeSet<_>>());
    for slug in ["nordwind", "halden", ""] {
        let nobody = Browser::at(&house.server, slug);
        for (function, arguments) in &calls {
            let page = nobody.call(function, arguments).await;
            assert_eq!(page.status, 401, "{function} on {slug:?}: {}", page.body);
            assert!(
                page.body.contains("signed_out"),
                "{function}: {}",
                page.body
            );
        }
        assert_eq!(
            nobody.call("no_such_function", &json!({})).await.status / 100,
            4
        );
    }
    assert_eq!(stage.photo().await, before);
    stage.strike().await;
}

/// Every call that names something of `stage`, with the ids as given.
fn calls_with(
    own: &Stage,
    conversation: ConversationId,
    message: MessageId,
) -> Vec<(&'static str, Value)> {
    let send = |message: SendMessage| ("send_message", json!({ "message": message }));
    vec![
        ("load_conversation", json!({ "id": conversation })),
        send(follow_up(conversation, Some(message), "A question")),
        send(follow_up(conversation, None, "A question")),
        send(follow_up(own.conversation, Some(message), "A question")),
        send(again(conversation, message)),
        send(again(own.conversation, message)),
        ("stop_turn", json!({ "answer_id": message })),
        (
            "choose_branch",
            json!({ "conversation": conversation, "message": message }),
        ),
        (
            "choose_branch",
            json!({ "conversation": conversation, "message": own.answers[0] }),
        ),
        (
            "choose_branch",
            json!({ "conversation": own.conversation, "message": message }),
        ),
        (
            "rename_conversation",
            json!({ "id": conversation, "title": "Taken" }),
        ),
        (
            "pin_conversation",
            json!({ "id": conversation, "pinned": true }),
        ),
        ("delete_conversation", json!({ "id": conversation })),
        ("restore_conversation", json!({ "id": conversation })),
    ]
}

async fn foreign_ids(house: House) {
    let (victim, own) = (
        Stage::set(&house).await,
        stage_of(&house, "anna@nordwind.example").await,
    );
    let before = (victim.photo().await, conversations(&own.browser).await);
    let tim = Browser::enter(&house.server, "halden", "tim@halden.example").await;
    let (theirs, _) = tim
        .converse(&question(&house.canaries.fresh("question")))
        .await;
    let random = || Uuid::now_v7();
    for (conversation, message) in [
        (victim.conversation, victim.answers[0]),
        (victim.conversation, victim.question),
        (victim.live_conversation, victim.live_answer),
        (victim.deleted, victim.answers[1]),
        (theirs.conversation, theirs.answer.id),
        (theirs.conversation, theirs.question.id),
    ] {
        let never = (
            ConversationId::from_uuid(random()),
            MessageId::from_uuid(random()),
        );
        let real = calls_with(&own, conversation, message);
        let imagined = calls_with(&own, never.0, never.1);
        for ((function, real), (_, imagined)) in real.iter().zip(&imagined) {
            let (real_page, imagined_page) = (
                own.browser.call(function, real).await,
                own.browser.call(function, imagined).await,
            );
            assert_eq!(
                real_page.status, 404,
                "{function} {real}: {}",
                real_page.body
            );
            assert_eq!(
                real_page.body, imagined_page.body,
                "{function} tells them apart"
            );
            assert_eq!(imagined_page.status, 404);
        }
        assert_eq!(Frames::open(&own.browser, message).await.err(), Some(404));
        let page = own.browser.get(&format!("/c/{conversation}")).await;
        let imagined = own.browser.get(&format!("/c/{}", never.0)).await;
        assert_eq!(page.status, imagined.status, "the page tells them apart");
    }
    let after = (victim.photo().await, conversations(&own.browser).await);
    assert_eq!(before, after, "a foreign id changed something");
    victim.strike().await;
}

/// Somebody with a conversation of their own.
async fn stage_of(house: &House, email: &str) -> Stage {
    let browser = as_person(house, email).await;
    let (turn, _) = browser
        .converse(&question(&house.canaries.fresh("question")))
        .await;
    Stage {
        brand_seen: "0.0".to_owned(),
        conversation: turn.conversation,
        question: turn.question.id,
        answers: [turn.answer.id; 2],
        live_conversation: turn.conversation,
        live_answer: turn.answer.id,
        deleted: turn.conversation,
        other_session: String::new(),
        invitation: String::new(),
        invitation_path: String::new(),
        key: String::new(),
        draft: String::new(),
        team: String::new(),
        member: String::new(),
        program: (String::new(), String::new()),
        own_member: String::new(),
        instructions: String::new(),
        browser,
    }
}

async fn conversations(browser: &Browser) -> Value {
    let sidebar: Value = browser.ask("load_sidebar", &json!({})).await;
    sidebar["conversations"].clone()
}

async fn own_lists(house: House) {
    let (anna, mia) = (
        as_person(&house, "anna@nordwind.example").await,
        as_person(&house, "mia@nordwind.example").await,
    );
    let tim = Browser::enter(&house.server, "halden", "tim@halden.example").await;
    let canary = house.canaries.fresh("question");
    mia.converse(&question(&canary)).await;
    for other in [&anna, &tim] {
        let hits = other
            .call("search_conversations", &json!({ "query": canary }))
            .await;
        assert_eq!((hits.status, hits.body.as_str()), (200, "[]"));
        assert!(
            !other
                .call("load_sidebar", &json!({}))
                .await
                .body
                .contains(&canary)
        );
        assert!(!other.get("/").await.body.contains(&canary));
    }
    let hits = mia
        .call("search_conversations", &json!({ "query": canary }))
        .await;
    assert!(hits.body.contains(&canary), "their own person finds them");
}

async fn auditor(house: House) {
    let ida = as_person(&house, "ida@nordwind.example").await;
    let canary = house.canaries.fresh("question");
    let page = ida.press_send(&question(&canary)).await;
    assert_eq!(page.status, 403, "{}", page.body);
    assert!(page.body.contains("denied"));
    let sidebar: Value = ida.ask("load_sidebar", &json!({})).await;
    assert_eq!(sidebar["may_chat"], false);
    assert_eq!(sidebar["conversations"], json!([]), "nothing was begun");
    assert!(house.upstream.asked(&canary).is_empty());
    assert_eq!(ida.get("/").await.status, 200);
}

async fn foreign_people(house: House) {
    let victim = Stage::set(&house).await;
    let ruth = Browser::enter(&house.server, "halden", "ruth@halden.example").await;
    let jonas = as_person(&house, "jonas@nordwind.example").await;
    let before = victim.photo().await;
    let never = Uuid::now_v7().simple().to_string();
    let revoke = |id: &str| format!("/admin/members/invitations/{id}/revoke");
    let end = |id: &str| format!("/account/sessions/{id}/end");
    for (browser, path, imagined) in [
        (&ruth, revoke(&victim.invitation), revoke(&never)),
        (&ruth, end(&victim.other_session), end(&never)),
        (&jonas, end(&victim.other_session), end(&never)),
    ] {
        let (real, imagined) = (
            browser.form(&path, &[]).await,
            browser.form(&imagined, &[]).await,
        );
        assert_eq!((real.status, real.body), (404, imagined.body), "{path}");
        assert_eq!(imagined.status, 404);
    }
    assert_eq!(victim.photo().await, before);
    victim.strike().await;
}
