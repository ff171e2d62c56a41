//! Browsers at the door for programs: no cookie counts there, and a page of another site gets nothing.

use super::surface::ALL;
use super::{Client, SLUG};
use crate::rig::browser::{Browser, Page, read, with_form};
use crate::rig::checks::Checks;
use reqwest::Method;

pub(super) async fn run(checks: &mut Checks, client: &Client) {
    checks
        .run(
            "door: whoever is signed in is nobody here, and another site's page gets nothing",
            nobody(client.clone()),
        )
        .await;
    checks
        .run(
            "door: one key in one header counts, and a host of nobody's has no door",
            headers(client.clone()),
        )
        .await;
}

fn assert_closed(page: &Page) {
    assert_eq!(page.status, 401, "{}", page.body);
    assert_eq!(page.header("x-should-retry"), "false");
    assert_private(page);
}

/// Nothing tells a browser that a page of another site may read it, and nothing is left in it.
fn assert_private(page: &Page) {
    for name in page.headers.keys() {
        let name = name.as_str();
        assert!(!name.starts_with("access-control-"), "{name}");
        assert_ne!(name, "set-cookie");
    }
    assert_eq!(page.header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
}

async fn nobody(client: Client) {
    let house = &client.house;
    let owner = Browser::enter(&house.server, SLUG, "ruth@halden.example").await;
    let before = client.provider.count();
    for surface in ALL {
        let ask = surface
            .question("plain", &house.canaries.fresh("question"))
            .to_string();
        for origin in [
            owner.origin(),
            "https://evil.example".to_owned(),
            "null".to_owned(),
        ] {
            // The session of an owner is in the cookie.
            let request = owner.request(Method::POST, surface.path());
            let request = request
                .header("origin", &origin)
                .header("content-type", "application/json")
                .body(ask.clone());
            assert_closed(&read(request.send().await.unwrap()).await);
            let request = owner.request(Method::OPTIONS, surface.path());
            let request = request
                .header("origin", &origin)
                .header("access-control-request-method", "POST")
                .header(
                    "access-control-request-headers",
                    "authorization,content-type",
                );
            let page = read(request.send().await.unwrap()).await;
            assert!(page.status >= 400, "{}", page.status);
            assert_private(&page);
            let form = owner
                .request(Method::POST, surface.path())
                .header("origin", &origin);
            let form = with_form(form, &[("model", "plain")]);
            assert_closed(&read(form.send().await.unwrap()).await);
        }
    }
    for path in ["/v1/models", "/v1/models/plain", "/v1/anything"] {
        assert_closed(&owner.get(path).await);
    }
    assert_eq!(client.provider.count(), before, "a browser was answered");
    // With the key it is a program, cookie or not, and still nothing is said to other sites.
    let request = client.program.request(Method::GET, "/v1/models");
    let request = request.header("origin", "https://evil.example");
    let page = read(request.send().await.unwrap()).await;
    assert_eq!(page.status, 200);
    assert_private(&page);
}

async fn headers(client: Client) {
    let (house, token) = (&client.house, &client.program.token);
    let place = Browser::at(&house.server, SLUG);
    let ask = |place: &Browser, headers: &[(&str, &str)]| {
        let request = place.request(Method::GET, "/v1/models");
        headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        })
    };
    let bearer = format!("Bearer {token}");
    for good in [
        &[("authorization", bearer.as_str())][..],
        &[("x-api-key", token)],
        &[("x-api-key", token), ("authorization", &bearer)],
    ] {
        let page = read(ask(&place, good).send().await.unwrap()).await;
        assert_eq!(page.status, 200, "{}", page.body);
    }
    let shorter = format!("Bearer {}", &token[..token.len() - 1]);
    let longer = format!("Bearer {token}0");
    let long = format!("Bearer {}", "x".repeat(5_000));
    for bad in [
        &[][..],
        &[("authorization", "")],
        &[("authorization", token.as_str())],
        &[("authorization", &shorter)],
        &[("authorization", &longer)],
        &[("authorization", &long)],
        &[("authorization", "Bearer sk-of-somebody")],
        &[("authorization", &bearer), ("x-api-key", "other")],
        &[("authorization", &bearer), ("authorization", &bearer)],
        &[("x-goog-api-key", token)],
    ] {
        let page = read(ask(&place, bad).send().await.unwrap()).await;
        assert_closed(&page);
        assert!(!page.body.contains(&token[..20]));
    }
    // The platform's host and a host of nobody's have no programs.
    let page = read(
        ask(&Browser::at(&house.server, ""), &[("x-api-key", token)])
            .send()
            .await
            .unwrap(),
    );
    assert_eq!(page.await.status, 404);
    let page = read(
        ask(
            &Browser::at(&house.server, "nobody"),
            &[("x-api-key", token)],
        )
        .send()
        .await
        .unwrap(),
    );
    assert_eq!(page.await.status, 421);
}
