//! What the running program keeps in memory: idle, with 512 answers being written and followed, and
//! after ten minutes of questions. `cargo bench -p server --bench memory`; one JSON line for each figure.
//! `SOAK_SECONDS` makes the last part shorter.
//!
//! What is kept in memory is bounded, and a bound shows only where it is reached: before the last part,
//! questions are asked until the cache of answers and that of rendered pages are both full. Then the line
//! through all samples tells what is left: its slope, and how sure that is.
//!
//! Asked from outside like a browser does; memory is read from the system, for the program's process
//! alone.

#![expect(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that measures and prints"
)]

#[path = "../engine/provider.rs"]
#[expect(dead_code, reason = "the other bench uses the rest")]
mod provider;
#[path = "../../tests/http/rig/mod.rs"]
#[expect(dead_code, reason = "the HTTP checks use the rest")]
mod rig;
#[path = "../engine/timing.rs"]
#[expect(dead_code, reason = "the other bench uses the rest")]
mod timing;

use contract::AnswerEnd;
use futures_util::StreamExt as _;
use provider::Provider;
use rig::browser::Browser;
use rig::chat::question;
use rig::server::Server;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::time::sleep;

const WORKSPACE: &str = "nordwind";
const MEMBER: &str = "anna@nordwind.example";
/// Answers at once.
const STREAMS: usize = 512;
/// People who ask one question after the other in the long part.
const ASKERS: usize = 16;
const SOAK: u64 = 600;
/// Short answers that fill what keeps them: 16 MiB of answers at some 800 bytes each, and 32 MiB of
/// rendered pages at some 600, with a fifth on top.
const FILLING: usize = 70_000;
const SAMPLE_EVERY: Duration = Duration::from_secs(5);
/// One sample in so many is printed.
const SAMPLES_A_LINE: usize = 6;

