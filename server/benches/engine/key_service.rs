//! What a key service adds that answers late: a workspace sealed under a key of its own at a transit
//! engine, behind a line that holds every answer back.
//!
//! The first question after a silence has to wait for the key. Those after it find it in memory, while
//! it is asked for again in the background, several times in the run; that none of them waits for that
//! is what the figures are for.

use crate::figures::{line, quantile};
use crate::house::House;
use crate::line::Line;
use crate::provider::Provider;
use crate::transit::{self, Service};
use std::time::{Duration, Instant};

/// How late the service answers.
const LATE: Duration = Duration::from_millis(50);
/// For how long keys are kept, in seconds: they turn over several times in each round.
const KEY_SECONDS: u64 = 2;
/// How long is asked in each round, and rounds of each kind.
const ASKED_FOR: Duration = Duration::from_secs(8);
const ROUNDS: usize = 3;

/// Questions of one kind of round, in microseconds, and what the service was asked meanwhile.
#[derive(Default)]
struct Asked {
    first: Vec<f64>,
    next: Vec<f64>,
    requests: u64,
}

pub(crate) async fn late(provider: &Provider) {
    let (service, at) = beside();
    let seconds = KEY_SECONDS.to_string();
    let house = House::open_with(provider, &[("LIVERY_VAULT__KEY_SECONDS", &seconds)]).await;
    house
        .seal_under(&at.address(), transit::KEY, transit::TOKEN)
        .await;
    // Opens connections and fills memory; not counted.
    round(&house, &mut Asked::default(), Duration::from_secs(1)).await;
    let (mut at_once, mut late) = (Asked::default(), Asked::default());
    // In turns, so that what the machine does meanwhile meets both.
    for _ in 0..ROUNDS {
        for (asked, by) in [(&mut at_once, Duration::ZERO), (&mut late, LATE)] {
            at.delay(by);
            let before = service.asked();
            round(&house, asked, ASKED_FOR).await;
            asked.requests += service.asked() - before;
        }
    }
    for (name, asked) in [("at once", &mut at_once), ("50 ms late", &mut late)] {
        let what = |rest: &str| format!("key service answers {name}: {rest}");
        line(
            &what("first question, us"),
            "median",
            quantile(&mut asked.first, 0.5),
        );
        for (quantile_name, share) in [("p50", 0.5), ("p99", 0.99), ("max", 1.0)] {
            let value = quantile(&mut asked.next, share);
            line(&what("next questions, us"), quantile_name, value);
        }
        line(&what("next questions"), "count", asked.next.len() as f64);
        line(&what("requests it saw"), "count", asked.requests as f64);
    }
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let ratio = quantile(&mut late.next, share) / quantile(&mut at_once.next, share);
        line(
            "next questions, 50 ms late against at once, ratio",
            name,
            ratio,
        );
    }
    house.close().await;
}

/// Service and line, on a thread of their own: neither waits for what is measured.
fn beside() -> (Service, Line) {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let service = transit::start().await;
            let line = Line::open(service.port).await;
            tell.send((service, line)).unwrap();
            std::future::pending::<()>().await;
        });
    });
    told.recv().unwrap()
}

/// After a silence in which the key's time ran out, one question that needs it and many after it.
async fn round(house: &House, asked: &mut Asked, lasting: Duration) {
    tokio::time::sleep(Duration::from_secs(KEY_SECONDS) + Duration::from_millis(300)).await;
    asked.first.push(one(house).await);
    let until = Instant::now() + lasting;
    while Instant::now() < until {
        asked.next.push(one(house).await);
        // A hand that types; and the database's writer is not what is measured.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Microseconds to the end of an answer outside of the provider's work.
async fn one(house: &House) -> f64 {
    house.ask("now").await.outside_whole()
}
