//! The rooms of whoever looks after a workspace: its start, its instructions, who is signed in; and the
//! page of pieces, which is no room of anybody's in production.

use crate::deletion::{founded, invited};
use crate::invitations::as_person;
use crate::rig::browser::Browser;
use crate::rig::chat::question;
use crate::rig::checks::Checks;
use crate::rig::{ALIAS, House};
use contract::AnswerEnd;
use contract::chat::Receipt;
use std::time::Duration;
use tokio::time::{sleep, timeout};

const PROMPT: &str = "/admin/prompt";
const SESSIONS: &str = "/admin/sessions";

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "rooms: a version of the instructions holds at once on two processes, and so does going back",
            versions(house.clone()),
        )
        .await;
    checks
        .run(
            "rooms: what was typed is given back, to whomever it was refused",
            given_back(house.clone()),
        )
        .await;
    checks
        .run(
            "rooms: steps of the start turn by what is there, and are left out on the record",
            start(house.clone()),
        )
        .await;
    checks
        .run(
            "rooms: an admin signs people out, and never an owner",
            signed_out(house.clone()),
        )
        .await;
    checks
        .run(
            "rooms: the page of pieces is there in demo mode, under any colour",
            pieces(house.clone()),
        )
        .await;
}

/// The version in force.
async fn in_force(browser: &Browser) -> u32 {
    let page = browser.get(PROMPT).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let seen = page.between("name=\"seen\" value=\"", '"');
    seen[0].parse().unwrap()
}

async fn save(browser: &Browser, text: &str, seen: u32) -> crate::rig::browser::Page {
    let seen = seen.to_string();
    browser
        .form(PROMPT, &[("text", text), ("seen", &seen)])
        .await
}

/// Asks something new; what the provider was told first, and the receipt.
async fn told(house: &House, browser: &Browser) -> (String, Receipt) {
    let text = house.canaries.fresh("question");
    let mut message = question(&text);
    message.alias = Some(ALIAS.to_owned());
    let (_, shown) = browser.converse(&message).await;
    let Some(AnswerEnd::Done { receipt }) = shown.end else {
        panic!("not answered: {:?}", shown.end);
    };
    let asked = house.upstream.asked(&text);
    let first = asked[0].body["messages"][0]["content"].as_str().unwrap();
    (first.to_owned(), receipt)
}

async fn versions(house: House) {
    let mia = as_person(&house, "mia@nordwind.example").await;
    let second = house.server.second();
    second.start().await;
    let mia_there = mia.over_at(&second);
    let before = in_force(&mia).await;
    let (of_before, receipt) = told(&house, &mia).await;
    assert_eq!(receipt.instructions, Some(before));
    // Warm there too.
    assert_eq!(told(&house, &mia_there).await.0, of_before);
    let text = format!(
        "Answer as {} would.\r\nBe brief.",
        house.canaries.fresh("instructions")
    );
    let page = save(&mia, &text, before).await;
    let next = before + 1;
    let done = format!("{PROMPT}?done={next}");
    assert_eq!((page.status, page.header("location")), (303, done.as_str()));
    let stored = text.replace("\r\n", "\n");
    let (system, receipt) = told(&house, &mia).await;
    assert!(system.contains(&stored), "{system}");
    assert_eq!(receipt.instructions, Some(next));
    let follows = async {
        while !told(&house, &mia_there).await.0.contains(&stored) {
            sleep(Duration::from_millis(50)).await;
        }
    };
    let follows = timeout(Duration::from_secs(20), follows).await;
    follows.expect("the other process never heard of it");
    // The same again is no version.
    assert_eq!(save(&mia, &text, next).await.status, 422);
    let path = format!("{PROMPT}?older={before}&newer={next}");
    let compared = mia.get(&path).await;
    assert!(
        compared.body.contains("<ins>Be brief."),
        "{}",
        compared.body
    );
    assert_eq!(
        mia.get("/admin/prompt?older=1&newer=99999").await.status,
        404
    );
    let back = before.to_string();
    let page = mia
        .form("/admin/prompt/restore", &[("version", &back)])
        .await;
    assert_eq!(page.status, 303, "{}", page.body);
    let (system, receipt) = told(&house, &mia).await;
    assert_eq!((system, receipt.instructions), (of_before, Some(next + 1)));
    let list = mia.get(PROMPT).await.body;
    assert!(list.contains(&format!("says again what version {before} said")));
    // The record names versions, and no word of what they say.
    let record = mia.get("/admin/audit?kind=settings").await.body;
    assert!(record.contains(&format!("version {}, as version {before}", next + 1)));
    assert!(record.contains("Went back to older instructions"));
    assert!(!record.contains("Be brief"));
}