fn main() {
    if std::env::var_os(provider::ROLE).is_some() {
        provider::serve();
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    let provider = Provider::start();
    let settings = [
        ("LIVERY_LOG__FILTER", "warn"),
        ("LIVERY_EGRESS__ALLOW_PRIVATE", "[\"127.0.0.0/8\"]"),
    ];
    let server = Arc::new(Server::new("memory-bench", &settings));
    server.desk(&["seed", "demo"], None).await;
    server.start().await;
    for mode in ["long", "fixed"] {
        connect(&server, &provider, mode).await;
    }
    let limit = [
        "limit",
        "set",
        "--workspace",
        WORKSPACE,
        "--usd",
        "100000",
        "--per",
        "month",
    ];
    server.desk(&limit, None).await;
    let browser = Browser::enter(&server, WORKSPACE, MEMBER).await;
    browser.get("/").await;
    sleep(Duration::from_secs(2)).await;
    line("idle, a page was shown", resident(&server));
    streams(&server, &browser).await;
    soak(&server, &browser).await;
    server.signal(nix::sys::signal::Signal::SIGTERM);
    let _ = server.ended().await;
}

async fn connect(server: &Server, provider: &Provider, mode: &str) {
    let base_url = provider.base_url(mode);
    let add = ["key", "add", "--workspace", WORKSPACE, "--name", mode];
    let place = ["--provider", "openai-compatible", "--base-url", &base_url];
    server
        .desk(&[&add[..], &place[..]].concat(), Some("sk-bench"))
        .await;
    let target = format!("{mode}:bench-1");
    let set = ["route", "set", "--workspace", WORKSPACE, "--alias", mode];
    let to = ["--target", &target, "--price", "0.15/0.60"];
    server.desk(&[&set[..], &to[..]].concat(), None).await;
}

/// Opens an answer and follows it to its end. Whether it is whole.
async fn converse(browser: &Browser, alias: &str, text: &str, open: &AtomicUsize) -> bool {
    let mut message = question(text);
    message.alias = Some(alias.to_owned());
    let turn = browser.send(&message).await;
    open.fetch_add(1, Ordering::Relaxed);
    let shown = browser.watch(turn.answer.id).await.rest().await;
    open.fetch_sub(1, Ordering::Relaxed);
    matches!(shown.end, Some(AnswerEnd::Done { .. }))
}

async fn streams(server: &Server, browser: &Browser) {
    let open = AtomicUsize::new(0);
    let ask = |number| converse(browser, "long", number, &open);
    let texts: Vec<String> = (0..STREAMS)
        .map(|at| format!("Long question {at}"))
        .collect();
    let all = futures_util::stream::iter(&texts)
        .map(|text| ask(text))
        .buffer_unordered(STREAMS)
        .filter(|whole| std::future::ready(*whole))
        .count();
    let watch = async {
        let (mut most_open, mut most) = (0, 0.0_f64);
        loop {
            sleep(Duration::from_millis(500)).await;
            most_open = most_open.max(open.load(Ordering::Relaxed));
            most = most.max(resident(server));
            if most_open > 0 && open.load(Ordering::Relaxed) == 0 {
                return (most_open, most);
            }
        }
    };
    let (whole, (most_open, most)) = tokio::join!(all, watch);
    println!(r#"{{"what":"answers at once","open":{most_open},"whole":{whole},"of":{STREAMS}}}"#);
    line("while they were written, at most", most);
    sleep(Duration::from_secs(5)).await;
    line("after they had ended", resident(server));
}

/// Asks as often as [`ASKERS`] can, until `done` says so of the answers begun. Answers, and how many failed.
async fn ask_on(browser: &Browser, what: &str, done: impl Fn(usize) -> bool) -> (usize, usize) {
    let (answers, failed, open) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    let asker = async |asker: usize| {
        while !done(answers.load(Ordering::Relaxed)) {
            let number = answers.fetch_add(1, Ordering::Relaxed);
            let text = format!("{what} {asker} {number}");
            if !converse(browser, "fixed", &text, &open).await {
                failed.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    futures_util::future::join_all((0..ASKERS).map(asker)).await;
    (answers.into_inner(), failed.into_inner())
}

async fn soak(server: &Server, browser: &Browser) {
    let (filled, failed) = ask_on(browser, "Filling", |answers| answers >= FILLING).await;
    println!(r#"{{"what":"filling the caches","answers":{filled},"failed":{failed}}}"#);
    line("the caches are full", resident(server));
    let seconds = std::env::var("SOAK_SECONDS").ok();
    let seconds = seconds.map_or(SOAK, |text| text.parse().unwrap());
    let until = Instant::now() + Duration::from_secs(seconds);
    let begun = AtomicUsize::new(0);
    let asking = ask_on(browser, "Question", |answers| {
        begun.store(answers, Ordering::Relaxed);
        Instant::now() >= until
    });
    let watching = async {
        let mut samples = Vec::new();
        while Instant::now() < until {
            sleep(SAMPLE_EVERY).await;
            let (mib, answers) = (resident(server), begun.load(Ordering::Relaxed));
            samples.push(mib);
            // The shape tells a leak, which is a line, from a table that has doubled once, which is a step.
            if samples.len() % SAMPLES_A_LINE == 0 {
                println!(r#"{{"what":"soak so far","answers":{answers},"mib":{mib:.1}}}"#);
            }
        }
        samples
    };
    let ((answers, failed), samples) = tokio::join!(asking, watching);
    println!(r#"{{"what":"soak","seconds":{seconds},"answers":{answers},"failed":{failed}}}"#);
    slope(&samples, answers);
    let part = (samples.len() / 5).max(1);
    for (name, part) in [
        (
            "soak, second fifth",
            &samples[part..(2 * part).min(samples.len())],
        ),
        ("soak, last fifth", &samples[samples.len() - part..]),
    ] {
        let mut part = part.to_vec();
        part.sort_by(f64::total_cmp);
        line(name, part[part.len() / 2]);
    }
}

/// The straight line through the samples: MiB a minute, its standard error, and bytes for each answer.
fn slope(samples: &[f64], answers: usize) {
    let count = samples.len() as f64;
    let minutes = |at: usize| (at + 1) as f64 * SAMPLE_EVERY.as_secs_f64() / 60.0;
    let times: Vec<f64> = (0..samples.len()).map(minutes).collect();
    let mean = |all: &[f64]| all.iter().sum::<f64>() / count;
    let (time, mib) = (mean(&times), mean(samples));
    let pairs = || times.iter().zip(samples);
    let spread: f64 = times.iter().map(|at| (at - time).powi(2)).sum();
    let slope = pairs()
        .map(|(at, it)| (at - time) * (it - mib))
        .sum::<f64>()
        / spread;
    let off = |(at, it): (&f64, &f64)| (it - mib - slope * (at - time)).powi(2);
    let error = (pairs().map(off).sum::<f64>() / (count - 2.0) / spread).sqrt();
    let per_answer =
        slope * (count * SAMPLE_EVERY.as_secs_f64() / 60.0) * 1_048_576.0 / answers as f64;
    println!(
        r#"{{"what":"resident memory, slope of the soak","mib_per_minute":{slope:.3},"standard_error":{error:.3},"bytes_per_answer":{per_answer:.0}}}"#
    );
}

/// Resident memory of the program, in MiB; proc(5), `VmRSS`.
fn resident(server: &Server) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .unwrap();
    let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1_024.0
}

fn line(what: &str, mib: f64) {
    println!(r#"{{"what":"resident memory, {what}","mib":{mib:.1}}}"#);
}
