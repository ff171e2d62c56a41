//! The official libraries as programs of the real server: what they send is answered by a provider
//! behind it, with a virtual key, keys of the workspace, limits and ledger on.
//!
//! `SDK_PYTHON` names a Python that has them and `SDK_NODE` a folder of Node's; `end2end/sdk/run.sh`
//! makes both. In continuous integration their absence is a failure, not a reason to skip.

use super::{Client, Program, SLUG};
use crate::rig::checks::{Checks, say};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Longest that one library may take for all it has to do.
const LONGEST: Duration = Duration::from_mins(1);

pub(super) async fn run(checks: &mut Checks, client: &Client) {
    // Most of their time is spent loading themselves, so they run at the same time.
    let started = SCRIPTS.map(|(name, script)| {
        let (client, wanted) = (client.clone(), checks.includes(name));
        let task = async move { client.library(script).await };
        (name, wanted.then(|| tokio::spawn(task)))
    });
    for (name, task) in started {
        if let Some(task) = task {
            checks.run(name, async move { task.await.unwrap() }).await;
        }
    }
}

/// What runs, and its name among the checks.
const SCRIPTS: [(&str, &str); 7] = [
    (
        "door: OpenAI's library for Python works unmodified (live_openai.py)",
        "live_openai.py",
    ),
    (
        "door: Anthropic's library for Python works unmodified (live_anthropic.py)",
        "live_anthropic.py",
    ),
    (
        "door: LangChain works unmodified (live_langchain.py)",
        "live_langchain.py",
    ),
    (
        "door: OpenAI's library for Node works unmodified (live_openai.mjs)",
        "live_openai.mjs",
    ),
    (
        "door: Anthropic's library for Node works unmodified (live_anthropic.mjs)",
        "live_anthropic.mjs",
    ),
    (
        "door: Vercel's library works unmodified (live_vercel.mjs)",
        "live_vercel.mjs",
    ),
    (
        "door: whoever asks by our own document meets what it says (live_document.py)",
        "live_document.py",
    ),
];

fn set(name: &str) -> Option<String> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    let is_needed = std::env::var("CI").is_ok_and(|value| !value.is_empty());
    assert!(
        value.is_some() || !is_needed,
        "{name} must be set: see end2end/sdk/run.sh"
    );
    value
}

impl Client {
    /// Runs one script against the server.
    async fn library(&self, script: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end/sdk");
        let mut command = if Path::new(script)
            .extension()
            .is_some_and(|kind| kind == "py")
        {
            let Some(python) = set("SDK_PYTHON") else {
                return say("        no Python with the libraries was named: nothing was tested");
            };
            Command::new(python)
        } else {
            let Some(modules) = set("SDK_NODE") else {
                return say("        no folder with the libraries was named: nothing was tested");
            };
            let mut node = Command::new("node");
            node.env("SDK_NODE", modules);
            node
        };
        let poor = ["--usd", "0.000001"];
        let poor = Program::with(&self.house, SLUG, &poor).await;
        poor.known().await;
        let port = self.house.server.port();
        let status = command
            .arg(folder.join(script))
            .env("BASE", format!("http://{SLUG}.localhost:{port}"))
            .env("KEY", &self.program.token)
            .env("POOR_KEY", &poor.token)
            // Nothing of it goes through a proxy, nobody is told of it, and no real key is ever near.
            .env("NO_PROXY", "*")
            .env("LANGCHAIN_TRACING_V2", "false")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env_remove("OPENAI_API_KEY")
            .env_remove("ANTHROPIC_API_KEY")
            .env_remove("HTTP_PROXY")
            .env_remove("HTTPS_PROXY")
            .env_remove("http_proxy")
            .env_remove("https_proxy")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .status();
        let status = tokio::time::timeout(LONGEST, status).await;
        let status = status.expect("the library did not end in time").unwrap();
        assert!(status.success(), "{script} was not content: {status}");
    }
}
