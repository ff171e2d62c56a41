use super::{FetchError, Weights};
use engine::Egress;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

fn egress(allow: &[&str]) -> Egress {
    let allow: Vec<_> = allow
        .iter()
        .map(|network| network.parse().unwrap())
        .collect();
    Egress::new(&allow, Duration::from_secs(2)).unwrap()
}

fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("weights-{name}-{}", std::process::id()))
}

/// A server that answers each connection in turn with one of `answers`.
async fn serve(answers: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/models", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for answer in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 4_096];
            let _ = socket.read(&mut request).await.unwrap();
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    address
}

async fn fetch(egress: &Egress, source: &str, name: &str) -> FetchError {
    let folder = folder(name);
    let outcome = Weights { egress, source }.fetch(&folder).await;
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
    assert!(left.is_empty(), "something was kept: {left:?}");
    std::fs::remove_dir(&folder).unwrap();
    outcome.unwrap_err()
}

fn body(text: &str) -> String {
    let length = text.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}")
}

fn elsewhere(location: &str) -> String {
    format!(
        "HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    )
}

#[tokio::test]
async fn another_file_is_not_kept() {
    let egress = egress(&["127.0.0.0/8"]);
    for (name, text) in [
        ("short", "{}".to_owned()),
        ("long", "x".repeat(700)),
        ("same", "x".repeat(612)),
    ] {
        let source = serve(vec![
            elsewhere("/cdn/config.json?signature=a%2Fb"),
            body(&text),
        ])
        .await;
        let error = fetch(&egress, &source, name).await;
        assert!(
            matches!(error, FetchError::Digest("config.json")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_fetched_is_told_plainly() {
    let open = egress(&["127.0.0.0/8"]);
    let missing = serve(vec![
        "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".into(),
    ])
    .await;
    let error = fetch(&open, &missing, "missing").await;
    assert!(
        error
            .to_string()
            .ends_with("/models/config.json answered 404 Not Found"),
        "{error}"
    );
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/models", nobody.local_addr().unwrap());
    drop(nobody);
    let error = fetch(&open, &address, "nobody").await;
    assert!(
        error
            .to_string()
            .contains("cannot be reached. Where this machine has no internet"),
        "{error}"
    );
    let round = serve(vec![elsewhere("/models/config.json"); 5]).await;
    let error = fetch(&open, &round, "round").await;
    assert!(matches!(error, FetchError::Unreachable(..)), "{error}");
}

#[tokio::test]
async fn nobody_is_sent_to_a_private_address() {
    let closed = egress(&[]);
    let error = fetch(&closed, "https://127.0.0.1/models", "private").await;
    assert!(matches!(error, FetchError::Refused(..)), "{error}");
    // Nor by somebody who may be asked.
    let named = egress(&["127.0.0.0/8"]);
    let source = serve(vec![elsewhere("https://169.254.169.254/latest/meta-data")]).await;
    let error = fetch(&named, &source, "metadata").await;
    assert!(matches!(error, FetchError::Refused(..)), "{error}");
}
