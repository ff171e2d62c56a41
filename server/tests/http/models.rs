//! The models page at the door: who may look and change, what becomes of every target, and that a
//! change in the browser is what the next question meets.

use crate::invitations::as_person;
use crate::rig::browser::{Browser, Page};
use crate::rig::chat::question;
use crate::rig::checks::Checks;
use crate::rig::{House, MODEL};
use uuid::Uuid;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "models: owners and admins look and change, nobody else",
            low_roles(house.clone()),
        )
        .await;
    checks
        .run(
            "models: a route changed in the browser is what the next question meets",
            changed(house.clone()),
        )
        .await;
    checks
        .run(
            "models: what is wrong is said beside its line, and nothing typed is lost",
            refused(house.clone()),
        )
        .await;
    checks
        .run(
            "models: every target is judged as the chosen member would meet it",
            judged(house.clone()),
        )
        .await;
}

const CHANGE: &str = "/admin/models/change";
const PLACE: (&str, &str) = ("environment", "production");
const PRIORITY: (&str, &str) = ("strategy", "priority");

/// Every page and form of the models with these ids.
async fn answers(browser: &Browser) -> Vec<(&'static str, Page)> {
    let target = ("key.0", "demo");
    vec![
        ("list", browser.get("/admin/models").await),
        ("new", browser.get("/admin/models/new").await),
        ("edit", browser.get("/admin/models/production/demo").await),
        (
            "change",
            browser
                .form(CHANGE, &[("alias", "of-eve"), PLACE, PRIORITY, target])
                .await,
        ),
        (
            "remove",
            browser
                .form("/admin/models/remove", &[("alias", "demo"), PLACE])
                .await,
        ),
    ]
}

async fn low_roles(house: House) {
    let mia = as_person(&house, "mia@nordwind.example").await;
    let before = mia.get("/admin/models").await;
    assert_eq!(before.status, 200);
    for email in ["anna@nordwind.example", "ida@nordwind.example"] {
        let browser = as_person(&house, email).await;
        for (what, page) in answers(&browser).await {
            assert_eq!(page.status, 403, "{what} for {email}");
            assert!(page.body.contains("Not part of your role"), "{what}");
            assert!(page.body.contains("owners and admins"), "{what}");
        }
        let account = browser.get("/account").await;
        assert!(
            !account.body.contains("/admin/models"),
            "no link for {email}"
        );
    }
    let nobody = Browser::at(&house.server, "nordwind");
    for (what, page) in answers(&nobody).await {
        assert_eq!(page.status, 303, "{what}");
        assert!(page.header("location").starts_with("/sign-in"), "{what}");
    }
    // Another workspace's owner sees their own names alone.
    let ruth = Browser::enter(&house.server, "halden", "ruth@halden.example").await;
    let theirs = ruth.get("/admin/models").await;
    assert_eq!(theirs.status, 200);
    let name = |page: &Page| page.between("class=\"alias-name\">", '<');
    assert!(name(&before).contains(&"shared".to_owned()));
    assert!(!name(&theirs).contains(&"shared".to_owned()));
    let edit = ruth.get("/admin/models/production/shared").await;
    let never = ruth.get("/admin/models/production/never-was").await;
    assert_eq!((edit.status, never.status), (404, 404));
    let after = mia.get("/admin/models").await;
    assert_eq!(name(&before), name(&after));
}

/// A sealed key of Nordwind at the emulated provider: its id and its secret.
async fn key(house: &House, name: &str) -> (String, String) {
    let secret = house.canaries.fresh("provider key");
    let base_url = house.upstream.base_url();
    let add = [
        "key",
        "add",
        "--workspace",
        "nordwind",
        "--name",
        name,
        "--provider",
        "openai-compatible",
        "--base-url",
        &base_url,
    ];
    let added = house.server.desk(&add, Some(&secret)).await;
    let id = added["id"].as_str().unwrap().replace('-', "");
    (id, secret.to_lowercase())
}

/// Who paid for the next question under this alias.
async fn payer<'a>(house: &House, alias: &str, keys: &'a [(&str, &str)]) -> &'a str {
    let anna = as_person(house, "anna@nordwind.example").await;
    let canary = house.canaries.fresh("question");
    let mut message = question(&format!("Who pays? {canary}"));
    message.alias = Some(alias.to_owned());
    anna.converse(&message).await;
    let head = house.upstream.asked(&canary)[0].head.to_lowercase();
    let paid = keys.iter().find(|(_, secret)| head.contains(secret));
    paid.unwrap().0
}

/// The version that a form was made from.
fn seen(page: &Page) -> String {
    let field = page.between("name=\"seen\" value=\"", '"');
    field.into_iter().next().unwrap()
}

