//! The platform host: who gets in, who reaches which client, what it does to a workspace, and that a
//! guest is one everywhere.

use crate::deletion::founded;
use crate::invitations::as_person;
use crate::rig::House;
use crate::rig::browser::{Browser, Page, read};
use crate::rig::canaries::random_text;
use crate::rig::checks::Checks;
use crate::rig::mail::Taken;
use crate::routes::{Stage, difference, platform_forms, routes_in_sources};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// What a guest may change: every other route changes nothing in their hands.
const OPEN_TO_GUESTS: [&str; 8] = [
    "/admin/branding",
    "/admin/branding/versions/{version}/restore",
    "/admin/models/change",
    "/admin/models/remove",
    "/admin/prompt",
    "/admin/prompt/restore",
    "/admin/savings/keep",
    "/admin/savings/purge",
];

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "platform: sign-in is throttled, tells nothing, and knows its own people only",
            sign_in(house.clone()),
        )
        .await;
    checks
        .run(
            "platform: a link works once, for its own person, and carries nobody else's grant",
            links(house.clone()),
        )
        .await;
    checks
        .run(
            "platform: every form answers nobody, members, another agency and operators as it should",
            authority(house.clone()),
        )
        .await;
    checks
        .run(
            "platform: an agency makes a client, closes it, keeps its way in, and opens it again",
            client(house.clone()),
        )
        .await;
    checks
        .run(
            "platform: a guest comes in once, is recorded, and changes only what is open to guests",
            guest(house.clone()),
        )
        .await;
    checks
        .run(
            "platform: an owner who lets nobody in sends guests away at once",
            sent_away(house.clone()),
        )
        .await;
    checks
        .run(
            "platform: lists are searched, turned, and bounded; what was done is one chain",
            lists(house.clone()),
        )
        .await;
}

/// Somebody of the platform host, signed in, and their password.
pub(crate) async fn staff(house: &House, args: &[&str]) -> (Browser, String) {
    let email = format!("{}@staff.example", random_text());
    let args = [args, &["--email", &email]].concat();
    let made = house.server.desk(&args, None).await;
    accept(house, &link_of(house, &made).await).await
}

/// The link of an invitation: as it was shown, or from the letter that was sent in its place.
async fn link_of(house: &House, made: &Value) -> String {
    if let Some(link) = made["invitation"].as_str() {
        return link.to_owned();
    }
    assert_eq!(made["mailed"], true, "{made}");
    let sink = house.sink.as_ref().unwrap();
    link_in(&sink.to(made["email"].as_str().unwrap()).await)
}

fn link_in(letter: &Taken) -> String {
    let mut words = letter.text().split_whitespace();
    words
        .find(|word| word.contains("/invite/"))
        .unwrap()
        .to_owned()
}

async fn accept(house: &House, link: &str) -> (Browser, String) {
    let path = format!("/invite/{}", link.rsplit('/').next().unwrap());
    house.canaries.watch("staff invitation token", &path[8..]);
    let mut browser = Browser::at(&house.server, "");
    let password = house.canaries.fresh("password");
    let fields = [("name", "Lena Vogt"), ("password", password.as_str())];
    let page = browser.form(&path, &fields).await;
    assert_eq!(page.status, 303, "{}", page.body);
    browser.session = page.new_session();
    assert!(browser.session.is_some());
    assert_eq!(browser.form(&path, &fields).await.status, 404, "used twice");
    (browser, password)
}

const OPERATOR: [&str; 2] = ["operator", "create"];
/// The agency of Nordwind and Halden in the demo.
const KONTOR: [&str; 4] = ["agency", "invite", "--agency", "kontor"];
const VALE: [&str; 4] = ["agency", "invite", "--agency", "vale"];

/// A page without the word that only this answer's scripts carry.
fn unique(page: &Page) -> String {
    let nonce = page.between("nonce=\"", '"').into_iter().next();
    nonce.map_or_else(
        || page.body.clone(),
        |nonce| page.body.replace(&nonce, "NONCE"),
    )
}

