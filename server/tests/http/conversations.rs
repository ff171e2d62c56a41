//! Conversations through HTTP alone: their branches, their list, and what cannot be asked.

use crate::chat::anna;
use crate::rig::House;
use crate::rig::browser::Browser;
use crate::rig::chat::{again, answer_of, follow_up, question};
use crate::rig::checks::Checks;
use crate::rig::frames::Shown;
use contract::AnswerEnd;
use contract::chat::{ConversationView, SearchHit, Sidebar};
use serde_json::json;
use std::time::Duration;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "chat: answering again and editing make branches to choose from",
            branches(house.clone()),
        )
        .await;
    checks
        .run(
            "chat: the model reads the chosen branch and nothing else",
            context(house.clone()),
        )
        .await;
    checks
        .run(
            "chat: rename, pin, delete, undo and search",
            list(house.clone()),
        )
        .await;
    checks
        .run(
            "chat: what cannot be asked is refused in words",
            refused(house.clone()),
        )
        .await;
    checks
        .run(
            "chat: the demo model answers in a workspace without any key",
            demo(house.clone()),
        )
        .await;
}

async fn branches(house: House) {
    let anna = anna(&house).await;
    let (one, _) = anna
        .converse(&question(&format!(
            "First {}",
            house.canaries.fresh("question")
        )))
        .await;
    let (two, _) = anna
        .converse(&again(one.conversation, one.question.id))
        .await;
    assert_eq!(two.question.id, one.question.id);
    assert_eq!(two.answer.siblings, [one.answer.id, two.answer.id]);
    let view = anna.conversation(one.conversation).await;
    assert_eq!(
        ids(&view),
        [one.question.id, two.answer.id],
        "the newest answer is chosen"
    );
    // Editing the first question: a sibling of it, with an answer of its own.
    let edit = follow_up(
        one.conversation,
        None,
        &format!("Edited {}", house.canaries.fresh("question")),
    );
    let (three, _) = anna.converse(&edit).await;
    assert_eq!(
        three.question.siblings,
        [one.question.id, three.question.id]
    );
    let view = anna.conversation(one.conversation).await;
    assert_eq!(ids(&view), [three.question.id, three.answer.id]);
    let choose = |message| json!({ "conversation": one.conversation, "message": message });
    let view: ConversationView = anna.ask("choose_branch", &choose(one.answer.id)).await;
    assert_eq!(ids(&view), [one.question.id, one.answer.id]);
    assert_eq!(
        anna.conversation(one.conversation).await,
        view,
        "the choice is kept"
    );
    let view: ConversationView = anna.ask("choose_branch", &choose(three.question.id)).await;
    assert_eq!(ids(&view), [three.question.id, three.answer.id]);
}

fn ids(view: &ConversationView) -> Vec<contract::MessageId> {
    view.messages.iter().map(|message| message.id).collect()
}

