//! What the door for programs adds to a call: the same provider asked directly, through one hop that does
//! nothing, and through the running program with everything on: a virtual key, policy, limits, a cap, a
//! sealed key, the durable ledger. `cargo bench -p server --bench door`; one JSON line for each figure.
//!
//! Every part is a process of its own. The provider writes into every answer when it got the question and
//! when it sent the first and the last word; what is reported as added is the time outside of these,
//! beyond that of a direct call in the same run. The hop is the floor: the same HTTP stack, no logic.

#![expect(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that measures and prints"
)]

mod asker;
#[path = "../engine/figures.rs"]
#[expect(dead_code, reason = "the other bench uses the rest")]
mod figures;
mod hop;
#[path = "../engine/provider.rs"]
#[expect(dead_code, reason = "the other bench uses the rest")]
mod provider;
#[path = "../../tests/http/rig/mod.rs"]
#[expect(dead_code, reason = "the HTTP checks use the rest")]
mod rig;
#[path = "../engine/timing.rs"]
#[expect(dead_code, reason = "the other bench uses the rest")]
mod timing;

use asker::Asker;
use figures::quantile;
use hop::Hop;
use provider::Provider;
use rig::server::Server;
use std::time::{Duration, Instant};
use timing::Timing;

const WORKSPACE: &str = "nordwind";
/// Requests in flight at once.
const IN_FLIGHT: [usize; 3] = [1, 16, 64];
/// Requests of each kind per round, and rounds.
const REQUESTS: usize = 256;
const ROUNDS: usize = 4;
/// How long each side is asked as often as it can take.
const SATURATED: Duration = Duration::from_secs(5);
/// Answers at once.
const STREAMS: usize = 512;

fn main() {
    if std::env::var_os(provider::ROLE).is_some() {
        provider::serve();
        return;
    }
    if let Some(address) = std::env::var_os(hop::ROLE) {
        hop::serve(address.to_str().unwrap());
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(runtime.spawn(measure())).unwrap();
}

async fn measure() {
    let provider = Provider::start();
    let settings = [
        ("LIVERY_LOG__FILTER", "warn"),
        ("LIVERY_EGRESS__ALLOW_PRIVATE", "[\"127.0.0.0/8\"]"),
    ];
    let server = Server::new("door-bench", &settings);
    server.desk(&["seed", "demo"], None).await;
    for mode in ["fixed", "now", "long"] {
        connect(&server, &provider, mode).await;
    }
    let key = key(&server).await;
    server.start().await;
    let hop = Hop::start(&provider);
    let direct = Asker::new(provider.base_url("{mode}"), None);
    let floor = Asker::new(hop.base_url("{mode}"), None);
    let host = format!("{WORKSPACE}.localhost:{}", server.port());
    let base_url = format!("http://127.0.0.1:{}/v1", server.port());
    let through = Asker::new(base_url, Some((host, key)));
    for in_flight in IN_FLIGHT {
        added([&direct, &floor, &through], in_flight).await;
    }
    for (who, asker, process) in [
        ("direct", &direct, None),
        ("hop", &floor, Some(hop.id())),
        ("livery", &through, Some(server.id())),
    ] {
        saturation(who, asker, process).await;
    }
    streams(&through, &server).await;
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

/// A virtual key with a cap and a pace of its own, in a workspace with a cap.
async fn key(server: &Server) -> String {
    let workspace = ["--workspace", WORKSPACE];
    let cap = ["--usd", "100000", "--per", "month"];
    server
        .desk(&[&["limit", "set"][..], &workspace, &cap].concat(), None)
        .await;
    let create = ["virtual-key", "create", "--name", "Bench"];
    let made = server.desk(&[&create[..], &workspace].concat(), None).await;
    let id = made["id"].as_str().unwrap();
    let whose = ["--virtual-key", id];
    let pace = ["--requests-per-minute", "100000000"];
    for limit in [&cap[..], &pace[..]] {
        let set = [&["limit", "set"][..], &workspace, &whose, limit].concat();
        server.desk(&set, None).await;
    }
    made["token"].as_str().unwrap().to_owned()
}

/// Each side in turn, round by round, so that what the machine does meanwhile meets all of them.
async fn added(sides: [&Asker; 3], in_flight: usize) {
    let mut all: [Vec<Timing>; 3] = Default::default();
    // A round that is not counted opens connections and fills memory.
    for round in 0..=ROUNDS {
        for (side, timings) in sides.iter().zip(&mut all) {
            let asked = in_turns(in_flight, REQUESTS, || side.ask("fixed")).await;
            if round > 0 {
                timings.extend(asked);
            }
        }
    }
    for (what, of) in [
        ("first word", Timing::outside_first as fn(&Timing) -> f64),
        ("whole answer", Timing::outside_whole),
    ] {
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            let of_side = |timings: &Vec<Timing>| {
                let mut times: Vec<f64> = timings.iter().map(of).collect();
                quantile(&mut times, share)
            };
            let [direct, hop, livery] = [&all[0], &all[1], &all[2]].map(of_side);
            println!(
                r#"{{"what":"added to the {what}, us","in_flight":{in_flight},"quantile":"{name}","hop":{:.0},"livery":{:.0},"times_the_hop":{:.2},"direct":{direct:.0}}}"#,
                hop - direct,
                livery - direct,
                (livery - direct) / (hop - direct),
            );
        }
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

/// As many requests as a side answers, and what each costs its process.
async fn saturation(who: &str, asker: &Asker, process: Option<u32>) {
    let _ = in_turns(64, 256, || asker.ask("now")).await;
    let (cpu, began) = (process.map(cpu_of), Instant::now());
    let mut answers = 0;
    while began.elapsed() < SATURATED {
        answers += in_turns(64, 512, || asker.ask("now")).await.len();
    }
    let answers = answers as f64;
    let per_second = answers / began.elapsed().as_secs_f64();
    let spent = process
        .zip(cpu)
        .map(|(id, cpu)| (cpu_of(id) - cpu) / answers);
    let spent = spent.map_or_else(|| "null".to_owned(), |it| format!("{:.3}", it * 1_000.0));
    println!(
        r#"{{"what":"saturated, 64 in flight","side":"{who}","per_second":{per_second:.0},"cpu_seconds_per_1000":{spent}}}"#
    );
}

/// Seconds of processor time that a process has used (proc(5), fields 14 and 15 of stat).
fn cpu_of(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let after = stat.rsplit_once(')').unwrap().1;
    let mut fields = after.split_whitespace().skip(11);
    let mut next = || fields.next().unwrap().parse::<f64>().unwrap();
    // Linux counts these in hundredths of a second, whatever the clock of the kernel.
    (next() + next()) / 100.0
}

async fn streams(asker: &Asker, server: &Server) {
    let answers = in_turns(STREAMS, STREAMS, || asker.ask("long"));
    let watch = async {
        tokio::time::sleep(Duration::from_secs(15)).await;
        resident(server.id())
    };
    let (answers, memory) = tokio::join!(answers, watch);
    println!(
        r#"{{"what":"streams at once","open":{STREAMS},"whole":{},"mib_while_open":{memory:.1}}}"#,
        answers.len()
    );
}

/// Memory of a process that is in use, MiB.
fn resident(id: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: f64 = line
        .and_then(|line| line.split_whitespace().next())
        .unwrap()
        .parse()
        .unwrap();
    kib / 1_024.0
}
