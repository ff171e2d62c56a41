//! Invitation links: who makes them, that they work once, and that they can be taken back.

use crate::rig::House;
use crate::rig::browser::{Browser, Page};
use crate::rig::checks::Checks;
use serde_json::json;

const OWNER: &str = "mia@nordwind.example";
const ADMIN: &str = "jonas@nordwind.example";
const MEMBER: &str = "anna@nordwind.example";
const AUDITOR: &str = "ida@nordwind.example";

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "invitations: a link lets one person in once",
            once(house.clone()),
        )
        .await;
    checks
        .run(
            "invitations: of two at the same moment one gets in",
            raced(house.clone()),
        )
        .await;
    checks
        .run(
            "invitations: only owners make owners, and members invite nobody",
            rights(house.clone()),
        )
        .await;
    checks
        .run(
            "invitations: a withdrawn link lets nobody in",
            withdrawn(house.clone()),
        )
        .await;
    checks
        .run(
            "invitations: a link is good on its own host only",
            own_host(house.clone()),
        )
        .await;
    checks
        .run(
            "invitations: weak passwords and missing names are refused, the link stays good",
            refused_forms(house.clone()),
        )
        .await;
    checks
        .run(
            "invitations: the operator's new workspace begins with its owner's link",
            new_workspace(house.clone()),
        )
        .await;
}

pub(crate) async fn as_person(house: &House, email: &str) -> Browser {
    Browser::enter(&house.server, "nordwind", email).await
}

/// A new member of Nordwind.
pub(crate) async fn join(house: &House, email: &str) -> Browser {
    let owner = as_person(house, OWNER).await;
    let path = link_in(house, &invite(&owner, email, "member").await);
    let password = house.canaries.fresh("password");
    assert_eq!(accept(house, &path, &password).await.status, 303);
    as_person(house, email).await
}

async fn invite(browser: &Browser, email: &str, role: &str) -> Page {
    browser
        .form("/admin/members/invite", &[("email", email), ("role", role)])
        .await
}

/// The path of the link that the members page shows this once.
fn link_in(house: &House, page: &Page) -> String {
    assert_eq!(page.status, 200, "{}", page.body);
    let link = page
        .between("/invite/", '"')
        .into_iter()
        .next()
        .expect("a link is shown");
    house.canaries.watch("invitation token", &link);
    format!("/invite/{link}")
}

async fn accept(house: &House, path: &str, password: &str) -> Page {
    let browser = Browser::at(&house.server, "nordwind");
    browser
        .form(path, &[("name", "Nora Neu"), ("password", password)])
        .await
}

async fn once(house: House) {
    let owner = as_person(&house, OWNER).await;
    let path = link_in(
        &house,
        &invite(&owner, "Nora@Nordwind.Example", "member").await,
    );
    let offer = Browser::at(&house.server, "nordwind").get(&path).await;
    assert_eq!(offer.status, 200);
    assert!(offer.body.contains("Mia Brandt invited you") && offer.body.contains("nora@nordwind"));
    let password = house.canaries.fresh("password");
    let page = accept(&house, &path, &password).await;
    assert_eq!(
        (page.status, page.header("location")),
        (303, "/"),
        "{}",
        page.body
    );
    let mut nora = Browser::at(&house.server, "nordwind");
    nora.session = page.new_session();
    let sidebar: serde_json::Value = nora.ask("load_sidebar", &json!({})).await;
    assert_eq!(sidebar["member_email"], "nora@nordwind.example");
    assert_eq!(sidebar["may_manage_members"], false);
    assert_eq!(
        accept(&house, &path, &password).await.status,
        404,
        "a link works once"
    );
    assert_eq!(
        Browser::at(&house.server, "nordwind")
            .get(&path)
            .await
            .status,
        404
    );
    let fields = [
        ("email", "nora@nordwind.example"),
        ("password", password.as_str()),
    ];
    let again = Browser::at(&house.server, "nordwind")
        .form("/sign-in", &fields)
        .await;
    assert_eq!(
        again.status, 303,
        "the new person signs in with the new password"
    );
    let twice = invite(&owner, "nora@nordwind.example", "member").await;
    assert_eq!(twice.status, 409, "somebody who is in cannot be invited");
}

