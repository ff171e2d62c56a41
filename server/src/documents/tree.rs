//! A file as a tree of plain values that know where they stand. YAML 1.2, and so JSON too; several
//! documents in one file, or a list of them.
//!
//! Bounded: a file has a largest size, a largest depth and a largest count of nodes, and aliases
//! cannot make more of it. Refuses a key that is there twice.

use super::problem::{Problem, Problems, Spot};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Spanned;
use std::collections::HashMap;
use std::fmt;

/// Largest file, in bytes.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// Most documents of one file.
const MOST_DOCUMENTS: usize = 4_000;

/// One document of a file.
#[derive(Debug)]
pub struct Tree {
    /// What it says.
    pub value: Value,
    spots: HashMap<String, Spot>,
}

impl Tree {
    /// Where a field stands, or, where it is not there, what would hold it.
    #[must_use]
    pub fn spot(&self, path: &str) -> Option<Spot> {
        let mut path = path;
        loop {
            if let Some(spot) = self.spots.get(path) {
                return Some(*spot);
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }

    /// Gives problems their places.
    #[must_use]
    pub fn place(&self, problems: Problems) -> Problems {
        let whole = self.spots.get("").copied();
        let placed = problems.0.into_iter().map(|problem| {
            let spot = self.spot(&problem.path).or(whole);
            problem.placed(spot)
        });
        let mut placed: Vec<Problem> = placed.collect();
        placed.sort_by_key(|problem| (problem.line, problem.column));
        Problems(placed)
    }
}

/// Every document of a file.
///
/// # Errors
/// What cannot be read, with its line.
pub fn read_trees(text: &str) -> Result<Vec<Tree>, Problems> {
    if text.len() > MOST_BYTES {
        let most = MOST_BYTES / (1024 * 1024);
        let told = format!("the file has more than {most} MB");
        return Err(Problems(vec![Problem::at("", told)]));
    }
    let options = serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_depth: 32,
            max_documents: MOST_DOCUMENTS,
            max_nodes: 1_000_000,
            max_events: 2_500_000,
            max_total_scalar_bytes: MOST_BYTES,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 100_000 },
    };
    let nodes: Vec<Spanned<Node>> = serde_saphyr::from_multiple_with_options(text, options)
        .map_err(|error| {
            let spot = error.location().map(|at| (at.line(), at.column()));
            let problem = Problem::at("", plain(&error.to_string()));
            Problems(vec![problem.placed(spot)])
        })?;
    let mut trees = Vec::new();
    for node in nodes {
        match node.value {
            Node::Null => {}
            // A list of documents, as `livery export --json` writes several.
            Node::List(items) => trees.extend(items.into_iter().map(tree)),
            _ => trees.push(tree(node)),
        }
    }
    Ok(trees)
}

/// The first line of what the parser says, without the place, which is told beside.
fn plain(said: &str) -> String {
    let line = said.lines().next().unwrap_or_default();
    let line = line.split(" at line ").next().unwrap_or_default();
    // Advice for whoever calls the parser.
    let line = line.split(", set ").next().unwrap_or_default();
    format!("this cannot be read as YAML or JSON: {line}")
}

fn tree(node: Spanned<Node>) -> Tree {
    let mut spots = HashMap::new();
    let value = flatten(node, String::new(), &mut spots);
    Tree { value, spots }
}

fn flatten(node: Spanned<Node>, path: String, spots: &mut HashMap<String, Spot>) -> Value {
    let at = node.referenced;
    let value = match node.value {
        Node::Null => Value::Null,
        Node::Bool(value) => Value::Bool(value),
        Node::Number(value) => Value::Number(value),
        Node::Text(value) => Value::String(value),
        Node::List(items) => {
            let items = items.into_iter().enumerate();
            let flat = items.map(|(index, item)| flatten(item, format!("{path}[{index}]"), spots));
            Value::Array(flat.collect())
        }
        Node::Fields(fields) => {
            let mut flat = Map::new();
            for (name, field) in fields {
                let below = if path.is_empty() {
                    name.value.clone()
                } else {
                    format!("{path}.{}", name.value)
                };
                let place = (name.referenced.line(), name.referenced.column());
                let value = flatten(field, below.clone(), spots);
                spots.insert(below, place);
                flat.insert(name.value, value);
            }
            Value::Object(flat)
        }
    };
    spots
        .entry(path)
        .or_insert_with(|| (at.line(), at.column()));
    value
}

enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Spanned<Node>>),
    Fields(Vec<(Spanned<String>, Spanned<Node>)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyNode)
    }
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Node, D::Error> {
        Node::deserialize(from)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Number::from_f64(value).map_or_else(|| Node::Text(value.to_string()), Node::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Node, A::Error> {
        let mut all = Vec::new();
        while let Some(name) = fields.next_key()? {
            all.push((name, fields.next_value()?));
        }
        Ok(Node::Fields(all))
    }
}
