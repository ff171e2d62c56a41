//! Every way to change something, read from the sources, and a request for each that would.
//!
//! A route or a server function that is added and not listed here fails the checks that use this.

use crate::branding;
use crate::invitations::{as_person, invitation_id};
use crate::rig::House;
use crate::rig::browser::{Browser, with_form, with_json};
use crate::rig::chat::{again, question};
use contract::chat::Ask;
use contract::{ConversationId, MessageId};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// A signed-in person with something to lose.
pub(crate) struct Stage {
    pub(crate) browser: Browser,
    /// A conversation with one question and two answers.
    pub(crate) conversation: ConversationId,
    pub(crate) question: MessageId,
    pub(crate) answers: [MessageId; 2],
    /// A conversation whose answer is being written.
    pub(crate) live_conversation: ConversationId,
    pub(crate) live_answer: MessageId,
    /// A conversation that was deleted.
    pub(crate) deleted: ConversationId,
    /// Another browser of the same person.
    pub(crate) other_session: String,
    pub(crate) invitation: String,
    pub(crate) invitation_path: String,
    /// A sealed key with an older secret to go back to.
    pub(crate) key: String,
    /// A key that was checked and waits to be sealed.
    pub(crate) draft: String,
    /// A team with nobody in it.
    pub(crate) team: String,
    /// A member to be put into it.
    pub(crate) member: String,
    /// What a form of the look has seen, with a version to go back to.
    pub(crate) brand_seen: String,
    /// A program's key, and how its token ends.
    pub(crate) program: (String, String),
    /// The person themselves, as a member.
    pub(crate) own_member: String,
    /// The version of the instructions in force; never the first one.
    pub(crate) instructions: String,
}

