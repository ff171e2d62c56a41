//! A name that changes its mind between the check and the connection, or between two connections.

use super::{GuardedResolver, Lookup, Reach};
use crate::egress::{EgressRefused, refused_in};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A name server with an answer of its own for each time it is asked; the last one stays.
fn names(answers: &[&[&str]]) -> (Lookup, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let answers: Vec<Vec<SocketAddr>> = answers
        .iter()
        .map(|answer| {
            answer
                .iter()
                .map(|text| format!("{text}:0").parse().unwrap())
                .collect()
        })
        .collect();
    let counted = Arc::clone(&asked);
    let lookup = Lookup::Played(Arc::new(move |_: &str| {
        let turn = counted.fetch_add(1, Ordering::SeqCst);
        answers[turn.min(answers.len() - 1)].clone()
    }));
    (lookup, asked)
}

/// A provider on 127.0.0.1 that answers and hangs up; whom it was asked for.
async fn provider() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let log = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut head = vec![0; 4_096];
            let read = socket.read(&mut head).await.unwrap_or(0);
            log.lock()
                .unwrap()
                .push(String::from_utf8_lossy(&head[..read]).into_owned());
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    (port, seen)
}

fn client(lookup: Lookup, allow: &[&str]) -> reqwest::Client {
    let allow = allow.iter().map(|network| network.parse().unwrap());
    let resolver = GuardedResolver {
        reach: Reach::NamedOnly,
        allow_private: allow.collect(),
        lookup,
    };
    reqwest::Client::builder()
        .no_proxy()
        .dns_resolver(resolver)
        .build()
        .unwrap()
}

#[tokio::test]
async fn what_was_judged_is_what_is_connected_to() {
    let (port, seen) = provider().await;
    // The second answer, which nobody asked for yet, leads elsewhere.
    let (lookup, asked) = names(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let client = client(lookup, &["127.0.0.1/32"]);
    let url = format!("http://flips.example:{port}/v1/models");
    let answer = client.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(
        asked.load(Ordering::SeqCst),
        1,
        "it was resolved again after it was judged"
    );
    assert!(seen.lock().unwrap()[0].contains("host: flips.example"));
    // A new connection asks anew, and the new answer is judged anew.
    let refused = client.get(&url).send().await.unwrap_err();
    assert_eq!(refused_in(&refused), Some(EgressRefused::Private));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(seen.lock().unwrap().len(), 1, "a refused address was asked");
}

#[tokio::test]
async fn a_name_among_allowed_and_other_addresses_reaches_the_allowed_ones_alone() {
    let (port, seen) = provider().await;
    // Nobody listens at the first; the second is not allowed and would answer.
    let (lookup, _) = names(&[&["127.0.0.3", "127.0.0.1"]]);
    let client = client(lookup, &["127.0.0.3/32"]);
    let tried = client
        .get(format!("http://two.example:{port}/"))
        .send()
        .await
        .unwrap_err();
    assert!(tried.is_connect(), "{tried:?}");
    assert_eq!(
        seen.lock().unwrap().len(),
        0,
        "an address that is not allowed was asked"
    );
}