/// The id of a workspace, as addresses write it.
async fn id_of(house: &House, slug: &str) -> String {
    let listed = house.server.desk(&["workspace", "list"], None).await;
    let rows = listed["workspaces"].as_array().unwrap();
    let row = rows.iter().find(|row| row["slug"] == slug).unwrap();
    row["id"].as_str().unwrap().replace('-', "")
}

/// A client of an agency, and the slug of another agency that has nothing to do with it.
async fn agencies(house: &House) -> (String, [&'static str; 4], [&'static str; 4]) {
    let id = id_of(house, "nordwind").await;
    let (lena, _) = staff(house, &KONTOR).await;
    let page = lena.get(&format!("/agency/clients/{id}")).await;
    if page.status == 200 {
        (id, KONTOR, VALE)
    } else {
        (id, VALE, KONTOR)
    }
}

async fn sign_in(house: House) {
    let (lena, password) = staff(&house, &OPERATOR).await;
    assert_eq!(lena.get("/operator").await.status, 200);
    // The same token is nobody in a workspace, and a member's is nobody here.
    let mut elsewhere = Browser::at(&house.server, "nordwind");
    elsewhere.session.clone_from(&lena.session);
    let page = elsewhere.get("/account").await;
    assert!(page.header("location").starts_with("/sign-in"));
    let mia = as_person(&house, "mia@nordwind.example").await;
    let mut here = Browser::at(&house.server, "");
    here.session.clone_from(&mia.session);
    for path in ["/agency", "/operator", "/agency/clients/new"] {
        let page = here.get(path).await;
        assert!(page.header("location").starts_with("/sign-in"), "{path}");
    }
    let nobody = Browser::at(&house.server, "");
    let member = [
        ("email", "mia@nordwind.example"),
        ("password", "nordwind-demo-only"),
    ];
    let unknown = nobody.form("/sign-in", &member).await;
    assert_eq!((unknown.status, unknown.new_session()), (422, None));
    let page = lena.get("/operator").await;
    assert!(page.body.contains("Lena Vogt"));
    let email = house.server.desk(&["operator", "log"], None).await;
    let records = email["records"].as_array().unwrap();
    let last = records
        .iter()
        .rev()
        .find(|row| row["action"] == "staff.signed_in");
    let email = last.unwrap()["object"].as_str().unwrap().to_owned();
    let known = nobody
        .form(
            "/sign-in",
            &[("email", &email), ("password", "not it at all")],
        )
        .await;
    let plain = |page: &Page, email: &str| unique(page).replace(email, "EMAIL");
    assert_eq!(known.status, 422);
    assert_eq!(
        plain(&known, &email),
        plain(&unknown, "mia@nordwind.example"),
        "an account tells that it exists"
    );
    // Four failures are allowed here; the right password does not help after them.
    for _ in 0..3 {
        let wrong = [("email", email.as_str()), ("password", "not it at all")];
        assert_eq!(nobody.form("/sign-in", &wrong).await.status, 422);
    }
    let right = [("email", email.as_str()), ("password", password.as_str())];
    let page = nobody.form("/sign-in", &right).await;
    assert_eq!((page.status, page.new_session()), (429, None));
    assert_eq!(lena.form("/sign-out", &[]).await.status, 303);
    let page = lena.get("/operator").await;
    assert!(page.header("location").starts_with("/sign-in"));
}

