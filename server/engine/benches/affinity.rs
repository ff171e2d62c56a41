//! What conversation affinity saves over several keys: the share of prompt tokens that meet a warm
//! provider cache, against round robin, on the same trace. A simulation: no call is made, the order of
//! targets is the engine's own.
//!
//! The provider's cache is modelled as documented by those who have one per account: a prefix of at
//! least 1,024 tokens in steps of 128, kept for five minutes after it was last read, per key. The
//! trace is drawn with fixed seeds: conversations that begin at random, questions and answers of random
//! length, pauses of random length, some longer than the cache lasts.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench prints a table of rounded figures and stops where it is wrong"
)]

use contract::keys::{KeyPlace, KeyProvider, KeyScope};
use contract::models::RouteOptions;
use contract::{KeyId, MemberId, MessageId, Role, TenantId};
use engine::simulate::{Answering, Planner};
use engine::{
    Admission, AdmissionFacts, AskerLimits, CachePolicy, Environment, Facts, Provider, Route,
    Strategy, Target, TargetKey, TargetLimits, admit,
};
use std::collections::HashMap;
use std::time::Duration;
use uuid::Uuid;

/// Shortest prefix that is cached, and the step it is cached in, in tokens.
const LEAST: u64 = 1_024;
const STEP: u64 = 128;
/// Seconds for which a prefix stays warm after it was read.
const WARM: f64 = 300.0;
/// Tokens written in a second, and seconds to the first.
const PACE: f64 = 70.0;
const FIRST: f64 = 0.8;
const CONVERSATIONS: usize = 1_500;
/// Seconds over which they begin.
const PERIOD: f64 = 7_200.0;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    println!(
        "Prompt tokens that meet a warm provider cache, and the busiest key's answers in flight"
    );
    println!(
        "as a multiple of the average. {CONVERSATIONS} conversations in two hours, same trace.\n"
    );
    println!(
        "{:>5} {:>14} {:>9} | {:>12} {:>8} | {:>12} {:>8} | {:>9}",
        "keys",
        "system prompt",
        "requests",
        "round robin",
        "busiest",
        "affinity",
        "busiest",
        "moved"
    );
    for system in [300, 3_000] {
        let trace = trace(system);
        for keys in [1_usize, 2, 4, 8] {
            let robin = runtime.block_on(run(&trace, keys, system, Policy::RoundRobin));
            let warm = runtime.block_on(run(&trace, keys, system, Policy::Affinity));
            println!(
                "{keys:>5} {system:>14} {:>9} | {:>11.1}% {:>8.2} | {:>11.1}% {:>8.2} | {:>8.1}%",
                trace.len(),
                robin.share() * 100.0,
                robin.busiest,
                warm.share() * 100.0,
                warm.busiest,
                warm.moved as f64 * 100.0 / trace.len() as f64,
            );
        }
    }
    println!(
        "\nmoved: requests that went to another key than the one before in the same conversation,"
    );
    println!("because that one had more than 1.25 times its share of answers in flight.");
}

/// One request of the trace.
struct Request {
    at: f64,
    conversation: usize,
    prompt: u64,
    answer: u64,
}

/// Fixed numbers that look random: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
/// Generators" (2014).
struct Draw(u64);

impl Draw {
    /// Above 0 and at most 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        ((mixed >> 11) as f64 + 1.0) / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -self.unit().ln() * mean
    }
}

