//! What the engine adds to a call: the same model asked directly and through admission, budget, durable
//! ledger, cache and metering, in turns and in one run. `cargo bench -p server --bench engine`; one JSON
//! line for each figure.
//!
//! The provider is a process of its own and writes into every answer when it got the question and when
//! it sent the first and the last word. What is reported as added is the time outside of these: it holds
//! no sleep and no jitter of the provider. Beside each figure stands what one direct call differs from
//! another in the same run, which is what the machine cannot tell apart.
//!
//! `cargo bench -p server --bench engine -- key-service` measures only what a key service adds that
//! answers late, `-- sign-in` only whether the time of a refused sign-in tells anything.

#![expect(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that measures and prints"
)]

mod direct;
mod figures;
mod gaps;
mod house;
mod key_service;
mod line;
mod provider;
mod sign_in;
mod stages;
mod timing;
mod transit;

use figures::Figures;
use house::House;
use provider::Provider;
use std::time::{Duration, Instant};
use timing::Timing;

/// Requests in flight at once.
const IN_FLIGHT: [usize; 3] = [1, 16, 64];
/// Requests of each kind per round, and rounds.
const REQUESTS: usize = 128;
const ROUNDS: usize = 3;
/// How long each side is asked as often as it can take.
const SATURATED: Duration = Duration::from_secs(5);

fn main() {
    if std::env::var_os(provider::ROLE).is_some() {
        provider::serve();
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    // On a worker, where turns run: the thread that waits here would have to be woken for every word.
    let measuring = runtime.spawn(async {
        let provider = Provider::start();
        let only = |part: &str| std::env::args().any(|argument| argument == part);
        if only("key-service") {
            return key_service::late(&provider).await;
        }
        if only("sign-in") {
            return sign_in::refused(&provider).await;
        }
        let house = House::open(&provider).await;
        if only("first-word") {
            added(&house, &provider, "fixed", 1).await;
            stages::profile(&house).await;
            return house.close().await;
        }
        for mode in ["fixed", "jitter"] {
            for in_flight in IN_FLIGHT {
                added(&house, &provider, mode, in_flight).await;
            }
        }
        fallback(&house, &provider).await;
        saturation(&house, &provider).await;
        gaps::kept(&house, &provider).await;
        house.small_steps().await;
        stages::profile(&house).await;
        house.close().await;
        key_service::late(&provider).await;
        sign_in::refused(&provider).await;
    });
    runtime.block_on(measuring).unwrap();
}

/// Direct, engine, direct, round by round, so that what the machine does meanwhile meets all three.
async fn added(house: &House, provider: &Provider, mode: &'static str, in_flight: usize) {
    let (mut one, mut through, mut other) = (Figures::new(), Figures::new(), Figures::new());
    // A round that is not counted opens connections and fills memory.
    for round in 0..=ROUNDS {
        let direct = || direct::ask(provider, mode);
        let asked = [
            in_turns(in_flight, REQUESTS, direct).await,
            in_turns(in_flight, REQUESTS, || house.ask(mode)).await,
            in_turns(in_flight, REQUESTS, direct).await,
        ];
        if round > 0 {
            for (figures, asked) in [&mut one, &mut through, &mut other].into_iter().zip(asked) {
                figures.extend(asked);
            }
        }
    }
    for (what, of) in [
        ("first word", Timing::outside_first as fn(&Timing) -> f64),
        ("whole answer", Timing::outside_whole),
    ] {
        figures::difference(what, mode, in_flight, [&one, &through, &other], of);
    }
}

/// `count` requests, `in_flight` of them at a time.
async fn in_turns<F: Future<Output = Timing>>(
    in_flight: usize,
    count: usize,
    ask: impl Fn() -> F,
) -> Vec<Timing> {
    use futures_util::StreamExt as _;
    futures_util::stream::iter(0..count)
        .map(|_| ask())
        .buffer_unordered(in_flight)
        .collect()
        .await
}

/// From the moment the first target refused to the moment the second one has the question.
async fn fallback(house: &House, provider: &Provider) {
    let mut figures = Vec::new();
    for number in 0..200 {
        let timing = house.fall_back(provider, number).await;
        figures.push(timing.received_since(provider.refused_at().await));
    }
    figures::line(
        "switch to the next target, us",
        "median",
        figures::quantile(&mut figures, 0.5),
    );
    figures::line(
        "switch to the next target, us",
        "p99",
        figures::quantile(&mut figures, 0.99),
    );
}

/// As many requests as either side answers, and what each costs.
async fn saturation(house: &House, provider: &Provider) {
    let direct = busy(|| direct::ask(provider, "now"), house).await;
    let through = busy(|| house.ask("now"), house).await;
    for (who, side) in [("direct", &direct), ("engine", &through)] {
        println!(
            r#"{{"what":"saturated, 64 in flight","side":"{who}","per_second":{:.0},"own_cpu_us":{:.0},"database_cpu_us":{:.0}}}"#,
            side.per_second, side.own_cpu, side.database_cpu
        );
    }
}

struct Busy {
    per_second: f64,
    own_cpu: f64,
    database_cpu: f64,
}

async fn busy<F: Future<Output = Timing>>(ask: impl Fn() -> F, house: &House) -> Busy {
    let (cpu, database, began) = (house::own_cpu(), house.database_cpu(), Instant::now());
    let mut answers = 0;
    while began.elapsed() < SATURATED {
        answers += in_turns(64, 512, &ask).await.len();
    }
    let answers = answers as f64;
    Busy {
        per_second: answers / began.elapsed().as_secs_f64(),
        own_cpu: (house::own_cpu() - cpu) / answers,
        database_cpu: (house.database_cpu() - database) / answers,
    }
}