async fn changed(house: House) {
    let (one, one_secret) = key(&house, "one").await;
    let (two, two_secret) = key(&house, "two").await;
    let keys = [("one", one_secret.as_str()), ("two", two_secret.as_str())];
    let mia = as_person(&house, "mia@nordwind.example").await;
    let named = [
        ("alias", "browser"),
        ("label", "By browser"),
        PLACE,
        PRIORITY,
    ];
    let targets = [
        ("key.0", one.as_str()),
        ("model.0", MODEL),
        ("first.0", "45s"),
        ("key.1", ""),
        ("model.1", ""),
        ("key.2", &two),
        ("model.2", MODEL),
        ("option", "longer"),
        ("regions", ""),
    ];
    let saved = mia.form(CHANGE, &[&named[..], &targets].concat()).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(payer(&house, "browser", &keys).await, "one");
    let list = mia.get("/admin/models").await;
    for words in [
        "By browser",
        "waits 45s for the first text",
        "may go to one that reads more",
    ] {
        let words = words.replace("waits", "Waits");
        assert!(list.body.contains(&words), "{words}");
    }
    // The form shows it as it is stored; a button that rearranges stores nothing.
    let form = mia.get("/admin/models/production/browser").await;
    assert_eq!(form.status, 200);
    assert!(form.body.contains("value=\"45s\""));
    let version = seen(&form);
    let change = [("changes", "browser"), ("seen", version.as_str())];
    let compact = [
        ("key.0", one.as_str()),
        ("model.0", MODEL),
        ("key.1", &two),
        ("model.1", MODEL),
    ];
    let all = [&named[..], &change, &compact].concat();
    let moved = mia
        .form(CHANGE, &[&all[..], &[("act", "up.1")]].concat())
        .await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    let first = moved.body.split("id=\"line-0-key\"").nth(1).unwrap();
    let first = first.split("</select>").next().unwrap();
    assert!(
        first.contains(&format!("value=\"{two}\" selected")),
        "{first}"
    );
    assert_eq!(
        payer(&house, "browser", &keys).await,
        "one",
        "nothing is stored"
    );
    // A change of provider is a change of one route.
    let swapped = [
        ("key.0", two.as_str()),
        ("model.0", MODEL),
        ("key.1", &one),
        ("model.1", MODEL),
    ];
    let all = [&named[..], &change, &swapped].concat();
    let saved = mia.form(CHANGE, &all).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(payer(&house, "browser", &keys).await, "two");
    // The form of before is of yesterday now.
    let late = mia.form(CHANGE, &all).await;
    assert_eq!(late.status, 409);
    assert!(late.body.contains("Somebody else changed this alias"));
    assert!(
        late.body.contains("value=\"By browser\""),
        "what was typed stays"
    );
    let removed = mia
        .form("/admin/models/remove", &[("alias", "browser"), PLACE])
        .await;
    assert_eq!(removed.status, 303);
    let again = mia
        .form("/admin/models/remove", &[("alias", "browser"), PLACE])
        .await;
    assert_eq!(again.status, 404);
    // Every deed is in the log, by whom, and nothing else.
    let export = ["audit", "export", "--workspace", "nordwind"];
    let log = house.server.said(&export).await;
    let deeds = |action: &str| {
        let of = |line: &&str| line.contains(action) && line.contains("\"browser\"");
        log.lines().filter(of).count()
    };
    assert_eq!(
        (deeds("route.set"), deeds("route.removed")),
        (2, 1),
        "{log}"
    );
}

