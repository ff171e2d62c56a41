//! The same question without the engine: as short a program as can ask it, for comparison.

use crate::provider::Provider;
use crate::timing::{Reading, Timing};
use reqwest::Client;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// One client for all, as the engine has one.
fn client() -> &'static Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        let client = Client::builder().no_proxy().tcp_nodelay(true).build();
        client.unwrap()
    })
}

/// Asks the provider and reads the answer to its end.
pub(crate) async fn ask(provider: &Provider, mode: &str) -> Timing {
    let mut reading = Reading::begin();
    each_word(provider, mode, |word| reading.add(word)).await;
    reading.end()
}

/// Asks the provider and tells every word as it comes.
pub(crate) async fn each_word(provider: &Provider, mode: &str, mut tell: impl FnMut(&str)) {
    let body = json!({
        "model": "bench-1",
        "messages": [{"role": "user", "content": crate::house::question()}],
        "stream": true,
        "stream_options": {"include_usage": true},
        "max_tokens": 256,
    });
    let address = format!("{}/chat/completions", provider.base_url(mode));
    let request = client().post(address).bearer_auth("sk-bench").json(&body);
    let mut response = request.send().await.unwrap();
    let mut unread = Vec::new();
    while let Some(bytes) = response.chunk().await.unwrap() {
        unread.extend_from_slice(&bytes);
        while let Some(end) = unread.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<u8> = unread.drain(..end + 2).collect();
            let data = event.strip_prefix(b"data: ").unwrap();
            let Ok(chunk) = serde_json::from_slice::<Value>(data) else {
                continue;
            };
            if let Some(word) = chunk["choices"][0]["delta"]["content"].as_str() {
                tell(word);
            }
        }
    }
}