async fn links(house: House) {
    // An operator's invitation waits; an agency must not get a link to the same account.
    let email = format!("{}@staff.example", random_text());
    let create = ["operator", "create", "--email", &email];
    let made = house.server.desk(&create, None).await;
    let (owner, _) = staff(&house, &[&KONTOR[..], &["--owner"]].concat()).await;
    let id = agency_id(&house, "kontor").await;
    let invite = [("agency", id.as_str()), ("email", email.as_str())];
    let page = owner.form("/agency/team", &invite).await;
    assert_eq!(page.status, 409, "{}", page.body);
    assert!(!page.body.contains("/invite/"), "a link was made");
    // Nobody hands out what they may not do themselves.
    let more = [&invite[..], &[("may_open", "yes")]].concat();
    let page = owner.form("/agency/team", &more).await;
    assert_eq!(page.status, 403, "{}", page.body);
    let (root, _) = accept(&house, &link_of(&house, &made).await).await;
    assert_eq!(root.get("/operator").await.status, 200);
    // Accepted, so a grant is enough and there is no link.
    let page = owner.form("/agency/team", &invite).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("has a password already") && !page.body.contains("/invite/"));
    // Whoever is taken out has nothing left, at once.
    let email_of = |email: &str| [("agency", id.clone()), ("email", email.to_owned())];
    let remove = async |who: &str| {
        let fields = email_of(who);
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        owner.form("/agency/team/remove", &fields).await.status
    };
    assert_eq!(root.get("/agency").await.status, 200);
    assert_eq!(remove(&email).await, 303);
    assert_eq!(root.get("/agency").await.status, 404);
    assert_eq!(remove(&email).await, 404, "twice");
    // Staff who are no owners bring in nobody, and nobody of another agency does.
    let (tom, _) = staff(&house, &KONTOR).await;
    let (eve, _) = staff(&house, &[&VALE[..], &["--owner"]].concat()).await;
    for person in [&tom, &eve] {
        let fields = [("agency", id.as_str()), ("email", "x@staff.example")];
        let page = person.form("/agency/team", &fields).await;
        assert_eq!(page.status, 404, "{}", page.body);
    }
}

async fn agency_id(house: &House, slug: &str) -> String {
    let listed = house.server.desk(&["agency", "list"], None).await;
    let rows = listed["agencies"].as_array().unwrap();
    let row = rows.iter().find(|row| row["slug"] == slug).unwrap();
    row["id"].as_str().unwrap().replace('-', "")
}

async fn authority(house: House) {
    let (id, _, foreign) = agencies(&house).await;
    let forms = platform_forms("nordwind-demo-only");
    let listed: BTreeSet<String> = forms.iter().map(|form| form.route.clone()).collect();
    let platforms = |route: &String| route.starts_with("/agency") || route.starts_with("/operator");
    let sources: BTreeSet<String> = routes_in_sources().into_iter().filter(platforms).collect();
    assert_eq!(listed, sources, "a form of the platform host is not tried");
    let (eve, _) = staff(&house, &[&foreign[..], &["--owner", "--may-open"]].concat()).await;
    let (root, _) = staff(&house, &OPERATOR).await;
    let mia = as_person(&house, "mia@nordwind.example").await;
    let mut member = Browser::at(&house.server, "");
    member.session.clone_from(&mia.session);
    let nobody = Browser::at(&house.server, "");
    let agency = agency_id(&house, "kontor").await;
    let none = "0".repeat(32);
    let before = seen(&house, &root, &id).await;
    for form in &forms {
        let of = if form.route.contains("agencies") {
            &agency
        } else {
            &id
        };
        let path = form.route.replace("{id}", of);
        let send = async |browser: &Browser, path: &str| {
            let request = form.request(browser, Method::POST);
            let request = request.try_clone().unwrap().build().unwrap();
            let body = request.body().and_then(|body| body.as_bytes()).unwrap();
            let again = browser
                .request(Method::POST, path)
                .header("origin", browser.origin());
            let again = again.header("content-type", "application/x-www-form-urlencoded");
            read(again.body(body.to_vec()).send().await.unwrap()).await
        };
        for person in [&nobody, &member] {
            let page = send(person, &path).await;
            assert_eq!(
                (page.status, page.header("location")),
                (303, "/sign-in"),
                "{path}"
            );
        }
        // Somebody else's client, and one that never was: the same answer.
        let theirs = send(&eve, &path).await;
        let imagined = send(&eve, &form.route.replace("{id}", &none)).await;
        assert_eq!((theirs.status, imagined.status), (404, 404), "{path}");
        assert_eq!(
            unique(&theirs),
            unique(&imagined),
            "{path} tells them apart"
        );
        // On a workspace's host there is no such thing, for whoever asks.
        let page = send(&mia, &path).await;
        assert_eq!(page.status, 404, "{path}");
    }
    for page in ["/operator", "/operator/agencies", "/operator/health"] {
        assert_eq!(eve.get(page).await.status, 404, "{page}");
        assert_eq!(root.get(page).await.status, 200, "{page}");
    }
    let client = format!("/agency/clients/{id}");
    assert_eq!(eve.get(&client).await.status, 404);
    assert_eq!(root.get(&client).await.status, 200);
    let mine = [&foreign[..], &["--workspace", "nordwind"]].concat();
    let mine = [&mine[..], &["--email", "only@staff.example"]].concat();
    let (code, said) = house.server.refused(&mine).await;
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(seen(&house, &root, &id).await, before);
}

