//! No other site's page changes anything, and no plain read does.

use crate::invitations::as_person;
use crate::rig::House;
use crate::rig::browser::{Page, read};
use crate::rig::checks::Checks;
use crate::routes::{Change, Stage, difference, routes_in_sources};
use reqwest::{Method, RequestBuilder};
use std::collections::BTreeSet;

/// Signs of another site's page, or of none.
const FOREIGN: [(&str, &[(&str, &str)]); 8] = [
    ("another site", &[("origin", "https://evil.example")]),
    ("a sandbox", &[("origin", "null")]),
    (
        "another workspace",
        &[("origin", "http://halden.localhost")],
    ),
    (
        "the host on another port",
        &[("origin", "http://nordwind.localhost:1")],
    ),
    ("a cross-site fetch", &[("sec-fetch-site", "cross-site")]),
    ("a same-site fetch", &[("sec-fetch-site", "same-site")]),
    ("an address bar", &[("sec-fetch-site", "none")]),
    ("nobody", &[]),
];

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "origin: every route and server function has its request here",
            covered(house.clone()),
        )
        .await;
    checks
        .run(
            "origin: a page of another site changes nothing anywhere",
            foreign(house.clone()),
        )
        .await;
    checks
        .run(
            "origin: reading never changes anything",
            reading(house.clone()),
        )
        .await;
    checks
        .run(
            "origin: the same requests from the own page do change things",
            own(house.clone()),
        )
        .await;
    checks
        .run(
            "origin: the platform's page opens the demo door and no other",
            platform(house.clone()),
        )
        .await;
}

async fn covered(house: House) {
    let stage = Stage::set(&house).await;
    let covered: BTreeSet<String> = stage
        .changes()
        .into_iter()
        .map(|change| change.route)
        .collect();
    stage.strike().await;
    assert_eq!(
        covered,
        routes_in_sources(),
        "listed here (left) and in the sources (right) differ"
    );
}

async fn send(request: RequestBuilder) -> Page {
    read(request.send().await.unwrap()).await
}

async fn foreign(house: House) {
    let stage = Stage::set(&house).await;
    let before = stage.photo().await;
    for change in stage.changes() {
        for (who, headers) in FOREIGN {
            let request = headers.iter().fold(
                change.request(&stage.browser, Method::POST),
                |request, (name, value)| request.header(*name, *value),
            );
            let page = send(request).await;
            assert_eq!(page.status, 403, "{} by {who}: {}", change.path, page.body);
            assert!(
                page.body.contains("Nothing was changed"),
                "{} by {who}",
                change.path
            );
            assert!(
                page.new_session().is_none(),
                "{} by {who} gave a session",
                change.path
            );
        }
        // A trustworthy origin beside an untrustworthy one, in both orders and both headers.
        let (own, evil) = (stage.browser.origin(), "https://evil.example");
        let post = || change.request(&stage.browser, Method::POST);
        for request in [
            post().header("origin", &own).header("origin", evil),
            post().header("origin", evil).header("origin", &own),
            post()
                .header("origin", &own)
                .header("sec-fetch-site", "cross-site"),
            post()
                .header("origin", evil)
                .header("sec-fetch-site", "same-origin"),
            post().header("referer", format!("{own}/")),
        ] {
            assert_eq!(send(request).await.status, 403, "{}", change.path);
        }
        assert_eq!(
            stage.photo().await,
            before,
            "{} changed something",
            change.path
        );
    }
    stage.strike().await;
}

async fn reading(house: House) {
    let stage = Stage::set(&house).await;
    let before = stage.photo().await;
    let own = stage.browser.origin();
    for change in stage.changes() {
        for method in [Method::GET, Method::HEAD] {
            let page = send(change.request(&stage.browser, method.clone())).await;
            assert!(
                matches!(page.status, 200 | 303 | 404 | 405),
                "{method} {}: {}",
                change.path,
                page.status
            );
            assert!(
                page.new_session().is_none(),
                "{method} {} gave a session",
                change.path
            );
        }
        for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
            let request = change
                .request(&stage.browser, method.clone())
                .header("origin", &own);
            let page = send(request).await;
            assert!(
                matches!(page.status, 404 | 405),
                "{method} {}: {}",
                change.path,
                page.status
            );
            assert!(!page.headers.contains_key("access-control-allow-origin"));
        }
        assert_eq!(
            stage.photo().await,
            before,
            "reading {} changed something",
            change.path
        );
    }
    let nowhere = stage.browser.form("/nothing/here", &[]).await;
    assert_eq!(nowhere.status, 405);
    stage.strike().await;
}

/// Without this the two checks above could pass on requests that never did anything.
async fn own(house: House) {
    let routes = Stage::set(&house).await;
    let count = routes.changes().len();
    routes.strike().await;
    // One that only reads leaves its stage to the next.
    let mut untouched = None;
    for index in 0..count {
        let stage = match untouched.take() {
            Some(stage) => stage,
            None => Stage::set(&house).await,
        };
        let before = stage.photo().await;
        let change: Change = stage.changes().swap_remove(index);
        let request = change.request(&stage.browser, Method::POST);
        let page = send(request.header("origin", stage.browser.origin())).await;
        // There is no key service here, and the workspace has another name: refused in words, on the
        // form's own page.
        let for_nothing = ["/keys/service/", "/admin/workspace/"];
        let refused = for_nothing.iter().any(|path| change.path.contains(path))
            && page.status >= 409
            && page.body.contains("Nothing was changed");
        // What belongs to the platform host is not at a workspace's, and no code leads in here.
        let elsewhere = ["/agency/", "/operator/", "/guest/"];
        let refused = refused
            || elsewhere.iter().any(|path| change.path.starts_with(path)) && page.status == 404;
        // No identity provider is here.
        let refused =
            refused || change.path.contains("/sign-on") && matches!(page.status, 404 | 422);
        assert!(
            refused || matches!(page.status, 200 | 303),
            "{}: {}",
            change.path,
            page.status
        );
        let after = stage.photo().await;
        assert_eq!(
            after == before,
            change.reads,
            "{} against its word\n{}",
            change.path,
            difference(&before, &after)
        );
        if change.reads {
            untouched = Some(stage);
            continue;
        }
        let mia = as_person(&house, "mia@nordwind.example").await;
        stage.strike_with(&mia).await;
    }
    if let Some(stage) = untouched {
        stage.strike().await;
    }
}

async fn platform(house: House) {
    let stage = Stage::set(&house).await;
    let before = stage.photo().await;
    let origin = format!("http://localhost:{}", house.server.port());
    for change in stage.changes() {
        let request = change
            .request(&stage.browser, Method::POST)
            .header("origin", &origin);
        let page = send(request).await;
        let expected = if change.route == "/demo/sign-in" {
            303
        } else {
            403
        };
        assert_eq!(page.status, expected, "{}", change.path);
        if change.route == "/demo/sign-in" {
            let mut other = stage.browser.clone();
            other.session = page.new_session();
            assert_eq!(other.form("/sign-out", &[]).await.status, 303);
        }
    }
    assert_eq!(stage.photo().await, before);
    stage.strike().await;
}