async fn refused(house: House) {
    let mia = as_person(&house, "mia@nordwind.example").await;
    let ruth = Browser::enter(&house.server, "halden", "ruth@halden.example").await;
    let before = mia.get("/admin/models").await;
    let (own, _) = key(&house, "mine").await;
    // A key of another workspace is a key that never was.
    let secret = house.canaries.fresh("provider key");
    let base_url = house.upstream.base_url();
    let add = [
        "key",
        "add",
        "--workspace",
        "halden",
        "--name",
        "theirs",
        "--provider",
        "openai-compatible",
        "--base-url",
        &base_url,
    ];
    let theirs = house.server.desk(&add, Some(&secret)).await;
    let theirs = theirs["id"].as_str().unwrap().replace('-', "");
    let never = Uuid::now_v7().simple().to_string();
    let named = [("alias", "odd"), ("label", "Odd <one>"), PLACE, PRIORITY];
    let typed = "model-nobody-has-typed-before";
    let mut pages = Vec::new();
    for id in [&theirs, &never] {
        let targets = [
            ("key.0", own.as_str()),
            ("model.0", typed),
            ("key.1", id),
            ("model.1", "m"),
        ];
        let page = mia.form(CHANGE, &[&named[..], &targets].concat()).await;
        assert_eq!(page.status, 422, "{}", page.body);
        assert!(page.body.contains("This key is not there any more"));
        assert!(page.body.contains(typed), "what was typed stays");
        assert!(page.body.contains("Odd &lt;one&gt;") && !page.body.contains("Odd <one>"));
        assert!(page.body.contains("line-1-problem"), "beside its line");
        let nonces = page.between("nonce=\"", '"');
        let plain = nonces
            .iter()
            .fold(page.body.replace(id.as_str(), ""), |body, nonce| {
                body.replace(nonce.as_str(), "")
            });
        pages.push(plain);
    }
    assert_eq!(pages[0], pages[1], "the page tells them apart");
    let good = [("key.0", own.as_str()), ("model.0", "m")];
    for (fields, words) in [
        (
            [("alias", "Not An Alias"), PLACE, PRIORITY, ("x", "")],
            "The alias must begin",
        ),
        (
            [
                ("alias", "odd"),
                ("environment", "mars"),
                PRIORITY,
                ("x", ""),
            ],
            "Choose an environment",
        ),
        (
            [("alias", "odd"), PLACE, ("strategy", "guess"), ("x", "")],
            "Choose how a target",
        ),
        (
            [("alias", "odd"), PLACE, PRIORITY, ("first.0", "soon")],
            "is no time",
        ),
        (
            [("alias", "odd"), PLACE, PRIORITY, ("weight.0", "-3")],
            "whole number",
        ),
        (
            [("alias", "odd"), PLACE, PRIORITY, ("regions", "<b>")],
            "is no region",
        ),
        (
            [("alias", "demo"), PLACE, PRIORITY, ("x", "")],
            "an alias of this name",
        ),
        (
            [
                ("alias", "odd"),
                ("environment", "staging"),
                PRIORITY,
                ("x", ""),
            ],
            "belongs to production",
        ),
    ] {
        let page = mia.form(CHANGE, &[&fields[..], &good].concat()).await;
        assert_eq!(page.status, 422, "{words}: {}", page.body);
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let nothing = mia.form(CHANGE, &[("alias", "odd"), PLACE, PRIORITY]).await;
    assert_eq!(nothing.status, 422);
    let name = |page: &Page| page.between("class=\"alias-name\">", '<');
    assert_eq!(name(&before), name(&mia.get("/admin/models").await));
    let elsewhere = ruth.get("/admin/models").await;
    assert!(!elsewhere.body.contains(&own));
}

async fn judged(house: House) {
    let mia = as_person(&house, "mia@nordwind.example").await;
    let (off, _) = key(&house, "switched off").await;
    key(&house, "refused").await;
    let set = [
        "route",
        "set",
        "--workspace",
        "nordwind",
        "--alias",
        "judged",
    ];
    let more = [
        "--target",
        "switched off:a-latest",
        "--target",
        "refused:b, context=8k, region=us",
        "--target",
        "demo:demo",
        "--region",
        "eu",
        "--option",
        "goes-on",
    ];
    let told = house.server.desk(&[&set[..], &more].concat(), None).await;
    let notes = told["notes"].as_array().unwrap();
    assert!(
        notes[0].as_str().unwrap().contains("a name that moves"),
        "{told}"
    );
    let disabled = mia
        .form(
            &format!("/admin/keys/{off}/change"),
            &[("change", "disable")],
        )
        .await;
    assert_eq!(disabled.status, 303);
    let page = mia.get("/admin/models").await;
    let part = page
        .body
        .split("alias-production-judged\">")
        .nth(1)
        .unwrap();
    let part = part.split("</section>").next().unwrap();
    for words in [
        "Its key is disabled.",
        "It runs in us, where the route does not go.",
        "every target is skipped",
        "Only targets in eu.",
        "A half answer is gone on with",
    ] {
        assert!(part.contains(words), "{words}: {part}");
    }
    // The same on the command line, for a question that needs something.
    let explain = [
        "route",
        "explain",
        "--workspace",
        "nordwind",
        "--alias",
        "judged",
    ];
    let asked = ["--tokens", "50k", "--needs", "images"];
    let all = [&explain[..], &asked].concat();
    let document = house.server.desk(&all, None).await;
    assert_eq!(document["options"]["regions"][0], "eu");
    assert_eq!(document["targets"][1]["taken"], false);
    // As a member: their team's key counts; a foreign member never was.
    let who = mia.get("/admin/models").await;
    let ids = who.between("<option value=\"", '"');
    let someone = ids.iter().find(|id| id.len() == 32).unwrap();
    let seen = mia.get(&format!("/admin/models?as={someone}")).await;
    assert_eq!(seen.status, 200);
    let foreign = Uuid::now_v7().simple().to_string();
    assert_eq!(
        mia.get(&format!("/admin/models?as={foreign}")).await.status,
        404
    );
    let remove = [
        "route",
        "remove",
        "--workspace",
        "nordwind",
        "--alias",
        "judged",
    ];
    house.server.desk(&remove, None).await;
    assert!(
        !mia.get("/admin/models")
            .await
            .body
            .contains("alias-production-judged")
    );
}