/// What an operator sees of a client, and of the agencies.
async fn seen(house: &House, root: &Browser, id: &str) -> String {
    let client = root.get(&format!("/agency/clients/{id}")).await;
    let listed = house.server.desk(&["workspace", "list"], None).await;
    let agencies = house.server.desk(&["agency", "list"], None).await;
    let notes = client.between("class=\"note-text\">", '<');
    let state = client.between("class=\"chip dot", '/');
    format!("{notes:?}{state:?}{listed}{agencies}")
}

async fn client(house: House) {
    let (lena, password) = staff(&house, &[&KONTOR[..], &["--owner", "--may-open"]].concat()).await;
    let agency = agency_id(&house, "kontor").await;
    let fields = |slug: &'static str, name: &'static str| {
        [
            ("agency", agency.clone()),
            ("name", name.to_owned()),
            ("slug", slug.to_owned()),
            ("colour", "#204a87".to_owned()),
            ("owner_email", "olga@fjord.example".to_owned()),
        ]
    };
    let send = async |fields: [(&str, String); 5]| {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        lena.form("/agency/clients/new", &fields).await
    };
    for (slug, name, status) in [
        ("Not a slug", "Fjord", 422),
        ("admin", "Fjord", 422),
        ("nordwind", "Fjord", 409),
        ("fjord", " ", 422),
    ] {
        let page = send(fields(slug, name)).await;
        assert_eq!(page.status, status, "{slug}: {}", page.body);
        assert!(
            page.body.contains("olga@fjord.example"),
            "{slug}: what was typed is lost"
        );
    }
    let page = send(fields("fjord", "Fjord & Co")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let mailed = page.body.contains("was mailed to");
    let token = match &house.sink {
        Some(sink) if mailed => {
            let link = link_in(&sink.to("olga@fjord.example").await);
            link.rsplit('/').next().unwrap().to_owned()
        }
        _ => page.between("/invite/", '"').into_iter().next().unwrap(),
    };
    house.canaries.watch("invitation token", &token);
    let mut olga = Browser::at(&house.server, "fjord");
    let own = house.canaries.fresh("password");
    let accepted = [("name", "Olga"), ("password", own.as_str())];
    let page = olga.form(&format!("/invite/{token}"), &accepted).await;
    assert_eq!(page.status, 303, "{}", page.body);
    olga.session = page.new_session();
    assert_eq!(olga.get("/").await.status, 200);
    let id = id_of(&house, "fjord").await;
    let page = format!("/agency/clients/{id}");
    let shown = lena.get(&page).await;
    assert!(shown.body.contains("Fjord &amp; Co") && shown.body.contains("Kontor"));
    let noted = [("text", "They pay <b>late</b>")];
    assert_eq!(lena.form(&format!("{page}/note"), &noted).await.status, 303);
    assert!(
        lena.get(&page)
            .await
            .body
            .contains("They pay &lt;b&gt;late&lt;/b&gt;")
    );
    // A step is needed: the name as it stands there, and the password.
    let suspend = format!("{page}/suspend");
    let step = |name: &'static str, typed: &str| {
        [
            ("reason", "not paid".to_owned()),
            ("name", name.to_owned()),
            ("password", typed.to_owned()),
        ]
    };
    for (name, typed, status) in [
        ("Fjord", password.as_str(), 422),
        ("Fjord & Co", "not the password", 403),
    ] {
        let fields = step(name, typed);
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let refused = lena.form(&suspend, &fields).await;
        assert_eq!(refused.status, status, "{}", refused.body);
    }
    assert_eq!(
        olga.get("/account").await.status,
        200,
        "closed by a wrong step"
    );
    let fields = step("Fjord & Co", &password);
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(lena.form(&suspend, &fields).await.status, 303);
    let closed = olga.get("/account").await;
    assert_eq!(closed.status, 403);
    assert!(closed.body.contains("Fjord &amp; Co is suspended for now"));
    assert!(
        !closed.body.contains("not paid"),
        "a reason is the agency's and the owner's"
    );
    // The agency keeps its way in.
    let mut inside = Browser::at(&house.server, "fjord");
    inside.session = come_in(&house, &lena, &id, "fjord").await.new_session();
    assert_eq!(inside.get("/admin/models").await.status, 200);
    assert_eq!(lena.form(&format!("{page}/resume"), &[]).await.status, 303);
    assert_eq!(olga.get("/account").await.status, 200);
    let records = olga.get("/admin/audit").await.body;
    for words in [
        "Suspended the workspace",
        "Opened the workspace again",
        "not paid",
    ] {
        assert!(records.contains(words), "{words}");
    }
    // Whoever looks after one client only sees that one.
    let only = [&KONTOR[..], &["--workspace", "fjord"]].concat();
    let (tom, _) = staff(&house, &only).await;
    let list = tom.get("/agency").await;
    assert_eq!(
        list.between("class=\"row-link strong\"", '/').len(),
        1,
        "{}",
        list.body
    );
    assert_eq!(tom.get(&page).await.status, 200);
    let delete = [
        "workspace",
        "delete",
        "--slug",
        "fjord",
        "--confirm",
        "fjord",
    ];
    house.server.desk(&delete, None).await;
}