async fn given_back(house: House) {
    let mia = as_person(&house, "mia@nordwind.example").await;
    let before = in_force(&mia).await;
    let text = house.canaries.fresh("instructions");
    // Written from a version that is not in force any more.
    let page = save(&mia, &text, before.saturating_sub(1)).await;
    assert_eq!(page.status, 409);
    assert!(page.body.contains(&text) && page.body.contains("From what is in force to yours"));
    let long = format!("{text}{}", "x".repeat(40_000));
    let page = save(&mia, &long, before).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains(&long));
    assert_eq!(save(&mia, " \n ", before).await.status, 422);
    let anna = as_person(&house, "anna@nordwind.example").await;
    let ida = as_person(&house, "ida@nordwind.example").await;
    let nobody = Browser::at(&house.server, "nordwind");
    for (browser, status) in [(&anna, 403), (&ida, 403), (&nobody, 401)] {
        let page = save(browser, &text, before).await;
        assert_eq!(page.status, status);
        assert!(page.body.contains(&text), "{}", page.body);
        assert!(!page.body.contains("name=\"seen\""));
        let restored = browser
            .form("/admin/prompt/restore", &[("version", "1")])
            .await;
        assert!(matches!(restored.status, 303 | 403));
    }
    assert_eq!(anna.get(PROMPT).await.status, 403);
    let read = ida.get(PROMPT).await;
    assert_eq!(read.status, 200);
    assert!(!read.body.contains("method=\"post\"") && !read.body.contains("<textarea"));
    assert_eq!(
        in_force(&mia).await,
        before,
        "a refused form changed something"
    );
}

/// The steps that are in a state.
async fn steps(browser: &Browser, state: &str) -> Vec<String> {
    let page = browser.get("/admin").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let ends = format!("guide-step {state}\"");
    let steps = page.between("<li data-step=\"", '>').into_iter();
    let steps = steps.filter(|step| step.ends_with(&ends));
    let name = |step: String| step.split('"').next().unwrap().to_owned();
    steps.map(name).collect()
}

async fn start(house: House) {
    let (olga, _) = founded(&house, "starting", "Starting").await;
    assert_eq!(
        steps(&olga, "open").await,
        ["brand", "key", "first_chat", "invite", "domain"]
    );
    let (admin, _) = invited(&house, "starting", &olga, "admin").await;
    let (auditor, _) = invited(&house, "starting", &olga, "auditor").await;
    let (member, _) = invited(&house, "starting", &olga, "member").await;
    assert_eq!(steps(&olga, "done").await, ["invite"]);
    house.connect_provider("starting").await;
    let mut message = question(&house.canaries.fresh("question"));
    message.alias = Some(ALIAS.to_owned());
    olga.converse(&message).await;
    let answered = async {
        while steps(&olga, "done").await != ["key", "first_chat", "invite"] {
            sleep(Duration::from_millis(100)).await;
        }
    };
    let answered = timeout(Duration::from_secs(20), answered).await;
    answered.expect("an answer is never noticed");
    let skip = |step: &'static str, skip: &'static str| [("step", step), ("skip", skip)];
    for (browser, status) in [(&auditor, 403), (&member, 403)] {
        let page = browser.form("/admin/guide", &skip("brand", "yes")).await;
        assert_eq!(page.status, status);
    }
    assert_eq!(member.get("/admin").await.status, 403);
    assert_eq!(steps(&auditor, "open").await, ["brand", "domain"]);
    let nonsense = admin.form("/admin/guide", &skip("everything", "yes")).await;
    assert_eq!(nonsense.status, 404);
    // Twice is once in the record.
    for _ in 0..2 {
        admin.form("/admin/guide", &skip("brand", "yes")).await;
    }
    assert_eq!(steps(&olga, "skipped").await, ["brand"]);
    admin.form("/admin/guide", &skip("domain", "yes")).await;
    let page = olga.get("/admin").await;
    assert!(!page.body.contains("Getting started"), "nothing is left");
    assert!(page.body.contains("Spent this month"));
    admin.form("/admin/guide", &skip("domain", "no")).await;
    assert_eq!(steps(&olga, "open").await, ["domain"]);
    let record = olga.get("/admin/audit?kind=settings").await.body;
    assert_eq!(record.matches("Left out a step of the start").count(), 2);
    let log = ["audit", "verify", "--workspace", "starting"];
    house.server.desk(&log, None).await;
    let delete = [
        "workspace",
        "delete",
        "--slug",
        "starting",
        "--confirm",
        "starting",
    ];
    house.server.desk(&delete, None).await;
}

