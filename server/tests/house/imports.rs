//! Who may import whom: the table of the design, read back from `cargo metadata`.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use std::collections::BTreeSet;

/// Crate, which of our own crates it may use, what must be nowhere below it.
const TABLE: [(&str, &[&str], &[&str]); 9] = [
    (
        "contract",
        &[],
        &["leptos", "tokio", "axum", "sqlx", "reqwest", "redis"],
    ),
    ("app", &["contract"], &["sqlx", "redis", "reqwest"]),
    ("frontend", &["app"], &["sqlx", "redis", "axum"]),
    (
        "wire",
        &["contract"],
        &["tokio", "reqwest", "leptos", "axum", "sqlx", "redis"],
    ),
    (
        "engine",
        &["contract", "wire"],
        &["leptos", "axum", "sqlx", "redis"],
    ),
    (
        "embed",
        &[],
        &["tokio", "reqwest", "leptos", "axum", "sqlx", "redis"],
    ),
    (
        "saml",
        &[],
        &["tokio", "reqwest", "leptos", "axum", "sqlx", "redis"],
    ),
    (
        "store",
        &["contract"],
        &["leptos", "axum", "reqwest", "redis"],
    ),
    (
        "server",
        &["app", "contract", "embed", "engine", "store", "wire"],
        &[],
    ),
];

/// All that the vocabulary may be made of.
const CONTRACT_MAY_USE: [&str; 5] = ["serde", "uuid", "thiserror", "futures-core", "async-trait"];

fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    MetadataCommand::new()
        .manifest_path(manifest)
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .unwrap()
}

/// Direct dependencies of a workspace crate, without those of tests and build scripts.
fn direct(metadata: &Metadata, name: &str) -> BTreeSet<String> {
    let package = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name.as_str() == name)
        .unwrap();
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal)
        .map(|dependency| dependency.name.clone())
        .collect()
}

/// Everything that is compiled into a crate.
fn below(metadata: &Metadata, name: &str) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().unwrap();
    let start = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name.as_str() == name)
        .unwrap();
    let (mut open, mut seen): (Vec<&PackageId>, BTreeSet<&PackageId>) =
        (vec![&start.id], BTreeSet::new());
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = resolve.nodes.iter().find(|node| node.id == *id).unwrap();
        let normal = node.deps.iter().filter(|dep| {
            dep.dep_kinds
                .iter()
                .any(|kind| kind.kind == DependencyKind::Normal)
        });
        open.extend(normal.map(|dep| &dep.pkg));
    }
    seen.iter()
        .map(|id| metadata[id].name.to_string())
        .collect()
}

#[test]
fn our_crates_import_only_what_the_table_allows() {
    let metadata = metadata();
    let ours: BTreeSet<String> = metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let listed: BTreeSet<String> = TABLE.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(ours, listed, "a crate is missing in the table");
    for (name, allowed, _) in TABLE {
        let used: BTreeSet<String> = direct(&metadata, name)
            .intersection(&ours)
            .cloned()
            .collect();
        let extra: Vec<_> = used
            .iter()
            .filter(|used| !allowed.contains(&used.as_str()))
            .collect();
        assert!(extra.is_empty(), "{name} must not import {extra:?}");
    }
}

#[test]
fn nothing_forbidden_is_below_a_crate() {
    let metadata = metadata();
    for (name, _, forbidden) in TABLE {
        // Optional halves are resolved for the whole workspace, so crates with an `ssr` half are
        // judged by their own manifests.
        let used = if matches!(name, "app" | "frontend") {
            direct(&metadata, name)
        } else {
            below(&metadata, name)
        };
        let found: Vec<_> = forbidden
            .iter()
            .filter(|bad| used.contains(**bad))
            .collect();
        assert!(found.is_empty(), "{name} must never see {found:?}");
    }
}

/// Local embeddings cost minutes of building, so the usual build goes without.
#[test]
fn the_encoder_is_built_only_where_it_is_asked_for() {
    let metadata = metadata();
    let packages = metadata.workspace_packages();
    let of = |name: &str| {
        packages
            .iter()
            .find(|package| package.name.as_str() == name)
    };
    let server = of("server").unwrap();
    let embed = server.dependencies.iter().find(|used| used.name == "embed");
    assert!(embed.unwrap().optional);
    assert!(!server.features.contains_key("default"));
    let members = &metadata.workspace_default_members;
    assert!(!members.contains(&of("embed").unwrap().id));
}

#[test]
fn the_vocabulary_is_made_of_little() {
    let used = direct(&metadata(), "contract");
    let extra: Vec<_> = used
        .iter()
        .filter(|used| !CONTRACT_MAY_USE.contains(&used.as_str()))
        .collect();
    assert!(extra.is_empty(), "contract must not use {extra:?}");
}
