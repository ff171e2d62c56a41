//! The door for programs through the real server: every surface, whole and streamed, with what it
//! costs, what is refused, and what fails behind it.

mod answers;
mod bodies;
mod browsers;
mod coverage;
mod faults;
mod forms;
mod gone;
mod keys;
mod libraries;
mod surface;

use crate::rig::browser::{Browser, Page, read};
use crate::rig::checks::Checks;
use crate::rig::polyglot::Polyglot;
use crate::rig::{House, PRICE};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::sleep;

/// The workspace of the client whose programs these are.
const SLUG: &str = "halden";

/// For names of keys that nobody reads.
static NAMES: AtomicU32 = AtomicU32::new(1);

/// What all of these checks share.
#[derive(Clone)]
struct Client {
    house: House,
    provider: Arc<Polyglot>,
    /// A key that may ask everything.
    program: Program,
}

/// A program with its virtual key.
#[derive(Clone)]
struct Program {
    place: Browser,
    token: String,
    id: String,
}

/// Models of the provider that speaks chat completions, under their own names.
const CHAT: [&str; 16] = [
    "plain",
    "calls",
    "formed",
    "sees",
    "forever",
    "limited",
    "failed",
    "unavailable",
    "overloaded",
    "no-credit",
    "revoked",
    "garbage",
    "inside",
    "cut",
    "too-long",
    "forbidden-content",
];

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    // Nothing is set up for checks that are not run.
    if !checks.wants("door:") {
        return;
    }
    let client = Client::come(house).await;
    answers::run(checks, &client).await;
    forms::run(checks, &client).await;
    bodies::run(checks, &client).await;
    browsers::run(checks, &client).await;
    coverage::run(checks, &client).await;
    gone::run(checks, &client).await;
    faults::run(checks, &client).await;
    libraries::run(checks, &client).await;
    // Last: it closes the workspace for a while.
    keys::run(checks, &client).await;
}

impl Client {
    /// A provider, keys for it, a route for every model, and a key for the program.
    async fn come(house: &House) -> Self {
        let provider = Arc::new(Polyglot::start().await);
        let client = Self {
            house: house.clone(),
            program: Program::with(house, SLUG, &[]).await,
            provider,
        };
        let (versioned, plain) = (client.provider.versioned(), client.provider.plain());
        // A provider blames some faults on the key, so those have keys of their own.
        for name in ["many", "bad", "empty"] {
            client.add_key(name, "openai-compatible", &versioned).await;
        }
        client.add_key("claude", "anthropic", &plain).await;
        for model in CHAT {
            let key = match model {
                "revoked" => "bad",
                "no-credit" => "empty",
                _ => "many",
            };
            client.set_route(model, &format!("{key}:{model}")).await;
        }
        for (alias, target) in [
            ("claude", "claude:plain"),
            ("claude-calls", "claude:calls"),
            ("claude-cut", "claude:cut"),
            ("slow", "many:slow, first=30s"),
            ("silent", "many:silent, first=1s"),
            ("busy-once", "many:busy-once"),
            ("vectors", "many:vectors"),
        ] {
            client.set_route(alias, target).await;
        }
        client.program.known().await;
        client
    }

    async fn add_key(&self, name: &str, provider: &str, address: &str) {
        let secret = self.house.canaries.fresh("provider key");
        let key = ["key", "add", "--workspace", SLUG, "--name", name];
        let place = ["--provider", provider, "--base-url", address];
        let add = [&key[..], &place].concat();
        self.house.server.desk(&add, Some(&secret)).await;
    }

    async fn set_route(&self, alias: &str, target: &str) {
        let set = ["route", "set", "--workspace", SLUG, "--alias", alias];
        let to = ["--target", target, "--price", PRICE];
        self.house
            .server
            .desk(&[&set[..], &to].concat(), None)
            .await;
    }

    /// Rows of the ledger whose key is this program's.
    async fn rows_of(&self, program: &Program) -> Vec<Value> {
        let export = ["ledger", "export", "--workspace", SLUG];
        let document = self.house.server.desk(&export, None).await;
        let rows = document["rows"].as_array().unwrap().iter();
        let theirs = rows.filter(|row| row["virtual_key"] == program.id.as_str());
        theirs.cloned().collect()
    }
}

impl Program {
    /// A new key of a workspace, with whatever the command line takes.
    async fn with(house: &House, slug: &str, more: &[&str]) -> Self {
        let create = ["virtual-key", "create", "--workspace", slug];
        // Two keys of one environment cannot have one name.
        let serial = NAMES.fetch_add(1, Ordering::Relaxed).to_string();
        let create = [&create[..], &["--name", &serial], more].concat();
        let made = house.server.desk(&create, None).await;
        let token = made["token"].as_str().unwrap().to_owned();
        house.canaries.watch("virtual key", &token);
        Self {
            place: Browser::at(&house.server, slug),
            token,
            id: made["id"].as_str().unwrap().to_owned(),
        }
    }

    /// Waits until the server knows the key.
    async fn known(&self) {
        self.until(|page| page.status == 200).await;
    }

    /// Asks for the models until the answer is as it should be.
    async fn until(&self, enough: impl Fn(&Page) -> bool) -> Page {
        for _ in 0..100 {
            let page = self.get("/v1/models").await;
            if enough(&page) {
                return page;
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("the server never noticed a change of a key");
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let bearer = format!("Bearer {}", self.token);
        self.place
            .request(method, path)
            .header("authorization", bearer)
    }

    async fn get(&self, path: &str) -> Page {
        read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    async fn post(&self, path: &str, body: &Value) -> Page {
        self.post_raw(path, body.to_string()).await
    }

    async fn post_raw(&self, path: &str, body: impl Into<reqwest::Body>) -> Page {
        let request = self.request(Method::POST, path);
        let request = request.header(CONTENT_TYPE, "application/json").body(body);
        read(request.send().await.unwrap()).await
    }

    /// Vectors of one text.
    async fn embed(&self, model: &str, input: Value) -> Page {
        self.post("/v1/embeddings", &json!({"model": model, "input": input}))
            .await
    }
}
