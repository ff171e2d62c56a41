//! Every route of the door, read from the sources, with what nobody and another workspace's program are
//! told there. A route that is added and not listed here fails.

use super::{Client, Program, SLUG};
use crate::rig::browser::{Browser, read};
use crate::rig::checks::Checks;
use crate::routes::door_in_sources;
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) async fn run(checks: &mut Checks, client: &Client) {
    checks
        .run(
            "door: every route is known, and closed to nobody and to another workspace's key",
            closed(client.clone()),
        )
        .await;
    checks
        .run(
            "door: the document is open, says nothing of the workspace and names every route",
            document(client.clone()),
        )
        .await;
}

/// Method and path of every route that needs a key; the last one is every other address.
const CLOSED: [(Method, &str); 10] = [
    (Method::POST, "/v1/chat/completions"),
    (Method::POST, "/v1/responses"),
    (Method::GET, "/v1/responses/{id}"),
    (Method::DELETE, "/v1/responses/{id}"),
    (Method::POST, "/v1/messages"),
    (Method::POST, "/v1/messages/count_tokens"),
    (Method::POST, "/v1/embeddings"),
    (Method::GET, "/v1/models"),
    (Method::GET, "/v1/models/{id}"),
    (Method::OPTIONS, "/v1/{*rest}"),
];
/// The one that does not.
const OPEN: (Method, &str) = (Method::GET, "/v1/openapi.json");

fn address(route: &str) -> String {
    route
        .replace("{id}", "plain")
        .replace("{*rest}", "anything")
}

async fn closed(client: Client) {
    let listed = CLOSED.into_iter().chain([OPEN]);
    let listed: BTreeSet<_> = listed
        .map(|(method, path)| (method, path.to_owned()))
        .collect();
    assert_eq!(
        listed,
        door_in_sources(),
        "listed here (left) and in the sources (right) differ"
    );
    let foreign = Program::with(&client.house, "nordwind", &[]).await;
    foreign.known().await;
    let here = Program {
        place: Browser::at(&client.house.server, SLUG),
        ..foreign
    };
    let nobody = Browser::at(&client.house.server, SLUG);
    let before = client.provider.count();
    for (method, route) in CLOSED {
        let path = address(route);
        for request in [
            nobody.request(method.clone(), &path),
            here.request(method.clone(), &path),
        ] {
            let request = request.header("content-type", "application/json");
            let page = read(request.body("{\"model\":\"plain\"}").send().await.unwrap()).await;
            assert_eq!(page.status, 401, "{method} {route}: {}", page.body);
            let refusal = page.refusal();
            assert_eq!(
                refusal["type"] == "error",
                route.starts_with("/v1/messages"),
                "{refusal}"
            );
        }
    }
    assert_eq!(client.provider.count(), before);
}

async fn document(client: Client) {
    let (_, path) = OPEN;
    let nobody = Browser::at(&client.house.server, SLUG);
    let page = nobody.get(path).await;
    let told: Value = page.json();
    assert_eq!(told["openapi"], "3.1.0");
    let elsewhere = Browser::at(&client.house.server, "nordwind")
        .get(path)
        .await;
    assert_eq!(elsewhere.body, page.body, "it is the same for everybody");
    let lower = page.body.to_lowercase();
    for name in [SLUG, "livery", "scripted", "plain\""] {
        assert!(!lower.contains(name), "it names {name}");
    }
    assert_eq!(
        Browser::at(&client.house.server, "nobody")
            .get(path)
            .await
            .status,
        421
    );
    let post = read(nobody.request(Method::POST, path).send().await.unwrap()).await;
    assert_eq!(post.status, 405);
    assert!(
        page.headers
            .keys()
            .all(|name| !name.as_str().starts_with("access-control-"))
    );
    let mut described = BTreeSet::new();
    for (path, methods) in told["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert((
                method.to_uppercase().parse::<Method>().unwrap(),
                path.clone(),
            ));
        }
    }
    let routes = door_in_sources().into_iter();
    let routes: BTreeSet<_> = routes.filter(|(_, path)| path != "/v1/{*rest}").collect();
    assert_eq!(described, routes);
}
