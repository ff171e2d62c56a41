//! What the tests at the HTTP door stand on: the real program in a process of its own, a client
//! that does exactly what it is told, a scripted provider, and a runner that reports by name.
//!
//! Refuses shortcuts: nothing here reaches into the server but its ports, its command line and
//! its files.

pub(crate) mod browser;
pub(crate) mod by_hand;
pub(crate) mod canaries;
pub(crate) mod chat;
pub(crate) mod checks;
pub(crate) mod frames;
pub(crate) mod kms;
pub(crate) mod mail;
pub(crate) mod polyglot;
pub(crate) mod polyglot_words;
pub(crate) mod ports;
pub(crate) mod redis;
pub(crate) mod server;
pub(crate) mod upstream;

use canaries::Canaries;
use mail::Sink;
use server::Server;
use std::sync::Arc;
use upstream::Upstream;

/// Everything a check may use. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) server: Arc<Server>,
    pub(crate) upstream: Arc<Upstream>,
    pub(crate) canaries: Arc<Canaries>,
    /// Where letters to administrators go; `None`: there is no mail.
    pub(crate) sink: Option<Arc<Sink>>,
}

/// Alias of the route that leads to the scripted provider, in every workspace that has one.
pub(crate) const ALIAS: &str = "scripted";
/// What the scripted provider's model is called.
pub(crate) const MODEL: &str = "rehearsal-1";
/// Price of that model in USD per million tokens read and written.
pub(crate) const PRICE: &str = "0.15/0.60";

impl House {
    /// A seeded installation with its server running, and a provider beside it.
    pub(crate) async fn open(name: &str, settings: &[(&str, &str)]) -> Self {
        let sink = Sink::prepare();
        let mail = sink.as_ref().map(Sink::settings).unwrap_or_default();
        let mail = mail.iter().map(|(key, value)| (*key, value.as_str()));
        let settings: Vec<_> = settings.iter().copied().chain(mail).collect();
        let server = Server::new(name, &settings);
        if let Some(sink) = &sink {
            sink.start();
        }
        server.desk(&["seed", "demo"], None).await;
        server.start().await;
        Self {
            server: Arc::new(server),
            upstream: Arc::new(Upstream::start().await),
            canaries: Arc::new(Canaries::default()),
            sink: sink.map(Arc::new),
        }
    }

    /// Seals a key for the scripted provider and points [`ALIAS`] at it, while the server runs.
    /// Returns the key.
    pub(crate) async fn connect_provider(&self, workspace: &str) -> String {
        let secret = self.canaries.fresh("provider key");
        let base_url = self.upstream.base_url();
        let add = [
            "key",
            "add",
            "--workspace",
            workspace,
            "--name",
            "main",
            "--provider",
            "openai-compatible",
            "--base-url",
            &base_url,
        ];
        self.server.desk(&add, Some(&secret)).await;
        let target = format!("main:{MODEL}");
        let route = [
            "route",
            "set",
            "--workspace",
            workspace,
            "--alias",
            ALIAS,
            "--target",
            &target,
            "--price",
            PRICE,
        ];
        self.server.desk(&route, None).await;
        secret
    }
}
