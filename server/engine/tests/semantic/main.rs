//! The guard alone on the committed pairs, without any vectors: what it lets through at every likeness.
//!
//! `pairs.jsonl` holds questions that were answered (`cached`) and questions that are asked (`asked`): paraphrases, for
//! which the answer fits, and traps, for which it does not. What guard and vectors do together, with the real encoder, is
//! looked at in `server/embed/tests`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use engine::semantic::guard::{Difference, Facts, agree};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

struct Pair {
    id: String,
    trap: bool,
    kind: String,
    cached: String,
    asked: String,
}

fn pairs() -> Vec<Pair> {
    let text = include_str!("pairs.jsonl");
    let read = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| value[name].as_str().unwrap().to_owned();
        Pair {
            id: field("id"),
            trap: field("kind") == "trap",
            kind: field("type"),
            cached: field("cached"),
            asked: field("asked"),
        }
    };
    text.lines().map(read).collect()
}

fn verdict(one: &str, other: &str) -> Result<(), Difference> {
    agree(&Facts::of(one).unwrap(), &Facts::of(other).unwrap())
}

#[test]
fn there_are_enough_pairs_and_none_twice() {
    let pairs = pairs();
    let of = |trap| pairs.iter().filter(|pair| pair.trap == trap).count();
    assert!(of(false) >= 200 && of(true) >= 200);
    let ids: HashSet<&str> = pairs.iter().map(|pair| pair.id.as_str()).collect();
    let texts: HashSet<_> = pairs
        .iter()
        .map(|pair| (&pair.cached, &pair.asked))
        .collect();
    assert_eq!((ids.len(), texts.len()), (pairs.len(), pairs.len()));
}

#[test]
fn hardly_any_trap_passes_however_alike_it_is() {
    let (mut passed, mut told) = (BTreeMap::<bool, (u32, u32)>::new(), BTreeMap::new());
    for pair in pairs() {
        let through = verdict(&pair.cached, &pair.asked).is_ok();
        let counts = passed.entry(pair.trap).or_default();
        counts.0 += 1;
        counts.1 += u32::from(through);
        if pair.trap && through {
            *told.entry(pair.kind).or_insert(0) += 1;
        }
    }
    println!("traps that the guard alone lets through: {told:?}");
    let share = |trap| {
        let (all, passed): (u32, u32) = passed[&trap];
        f64::from(passed) / f64::from(all)
    };
    assert!(share(true) <= 0.01, "{:?} {told:?}", passed[&true]);
    assert!(share(false) >= 0.6, "{:?}", passed[&false]);
}

/// It must not matter which of the two was asked first.
#[test]
fn the_verdict_is_the_same_both_ways_round() {
    for pair in pairs() {
        let there = verdict(&pair.cached, &pair.asked).is_ok();
        let back = verdict(&pair.asked, &pair.cached).is_ok();
        assert_eq!(there, back, "{}: {} / {}", pair.id, pair.cached, pair.asked);
        assert!(verdict(&pair.asked, &pair.asked).is_ok(), "{}", pair.id);
    }
}
