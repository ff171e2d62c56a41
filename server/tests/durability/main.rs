//! Proof that no answer is lost from the ledger: the server is killed in the middle of its work
//! again and again, and in the end every answer of which a byte was released has its one row.
//!
//! `ROUNDS` and `SEED` override how often and by which chance.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../http/rig/mod.rs"]
#[expect(dead_code, reason = "the HTTP checks use the rest")]
mod rig;

mod books;
mod rounds;

use rig::House;
use rig::checks::say;
use std::time::Instant;

/// Whose keys, questions and money.
const WORKSPACE: &str = "nordwind";
const PERSON: &str = "anna@nordwind.example";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_released_answer_has_its_one_row() {
    let rounds: u32 = from_environment("ROUNDS", 100);
    let seed: u64 = from_environment("SEED", 0x0011_7e47);
    say(&format!("{rounds} rounds, SEED={seed}"));
    let begun = Instant::now();
    let house = House::open("lv-kill", &[("LIVERY_LOG__FILTER", "warn")]).await;
    house.connect_provider(WORKSPACE).await;
    let turns = rounds::play(&house, rounds, seed).await;
    let books = books::close(&house).await;
    books.prove(&turns, &house.upstream.served());
    books::prove_conversations(&house, &turns).await;
    say(&format!("{} s", begun.elapsed().as_secs()));
}

fn from_environment<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is not a number: {text}")),
        Err(_) => otherwise,
    }
}