/// Opens a client, as far as the page on its own host that gives a session.
async fn come_in(house: &House, staff: &Browser, id: &str, slug: &str) -> Page {
    let path = way_in(staff, id).await;
    house.canaries.watch("guest code", &path[7..]);
    let there = Browser::at(&house.server, slug);
    let offer = there.get(&path).await;
    assert_eq!(offer.status, 200, "{}", offer.body);
    assert!(offer.body.contains("to set up routes"));
    there.form(&path, &[]).await
}

/// The path on the client's host that a code is part of.
async fn way_in(staff: &Browser, id: &str) -> String {
    let open = format!("/agency/clients/{id}/open");
    let page = staff.form(&open, &[("reason", "to set up routes")]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let code = page.between("/guest/", '"').into_iter().next().unwrap();
    format!("/guest/{code}")
}

async fn guest(house: House) {
    let (id, own, foreign) = agencies(&house).await;
    let (lena, _) = staff(&house, &[&own[..], &["--may-open"]].concat()).await;
    // A right of its own: looking after a client is not enough.
    let (tom, _) = staff(&house, &own).await;
    let open = format!("/agency/clients/{id}/open");
    let page = tom.form(&open, &[("reason", "to set up routes")]).await;
    assert_eq!(page.status, 403, "{}", page.body);
    let page = lena.form(&open, &[("reason", " ")]).await;
    assert_eq!(page.status, 422, "{}", page.body);
    // A code opens one workspace, once.
    let path = way_in(&lena, &id).await;
    house.canaries.watch("guest code", &path[7..]);
    for slug in ["halden", "lumen", "brightfold"] {
        let page = Browser::at(&house.server, slug).form(&path, &[]).await;
        assert_eq!((page.status, page.new_session()), (404, None), "{slug}");
    }
    let mut inside = Browser::at(&house.server, "nordwind");
    let page = inside.form(&path, &[]).await;
    assert_eq!(page.status, 303, "{}", page.body);
    inside.session = page.new_session();
    let again = Browser::at(&house.server, "nordwind")
        .form(&path, &[])
        .await;
    assert_eq!((again.status, again.new_session()), (404, None));
    let _ = foreign;
    // Every page says so; nobody's conversation is there.
    let canary = house.canaries.fresh("question");
    let stage = Stage::set(&house).await;
    let title = crate::rig::chat::question(&canary);
    stage.browser.converse(&title).await;
    for page in [
        "/",
        "/admin/models",
        "/admin/keys",
        "/admin/audit",
        "/account",
        "/nowhere",
    ] {
        let page = inside.get(page).await;
        assert!(
            page.body.contains("as an administrator: Lena Vogt"),
            "{}",
            page.body
        );
        assert!(page.body.contains("/guest/leave") && !page.body.contains(&canary));
    }
    assert_eq!(inside.get("/admin/members").await.status, 403);
    assert_eq!(inside.get("/admin/workspace").await.status, 403);
    let sidebar: Value = inside.ask("load_sidebar", &json!({})).await;
    assert_eq!(
        (&sidebar["may_chat"], &sidebar["conversations"]),
        (&json!(false), &json!([]))
    );
    let read_it = json!({ "id": stage.conversation });
    assert_eq!(inside.call("load_conversation", &read_it).await.status, 404);
    let search = inside
        .call("search_conversations", &json!({ "query": canary }))
        .await;
    assert_eq!(search.body, "[]");
    // Every change there is, in a guest's hands.
    let mut changed = BTreeSet::new();
    // A check of the stage's own keys may still be on its way.
    let mut before = stage.photo().await;
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = stage.photo().await;
        if std::mem::replace(&mut before, now) == before {
            break;
        }
    }
    for change in stage.changes() {
        if [
            "/sign-in",
            "/sign-out",
            "/guest/leave",
            "/demo/sign-in",
            "/invite/{token}",
        ]
        .contains(&change.route.as_str())
        {
            continue;
        }
        let before = stage.photo().await;
        let request = change.request(&inside, Method::POST);
        let page = read(
            request
                .header("origin", inside.origin())
                .send()
                .await
                .unwrap(),
        )
        .await;
        assert!(page.new_session().is_none(), "{}", change.path);
        let after = stage.photo().await;
        if after != before {
            eprintln!("{}: {}", change.route, difference(&before, &after));
            changed.insert(change.route.clone());
        }
        assert_eq!(
            inside.get("/admin/models").await.status,
            200,
            "{}",
            change.path
        );
    }
    let open: BTreeSet<String> = OPEN_TO_GUESTS
        .iter()
        .map(|route| (*route).to_owned())
        .collect();
    assert_eq!(
        changed, open,
        "what a guest changed (left), and what is open to guests"
    );
    // As it was: the same is done once more by others.
    let alias = [("alias", "of-eve"), ("environment", "production")];
    for (path, fields) in [
        ("/admin/models/remove", &alias[..]),
        (
            "/admin/savings/keep",
            &[("keep", "usual"), ("minutes", "10")],
        ),
    ] {
        let page = stage.browser.form(path, fields).await;
        assert_eq!(page.status, 303, "{path}: {}", page.body);
    }
    stage.strike().await;
    // The owner reads it, and nobody can take it away.
    let mia = as_person(&house, "mia@nordwind.example").await;
    assert!(
        mia.get("/account")
            .await
            .body
            .contains("is in this workspace as an administrator")
    );
    assert_eq!(inside.form("/guest/leave", &[]).await.status, 303);
    let gone = inside.get("/admin/models").await;
    assert!(gone.header("location").starts_with("/sign-in"));
    let records = mia.get("/admin/audit?kind=people").await.body;
    for words in [
        "Opened the workspace as an administrator",
        "Left the workspace as an administrator",
    ] {
        assert!(records.contains(words), "{words}");
    }
    assert_eq!(
        mia.form("/admin/workspace/guests/read", &[]).await.status,
        303
    );
    assert!(
        !mia.get("/account")
            .await
            .body
            .contains("was in this workspace")
    );
    house
        .server
        .desk(&["audit", "verify", "--workspace", "nordwind"], None)
        .await;
    if let Some(sink) = &house.sink {
        // Other workspaces have guests too.
        let letter = sink.until("Nordwind Legal: Lena Vogt came in as an administrator", 1);
        for letter in letter.await {
            assert_eq!(letter.to(), ["mia@nordwind.example"]);
        }
    }
}

