//! What sealing costs: opening a provider key while its workspace is unlocked, unlocking it again,
//! and opening the messages of a long search. `cargo bench -p server --bench vault`; one JSON line
//! each, microseconds, the median of rounds.

#![expect(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that measures and prints"
)]

use contract::TenantId;
use server::vault::{Keyring, LONGEST_HELD, Unlocked, Vault};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

const ROUNDS: usize = 51;

fn main() {
    let folder = std::env::temp_dir().join(format!("vault-bench-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let keyring = Arc::new(Keyring::open_or_create(folder.join("keyring")).unwrap());
    let vault = Vault::new(keyring, LONGEST_HELD);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let tenant = TenantId::from_uuid(Uuid::from_u128(1));
    let unlocked = runtime.block_on(vault.unlock(tenant)).unwrap();
    let key = open_each(&unlocked, "provider_keys", &[b'k'; 51], 1_000);
    report("open a provider key, unlocked", key);
    let message = open_each(&unlocked, "messages", &[b'm'; 800], 1_000);
    report("open a message of 800 bytes, unlocked", message);
    let again = median(|| {
        let begun = Instant::now();
        runtime.block_on(async {
            for _ in 0..1_000 {
                black_box(vault.unlock(tenant).await.unwrap());
            }
        });
        begun.elapsed().as_secs_f64() * 1e6 / 1_000.0
    });
    report("unlock again, in memory", again);
    // Every process at once, as a busy server has it, compared with one.
    let alone = seal_on(&unlocked, 1);
    let two = seal_on(&unlocked, 2);
    println!(
        r#"{{"what":"seal on two threads, times one","ratio":{:.2}}}"#,
        two / alone
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Microseconds to open one value.
fn open_each(unlocked: &Unlocked, table: &'static str, secret: &[u8], count: usize) -> f64 {
    let sealed: Vec<_> = (0..count as u128)
        .map(|row| {
            let place = unlocked.context(table, Uuid::from_u128(row), "sealed");
            (unlocked.seal(secret, &place).unwrap(), place)
        })
        .collect();
    median(|| {
        let begun = Instant::now();
        for (sealed, place) in &sealed {
            black_box(unlocked.open(sealed, place).unwrap());
        }
        begun.elapsed().as_secs_f64() * 1e6 / count as f64
    })
}

/// Values sealed in a second by `threads` together.
fn seal_on(unlocked: &Unlocked, threads: usize) -> f64 {
    const EACH: usize = 20_000;
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let place = unlocked.context("messages", Uuid::nil(), "sealed_body");
                for _ in 0..EACH {
                    black_box(unlocked.seal(&[b'm'; 800], &place).unwrap());
                }
            });
        }
    });
    (threads * EACH) as f64 / begun.elapsed().as_secs_f64()
}

fn median(mut round: impl FnMut() -> f64) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| round()).collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

fn report(what: &str, microseconds: f64) {
    println!(r#"{{"what":"{what}","microseconds":{microseconds:.2}}}"#);
}
