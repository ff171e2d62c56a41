//! Random documents, each applied to what the one before left: then it is as the document says, and
//! applying it again changes nothing.

use crate::rig::Rig;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use server::documents::{
    AllowsPart, Choices, Document, Job, KeyPart, LimitPart, ModelPart, SecretPart, SemanticPart,
    TargetPart, apply, export, read_documents, to_yaml,
};
use std::collections::HashSet;

const CASES: u32 = 40;

pub(crate) async fn run(rig: &Rig) {
    let made = [
        "workspace",
        "create",
        "--slug",
        "random",
        "--name",
        "Random",
        "--json",
    ];
    rig.livery(&made).await.json();
    rig.file("secret", crate::rig::CANARY);
    let mut runner = TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    });
    let handle = tokio::runtime::Handle::current();
    let outcome = tokio::task::block_in_place(|| {
        runner.run(&documents(), |document| {
            handle.block_on(it_is_as_it_says(rig, document));
            Ok(())
        })
    });
    outcome.unwrap();
}

async fn it_is_as_it_says(rig: &Rig, document: Document) {
    let yaml = to_yaml(&[document]).unwrap();
    let written = &read_documents(&yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"))[0];
    let tenant = rig.opened.workspace("random").await.unwrap().id;
    let choices = Choices {
        prune: true,
        prune_keys: true,
        invite: false,
    };
    let job = Job {
        choices,
        dry_run: false,
        folder: rig.folder(),
    };
    let done = apply(&rig.opened, tenant, written, &job).await;
    assert!(done.is_ok(), "{}\n{yaml}", done.err().unwrap());
    let again = apply(&rig.opened, tenant, written, &job).await.unwrap();
    assert!(again.steps.is_empty(), "{}\n{yaml}", again.steps[0]);
    let there = export(&rig.opened, tenant, true).await.unwrap();
    assert_eq!(sorted(there), sorted(written.document.clone()), "{yaml}");
}

/// Sections without their order, and without what an export never says.
fn sorted(document: Document) -> Document {
    let mut document = document;
    for key in document.keys.iter_mut().flatten() {
        key.secret = None;
    }
    if let Some(list) = &mut document.teams {
        list.sort();
    }
    if let Some(list) = &mut document.keys {
        list.sort_by_key(|one| serde_json::to_string(one).unwrap());
    }
    if let Some(list) = &mut document.models {
        list.sort_by_key(|one| serde_json::to_string(one).unwrap());
    }
    if let Some(list) = &mut document.limits {
        list.sort_by_key(|one| serde_json::to_string(one).unwrap());
    }
    // Not drawn here.
    document.name = None;
    document.workspace = None;
    document.hosts = None;
    document.members = None;
    document.prices = None;
    document.brand = None;
    document
}

const TEAMS: [&str; 3] = ["Legal", "Sales team", "Ünion"];
const KEYS: [&str; 3] = ["main", "second key", "k"];
const ENVIRONMENTS: [&str; 2] = ["production", "staging"];

fn documents() -> impl Strategy<Value = Document> {
    let teams = proptest::sample::subsequence(TEAMS.to_vec(), 0..=3);
    let keys = proptest::sample::subsequence(KEYS.to_vec(), 1..=3);
    (teams, keys, select(ENVIRONMENTS.to_vec())).prop_flat_map(|(teams, keys, chats_in)| {
        let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
        let teams: Vec<String> = teams.iter().map(ToString::to_string).collect();
        let models = vec(model(names.clone()), 0..5);
        let parts = (
            key_parts(names),
            models,
            select(vec!["usual", "off", "10m", "3h", "7d"]),
            any::<bool>(),
            "[a-zäöü .,:#'\"\\n-]{1,80}",
        );
        let of_teams = teams.clone();
        (parts, vec(limit(teams), 0..6)).prop_map(move |(parts, limits)| {
            let (keys, models, cache, member_keys, prompt) = parts;
            let mut models = models;
            let mut seen = HashSet::new();
            models.retain(|one: &ModelPart| {
                seen.insert((one.environment.clone(), one.alias.clone()))
            });
            let aliases: HashSet<&String> = models.iter().map(|one| &one.alias).collect();
            let mut seen = HashSet::new();
            let limits = limits.into_iter().filter(|one: &LimitPart| {
                let known = one
                    .model
                    .as_ref()
                    .is_none_or(|model| aliases.contains(model));
                known && seen.insert((one.team.clone(), one.model.clone()))
            });
            Document {
                workspace: Some("random".to_owned()),
                environment: Some(chats_in.to_owned()),
                cache: Some(cache.to_owned()),
                member_keys: Some(member_keys),
                // Instructions are kept when a document has none, so it always has some.
                prompt: Some(format!("x{prompt}")),
                teams: Some(of_teams.clone()),
                keys: Some(keys),
                limits: Some(limits.collect()),
                models: Some(models),
                ..Document::default()
            }
        })
    })
}

/// Each key in both environments, so that every model finds its own.
fn key_parts(names: Vec<String>) -> impl Strategy<Value = Vec<KeyPart>> {
    let each = vec((any::<bool>(), 0..3_u8), names.len());
    each.prop_map(move |draws| {
        let pairs = names.iter().zip(draws);
        pairs
            .flat_map(|(name, (disabled, address))| {
                ENVIRONMENTS.map(|environment| KeyPart {
                    name: name.clone(),
                    environment: environment.to_owned(),
                    provider: "openai-compatible".to_owned(),
                    base_url: Some(format!("http://127.0.0.1:9/{address}")),
                    deployment: None,
                    api_version: None,
                    region: None,
                    access_key_id: None,
                    organisation: None,
                    project: None,
                    probe_model: None,
                    team: None,
                    disabled,
                    secret: Some(SecretPart {
                        env: None,
                        file: Some("secret".to_owned()),
                    }),
                })
            })
            .collect()
    })
}

fn model(keys: Vec<String>) -> impl Strategy<Value = ModelPart> {
    let strategies = [
        "priority",
        "weighted",
        "least-cost",
        "lowest-latency",
        "least-used",
    ];
    let said = (
        select(vec!["fast", "careful", "x-1", "a.b_c"]),
        select(ENVIRONMENTS.to_vec()),
        select(strategies.to_vec()),
        0..2_000_i32,
        proptest::option::of(select(vec!["A label", "“Quoted”", "no", "7"])),
        proptest::sample::subsequence(vec!["eu", "us-east-1"], 0..=2),
    );
    let more = (
        any::<(bool, bool, bool, bool, bool)>(),
        proptest::option::of((proptest::option::of(100..100_000_u32), any::<bool>())),
        vec(target(keys), 1..5),
    );
    (said, more).prop_map(|(said, (allows, semantic, targets))| {
        let (alias, environment, strategy, position, label, regions) = said;
        let mut seen = HashSet::new();
        let mut targets = targets;
        targets.retain(|one: &TargetPart| seen.insert((one.key.clone(), one.model.clone())));
        if targets.iter().all(|one| one.weight == Some(0)) {
            targets[0].weight = None;
        }
        ModelPart {
            alias: alias.to_owned(),
            label: label.map(ToOwned::to_owned),
            environment: environment.to_owned(),
            strategy: strategy.to_owned(),
            position: Some(position),
            targets,
            regions: regions.into_iter().map(ToOwned::to_owned).collect(),
            allows: AllowsPart {
                declined_elsewhere: allows.0,
                longer_elsewhere: allows.1,
                priced_only: allows.2,
                goes_on: allows.3,
                instructs_programs: allows.4,
            },
            semantic: semantic.map(|(share, verify)| SemanticPart {
                wrong_at_most: share
                    .map(|share| format!("{}.{:04}%", share / 10_000, share % 10_000)),
                verify,
                embeddings: None,
            }),
        }
    })
}

fn target(keys: Vec<String>) -> impl Strategy<Value = TargetPart> {
    let some = proptest::option::of::<proptest::bool::Any>;
    let facts = (
        some(any::<bool>()),
        some(any::<bool>()),
        some(any::<bool>()),
        some(any::<bool>()),
    );
    let times = (
        proptest::option::of(100..60_000_u32),
        proptest::option::of(100..3_600_000_u32),
        proptest::option::of(256..1_000_000_u32),
    );
    let named = (
        select(keys),
        select(vec!["m", "gpt-4.1-2025-04-14", "a/b:c"]),
        proptest::option::of(0..=1_000_u32),
        proptest::option::of(select(vec!["last-line", "prefix", "vllm"])),
    );
    (named, facts, times, 0..8_u8).prop_map(|(named, facts, times, demo)| {
        let (key, model, weight, prefill) = named;
        if demo == 0 {
            return TargetPart {
                key: "demo".to_owned(),
                model: "demo".to_owned(),
                ..TargetPart::default()
            };
        }
        TargetPart {
            key,
            model: model.to_owned(),
            weight,
            connect: times.0.map(|millis| format!("{millis}ms")),
            total: times.1.map(|millis| format!("{millis}ms")),
            context: times.2.map(|tokens| tokens.to_string()),
            images: facts.0,
            tools: facts.1,
            structured: facts.2,
            reasoning: facts.3,
            prefill: prefill.map(ToOwned::to_owned),
            ..TargetPart::default()
        }
    })
}

fn limit(teams: Vec<String>) -> impl Strategy<Value = LimitPart> {
    let whose: BoxedStrategy<Option<String>> = if teams.is_empty() {
        Just(None).boxed()
    } else {
        proptest::option::of(select(teams)).boxed()
    };
    let rates = (
        proptest::option::of(1..u32::MAX),
        proptest::option::of(1..u32::MAX),
        1..1_000_u32,
    );
    let model = proptest::option::of(select(vec!["fast", "careful"]));
    (
        whose,
        model,
        proptest::option::of(0..9_000_000_000_i64),
        rates,
    )
        .prop_map(
            |(team, model, usd, (requests, tokens, concurrent))| LimitPart {
                team,
                usd_per_month: usd
                    .filter(|_| model.is_none())
                    .map(|nano| format!("{}.{:09}", nano / 1_000_000_000, nano % 1_000_000_000)),
                model: model.map(ToOwned::to_owned),
                requests_per_minute: requests,
                tokens_per_minute: tokens,
                concurrent: Some(concurrent),
                ..LimitPart::default()
            },
        )
}