async fn raced(house: House) {
    let owner = as_person(&house, OWNER).await;
    let path = link_in(
        &house,
        &invite(&owner, "rasmus@nordwind.example", "member").await,
    );
    let password = house.canaries.fresh("password");
    let (one, two) = tokio::join!(
        accept(&house, &path, &password),
        accept(&house, &path, &password)
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
}

async fn rights(house: House) {
    let admin = as_person(&house, ADMIN).await;
    assert_eq!(
        invite(&admin, "new1@nordwind.example", "owner")
            .await
            .status,
        403
    );
    link_in(
        &house,
        &invite(&admin, "new2@nordwind.example", "admin").await,
    );
    for (person, name) in [(MEMBER, "member"), (AUDITOR, "auditor")] {
        let browser = as_person(&house, person).await;
        for role in ["owner", "admin", "member", "auditor"] {
            let page = invite(&browser, "new3@nordwind.example", role).await;
            assert_eq!(page.status, 403, "a {name} invited a {role}");
        }
        let page = browser.get("/admin/members").await;
        assert_eq!(page.status, 403, "a {name} reads the list of members");
        assert!(!page.body.contains(ADMIN));
    }
    let stranger = Browser::at(&house.server, "nordwind");
    let page = invite(&stranger, "new3@nordwind.example", "member").await;
    assert_eq!((page.status, page.header("location")), (303, "/sign-in"));
    let owner = as_person(&house, OWNER).await;
    for email in [
        "",
        "nobody",
        "a b@c.example",
        "a@b@c.example",
        "x@localhost",
    ] {
        assert_eq!(
            invite(&owner, email, "member").await.status,
            422,
            "{email:?}"
        );
    }
    assert_eq!(
        invite(&owner, "new4@nordwind.example", "emperor")
            .await
            .status,
        422
    );
    let members = owner.get("/admin/members").await.body;
    assert!(members.contains("new2@nordwind.example"));
    for nobody in ["new1@", "new3@", "new4@"] {
        assert!(!members.contains(nobody), "{nobody} was invited");
    }
}

async fn withdrawn(house: House) {
    let owner = as_person(&house, OWNER).await;
    let page = invite(&owner, "ulla@nordwind.example", "member").await;
    let path = link_in(&house, &page);
    let id = invitation_id(&page, "ulla@nordwind.example");
    let revoke = format!("/admin/members/invitations/{id}/revoke");
    assert_eq!(
        as_person(&house, MEMBER)
            .await
            .form(&revoke, &[])
            .await
            .status,
        403
    );
    let page = owner.form(&revoke, &[]).await;
    assert_eq!(
        (page.status, page.header("location")),
        (303, "/admin/members")
    );
    assert_eq!(owner.form(&revoke, &[]).await.status, 404);
    let password = house.canaries.fresh("password");
    assert_eq!(accept(&house, &path, &password).await.status, 404);
    assert_eq!(
        Browser::at(&house.server, "nordwind")
            .get(&path)
            .await
            .status,
        404
    );
}

/// The id of the open invitation for `email` on the members page.
pub(crate) fn invitation_id(page: &Page, email: &str) -> String {
    let row = page
        .body
        .split("<li")
        .find(|row| row.contains("/revoke") && row.contains(email));
    let row = row.expect("the invitation is listed");
    row.split("/invitations/")
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned()
}

async fn own_host(house: House) {
    let owner = as_person(&house, OWNER).await;
    let path = link_in(
        &house,
        &invite(&owner, "wim@nordwind.example", "member").await,
    );
    let password = house.canaries.fresh("password");
    for slug in ["halden", "lumen", ""] {
        let elsewhere = Browser::at(&house.server, slug);
        assert_eq!(elsewhere.get(&path).await.status, 404, "{slug}");
        let fields = [("name", "Wim"), ("password", password.as_str())];
        assert_eq!(elsewhere.form(&path, &fields).await.status, 404, "{slug}");
    }
    assert_eq!(accept(&house, &path, &password).await.status, 303);
}

async fn refused_forms(house: House) {
    let owner = as_person(&house, OWNER).await;
    let path = link_in(
        &house,
        &invite(&owner, "vera@nordwind.example", "member").await,
    );
    for password in ["", "elevenchars", "password1234", &"x".repeat(1_100)] {
        let page = accept(&house, &path, password).await;
        assert_eq!(page.status, 422, "{password:?}");
        assert!(page.new_session().is_none());
    }
    let good = house.canaries.fresh("password");
    let browser = Browser::at(&house.server, "nordwind");
    let nameless = browser
        .form(&path, &[("name", "  "), ("password", &good)])
        .await;
    assert_eq!(nameless.status, 422);
    assert_eq!(accept(&house, &path, &good).await.status, 303);
}

async fn new_workspace(house: House) {
    let args = [
        "workspace",
        "create",
        "--slug",
        "atelier",
        "--name",
        "Atelier Demo",
        "--owner-email",
        "olga@atelier.example",
    ];
    let document = house.server.desk(&args, None).await;
    assert_eq!(document["host"], "atelier.localhost");
    let link = document["invitation"].as_str().unwrap();
    let (base, token) = link.split_once("/invite/").unwrap();
    let mut owner = Browser::at(&house.server, "atelier");
    assert_eq!(
        base,
        owner.origin(),
        "the link leads to the workspace as people reach it"
    );
    house.canaries.watch("invitation token", token);
    let password = house.canaries.fresh("password");
    let fields = [("name", "Olga"), ("password", password.as_str())];
    let page = owner.form(&format!("/invite/{token}"), &fields).await;
    assert_eq!(page.status, 303, "{}", page.body);
    owner.session = page.new_session();
    assert_eq!(
        owner.get("/admin/members").await.status,
        200,
        "the first owner manages members"
    );
    assert_eq!(
        owner
            .form("/demo/sign-in?email=olga@atelier.example", &[])
            .await
            .status,
        404,
        "a real workspace has no demo door, in demo mode neither"
    );
}
