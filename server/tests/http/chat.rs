//! Conversations through HTTP alone, against a provider that answers at once.

use crate::rig::House;
use crate::rig::browser::Browser;
use crate::rig::chat::{again, answer_of, follow_up, question, question_of};
use crate::rig::checks::Checks;
use crate::rig::frames::Frames;
use crate::rig::upstream::HELD;
use contract::chat::{ConversationView, SearchHit, Sidebar};
use contract::{AnswerEnd, StreamFrame};
use serde_json::json;
use std::time::Duration;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "chat: what is stored is what was shown",
            stored(house.clone()),
        )
        .await;
    checks
        .run(
            "chat: the same press twice opens one turn",
            twice(house.clone()),
        )
        .await;
    checks
        .run(
            "chat: who joins late, and a second one, sees everything",
            followers(house.clone()),
        )
        .await;
    checks
        .run(
            "chat: stopping ends the call upstream and keeps the text",
            stopping(house.clone()),
        )
        .await;
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
            "chat: nobody else follows, stops or reads",
            strangers(house.clone()),
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

async fn anna(house: &House) -> Browser {
    Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await
}

async fn stored(house: House) {
    let anna = anna(&house).await;
    let canary = house.canaries.fresh("question");
    let (turn, shown) = anna
        .converse(&question(&format!("What about {canary}?")))
        .await;
    assert!(shown.open.is_empty(), "nothing stays open: {}", shown.open);
    assert!(shown.html().contains(&canary) && shown.html().contains("<strong>all</strong>"));
    let view = anna.conversation(turn.conversation).await;
    assert_eq!(view.messages.len(), 2);
    assert_eq!(
        question_of(&view.messages[0]),
        format!("What about {canary}?")
    );
    let (text, blocks, end) = answer_of(&view.messages[1]);
    assert!(text.starts_with("You asked:\n\n> What about"));
    assert_eq!(blocks, shown.blocks, "stored and shown differ");
    assert_eq!(end, shown.end.as_ref());
    assert!(matches!(end, Some(AnswerEnd::Done { .. })), "{end:?}");
    let late = anna.watch(turn.answer.id).await.to_the_end().await;
    assert_eq!(late, shown, "an ended answer reads the same");
    let page = anna.get(&format!("/c/{}", turn.conversation)).await;
    assert!(
        page.body.contains(&canary),
        "the first HTML holds the conversation"
    );
}

async fn twice(house: House) {
    let anna = anna(&house).await;
    let message = question(&format!("Once only {}", house.canaries.fresh("question")));
    let first = anna.send(&message).await;
    let second = anna.send(&message).await;
    assert_eq!(
        (first.conversation, first.answer.id),
        (second.conversation, second.answer.id)
    );
    anna.watch(first.answer.id).await.to_the_end().await;
    let third = anna.send(&message).await;
    assert_eq!(first.answer.id, third.answer.id);
    assert_eq!(
        anna.conversation(first.conversation).await.messages.len(),
        2
    );
    assert_eq!(
        house.upstream.asked("Once only").len(),
        1,
        "the provider was asked once"
    );
    let at_once = question(&format!(
        "At once only {}",
        house.canaries.fresh("question")
    ));
    let (one, two) = tokio::join!(anna.press_send(&at_once), anna.press_send(&at_once));
    // The slower of two may be told to try again; it must not open a second turn.
    assert!(one.status == 200 || two.status == 200);
    let mut opened: Vec<serde_json::Value> = [one, two]
        .iter()
        .filter(|page| page.status == 200)
        .map(|page| page.json::<serde_json::Value>()["answer"]["id"].clone())
        .collect();
    opened.dedup();
    assert_eq!(opened.len(), 1, "one press, two turns");
}

