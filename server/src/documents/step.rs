//! One step of a plan: what is done, and how it is told before and after.

use super::shape::{BrandPart, KeyPart, LimitPart, ModelPart, PricePart};
use contract::keys::KeyEnvironment;
use contract::savings::CacheKeep;
use contract::{KeyId, MemberId, Role, TeamId};
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// Whether something comes, changes or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It was not there.
    Create,
    /// It is otherwise.
    Change,
    /// It goes.
    Delete,
}

/// One step.
#[derive(Clone, Serialize)]
pub struct Step {
    /// Whether something comes, changes or goes.
    pub kind: Kind,
    /// What, e.g. `model fast`.
    pub item: String,
    /// How, one line each; never a secret and never the text of instructions.
    pub details: Vec<String>,
    /// The deed.
    #[serde(skip)]
    pub(super) act: Act,
}

/// A deed. Entries of a document are named in it by what they are called there.
#[derive(Clone)]
pub(super) enum Act {
    Name(String),
    Environment(String),
    Brand(BrandPart),
    Cache(CacheKeep),
    MemberKeys(bool),
    Prompt(String),
    AddHost(String),
    PrimaryHost(String),
    RemoveHost(String),
    MakeTeam(String),
    RemoveTeam(TeamId, String),
    Role(MemberId, String, Role),
    JoinOrLeave {
        member: MemberId,
        email: String,
        team: String,
        inside: bool,
    },
    Invite(String, Role),
    AddKey(KeyPart),
    RotateKey(KeyId, KeyPart),
    UseKey(KeyId, String, bool),
    DeleteKey(KeyId, String),
    SetModel(ModelPart),
    RemoveModel(String, String),
    SetPrice(PricePart),
    SetLimit(LimitPart),
    RemoveLimit(LimitPart),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.kind {
            Kind::Create => "create",
            Kind::Change => "change",
            Kind::Delete => "delete",
        };
        write!(f, "{verb} {}", self.item)?;
        if !self.details.is_empty() {
            write!(f, ": {}", self.details.join("; "))?;
        }
        Ok(())
    }
}

/// A name, with its environment where that is not production.
pub(super) fn in_environment(name: &str, environment: &str) -> String {
    if environment == KeyEnvironment::Production.as_str() {
        name.to_owned()
    } else {
        format!("{name} ({environment})")
    }
}

/// What differs between two entries, field by field. Both are written as a document writes them.
pub(super) fn differences<T: Serialize>(before: &T, after: &T) -> Vec<String> {
    let (before, after) = (fields(before), fields(after));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let nothing = Value::Null;
    let told = names.into_iter().filter_map(|name| {
        let old = before.get(name).unwrap_or(&nothing);
        let new = after.get(name).unwrap_or(&nothing);
        (old != new).then(|| format!("{name} {} → {}", in_words(old), in_words(new)))
    });
    told.collect()
}

/// What an entry says, field by field, without what names it.
pub(super) fn says<T: Serialize>(entry: &T, but: &[&str]) -> Vec<String> {
    let fields = fields(entry);
    let said = fields
        .iter()
        .filter(|(name, _)| !but.contains(&name.as_str()));
    said.map(|(name, value)| format!("{name} {}", in_words(value)))
        .collect()
}

fn fields<T: Serialize>(entry: &T) -> serde_json::Map<String, Value> {
    match serde_json::to_value(entry) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    }
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.chars().count() > 60 => {
            let short: String = text.chars().take(59).collect();
            format!("“{short}…”")
        }
        Value::String(text) => format!("“{text}”"),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(in_words).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => group_in_words(fields),
    }
}

fn group_in_words(fields: &serde_json::Map<String, Value>) -> String {
    let pairs = |but: &[&str], between: &str| {
        let said = fields
            .iter()
            .filter(|(name, _)| !but.contains(&name.as_str()));
        said.map(|(name, value)| format!("{name}{between}{}", in_words(value)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    // A target, the way the command line writes one.
    if let (Some(Value::String(key)), Some(Value::String(model))) =
        (fields.get("key"), fields.get("model"))
    {
        let more = pairs(&["key", "model"], "=");
        let more = if more.is_empty() {
            more
        } else {
            format!(", {more}")
        };
        return format!("{key}:{model}{more}");
    }
    format!("{{{}}}", pairs(&[], " "))
}
