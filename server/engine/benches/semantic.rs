//! What looking for a similar question costs: 50th and 99th percentile of a lookup among 1,000, 10,000 and
//! 100,000 vectors of 384 numbers, and how often the nearest is found that comparing all of them in full finds.
//! `cargo bench -p engine --bench semantic`; one JSON line each, microseconds.
//!
//! `p99_undisturbed` is the best of three for each lookup: on a machine that others use, the slowest hundredth is what
//! the scheduler did, not what the code does. The vectors lie in clusters, as questions do: about twenty a topic, the sought ones near one of them.

#![expect(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "a program that measures and prints"
)]

use engine::semantic::Index;
use engine::semantic::guard::{Facts, agree};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::hint::black_box;
use std::time::Instant;

const DIMENSION: usize = 384;
const TOPIC: usize = 20;
const LOOKUPS: usize = 2_000;
/// Lookups that are compared with the result of brute force, which takes fifty times as long.
const COMPARED: usize = 200;
const FLOOR: f32 = 0.70;

fn main() {
    let mut draw = StdRng::seed_from_u64(20_261_125);
    for size in [1_000, 10_000, 100_000] {
        lookups(&mut draw, size);
    }
    guard();
}

fn lookups(draw: &mut StdRng, size: usize) {
    let mut index = Index::new(DIMENSION);
    let mut vectors = Vec::with_capacity(size);
    while vectors.len() < size {
        let topic = random(draw);
        for _ in 0..TOPIC {
            let vector = near(draw, &topic, 0.8);
            index.push(&vector);
            vectors.push(vector);
        }
    }
    // From barely alike (a cosine of 0.75) to nearly the same (0.97).
    let sought: Vec<Vec<f32>> = (0..LOOKUPS)
        .map(|_| {
            let at = draw.random_range(0..size);
            let noise = draw.random_range(0.25..0.88);
            near(draw, &vectors[at], noise)
        })
        .collect();
    let time = |vector: &Vec<f32>| {
        let begun = Instant::now();
        black_box(index.nearest(vector, 8, FLOOR));
        begun.elapsed().as_secs_f64() * 1e6
    };
    let mut times: Vec<f64> = sought.iter().map(time).collect();
    times.sort_by(f64::total_cmp);
    let best = |vector| (0..3).map(|_| time(vector)).fold(f64::INFINITY, f64::min);
    let mut undisturbed: Vec<f64> = sought.iter().map(best).collect();
    undisturbed.sort_by(f64::total_cmp);
    let (mut there, mut found) = (0_u32, 0_u32);
    let begun = Instant::now();
    for vector in &sought[..COMPARED] {
        let Some((at, _)) = index
            .nearest_by_force(vector)
            .filter(|(_, cosine)| *cosine >= FLOOR)
        else {
            continue;
        };
        there += 1;
        found += u32::from(index.nearest(vector, 1, FLOOR).first().map(|near| near.0) == Some(at));
    }
    let by_force = begun.elapsed().as_secs_f64() * 1e6 / COMPARED as f64;
    println!(
        r#"{{"what":"nearest of {size}","p50":{:.0},"p99":{:.0},"p99_undisturbed":{:.0},"by_force":{by_force:.0},"recall_at_1":{:.4},"compared":{there}}}"#,
        times[LOOKUPS / 2],
        times[LOOKUPS * 99 / 100],
        undisturbed[LOOKUPS * 99 / 100],
        f64::from(found) / f64::from(there.max(1)),
    );
}

/// Reading a question and comparing it with one that was kept.
fn guard() {
    const ROUNDS: u32 = 5_000;
    let cached = "How long is the notice period for employees in Bavaria after 5 years?";
    let asked = "After 5 years, what notice period applies to employees in Bavaria?";
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        let facts = (Facts::of(black_box(cached)), Facts::of(black_box(asked)));
        if let (Some(cached), Some(asked)) = facts {
            black_box(agree(&cached, &asked)).ok();
        }
    }
    let each = begun.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
    println!(r#"{{"what":"guard, both questions read","microseconds":{each:.1}}}"#);
}

fn random(draw: &mut StdRng) -> Vec<f32> {
    let vector = (0..DIMENSION)
        .map(|_| draw.random_range(-1.0..1.0_f32))
        .collect();
    normalised(vector)
}

/// A vector beside another, further away with more noise.
fn near(draw: &mut StdRng, vector: &[f32], noise: f32) -> Vec<f32> {
    let away = random(draw);
    let pairs = vector.iter().zip(&away);
    normalised(pairs.map(|(here, there)| here + noise * there).collect())
}

fn normalised(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector
        .iter()
        .map(|number| number * number)
        .sum::<f32>()
        .sqrt();
    for number in &mut vector {
        *number /= length;
    }
    vector
}