async fn followers(house: House) {
    let anna = anna(&house).await;
    let text = format!("hold the line {}", house.canaries.fresh("question"));
    let turn = anna.send(&question(&text)).await;
    let mut first = anna.watch(turn.answer.id).await;
    let kind = first.response().headers()["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/event-stream"));
    assert!(
        !first.response().headers().contains_key("content-encoding"),
        "streams leave at once"
    );
    let shown = first.until(|shown| shown.html().contains("And then")).await;
    assert_eq!(
        shown.blocks.len(),
        1,
        "the first paragraph is finished: {shown:?}"
    );
    // A reload and a second tab: the very first frame holds everything so far.
    for _ in 0..2 {
        let mut late = anna.watch(turn.answer.id).await;
        let mut frame = late.next().await;
        if matches!(frame, Some(StreamFrame::Title { .. })) {
            frame = late.next().await;
        }
        let Some(StreamFrame::Blocks {
            from: 0,
            blocks,
            open,
        }) = frame
        else {
            panic!("the first frame is not a whole picture: {frame:?}");
        };
        assert_eq!((blocks, open), (shown.blocks.clone(), shown.open.clone()));
    }
    let view = anna.conversation(turn.conversation).await;
    assert_eq!(
        answer_of(&view.messages[1]).2,
        None,
        "it is still being written"
    );
    let mut second = anna.watch(turn.answer.id).await;
    anna.call("stop_turn", &json!({ "answer_id": turn.answer.id }))
        .await;
    let (one, two) = (first.to_the_end().await, second.to_the_end().await);
    assert!(
        matches!(one.end, Some(AnswerEnd::Stopped { .. })),
        "{:?}",
        one.end
    );
    assert_eq!(one.end, two.end);
}

async fn stopping(house: House) {
    let anna = anna(&house).await;
    let canary = house.canaries.fresh("question");
    let turn = anna
        .send(&question(&format!("talk forever {canary}")))
        .await;
    let mut frames = anna.watch(turn.answer.id).await;
    frames
        .until(|shown| shown.html().matches("word").count() > 5)
        .await;
    let stop = json!({ "answer_id": turn.answer.id });
    assert_eq!(anna.call("stop_turn", &stop).await.status, 200);
    let shown = frames.to_the_end().await;
    assert!(
        matches!(shown.end, Some(AnswerEnd::Stopped { .. })),
        "{:?}",
        shown.end
    );
    house.hung_up(&canary).await;
    let view = anna.conversation(turn.conversation).await;
    let (text, _, end) = answer_of(&view.messages[1]);
    assert!(
        text.matches("word").count() > 5,
        "what had arrived is kept: {text}"
    );
    assert_eq!(end, shown.end.as_ref());
    assert_eq!(
        anna.call("stop_turn", &stop).await.status,
        200,
        "stopping twice is no error"
    );
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

async fn strangers(house: House) {
    let anna = anna(&house).await;
    let turn = anna
        .send(&question(&format!(
            "hold the line {}",
            house.canaries.fresh("question")
        )))
        .await;
    let mut frames = anna.watch(turn.answer.id).await;
    frames
        .until(|shown| shown.html().contains("And then"))
        .await;
    let stop = json!({ "answer_id": turn.answer.id });
    for (slug, email) in [
        ("nordwind", "mia@nordwind.example"),
        ("nordwind", "ida@nordwind.example"),
        ("halden", "tim@halden.example"),
    ] {
        let other = Browser::enter(&house.server, slug, email).await;
        assert_eq!(
            Frames::open(&other, turn.answer.id).await.err(),
            Some(404),
            "{email}"
        );
        assert_eq!(other.call("stop_turn", &stop).await.status, 404, "{email}");
    }
    let nobody = Browser::at(&house.server, "nordwind");
    assert_eq!(Frames::open(&nobody, turn.answer.id).await.err(), Some(401));
    // Whatever they tried: the answer goes on until its own person stops it.
    let view = anna.conversation(turn.conversation).await;
    assert_eq!(answer_of(&view.messages[1]).2, None);
    assert_eq!(anna.call("stop_turn", &stop).await.status, 200);
    assert!(frames.to_the_end().await.end.is_some());
    let view = anna.conversation(turn.conversation).await;
    assert_eq!(answer_of(&view.messages[1]).0, HELD);
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
    let begun = tokio::time::timeout(
        Duration::from_secs(30),
        frames.until(|shown| shown.has_text()),
    );
    assert!(begun.await.is_ok(), "no first text within 30 seconds");
    let shown = frames.to_the_end().await;
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
