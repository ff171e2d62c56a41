//! What doors answer to requests that make no sense: nothing that anybody wrote, the sender's own
//! secrets included.

use crate::deletion::{founded, invited};
use crate::rig::House;
use crate::rig::browser::{Browser, Page, read};
use crate::rig::canaries::Canary;
use crate::rig::checks::{Checks, say};
use crate::routes::{Body, Change, Stage};
use contract::{ConversationId, MessageId};
use reqwest::header::{CONTENT_TYPE, ORIGIN};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

const SLUG: &str = "mistakes";

/// Fields that stand in their form again when it is refused, so that nobody types them twice. None is
/// a secret.
const GIVEN_BACK: [&str; 25] = [
    "address",
    "alias",
    "base_url",
    "client_id",
    "colour",
    "directory",
    "domain",
    "email",
    "environment",
    "expires",
    "greeting",
    "host",
    "identity",
    "issuer",
    "key",
    "key.0",
    "kind",
    "mount",
    "name",
    "namespace",
    "next",
    "provider",
    "rotate_by",
    "strategy",
    "text",
];

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "mistakes: no error of any door repeats a secret, or what anybody else wrote",
            errors(house.clone()),
        )
        .await;
}

/// A request with one thing wrong, and what was put in there.
struct Wrong {
    field: String,
    put: String,
    request: RequestBuilder,
}

async fn errors(house: House) {
    let (owner, _) = founded(&house, SLUG, "Mistakes").await;
    let (member, _) = invited(&house, SLUG, &owner, "member").await;
    let nobody = Browser::at(&house.server, SLUG);
    let mut next_door = Browser::at(&house.server, "nordwind");
    next_door.session.clone_from(&owner.session);
    let known = house.canaries.all();
    let (mut asked, mut refused) = (0, 0);
    for browser in [&owner, &member, &nobody, &next_door] {
        for change in stage_of(browser).changes() {
            // One ends the session that all others need, the other three are forms without fields.
            if change.path.contains("sign-out") || change.path.starts_with("/demo/") {
                continue;
            }
            for wrong in wrongs(&change, browser, &house) {
                let page = read(wrong.request.send().await.unwrap()).await;
                asked += 1;
                if page.status >= 400 {
                    refused += 1;
                }
                look(&change.route, &wrong.field, &wrong.put, &page, &known);
            }
        }
    }
    assert!(refused > 300, "only {refused} of {asked} were refused");
    refused += programs(&house, &known).await;
    let delete = ["workspace", "delete", "--slug", SLUG, "--confirm", SLUG];
    house.server.desk(&delete, None).await;
    say(&format!(
        "        {asked} requests, {refused} refused, {} secrets",
        known.len()
    ));
}

/// The doors for programs: with no token, one that nobody has, and a good one.
async fn programs(house: &House, known: &[Canary]) -> usize {
    let create = ["virtual-key", "create", "--workspace", SLUG, "--name", "p"];
    let made = house.server.desk(&create, None).await;
    let good = made["token"].as_str().unwrap().to_owned();
    house.canaries.watch("virtual key", &good);
    let nobody = Browser::at(&house.server, SLUG);
    let mut refused = 0;
    for path in PROGRAMS {
        for token in [
            None,
            Some(house.canaries.fresh("virtual key")),
            Some(good.clone()),
        ] {
            for (field, body) in asked_wrongly() {
                let put = house.canaries.fresh("what was sent in a wrong request");
                let body = body.replace("PUT", &put);
                let mut request = nobody
                    .request(Method::POST, path)
                    .header(CONTENT_TYPE, "application/json")
                    .body(body);
                if let Some(token) = &token {
                    request = request.bearer_auth(token);
                }
                let page = read(request.send().await.unwrap()).await;
                assert!(page.status >= 400, "{path}, {field}: {}", page.body);
                refused += 1;
                look(path, field, &put, &page, known);
                if let Some(token) = &token {
                    look(path, "token", token, &page, known);
                }
            }
        }
    }
    refused
}

const PROGRAMS: [&str; 5] = [
    "/v1/chat/completions",
    "/v1/responses",
    "/v1/messages",
    "/v1/messages/count_tokens",
    "/v1/embeddings",
];