/// What is posted to a route.
pub(crate) enum Body {
    Json(Value),
    Form(Vec<(&'static str, String)>),
}

impl Body {
    /// A form with these fields.
    fn form(fields: &[(&'static str, &str)]) -> Self {
        let owned = fields
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        Self::Form(owned.collect())
    }
}

/// A request that changes something when its own page makes it.
pub(crate) struct Change {
    /// The route as the sources write it.
    pub(crate) route: String,
    pub(crate) path: String,
    pub(crate) body: Body,
    /// It only reads: a good answer and no change.
    pub(crate) reads: bool,
}

impl Change {
    /// The request without any sign of where it comes from.
    pub(crate) fn request(&self, browser: &Browser, method: Method) -> RequestBuilder {
        let request = browser.request(method, &self.path);
        match &self.body {
            Body::Json(body) => with_json(request, body),
            Body::Form(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                with_form(request, &fields)
            }
        }
    }
}

impl Stage {
    /// The owner of Nordwind, with conversations, sessions and an invitation.
    pub(crate) async fn set(house: &House) -> Self {
        let browser = as_person(house, "mia@nordwind.example").await;
        let (one, _) = browser
            .converse(&question(&house.canaries.fresh("question")))
            .await;
        let (two, _) = browser
            .converse(&again(one.conversation, one.question.id))
            .await;
        let (gone, _) = browser
            .converse(&question(&house.canaries.fresh("question")))
            .await;
        browser
            .call("delete_conversation", &json!({ "id": gone.conversation }))
            .await;
        let held = format!("hold the line {}", house.canaries.fresh("question"));
        let live = browser.send(&question(&held)).await;
        browser
            .watch(live.answer.id)
            .await
            .until(|shown| shown.html().contains("And then"))
            .await;
        let before: BTreeSet<String> = sessions(&browser).await;
        as_person(house, "mia@nordwind.example").await;
        let other = sessions(&browser).await.difference(&before).next().cloned();
        let email = format!("{}@nordwind.example", crate::rig::canaries::random_text());
        let fields = [("email", email.as_str()), ("role", "member")];
        let page = browser.form("/admin/members/invite", &fields).await;
        let token = page.between("/invite/", '"').into_iter().next().unwrap();
        let (key, draft) = keys(house, &browser).await;
        let (team, member) = team(house, &browser).await;
        alias(&browser).await;
        // There since an earlier stage, mostly.
        browser.form("/admin/domains", &[("host", DOMAIN)]).await;
        let allowed = browser
            .form("/admin/workspace/guests", &[("allow", "yes")])
            .await;
        assert_eq!(allowed.status, 303, "{}", allowed.body);
        let program = program(house).await;
        let instructions = instructions(&browser).await;
        let people = browser.get("/admin/sessions").await;
        let own_member = people.between("id=\"person-", '"').swap_remove(0);
        let brand_seen = brand(&browser).await;
        Self {
            brand_seen,
            program,
            own_member,
            instructions,
            key,
            draft,
            team,
            member,
            conversation: one.conversation,
            question: one.question.id,
            answers: [one.answer.id, two.answer.id],
            live_conversation: live.conversation,
            live_answer: live.answer.id,
            deleted: gone.conversation,
            other_session: other.unwrap(),
            invitation: invitation_id(&page, &email),
            invitation_path: format!("/invite/{token}"),
            browser,
        }
    }

    /// Ends what was begun.
    pub(crate) async fn strike(&self) {
        self.strike_with(&self.browser).await;
    }

    /// The same with another browser of the same person: this one may be signed out by now, and an
    /// answer left held would end, and cost, in the middle of a later check.
    pub(crate) async fn strike_with(&self, browser: &Browser) {
        browser
            .call("stop_turn", &json!({ "answer_id": self.live_answer }))
            .await;
        for draft in drafts(browser).await {
            let path = format!("/admin/keys/checks/{draft}/discard");
            browser.form(&path, &[]).await;
        }
    }

    /// Arguments for every server function, with this person's own ids.
    pub(crate) fn calls(&self) -> Vec<(&'static str, Value)> {
        let (id, first) = (self.conversation, self.answers[0]);
        let mut message = question("A question that must not be asked");
        message.conversation = Some(id);
        message.ask = Ask::Question {
            parent: Some(first),
            text: "A question that must not be asked".to_owned(),
        };
        vec![
            ("load_sidebar", json!({})),
            ("load_conversation", json!({ "id": id })),
            ("send_message", json!({ "message": message })),
            ("stop_turn", json!({ "answer_id": self.live_answer })),
            (
                "choose_branch",
                json!({ "conversation": id, "message": first }),
            ),
            (
                "rename_conversation",
                json!({ "id": id, "title": "Renamed" }),
            ),
            ("pin_conversation", json!({ "id": id, "pinned": true })),
            ("delete_conversation", json!({ "id": id })),
            ("restore_conversation", json!({ "id": self.deleted })),
            ("search_conversations", json!({ "query": "asked" })),
        ]
    }

    /// A request for every route that takes one, each with this person's own ids.
    pub(crate) fn changes(&self) -> Vec<Change> {
        let reading = ["load_sidebar", "load_conversation", "search_conversations"];
        let call = |(function, body): (&str, Value)| Change {
            route: format!("/api/{function}"),
            path: format!("/api/{function}"),
            body: Body::Json(body),
            reads: reading.contains(&function),
        };
        let mut changes: Vec<Change> = self.calls().into_iter().map(call).collect();
        changes.extend(self.forms());
        changes
    }

    fn forms(&self) -> Vec<Change> {
        let form = |route: &str, path: String, fields: &[(&'static str, &str)]| Change {
            route: route.to_owned(),
            path,
            body: Body::form(fields),
            reads: false,
        };
        let (mia, password) = ("mia@nordwind.example", "nordwind-demo-only");
        let session = format!("/account/sessions/{}/end", self.other_session);
        let revoke = format!("/admin/members/invitations/{}/revoke", self.invitation);
        vec![
            form(
                "/sign-in",
                "/sign-in".into(),
                &[("email", mia), ("password", password)],
            ),
            form("/sign-out", "/sign-out".into(), &[]),
            // Only the browser that asks is told; nothing of ours changes.
            Change {
                reads: true,
                ..form("/language", "/language".into(), &[("language", "de")])
            },
            form("/account/sessions/{id}/end", session, &[]),
            form(
                "/account/sign-out-everywhere",
                "/account/sign-out-everywhere".into(),
                &[],
            ),
            form(
                "/invite/{token}",
                self.invitation_path.clone(),
                &[("name", "Eve"), ("password", "a password of eve")],
            ),
            form(
                "/admin/members/invite",
                "/admin/members/invite".into(),
                &[("email", "eve@nordwind.example"), ("role", "owner")],
            ),
            form("/admin/members/invitations/{id}/revoke", revoke, &[]),
            form("/demo/sign-in", format!("/demo/sign-in?email={mia}"), &[]),
        ]
        .into_iter()
        .chain(self.team_forms())
        .chain(self.room_forms())
        .chain([
            // It is recorded that it was taken; nothing else changes.
            Change {
                reads: true,
                ..form("/admin/audit/export", "/admin/audit/export".into(), &[])
            },
            Change {
                reads: true,
                ..form(
                    "/admin/audit/evidence",
                    "/admin/audit/evidence".into(),
                    &[("from", "2026-01-01"), ("until", "2099-12-31")],
                )
            },
        ])
        .chain(self.program_forms())
        .chain(service_forms(password))
        .chain([workspace_form(password)])
        .chain(guest_forms())
        .chain(platform_forms(password))
        .chain(model_forms())
        .chain(domain_forms())
        .chain(sign_on_forms(password))
        .chain([
            // They are accepted already, for the draft's sake.
            Change {
                reads: true,
                ..form(
                    "/admin/keys/terms",
                    "/admin/keys/terms".into(),
                    &[("version", TERMS)],
                )
            },
            form(
                "/admin/keys/members",
                "/admin/keys/members".into(),
                &[("allow", "no")],
            ),
        ])
        .chain(savings_forms())
        .chain(brand_forms(&self.brand_seen))
        .chain(self.key_forms("/admin/keys", password))
        .chain(self.key_forms("/account/keys", password))
        .collect()
    }

    /// The forms of the overview, the instructions and the sessions.
    fn room_forms(&self) -> Vec<Change> {
        let form = |route: &str, id: &str, fields: &[(&'static str, &str)]| Change {
            route: route.to_owned(),
            path: route.replace("{id}", id),
            body: Body::form(fields),
            reads: false,
        };
        let text = crate::rig::canaries::random_text();
        vec![
            form("/admin/guide", "", &[("step", "domain"), ("skip", "yes")]),
            form(
                "/admin/prompt",
                "",
                &[("text", &text), ("seen", &self.instructions)],
            ),
            form("/admin/prompt/restore", "", &[("version", "1")]),
            form("/admin/sessions/{id}/end", &self.other_session, &[]),
            form("/admin/sessions/members/{id}/end", &self.own_member, &[]),
        ]
    }

    /// The forms about keys for programs.
    fn program_forms(&self) -> Vec<Change> {
        let form = |route: &str, fields: &[(&'static str, &str)]| Change {
            route: route.to_owned(),
            path: route.replace("{id}", &self.program.0),
            body: Body::form(fields),
            reads: false,
        };
        let place = ("environment", "production");
        let seen = ("seen", self.program.1.as_str());
        vec![
            form("/admin/virtual-keys", &[("name", "of eve"), place]),
            form(
                "/admin/virtual-keys/{id}/rotate",
                &[("overlap_hours", "1"), seen],
            ),
            form("/admin/virtual-keys/{id}/revoke", &[]),
            // A token more; what there was stays as it is.
            Change {
                reads: true,
                ..form("/account/tokens", &[])
            },
        ]
    }

    fn team_forms(&self) -> Vec<Change> {
        let form = |rest: &str, fields: &[(&'static str, &str)]| Change {
            route: format!("/admin/members/teams{rest}"),
            path: format!("/admin/members/teams{rest}").replace("{id}", &self.team),
            body: Body::form(fields),
            reads: false,
        };
        vec![
            form("", &[("name", "Team of Eve")]),
            form(
                "/{id}/place",
                &[("member", &self.member), ("inside", "yes")],
            ),
            form("/{id}/remove", &[]),
        ]
    }

    /// The forms about keys; whose they are is written in the key, not in the address.
    fn key_forms(&self, desk: &str, password: &'static str) -> Vec<Change> {
        let secret = "sk-a-secret-that-must-not-be-taken";
        let form = |route: &str, id: &str, fields: &[(&'static str, &str)]| Change {
            route: format!("{desk}{route}"),
            path: format!("{desk}{route}").replace("{id}", id),
            body: Body::form(fields),
            reads: false,
        };
        let (key, draft) = (&self.key, &self.draft);
        vec![
            form(
                "/check",
                "",
                &[
                    ("secret", secret),
                    ("provider", "openai-compatible"),
                    ("base_url", NOWHERE),
                    ("environment", "production"),
                    ("name", "of eve"),
                ],
            ),
            form(
                "/checks/{id}/seal",
                draft,
                &[("password", password), ("anyway", "yes")],
            ),
            form("/checks/{id}/discard", draft, &[]),
            form("/{id}/check", key, &[]),
            form("/{id}/rotate", key, &[("secret", secret)]),
            form("/{id}/change", key, &[("change", "disable")]),
            form(
                "/{id}/remind",
                key,
                &[("expires", "2030-01-31"), ("rotate_by", "")],
            ),
            form("/{id}/take-back", key, &[("password", password)]),
            form("/{id}/delete", key, &[("password", password)]),
        ]
    }

    /// Everything that one of the requests could change, as text.
    pub(crate) async fn photo(&self) -> String {
        let browser = &self.browser;
        let mut photo = String::new();
        for (function, body) in [
            ("load_sidebar", json!({})),
            ("load_conversation", json!({ "id": self.conversation })),
            ("load_conversation", json!({ "id": self.live_conversation })),
        ] {
            photo += &browser.call(function, &body).await.body;
        }
        let members = browser.get("/admin/members").await;
        let sessions = sessions(browser).await;
        let invitations = members.between("/invitations/", '/');
        let people = members.between("<td class=\"strong\">", '<');
        // The page of a check ends when the check does, so that nothing changes after the photo.
        browser
            .get(&format!("/admin/keys/checks/{}", self.key))
            .await;
        let drafts = drafts(browser).await;
        let list = browser.get("/admin/keys").await.body;
        let rows = list
            .split("<tbody")
            .nth(1)
            .and_then(|rest| rest.split("</tbody>").next())
            .map(ageless);
        let key = browser.get(&format!("/admin/keys/{}", self.key)).await;
        let facts = key
            .between("<dd", '<')
            .into_iter()
            .map(|fact| age_or(&fact));
        let facts: Vec<String> = facts.collect();
        let checks = key.between("health-mark ", '"');
        let dates = key.between("type=\"date\"", '>');
        let teams = members.between("<summary>", '/');
        let savings = browser.get("/admin/savings").await;
        let savings = [
            savings.between("name=\"keep\"", '>'),
            savings.between("id=\"purges\"", '<'),
        ];
        let allowed = list.contains("Stop allowing it");
        let models = browser.get("/admin/models").await;
        let aliases = models.between("class=\"alias-name\">", '<');
        let domains = browser.get("/admin/domains").await;
        let names = domains.between("href=\"/admin/domains/", '"');
        let redirect = domains.between("name=\"redirect\" value=\"", '"');
        let start = browser.get("/admin").await;
        let start = start.between("<li data-step=\"", '>');
        let start: Vec<_> = start
            .into_iter()
            .filter(|step| step.contains("domain"))
            .collect();
        let instructions = browser.get("/admin/prompt").await;
        let instructions = instructions.between("name=\"seen\" value=\"", '"');
        let look = browser.get("/admin/branding").await;
        let look = look.between("name=\"seen\" value=\"", '"');
        let programs = browser.get("/admin/virtual-keys").await;
        let tokens = programs.between("data-label=\"Token\">", '/');
        let states = programs.between("class=\"chip dot", '/');
        let workspace = browser.get("/admin/workspace").await;
        let guests = workspace.between("name=\"allow\"", '>');
        format!(
            "{photo}{sessions:?}{invitations:?}{people:?}{drafts:?}{rows:?}{}{facts:?}{checks:?}{dates:?}{teams:?}{allowed}{savings:?}{aliases:?}{look:?}{tokens:?}{states:?}{start:?}{instructions:?}{names:?}{redirect:?}{guests:?}",
            key.status
        )
    }
}

/// Rows without how long ago each was used: that changes by itself.
fn ageless(rows: &str) -> String {
    let mut parts = rows.split("data-label=\"Last used\"");
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        told += part.split_once('<').map_or("", |(_, rest)| rest);
    }
    told
}

/// What two photos first differ in, for whoever has to find out why.
pub(crate) fn difference(before: &str, after: &str) -> String {
    let same = before
        .bytes()
        .zip(after.bytes())
        .take_while(|(one, other)| one == other);
    let at = same.count().saturating_sub(80);
    let part = |text: &str| {
        String::from_utf8_lossy(text.as_bytes().get(at..).unwrap_or_default())
            .chars()
            .take(200)
            .collect::<String>()
    };
    format!("before: {}\nafter: {}", part(before), part(after))
}

/// A fact, where it is not how long ago something was.
fn age_or(fact: &str) -> String {
    let is_age = fact.contains("just now") || fact.contains(" ago");
    if is_age {
        String::new()
    } else {
        fact.to_owned()
    }
}

/// The forms of the savings page.
fn savings_forms() -> Vec<Change> {
    let form = |what: &str, fields: &[(&'static str, &str)]| Change {
        route: format!("/admin/savings/{what}"),
        path: format!("/admin/savings/{what}"),
        body: Body::form(fields),
        reads: false,
    };
    vec![
        form("keep", &[("keep", "off"), ("minutes", "10")]),
        form("purge", &[("what", "everything")]),
    ]
}

/// The forms of the branding page. The preview changes nothing.
fn brand_forms(seen: &str) -> Vec<Change> {
    let form = |rest: &str, fields: &[(&'static str, &str)], reads: bool| Change {
        route: format!("/admin/branding{rest}"),
        path: format!("/admin/branding{rest}").replace("{version}", "1"),
        body: Body::form(fields),
        reads,
    };
    let fields = [("greeting", "Eve was here"), ("colour", "#ff00ff")];
    vec![
        form(
            "",
            &[&fields[..], &[("seen", seen), ("wish", "keep")]].concat(),
            false,
        ),
        form("/preview", &fields, true),
        form("/versions/{version}/restore", &[], false),
    ]
}

/// The forms about a client's own key. Nobody is at the address, so they come to nothing here; what
/// they do where somebody is, `own_key` proves.
fn service_forms(password: &'static str) -> Vec<Change> {
    let access = "an-access-that-must-not-be-taken";
    let form = |what: &str, fields: &[(&'static str, &str)]| Change {
        route: format!("/admin/keys/service/{what}"),
        path: format!("/admin/keys/service/{what}"),
        body: Body::Form(
            fields
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .chain([("password", password.to_owned())])
                .collect(),
        ),
        reads: true,
    };
    let place = [("kind", "transit"), ("key", "eve"), ("address", NOWHERE)];
    let attach = [&place[..], &[("access", access)]].concat();
    vec![
        form("attach", &attach),
        form("access", &[("access", access)]),
        form("rotate", &[]),
        form("detach", &[]),
    ]
}

/// The form that ends the workspace. It names another one, so it comes to nothing here; what it does
/// with the right name, `deletion` proves.
fn workspace_form(password: &'static str) -> Change {
    let fields = [("name", "Another one"), ("password", password)];
    Change {
        route: "/admin/workspace/delete".to_owned(),
        path: "/admin/workspace/delete".to_owned(),
        body: Body::Form(
            fields
                .map(|(name, value)| (name, value.to_owned()))
                .to_vec(),
        ),
        reads: true,
    }
}

/// A name that every stage has claimed. Nobody can be asked for its records.
const DOMAIN: &str = "stage.client.test";

/// The forms about names of the workspace's own.
fn domain_forms() -> Vec<Change> {
    let form = |rest: &str, host: &str, fields: &[(&'static str, &str)]| Change {
        route: format!("/admin/domains{rest}"),
        path: format!("/admin/domains{rest}").replace("{host}", host),
        body: Body::form(fields),
        reads: false,
    };
    vec![
        form("", "", &[("host", "of-eve.client.test")]),
        form("/redirect", "", &[("redirect", "yes")]),
        // What is found changes by itself; nothing else does.
        Change {
            reads: true,
            ..form("/{host}/check", DOMAIN, &[])
        },
        // It is the primary one already.
        Change {
            reads: true,
            ..form("/{host}/primary", "nordwind.localhost", &[])
        },
        form("/{host}/remove", DOMAIN, &[("name", DOMAIN)]),
    ]
}

/// The forms about identity providers. They name one that is not there, or nothing that could be one, so
/// they come to nothing here; what they do where one is, `sign_on` proves.
fn sign_on_forms(password: &'static str) -> Vec<Change> {
    let form = |route: &str, fields: &[(&'static str, &str)]| Change {
        route: route.to_owned(),
        path: route
            .replace("{id}", "00000000000070008000000000000001")
            .replace("{domain}", "nobodys.client.test"),
        body: Body::form(fields),
        reads: true,
    };
    let proof = ("password", password);
    let provider = [
        ("name", "Of Eve"),
        ("issuer", ""),
        ("client_id", "eve"),
        ("secret", "a-secret-of-eve"),
        ("authentication", "basic"),
        proof,
    ];
    vec![
        form("/sign-on", &[("email", "eve@nobodys.client.test")]),
        form("/admin/sign-on/new-oidc", &provider),
        form("/admin/sign-on/domains", &[("domain", "gmail.com")]),
        form("/admin/sign-on/domains/{domain}/check", &[]),
        form("/admin/sign-on/domains/{domain}/remove", &[]),
        form("/admin/sign-on/{id}", &provider),
        form("/admin/sign-on/{id}/admission", &[proof]),
        form("/admin/sign-on/{id}/deed", &[("deed", "on"), proof]),
        form("/admin/sign-on/{id}/test", &[]),
        form("/account/sign-on/{id}/link", &[]),
        form("/account/sign-on/{id}/unlink", &[]),
    ]
}

/// The forms about guests: what an owner says of them, and what a guest does.
fn guest_forms() -> Vec<Change> {
    let form = |route: &str, path: &str, fields: &[(&'static str, &str)], reads| Change {
        route: route.to_owned(),
        path: path.to_owned(),
        body: Body::form(fields),
        reads,
    };
    let code = format!("/guest/{}", "A".repeat(43));
    let (allow, read) = ("/admin/workspace/guests", "/admin/workspace/guests/read");
    vec![
        form("/guest/{code}", &code, &[], true),
        form("/guest/leave", "/guest/leave", &[], true),
        form(allow, allow, &[("allow", "no")], false),
        form(read, read, &[], true),
    ]
}

/// The forms of the platform host, where they are nothing: on a workspace's. What they do there,
/// `platform` proves.
pub(crate) fn platform_forms(password: &'static str) -> Vec<Change> {
    let id = "0".repeat(32);
    let form = |route: &str, fields: &[(&'static str, &str)]| Change {
        route: route.to_owned(),
        path: route.replace("{id}", &id),
        body: Body::form(fields),
        reads: true,
    };
    let reason = ("reason", "to see what happens");
    let invite = [("email", "eve@agency.example"), ("owner", "yes")];
    let client = [
        ("agency", id.as_str()),
        ("name", "Of Eve"),
        ("slug", "of-eve"),
        ("colour", "#0b6b57"),
        ("owner_email", "eve@agency.example"),
    ];
    vec![
        form("/agency/clients/new", &client),
        form(
            "/agency/clients/{id}/suspend",
            &[reason, ("name", "Of Eve"), ("password", password)],
        ),
        form("/agency/clients/{id}/resume", &[]),
        form("/agency/clients/{id}/note", &[("text", "A note of Eve")]),
        form("/agency/clients/{id}/open", &[reason]),
        form("/agency/team", &invite),
        form(
            "/agency/team/remove",
            &[("agency", id.as_str()), ("email", "eve@agency.example")],
        ),
        form("/operator/agencies", &[("name", "Of Eve"), ("slug", "eve")]),
        form("/operator/agencies/{id}/invite", &invite),
    ]
}

/// The forms about models.
fn model_forms() -> Vec<Change> {
    let form = |what: &str, fields: &[(&'static str, &str)]| Change {
        route: format!("/admin/models/{what}"),
        path: format!("/admin/models/{what}"),
        body: Body::form(fields),
        reads: false,
    };
    let place = ("environment", "production");
    let target = [("key.0", "demo"), ("strategy", "priority")];
    vec![
        form(
            "change",
            &[&[("alias", "of-eve"), ("act", "save"), place], &target[..]].concat(),
        ),
        form("remove", &[("alias", REMOVABLE), place]),
    ]
}

/// An alias that can be removed.
const REMOVABLE: &str = "removable";

/// A look with a history.
async fn brand(browser: &Browser) -> String {
    let mut page = browser.get("/admin/branding").await;
    if page.between("/admin/branding/versions/", '/').is_empty() {
        branding::publish(browser, "tagline_detail", "Said once more.").await;
        page = browser.get("/admin/branding").await;
    }
    page.between("name=\"seen\" value=\"", '"').remove(0)
}

async fn alias(browser: &Browser) {
    let target = [("key.0", "demo"), ("strategy", "priority")];
    let named = [("alias", REMOVABLE), ("environment", "production")];
    let fields = [&named[..], &target].concat();
    let made = browser.form("/admin/models/change", &fields).await;
    // Most of the time it is there already, which is said and changes nothing.
    assert!(matches!(made.status, 303 | 422), "{}", made.body);
}

/// The version of the instructions in force, once there is one after the first.
async fn instructions(browser: &Browser) -> String {
    let seen = async || {
        let page = browser.get("/admin/prompt").await;
        page.between("name=\"seen\" value=\"", '"').swap_remove(0)
    };
    let now = seen().await;
    if now != "1" {
        return now;
    }
    let text = crate::rig::canaries::random_text();
    let fields = [("text", text.as_str()), ("seen", "1")];
    let saved = browser.form("/admin/prompt", &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    seen().await
}

/// A program's key, and how its token ends.
async fn program(house: &House) -> (String, String) {
    let name = crate::rig::canaries::random_text();
    let named = ["--workspace", "nordwind", "--name", &name];
    let create = [&["virtual-key", "create"], &named[..]].concat();
    let made = house.server.desk(&create, None).await;
    let token = made["token"].as_str().unwrap();
    house
        .canaries
        .watch(crate::programs::TOKEN, crate::programs::secret_of(token));
    let id = made["id"].as_str().unwrap().replace('-', "");
    (id, token[token.len() - 4..].to_owned())
}

/// An address where nobody listens: a check of it ends at once.
const NOWHERE: &str = "http://127.0.0.1:9/v1";
/// Version of the built-in terms; a changed text is noticed by the check that accepts them.
const TERMS: &str = "b5920a7325a7";

/// A team and a member outside of it; members may bring keys of their own.
async fn team(house: &House, browser: &Browser) -> (String, String) {
    let name = crate::rig::canaries::random_text();
    let create = ["team", "create", "--workspace", "nordwind", "--name", &name];
    let team = house.server.desk(&create, None).await;
    let allowed = browser
        .form("/admin/keys/members", &[("allow", "yes")])
        .await;
    assert_eq!(allowed.status, 303, "{}", allowed.body);
    let page = browser.get("/admin/members").await;
    let ids = page.between("<option value=\"", '"');
    let member = ids.into_iter().find(|id| id.len() == 32).unwrap();
    (team["id"].as_str().unwrap().replace('-', ""), member)
}

/// A sealed key that was rotated once, and a draft.
async fn keys(house: &House, browser: &Browser) -> (String, String) {
    let name = crate::rig::canaries::random_text();
    let named = ["--workspace", "nordwind", "--name", &name];
    let place = ["--provider", "openai-compatible", "--base-url", NOWHERE];
    let add = [&["key", "add"], &named[..], &place[..]].concat();
    let secret = house.canaries.fresh("provider key");
    let added = house.server.desk(&add, Some(&secret)).await;
    let rotate = [&["key", "rotate", "--keep-hours", "1"], &named[..]].concat();
    let secret = house.canaries.fresh("provider key");
    house.server.desk(&rotate, Some(&secret)).await;
    let terms = browser
        .form("/admin/keys/terms", &[("version", TERMS)])
        .await;
    assert_eq!(terms.status, 303, "{}", terms.body);
    let secret = house.canaries.fresh("provider key");
    let fields = [
        ("secret", secret.as_str()),
        ("provider", "openai-compatible"),
        ("base_url", NOWHERE),
        ("environment", "development"),
        ("name", &format!("draft {name}")),
    ];
    let checking = browser.form("/admin/keys/check", &fields).await;
    assert_eq!(checking.status, 303, "{}", checking.body);
    let page = checking.header("location").to_owned();
    browser.get(&page).await;
    let draft = page.rsplit('/').next().unwrap().to_owned();
    (added["id"].as_str().unwrap().replace('-', ""), draft)
}

async fn drafts(browser: &Browser) -> BTreeSet<String> {
    let page = browser.get("/admin/keys").await;
    page.between("/admin/keys/checks/", '"')
        .into_iter()
        .collect()
}

async fn sessions(browser: &Browser) -> BTreeSet<String> {
    let page = browser.get("/account").await;
    page.between("/account/sessions/", '/')
        .into_iter()
        .collect()
}

/// Every route that takes anything but plain reads, and every server function, from the sources.
pub(crate) fn routes_in_sources() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut routes = BTreeSet::new();
    for text in sources_below(&root.join("src/http")) {
        for call in text.split(".route(").skip(1) {
            // Up to the next call in the chain: path and handlers of this route.
            let call = call.split("\n        .").next().unwrap();
            let path = call.split('"').nth(1).unwrap();
            // The desks of the workspace's keys and of one's own have the same routes.
            let paths = if call.starts_with("&at(") {
                vec![format!("/admin/keys{path}"), format!("/account/keys{path}")]
            } else {
                vec![path.to_owned()]
            };
            // The door for programs has no browsers; `door` knows its routes.
            if path.starts_with("/v1/") {
                continue;
            }
            // A provider's server comes there, no browser; `sign_on` proves what it may.
            if path.starts_with("/auth/oidc/logout/") {
                continue;
            }
            let changes = ["post(", "put(", "patch(", "delete(", "any(", "on("];
            if changes.iter().any(|method| call.contains(method)) {
                routes.extend(paths);
            }
        }
    }
    assert!(
        routes.remove("/api/{function}"),
        "the server functions' own route is gone"
    );
    let (mut endpoints, mut functions) = (0, 0);
    for text in sources_below(&root.join("../app/src")) {
        functions += text.matches("#[server").count();
        for rest in text.split("endpoint = \"").skip(1) {
            endpoints += 1;
            routes.insert(format!("/api/{}", rest.split('"').next().unwrap()));
        }
    }
    assert_eq!(endpoints, functions, "a server function names no endpoint");
    routes
}

/// Method and path of every route of the door for programs, from the sources.
pub(crate) fn door_in_sources() -> BTreeSet<(Method, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut routes = BTreeSet::new();
    for text in sources_below(&root.join("src/http/programs")) {
        for call in text.split(".route(").skip(1) {
            let call = call.split("\n        .").next().unwrap();
            let path = call.split('"').nth(1).unwrap();
            for (word, method) in [
                ("get(", Method::GET),
                ("post(", Method::POST),
                ("put(", Method::PUT),
                ("patch(", Method::PATCH),
                ("delete(", Method::DELETE),
                ("any(", Method::OPTIONS),
                ("on(", Method::TRACE),
            ] {
                let begins = |before: &str| before.ends_with([' ', '.', ':', '\n', ',']);
                if call.match_indices(word).any(|(at, _)| begins(&call[..at])) {
                    routes.insert((method, path.to_owned()));
                }
            }
        }
    }
    routes
}

fn sources_below(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(sources_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push(std::fs::read_to_string(path).unwrap());
        }
    }
    texts
}
