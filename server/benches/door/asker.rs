//! A program that asks: as short as it can be, the same for every side.

use crate::timing::{Reading, Timing};
use reqwest::Client;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts questions, so that no two are the same and none is answered from the cache.
static ASKED: AtomicU64 = AtomicU64::new(0);

/// Asks one side.
pub(crate) struct Asker {
    client: Client,
    /// `{mode}` stands for the way of the provider, where that is in the address.
    base_url: String,
    /// Host and key of a workspace, where the way is the model's name.
    workspace: Option<(String, String)>,
}

impl Asker {
    pub(crate) fn new(base_url: String, workspace: Option<(String, String)>) -> Self {
        let client = Client::builder().no_proxy().tcp_nodelay(true).build();
        Self {
            client: client.unwrap(),
            base_url,
            workspace,
        }
    }

    /// Asks and reads the answer to its end.
    pub(crate) async fn ask(&self, mode: &str) -> Timing {
        let number = ASKED.fetch_add(1, Ordering::Relaxed);
        let text = format!("Question {number}: which of the three drafts should go to the board?");
        let model = if self.workspace.is_some() {
            mode
        } else {
            "bench-1"
        };
        let body = json!({
            "model": model,
            "messages": [{"role": "user", "content": text}],
            "stream": true,
            "stream_options": {"include_usage": true},
            "max_tokens": 256,
        });
        let base_url = self.base_url.replace("{mode}", mode);
        let request = self.client.post(format!("{base_url}/chat/completions"));
        let request = match &self.workspace {
            Some((host, key)) => request.header("host", host).bearer_auth(key),
            None => request.bearer_auth("sk-bench"),
        };
        let mut reading = Reading::begin();
        let mut response = request.json(&body).send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
        let mut unread = Vec::new();
        while let Some(bytes) = response.chunk().await.unwrap() {
            unread.extend_from_slice(&bytes);
            while let Some(end) = unread.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = unread.drain(..end + 2).collect();
                let data = event.strip_prefix(b"data: ").unwrap_or_default();
                let Ok(chunk) = serde_json::from_slice::<Value>(data) else {
                    continue;
                };
                let word = chunk["choices"][0]["delta"]["content"].as_str();
                if let Some(word) = word.filter(|word| !word.is_empty()) {
                    reading.add(word);
                }
            }
        }
        reading.end()
    }
}
