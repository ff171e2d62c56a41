//! Lines that fail: every service bears them the same way, for a bounded time, and none of them is
//! taken for a word about the key.

use crate::context;
use crate::stand_in::serve;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use engine::Egress;
use server::kms::{AwsKms, AwsSettings, KeyService, KeyServiceError, Transit, TransitSettings};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug)]
enum Fault {
    Silent,
    Trouble,
    TooMany,
    Garbage,
    Elsewhere,
    Endless,
    Forbidden,
}

#[derive(Clone)]
struct Faulty {
    fault: Fault,
    asked: Arc<AtomicUsize>,
}

async fn answer(State(faulty): State<Faulty>) -> Response {
    faulty.asked.fetch_add(1, Ordering::SeqCst);
    match faulty.fault {
        Fault::Silent => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            StatusCode::OK.into_response()
        }
        Fault::Trouble => StatusCode::BAD_GATEWAY.into_response(),
        Fault::TooMany => (StatusCode::TOO_MANY_REQUESTS, "{}").into_response(),
        Fault::Garbage => "\u{0}<html>".into_response(),
        Fault::Elsewhere => {
            let away = [("location", "http://127.0.0.1:9/")];
            (StatusCode::TEMPORARY_REDIRECT, away).into_response()
        }
        Fault::Endless => "x".repeat(200_000).into_response(),
        // A gate that speaks for itself, not for the service.
        Fault::Forbidden => (StatusCode::FORBIDDEN, "<html>Blocked</html>").into_response(),
    }
}

fn services(egress: &Egress, address: &str) -> [Box<dyn KeyService>; 2] {
    let aws = AwsSettings {
        key: "arn:aws:kms:eu-central-1:000000000000:key/1".to_owned(),
        endpoint: Some(address.to_owned()),
        access_key_id: "client".to_owned(),
    };
    let transit = TransitSettings {
        address: address.to_owned(),
        namespace: None,
        mount: "transit".to_owned(),
        key: "workspace".to_owned(),
    };
    [
        Box::new(AwsKms::new(egress.clone(), &aws, &"secret".into()).unwrap()),
        Box::new(Transit::new(egress.clone(), &transit, &"token".into()).unwrap()),
    ]
}

async fn faulty(fault: Fault) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let state = Faulty {
        fault,
        asked: Arc::clone(&asked),
    };
    let router = Router::new().fallback(any(answer)).with_state(state);
    (serve(router).await, asked)
}

#[tokio::test]
async fn a_faulty_line_says_nothing_about_the_key() {
    let checks = [
        Fault::Silent,
        Fault::Trouble,
        Fault::TooMany,
        Fault::Garbage,
        Fault::Elsewhere,
        Fault::Endless,
        Fault::Forbidden,
    ]
    .map(|fault| tokio::spawn(bears(fault)));
    for check in checks {
        check.await.unwrap();
    }
}

async fn bears(fault: Fault) {
    let (address, asked) = faulty(fault).await;
    for service in services(&crate::egress(), &address) {
        let begun = Instant::now();
        let before = asked.load(Ordering::SeqCst);
        let opened = service
            .unwrap(&context(7), b"vault:v1:AAAA")
            .await
            .map(drop);
        assert!(
            matches!(opened, Err(KeyServiceError::Unavailable(_))),
            "{fault:?}: {opened:?}"
        );
        let tries = asked.load(Ordering::SeqCst) - before;
        assert!((1..=3).contains(&tries), "{fault:?}: {tries} tries");
        assert!(
            begun.elapsed() < Duration::from_secs(9),
            "{fault:?}: {:?}",
            begun.elapsed()
        );
    }
}

#[tokio::test]
async fn an_address_that_nobody_allows_is_not_reached() {
    let (address, asked) = faulty(Fault::Trouble).await;
    let nowhere = Egress::new(&[], Duration::from_secs(1)).unwrap();
    let secure = address.replace("http://", "https://");
    for address in [
        address.as_str(),
        secure.as_str(),
        "https://169.254.169.254",
        "https://localhost:9",
    ] {
        for service in services(&nowhere, address) {
            let described = service.describe().await.map(drop);
            assert!(
                matches!(described, Err(KeyServiceError::Misconfigured(_))),
                "{address}: {described:?}"
            );
        }
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let (address, _) = faulty(Fault::Trouble).await;
    let gone = address.rsplit_once(':').unwrap().0;
    for service in services(&crate::egress(), &format!("{gone}:9")) {
        let described = service.describe().await.map(drop);
        assert!(
            matches!(described, Err(KeyServiceError::Unavailable(_))),
            "{described:?}"
        );
    }
}
