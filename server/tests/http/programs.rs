//! Keys for programs at the terminal and in the browser: made, shown once, rotated, revoked.

use crate::rig::House;
use crate::rig::browser::{Browser, Page};
use crate::rig::checks::Checks;
use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::Value;
use std::time::{Duration, Instant};

/// What a token is called among the secrets that must never be found.
pub(crate) const TOKEN: &str = "token of a program";

const PAGE: &str = "/admin/virtual-keys";

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "programs: the terminal makes, lists, rotates and revokes",
            terminal(house.clone()),
        )
        .await;
    checks
        .run(
            "programs: a page shows a token once, and to whom it belongs",
            browser(house.clone()),
        )
        .await;
    checks
        .run(
            "programs: who may not make keys, and whose keys one cannot touch",
            rights(house.clone()),
        )
        .await;
    checks
        .run(
            "programs: a dead key is dead at the door of every process",
            two_processes(house.clone()),
        )
        .await;
    checks
        .run(
            "programs: somebody signed in makes a token of an hour",
            own_token(house.clone()),
        )
        .await;
}

/// What `/v1` answers a program with this token.
async fn asked(browser: &Browser, token: &str) -> (u16, String) {
    let request = browser.request(Method::GET, "/v1/models");
    let answer = request.bearer_auth(token).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.text().await.unwrap())
}