async fn sent_away(house: House) {
    let (owner, _) = founded(&house, "quiet", "Quiet & Sons").await;
    let (root, _) = staff(&house, &["operator", "create", "--may-open"]).await;
    let id = id_of(&house, "quiet").await;
    let mut inside = Browser::at(&house.server, "quiet");
    inside.session = come_in(&house, &root, &id, "quiet").await.new_session();
    assert_eq!(inside.get("/admin/models").await.status, 200);
    let waiting = way_in(&root, &id).await;
    house.canaries.watch("guest code", &waiting[7..]);
    let forbid = [("allow", "no")];
    let page = owner.form("/admin/workspace/guests", &forbid).await;
    assert_eq!(page.status, 303, "{}", page.body);
    let page = inside.get("/admin/models").await;
    assert!(
        page.header("location").starts_with("/sign-in"),
        "still inside"
    );
    let page = Browser::at(&house.server, "quiet")
        .form(&waiting, &[])
        .await;
    assert_eq!((page.status, page.new_session()), (404, None));
    let open = format!("/agency/clients/{id}/open");
    let page = root.form(&open, &[("reason", "to set up routes")]).await;
    assert_eq!(page.status, 409, "{}", page.body);
    let page = owner
        .form("/admin/workspace/guests", &[("allow", "yes")])
        .await;
    assert_eq!(page.status, 303, "{}", page.body);
    let page = inside.get("/admin/models").await;
    assert!(
        page.header("location").starts_with("/sign-in"),
        "back inside"
    );
    let records = owner.get("/admin/audit").await.body;
    assert!(records.contains("an owner lets nobody come any more"));
    let delete = [
        "workspace",
        "delete",
        "--slug",
        "quiet",
        "--confirm",
        "quiet",
    ];
    house.server.desk(&delete, None).await;
}