/// Bodies that no door takes, with somebody's words where they would be.
fn asked_wrongly() -> [(&'static str, String); 5] {
    let asked = |content: Value| {
        let messages = json!([{ "role": "user", "content": content }]);
        json!({ "model": "nobody-has-it", "max_tokens": 9, "messages": messages, "input": content })
    };
    [
        ("the whole body", "PUT".to_owned()),
        ("a broken body", "{\"messages\": [\"PUT\"".to_owned()),
        ("the content", asked(json!("PUT")).to_string()),
        (
            "a part of the content",
            asked(json!([{ "type": "text", "text": "PUT" }])).to_string(),
        ),
        (
            "the content as a number's place",
            asked(json!({ "text": ["PUT"] })).to_string(),
        ),
    ]
}

/// Ids that never were: nothing is there that could be changed.
fn stage_of(browser: &Browser) -> Stage {
    let id = || Uuid::now_v7();
    let text = || id().simple().to_string();
    Stage {
        brand_seen: "0.0".to_owned(),
        browser: browser.clone(),
        conversation: ConversationId::from_uuid(id()),
        question: MessageId::from_uuid(id()),
        answers: [MessageId::from_uuid(id()); 2],
        live_conversation: ConversationId::from_uuid(id()),
        live_answer: MessageId::from_uuid(id()),
        deleted: ConversationId::from_uuid(id()),
        other_session: text(),
        invitation: text(),
        invitation_path: format!("/invite/{}", text()),
        key: text(),
        draft: text(),
        team: text(),
        member: text(),
        program: (text(), text()),
        own_member: text(),
        instructions: "1".to_owned(),
    }
}

fn look(route: &str, field: &str, put: &str, page: &Page, known: &[Canary]) {
    let told = format!("{:?} {}", page.headers, page.body);
    let own = page.status >= 400 && told.contains(put);
    assert!(
        !own,
        "{route}: {field} is repeated, {}: {}",
        page.status, page.body
    );
    let leaks: BTreeSet<_> = known
        .iter()
        .filter(|secret| told.contains(&secret.text))
        .map(|secret| secret.what)
        .collect();
    assert!(leaks.is_empty(), "{route} with {field}: {leaks:?}");
}

fn wrongs(change: &Change, browser: &Browser, house: &House) -> Vec<Wrong> {
    let post = || {
        browser
            .request(Method::POST, &change.path)
            .header(ORIGIN, browser.origin())
    };
    let mut wrongs = Vec::new();
    let mut add = |field: &str, kind: &str, body: &dyn Fn(&str) -> Vec<u8>| {
        let put = house.canaries.fresh("what was sent in a wrong request");
        let request = post().header(CONTENT_TYPE, kind).body(body(&put));
        let field = field.to_owned();
        wrongs.push(Wrong {
            field,
            put,
            request,
        });
    };
    let (form, json) = ("application/x-www-form-urlencoded", "application/json");
    let right = match &change.body {
        Body::Json(_) => json,
        Body::Form(_) => form,
    };
    for kind in [form, json, "text/plain", "multipart/form-data; boundary=x"] {
        add("the whole body", kind, &|put| put.as_bytes().to_vec());
    }
    add("a broken body", right, &|put| {
        [b"\xff{%zz=&", put.as_bytes()].concat()
    });
    match &change.body {
        Body::Json(arguments) => {
            let names = arguments.as_object().unwrap().keys().cloned();
            for name in names {
                for value in [json!(null), json!([{}]), json!({})] {
                    let wrong = |put: &str| {
                        let mut arguments = arguments.clone();
                        arguments[&name] = marked(&value, put);
                        arguments.to_string().into_bytes()
                    };
                    add(&name, json, &wrong);
                }
            }
        }
        Body::Form(fields) => {
            for (at, (name, _)) in fields.iter().enumerate() {
                if GIVEN_BACK.contains(name) {
                    continue;
                }
                add(name, form, &|put| {
                    let mut fields = fields.clone();
                    put.clone_into(&mut fields[at].1);
                    url::form_urlencoded::Serializer::new(String::new())
                        .extend_pairs(fields)
                        .finish()
                        .into_bytes()
                });
            }
        }
    }
    wrongs
}

/// `put` where a value of another kind is expected.
fn marked(value: &Value, put: &str) -> Value {
    match value {
        Value::Array(_) => json!([put]),
        Value::Object(_) => json!({ put: put, "ask": put, "text": put }),
        _ => json!(put),
    }
}