/// Every request, by time.
fn trace(system: u64) -> Vec<Request> {
    let mut draw = Draw(20_261_125);
    let mut requests = Vec::new();
    for conversation in 0..CONVERSATIONS {
        let mut at = draw.unit() * PERIOD;
        let mut prompt = system;
        loop {
            prompt += draw.between(30.0, 600.0) as u64;
            let answer = draw.between(100.0, 1_000.0) as u64;
            requests.push(Request {
                at,
                conversation,
                prompt,
                answer,
            });
            // Seven turns on average.
            if draw.unit() < 1.0 / 7.0 {
                break;
            }
            prompt += answer;
            at += FIRST + answer as f64 / PACE + draw.exponential(75.0);
        }
    }
    requests.sort_by(|one, other| one.at.total_cmp(&other.at));
    requests
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Policy {
    RoundRobin,
    Affinity,
}

#[derive(Default)]
struct Outcome {
    warm: u64,
    all: u64,
    busiest: f64,
    moved: usize,
}

impl Outcome {
    fn share(&self) -> f64 {
        self.warm as f64 / self.all as f64
    }
}

/// What one key's provider keeps: how far, and when it was last read.
#[derive(Default)]
struct Cache {
    conversations: HashMap<usize, (u64, f64)>,
    system: Option<f64>,
}

impl Cache {
    /// Tokens of the prompt that are warm; afterwards the whole of it is.
    fn read(&mut self, request: &Request, system: u64) -> u64 {
        let alive = |at: f64| request.at - at <= WARM;
        let known = self.conversations.get(&request.conversation);
        let own = known.filter(|(_, at)| alive(*at)).map_or(0, |(to, _)| *to);
        let shared = self.system.filter(|at| alive(*at)).map_or(0, |_| system);
        let warm = cached(own.max(cached(shared)).min(request.prompt));
        let to = cached(request.prompt);
        self.conversations
            .insert(request.conversation, (to, request.at));
        self.system = Some(request.at);
        warm
    }
}

/// What of a prefix is kept.
const fn cached(tokens: u64) -> u64 {
    if tokens < LEAST {
        0
    } else {
        tokens / STEP * STEP
    }
}

async fn run(trace: &[Request], keys: usize, system: u64, policy: Policy) -> Outcome {
    let planner = Planner::default();
    let mut caches: Vec<Cache> = (0..keys).map(|_| Cache::default()).collect();
    let mut admissions: HashMap<usize, Admission> = HashMap::new();
    let mut last: HashMap<usize, usize> = HashMap::new();
    let mut flying: Vec<(f64, usize, Option<Answering>)> = Vec::new();
    let mut outcome = Outcome::default();
    let (mut now, mut ratios, mut samples) = (0.0, 0.0, 0_u32);
    for (number, request) in trace.iter().enumerate() {
        tokio::time::advance(Duration::from_secs_f64(request.at - now)).await;
        now = request.at;
        flying.retain(|(until, ..)| *until > now);
        let admission = admissions
            .entry(request.conversation)
            .or_insert_with(|| admission(request.conversation, keys));
        let key = match policy {
            Policy::RoundRobin => number % keys,
            Policy::Affinity => planner.choose(admission, request.prompt).unwrap(),
        };
        outcome.warm += caches[key].read(request, system);
        outcome.all += request.prompt;
        let before = last.insert(request.conversation, key);
        outcome.moved += usize::from(before.is_some_and(|before| before != key));
        let until = now + FIRST + request.answer as f64 / PACE;
        flying.push((until, key, planner.begin(admission, key)));
        if flying.len() >= keys {
            let count = |key| flying.iter().filter(|(_, one, _)| *one == key).count();
            let most = (0..keys).map(count).max().unwrap_or(0);
            ratios += most as f64 * keys as f64 / flying.len() as f64;
            samples += 1;
        }
    }
    outcome.busiest = ratios / f64::from(samples.max(1));
    outcome
}

fn admission(conversation: usize, keys: usize) -> Admission {
    let id = Uuid::from_u128(1);
    let target = |number: usize| Target {
        key: TargetKey {
            id: Some(KeyId::from_uuid(Uuid::from_u128(number as u128 + 1))),
            secret: Uuid::from_u128(number as u128 + 1),
            name: format!("key {number}"),
            provider: Provider::Keyed(KeyProvider::OpenAi),
            base_url: Some("https://api.openai.com/v1".into()),
            place: KeyPlace::default(),
            scope: KeyScope::Workspace,
        },
        model: "gpt-4.1-2025-04-14".into(),
        price: None,
        max_output: None,
        weight: 1,
        limits: TargetLimits::default(),
        facts: Facts::default(),
    };
    admit(AdmissionFacts {
        tenant: TenantId::from_uuid(id),
        member: Some(MemberId::from_uuid(id)),
        turn: MessageId::from_uuid(id),
        affinity: Uuid::from_u128(conversation as u128 + 1_000),
        node: id,
        role: Role::Member,
        workspace_active: true,
        environment: Environment::Production,
        route: Some(Route {
            alias: "a".into(),
            strategy: Strategy::LeastUsed,
            targets: (0..keys).map(target).collect(),
            options: RouteOptions::default(),
        }),
        budget: None,
        limits: AskerLimits::default(),
        cache: CachePolicy::default(),
    })
    .unwrap()
}