async fn signed_out(house: House) {
    let jonas = as_person(&house, "jonas@nordwind.example").await;
    let mia = as_person(&house, "mia@nordwind.example").await;
    let anna = as_person(&house, "anna@nordwind.example").await;
    let other = as_person(&house, "anna@nordwind.example").await;
    for person in [&anna, &as_person(&house, "ida@nordwind.example").await] {
        assert_eq!(person.get(SESSIONS).await.status, 403);
    }
    let page = jonas.get(SESSIONS).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let people = page.body.split("id=\"person-").skip(1);
    let person = |name: &str| {
        let mut people = people.clone();
        let section = people.find(|section| section.contains(name)).unwrap();
        section.split('"').next().unwrap().to_owned()
    };
    let all_of = |id: &str| format!("{SESSIONS}/members/{id}/end");
    let (annas, mias) = (person("anna@nordwind"), person("mia@nordwind"));
    let refused = jonas.form(&all_of(&mias), &[]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("Only an owner can sign an owner out"));
    assert_eq!(mia.get("/account").await.status, 200);
    // One browser of Anna's, by its id on her own page.
    let session = anna.get("/account").await;
    let session = session.between("/account/sessions/", '/');
    let ended = jonas
        .form(&format!("{SESSIONS}/{}/end", session[0]), &[])
        .await;
    assert_eq!(
        (ended.status, ended.header("location")),
        (303, "/admin/sessions?done=ended")
    );
    let again = jonas
        .form(&format!("{SESSIONS}/{}/end", session[0]), &[])
        .await;
    assert_eq!(again.status, 404);
    assert_eq!(jonas.form(&all_of(&annas), &[]).await.status, 303);
    for browser in [&anna, &other] {
        assert_eq!(browser.get("/account").await.status, 303);
    }
    // Nobody of next door, and nobody without a session.
    let ruth = Browser::enter(&house.server, "halden", "ruth@halden.example").await;
    assert_eq!(ruth.form(&all_of(&mias), &[]).await.status, 404);
    let nobody = Browser::at(&house.server, "nordwind");
    let page = nobody.form(&all_of(&mias), &[]).await;
    assert!(page.header("location").starts_with("/sign-in"));
    assert_eq!(mia.get("/account").await.status, 200);
    let record = mia.get("/admin/audit?kind=people").await.body;
    assert!(record.contains("Signed somebody out everywhere"));
    assert!(record.contains("Signed somebody out of a browser"));
}

async fn pieces(house: House) {
    for slug in ["", "nordwind"] {
        let browser = Browser::at(&house.server, slug);
        let page = browser.get("/kit?colour=%23ffe600&theme=dark").await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("data-theme=\"dark\"") && page.body.contains("#ffe600"));
        let wrong = browser.get("/kit?colour=%3C/style%3E").await;
        assert!(
            wrong.body.contains("This is not a colour") && !wrong.body.contains("</style></style>")
        );
    }
    let server = house.server.second();
    server.start_for_real().await;
    for slug in ["", "nordwind"] {
        let page = Browser::at(&server, slug).get("/kit").await;
        assert_eq!(page.status, 404);
        assert!(!page.body.contains("Every piece"));
    }
}
