//! Whether words come through at the pace at which the provider says them.

use crate::direct;
use crate::figures::{line, quantile};
use crate::house::House;
use crate::provider::{PACE, PACED_WORDS, Provider};
use futures_util::future::join_all;
use std::time::Instant;

/// Answers at once.
const STREAMS: usize = 32;

/// How far the gaps between words are from the provider's, directly and through the engine.
pub(crate) async fn kept(house: &House, provider: &Provider) {
    let direct = join_all((0..STREAMS).map(|_| async {
        let mut times = Vec::with_capacity(PACED_WORDS);
        direct::each_word(provider, "paced", |_| times.push(Instant::now())).await;
        times
    }));
    let direct = off(&direct.await);
    let through = join_all((0..STREAMS).map(|_| async {
        let mut times = Vec::with_capacity(PACED_WORDS);
        house
            .each_word("paced", |_| times.push(Instant::now()))
            .await;
        times
    }));
    let through = off(&through.await);
    for (side, mut off) in [("direct", direct), ("engine", through)] {
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            let what = format!(
                "gap between words off the provider's 10 ms, {STREAMS} streams, {side}, us"
            );
            line(&what, name, quantile(&mut off, share));
        }
    }
}

/// Microseconds by which each gap differs from the provider's. The last word follows without one.
fn off(streams: &[Vec<Instant>]) -> Vec<f64> {
    let pace = PACE.as_secs_f64();
    let gaps = streams.iter().flat_map(|times| {
        let said = &times[..times.len().min(PACED_WORDS)];
        said.windows(2).map(move |pair| {
            let gap = pair[1].duration_since(pair[0]).as_secs_f64();
            (gap - pace).abs() * 1e6
        })
    });
    gaps.collect()
}