async fn context(house: House) {
    let anna = anna(&house).await;
    let [first, dropped, last] = [(); 3].map(|()| house.canaries.fresh("question"));
    let (one, _) = anna.converse(&question(&first)).await;
    let (conversation, answer) = (one.conversation, one.answer.id);
    anna.converse(&follow_up(conversation, Some(answer), &dropped))
        .await;
    anna.converse(&follow_up(conversation, Some(answer), &last))
        .await;
    let served = house.upstream.asked(&last).pop().unwrap();
    let messages = served.body["messages"].as_array().unwrap();
    let roles: Vec<_> = messages
        .iter()
        .map(|message| message["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
    assert_eq!(messages[1]["content"], first);
    assert!(
        messages[2]["content"]
            .as_str()
            .unwrap()
            .starts_with("You asked:")
    );
    assert!(
        !served.body.to_string().contains(&dropped),
        "the other branch was sent as well"
    );
}

async fn list(house: House) {
    let anna = anna(&house).await;
    let (canary, title) = (
        house.canaries.fresh("question"),
        house.canaries.fresh("title"),
    );
    let (turn, _) = anna.converse(&question(&format!("List {canary}"))).await;
    let id = turn.conversation;
    let find = async |id| {
        let sidebar: Sidebar = anna.ask("load_sidebar", &json!({})).await;
        sidebar.conversations.into_iter().find(|line| line.id == id)
    };
    assert!(
        find(id).await.unwrap().title.contains(&canary),
        "the title comes from the question"
    );
    let rename = json!({ "id": id, "title": format!(" {title}\n ") });
    assert_eq!(anna.call("rename_conversation", &rename).await.status, 200);
    assert_eq!(find(id).await.unwrap().title, title);
    assert_eq!(
        anna.call("rename_conversation", &json!({ "id": id, "title": " " }))
            .await
            .status,
        422
    );
    assert_eq!(
        anna.call("pin_conversation", &json!({ "id": id, "pinned": true }))
            .await
            .status,
        200
    );
    assert!(find(id).await.unwrap().pinned);
    let search = async |query: &str| -> Vec<SearchHit> {
        anna.ask("search_conversations", &json!({ "query": query }))
            .await
    };
    let hits = search(&canary.to_uppercase()).await;
    assert_eq!(
        hits.iter().map(|hit| hit.conversation).collect::<Vec<_>>(),
        [id]
    );
    assert!(hits[0].excerpt.contains(&canary));
    assert_eq!(search(&title).await.len(), 1, "titles are searched as well");
    assert_eq!(
        anna.call("delete_conversation", &json!({ "id": id }))
            .await
            .status,
        200
    );
    assert!(find(id).await.is_none() && search(&canary).await.is_empty());
    assert_eq!(
        anna.call("load_conversation", &json!({ "id": id }))
            .await
            .status,
        404
    );
    assert_eq!(
        anna.call("restore_conversation", &json!({ "id": id }))
            .await
            .status,
        200
    );
    let back = find(id).await.unwrap();
    assert!(back.pinned && back.title == title);
    assert_eq!(anna.conversation(id).await.messages.len(), 2);
}

async fn refused(house: House) {
    let anna = anna(&house).await;
    let before: Sidebar = anna.ask("load_sidebar", &json!({})).await;
    for text in [String::new(), " \n ".to_owned(), "x".repeat(64 * 1024 + 1)] {
        let page = anna.press_send(&question(&text)).await;
        assert_eq!(page.status, 422, "{} bytes", text.len());
    }
    let mut nameless = question("A question");
    nameless.token.clear();
    assert_eq!(anna.press_send(&nameless).await.status, 422);
    let mut unknown = question("A question");
    unknown.alias = Some("no-such-alias".to_owned());
    assert!(matches!(
        anna.press_send(&unknown).await.status,
        404 | 422 | 503
    ));
    let huge = json!({ "query": "x".repeat(600 * 1024) });
    assert_eq!(anna.call("search_conversations", &huge).await.status, 413);
    for body in [
        json!(null),
        json!([]),
        json!({ "id": "no id" }),
        json!({ "id": 7 }),
    ] {
        let page = anna.call("load_conversation", &body).await;
        assert!((400..500).contains(&page.status), "{body}: {}", page.status);
        assert!(
            !page.body.contains("expected"),
            "a parser's words reached the person: {}",
            page.body
        );
    }
    let after: Sidebar = anna.ask("load_sidebar", &json!({})).await;
    assert_eq!(before.conversations, after.conversations);
}

async fn demo(house: House) {
    let paul = Browser::enter(&house.server, "lumen", "paul@lumen.example").await;
    let mut message = question("Show me what this workspace can do");
    message.alias = None;
    let turn = paul.send(&message).await;
    let mut frames = paul.watch(turn.answer.id).await;
    let begun = tokio::time::timeout(Duration::from_secs(30), frames.until(Shown::has_text));
    assert!(begun.await.is_ok(), "no first text within 30 seconds");
    let shown = frames.rest().await;
    let Some(AnswerEnd::Done { receipt }) = shown.end else {
        panic!("not a good end: {:?}", shown.end);
    };
    assert_eq!(receipt.paid_by, "Demo answer, no key used");
    let view = paul.conversation(turn.conversation).await;
    let (_, blocks, _) = answer_of(&view.messages[1]);
    let html = blocks.concat();
    assert!(
        html.to_lowercase().contains("demo"),
        "a demo answer says that it is one"
    );
    for part in ["<table", "<pre", "<math"] {
        assert!(html.contains(part), "{part} in {html}");
    }
}
