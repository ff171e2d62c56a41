//! The pairs, with their likeness.

use embed::MiniLm;
use serde_json::Value;

/// A question that was answered, and one that is asked.
pub(crate) struct Pair {
    pub(crate) part: String,
    pub(crate) trap: bool,
    pub(crate) cached: String,
    pub(crate) asked: String,
    pub(crate) likeness: f32,
}

pub(crate) fn read(model: &MiniLm) -> Vec<Pair> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../engine/tests/semantic/pairs.jsonl"
    );
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| pair(model, line)).collect()
}

fn pair(model: &MiniLm, line: &str) -> Pair {
    let read: Value = serde_json::from_str(line).unwrap();
    let field = |name: &str| read[name].as_str().unwrap().to_owned();
    let (cached, asked) = (field("cached"), field("asked"));
    let (one, other) = (model.embed(&cached).unwrap(), model.embed(&asked).unwrap());
    let trap = match read["kind"].as_str().unwrap() {
        "trap" => true,
        "paraphrase" => false,
        other => unreachable!("{other} is no kind of pair"),
    };
    Pair {
        part: field("part"),
        trap,
        likeness: one.iter().zip(&other).map(|(one, other)| one * other).sum(),
        cached,
        asked,
    }
}