async fn lists(house: House) {
    let (root, _) = staff(&house, &OPERATOR).await;
    let all = root.get("/operator").await;
    for name in ["Nordwind Legal", "Halden Energy"] {
        assert!(all.body.contains(name), "{name}");
    }
    let found = root.get("/operator?q=NORD").await;
    assert!(found.body.contains("Nordwind Legal") && !found.body.contains("Halden Energy"));
    for odd in [
        "q=%25",
        "q=%27%3B--",
        "q=nobody-is-called-that",
        "page=4000000000",
        "page=-1",
        "of=x",
    ] {
        let page = root.get(&format!("/operator?{odd}")).await;
        assert_eq!(page.status, 200, "{odd}");
    }
    assert!(
        root.get("/operator?q=nobody-is-called-that")
            .await
            .body
            .contains("No workspace is called that")
    );
    let health = root.get("/operator/health").await;
    for part in ["Database", "Processes", "Ledger", "Schemas", "Redis"] {
        assert!(health.body.contains(part), "{part}");
    }
    let log = house.server.desk(&["operator", "log"], None).await;
    assert_eq!(log["broken_at"], Value::Null);
    let actions: BTreeSet<&str> = log["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["action"].as_str())
        .collect();
    assert!(actions.contains("staff.invited") && actions.contains("staff.accepted"));
}