/// Waits until the door has this status for the token, for as long as a dead key may live.
async fn becomes(browser: &Browser, token: &str, wanted: u16) {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let (status, body) = asked(browser, token).await;
        if status == wanted {
            return;
        }
        assert!(Instant::now() < deadline, "{status}: {body}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn two_processes(house: House) {
    let second = house.server.second();
    second.start().await;
    let here = Browser::at(&house.server, "nordwind");
    let there = here.over_at(&second);
    let nordwind = ["--workspace", "nordwind"];
    let made = desk(
        &house,
        &[&["create", "--name", "Twofold"], &nordwind[..]].concat(),
    )
    .await;
    let (first, id) = (token_of(&house, &made), made["id"].as_str().unwrap());
    let one = [&nordwind[..], &["--id", id]].concat();
    for browser in [&here, &there] {
        becomes(browser, &first, 200).await;
    }
    let rotated = desk(&house, &[&["rotate", "--overlap", "1h"], &one[..]].concat()).await;
    let renewed = token_of(&house, &rotated);
    for browser in [&here, &there] {
        becomes(browser, &renewed, 200).await;
        assert_eq!(asked(browser, &first).await.0, 200, "while both are good");
    }
    // Nobody elsewhere, and nobody with anything else, is told more than that it is no key.
    let halden = Browser::at(&house.server, "halden");
    let never = format!("{}{}", &renewed[..36], "A".repeat(43));
    let garbage = asked(&here, "lv_nothing").await;
    assert_eq!(garbage.0, 401);
    assert_eq!(
        asked(&halden, &renewed).await,
        garbage,
        "another workspace's"
    );
    assert_eq!(asked(&here, &never).await, garbage, "a wrong secret");

    let anna = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    let own = shown(&house, &anna.form("/account/tokens", &[]).await);
    becomes(&there, &own, 200).await;
    desk(&house, &[&["revoke"], &one[..]].concat()).await;
    anna.form("/sign-out", &[]).await;
    for browser in [&here, &there] {
        becomes(browser, &renewed, 401).await;
        becomes(browser, &own, 401).await;
        assert_eq!(asked(browser, &first).await, garbage);
        assert_eq!(
            asked(browser, &renewed).await,
            garbage,
            "a dead key is no key"
        );
    }
    second.signal(Signal::SIGTERM);
    assert_eq!(second.ended().await, Some(0));
    let shown = desk(&house, &[&["show"], &one[..]].concat()).await;
    assert!(
        shown["last_used_ms"].is_i64(),
        "written behind, at the end at the latest"
    );
}

/// The secret half of a token.
pub(crate) fn secret_of(token: &str) -> &str {
    &token[token.len() - 43..]
}

async fn desk(house: &House, args: &[&str]) -> Value {
    let args = [&["virtual-key"], args].concat();
    house.server.desk(&args, None).await
}

fn token_of(house: &House, made: &Value) -> String {
    let token = made["token"].as_str().unwrap().to_owned();
    house.canaries.watch(TOKEN, secret_of(&token));
    token
}

async fn terminal(house: House) {
    let halden = ["--workspace", "halden"];
    let made = desk(
        &house,
        &[&["create", "--name", "Report"], &halden[..]].concat(),
    )
    .await;
    let fields: Vec<_> = made.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["id", "token"], "exactly these");
    let token = token_of(&house, &made);
    assert!(token.starts_with("lv_") && !token.starts_with("lv_dev_"));
    let narrow = [
        "--environment",
        "development",
        "--member",
        "tim@halden.example",
        "--network",
        "10.1.2.3/8",
        "--network",
        "::1",
        "--expires",
        "90d",
        "--usd",
        "5",
        "--per",
        "month",
        "--requests-per-minute",
        "60",
    ];
    let create = [&["create", "--name", "Narrow"], &halden[..], &narrow].concat();
    let narrow = desk(&house, &create).await;
    assert!(token_of(&house, &narrow).starts_with("lv_dev_"));
    let id = narrow["id"].as_str().unwrap();
    let one = [&halden[..], &["--id", id]].concat();
    let shown = desk(&house, &[&["show"], &one[..]].concat()).await;
    assert_eq!(shown["cap"], 5_000_000_000_i64);
    assert_eq!(shown["pace"]["requests_per_minute"], 60);
    assert_eq!(shown["networks"][0], "10.0.0.0/8", "as it is meant");
    assert_eq!(shown["state"]["state"], "live");
    assert!(shown["member"].is_string() && shown["expires_ms"].is_i64());

    for (wrong, word) in [
        (&["--name", "Report"][..], "already"),
        (&["--name", "x", "--environment", "moon"], "moon"),
        (&["--name", "x", "--model", "nothing"], "nothing"),
        (&["--name", "x", "--network", "ten"], "ten"),
        (&["--name", "x", "--expires", "2020-01-31"], "over"),
        (&["--name", "x", "--expires", "soon"], "soon"),
        (&["--name", "x", "--team", "Nobodies"], "Nobodies"),
        (
            &["--name", "x", "--member", "nobody@halden.example"],
            "nobody@",
        ),
        (&["--name", "x", "--usd", "-1"], "US dollars"),
        (&["--name", "x", "--usd", "1", "--per", "week"], "month"),
        (&["--name", " "], "Name"),
    ] {
        let args = [&["virtual-key", "create"], &halden[..], wrong].concat();
        // A value that begins with a hyphen is wrong usage to the parser already.
        let (code, said) = house.server.refused(&args).await;
        assert!(matches!(code, Some(1 | 2)), "{wrong:?}: {said}");
        assert!(said.contains(word) || code == Some(2), "{wrong:?}: {said}");
    }

    let rotated = desk(&house, &[&["rotate"], &one[..]].concat()).await;
    assert_ne!(token_of(&house, &rotated), token);
    assert!(rotated["previous_until_ms"].is_i64(), "a day of overlap");
    let at_once = desk(&house, &[&["rotate", "--overlap", "0"], &one[..]].concat()).await;
    token_of(&house, &at_once);
    assert!(at_once["previous_until_ms"].is_null());
    desk(&house, &[&["revoke"], &one[..]].concat()).await;
    let listed = desk(&house, &[&["list"], &halden[..]].concat()).await;
    let states: Vec<_> = listed["virtual_keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| {
            (
                key["name"].as_str().unwrap(),
                key["state"]["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(states, [("Report", "live"), ("Narrow", "revoked")]);
    let late = [&["virtual-key", "rotate"], &one[..]].concat();
    let (code, said) = house.server.refused(&late).await;
    assert_eq!((code, said.contains("revoked")), (Some(1), true), "{said}");
    let elsewhere = [
        "virtual-key",
        "revoke",
        "--workspace",
        "nordwind",
        "--id",
        id,
    ];
    let (code, said) = house.server.refused(&elsewhere).await;
    assert_eq!((code, said.contains("has no virtual key")), (Some(1), true));
    let log = house
        .server
        .said(&["audit", "export", "--workspace", "halden"])
        .await;
    for action in [
        "virtual_key.made",
        "virtual_key.rotated",
        "virtual_key.revoked",
    ] {
        assert!(log.contains(action), "{action}");
    }
}

/// The token that a page shows.
fn shown(house: &House, page: &Page) -> String {
    let tokens = page.between("id=\"fresh-token\"", '>');
    let field = tokens.first().unwrap();
    let token = field.split("value=\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap().to_owned();
    house.canaries.watch(TOKEN, secret_of(&token));
    token
}

async fn browser(house: House) {
    let ruth = Browser::enter(&house.server, "halden", "ruth@halden.example").await;
    let fields = [
        ("name", "Website"),
        ("environment", "development"),
        ("usd", "2.50"),
        ("networks", "127.0.0.0/8, ::1"),
    ];
    let made = ruth.form(PAGE, &fields).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(made.header("cache-control"), "no-store");
    let token = shown(&house, &made);
    assert!(token.starts_with("lv_dev_"), "as its environment is");
    let list = ruth.get(PAGE).await;
    assert!(!list.body.contains(&token) && !list.body.contains("fresh-token"));
    assert!(list.body.contains("$ 0.00 of $ 2.50"), "{}", list.body);

    let again = ruth.form(PAGE, &fields).await;
    assert_eq!(again.status, 409, "sent twice");
    assert!(again.body.contains("value=\"Website\"") && !again.body.contains("fresh-token"));
    let wrong = [
        ("name", "Other"),
        ("environment", "production"),
        ("usd", "ten"),
    ];
    let wrong = ruth.form(PAGE, &wrong).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("US dollars"));

    let id = token[7..39].to_owned();
    let at = format!("{PAGE}/{id}");
    let seen = &token[token.len() - 4..];
    let rotate = [("overlap_hours", "24"), ("seen", seen)];
    let rotated = ruth.form(&format!("{at}/rotate"), &rotate).await;
    assert_eq!(rotated.status, 200, "{}", rotated.body);
    let second = shown(&house, &rotated);
    assert_eq!((&second[..39], second != token), (&token[..39], true));
    assert!(rotated.body.contains("stays good until"));
    let twice = ruth.form(&format!("{at}/rotate"), &rotate).await;
    assert_eq!(twice.status, 409, "a form that is sent twice rotates once");
    let page = ruth.get(&at).await;
    assert!(page.body.contains("Token before") && !page.body.contains(&second));

    let revoked = ruth.form(&format!("{at}/revoke"), &[]).await;
    assert_eq!((revoked.status, revoked.header("location")), (303, PAGE));
    let page = ruth.get(&at).await;
    assert!(page.body.contains("Revoked") && !page.body.contains("/rotate\""));
    let records = ruth.get("/admin/audit?kind=programs").await;
    for words in ["Made a key for a program", "Revoked a program’s key"] {
        assert!(records.body.contains(words), "{words}");
    }
}

async fn rights(house: House) {
    let theirs = [
        "virtual-key",
        "create",
        "--workspace",
        "halden",
        "--name",
        "theirs",
    ];
    let theirs = house.server.desk(&theirs, None).await;
    token_of(&house, &theirs);
    let id = theirs["id"].as_str().unwrap().replace('-', "");
    let mia = Browser::enter(&house.server, "nordwind", "mia@nordwind.example").await;
    let at = format!("{PAGE}/{id}");
    assert_eq!(mia.get(&at).await.status, 404, "of another workspace");
    for (form, fields) in [
        ("rotate", &[("overlap_hours", "1"), ("seen", "abcd")][..]),
        ("revoke", &[]),
    ] {
        let page = mia.form(&format!("{at}/{form}"), fields).await;
        assert_eq!(page.status, 404, "{form}");
    }
    let fields = [("name", "of a member"), ("environment", "production")];
    let anna = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    assert_eq!(anna.get(PAGE).await.status, 403);
    assert_eq!(anna.form(PAGE, &fields).await.status, 403);
    let ida = Browser::enter(&house.server, "nordwind", "ida@nordwind.example").await;
    let looked = ida.get(PAGE).await;
    assert_eq!((looked.status, looked.body.contains("<form")), (200, false));
    assert_eq!(ida.form(PAGE, &fields).await.status, 403);
    let nobody = Browser::at(&house.server, "nordwind");
    assert_eq!(nobody.get(PAGE).await.status, 303);
    assert_eq!(nobody.form(PAGE, &fields).await.status, 303);
    let list = mia.get(PAGE).await;
    assert!(!list.body.contains("of a member") && !list.body.contains("theirs"));
}

async fn own_token(house: House) {
    let anna = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    for _ in 0..5 {
        let page = anna.form("/account/tokens", &[]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.header("cache-control"), "no-store");
        let token = shown(&house, &page);
        assert!(token.starts_with("lv_me_"));
        assert!(!anna.get("/account/tokens").await.body.contains(&token));
    }
    let sixth = anna.form("/account/tokens", &[]).await;
    assert_eq!(sixth.status, 429, "each has their share");
    let ida = Browser::enter(&house.server, "nordwind", "ida@nordwind.example").await;
    assert_eq!(
        ida.form("/account/tokens", &[]).await.status,
        403,
        "an auditor"
    );
}
