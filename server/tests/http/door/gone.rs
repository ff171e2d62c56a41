//! Programs that go away in the middle of an answer.

use super::surface::{ALL, Surface};
use super::{Client, SLUG};
use crate::rig::checks::Checks;
use crate::rig::polyglot::Heard;
use reqwest::Method;
use std::time::Duration;
use tokio::time::sleep;

pub(super) async fn run(checks: &mut Checks, client: &Client) {
    checks
        .run(
            "door: who goes away in the middle is hung up for, and pays for what was said",
            gone(client.clone()),
        )
        .await;
}

async fn gone(client: Client) {
    for surface in ALL {
        for stream in [true, false] {
            // An answer that is wanted whole has no head yet when its asker goes away, so its row is
            // found by the key.
            let program = super::Program::with(&client.house, SLUG, &[]).await;
            program.known().await;
            let text = client.house.canaries.fresh("question");
            leave(&program, surface, stream, &text).await;
            hung_up(&client, &text).await;
            let row = settled(&client, &program).await;
            assert_eq!(row["state"], "stopped", "{surface:?}: {row}");
            assert_eq!(row["estimated"], true, "the provider told no counts");
            assert!(row["output_tokens"].as_i64().unwrap() > 0, "{row}");
        }
    }
}

/// Asks, waits for some words where there are any, and closes the connection.
async fn leave(program: &super::Program, surface: Surface, stream: bool, text: &str) {
    let body = if stream {
        surface.streamed("forever", text)
    } else {
        surface.question("forever", text)
    };
    let request = program.request(Method::POST, surface.path());
    let request = request
        .header("content-type", "application/json")
        .body(body.to_string());
    if stream {
        let mut response = request.send().await.unwrap();
        let mut read = String::new();
        while !read.contains("word") {
            let chunk = response.chunk().await.unwrap().unwrap();
            read += &String::from_utf8_lossy(&chunk);
        }
    } else {
        let patience = Duration::from_millis(500);
        let waited = tokio::time::timeout(patience, request.send()).await;
        assert!(waited.is_err(), "an endless answer was answered whole");
    }
}

async fn hung_up(client: &Client, text: &str) -> Heard {
    for _ in 0..100 {
        let heard = client.provider.heard(text).pop();
        if let Some(heard) = heard.filter(|heard| heard.hung_up) {
            return heard;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("the connection to the provider was never closed");
}

async fn settled(client: &Client, program: &super::Program) -> serde_json::Value {
    for _ in 0..50 {
        let rows = client.rows_of(program).await;
        if let [row] = &rows[..]
            && row["state"] != "open"
        {
            return row.clone();
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("the turn was never settled");
}
