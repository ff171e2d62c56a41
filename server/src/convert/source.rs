//! What is converted, with a note of what was used of it: the rest is what was left.

use super::Left;
use crate::documents::{Problems, Tree, read_trees};
use serde_json::Value;
use std::collections::HashSet;

/// Something that was read from a file.
pub(super) struct Source {
    value: Value,
    used: HashSet<String>,
    told: Vec<Left>,
}

impl Source {
    /// YAML or JSON.
    pub(super) fn read(text: &str) -> Result<Self, Problems> {
        let mut trees = read_trees(text)?;
        if trees.len() != 1 || !trees[0].value.is_object() {
            let mut problems = Problems::default();
            problems.add("", "this is not one group of fields");
            return Err(problems);
        }
        let Tree { value, .. } = trees.remove(0);
        Ok(Self {
            value,
            used: HashSet::new(),
            told: Vec::new(),
        })
    }

    /// What stands at `path`, and nothing where that is not there.
    pub(super) fn at(&self, path: &str) -> &Value {
        let mut value = &self.value;
        for step in steps(path) {
            value = match step.parse::<usize>() {
                Ok(index) if value.is_array() => &value[index],
                _ => &value[step],
            };
        }
        value
    }

    /// The same, as used up.
    pub(super) fn take(&mut self, path: &str) -> Value {
        self.used.insert(path.to_owned());
        self.at(path).clone()
    }

    /// Text or a number, as used up. `None`: nothing of that kind.
    pub(super) fn text(&mut self, path: &str) -> Option<String> {
        let text = match self.at(path) {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        self.used.insert(path.to_owned());
        Some(text).filter(|text| !text.is_empty())
    }

    /// A whole number above nothing, as used up.
    pub(super) fn count(&mut self, path: &str) -> Option<u32> {
        let count = self.at(path).as_u64()?;
        self.used.insert(path.to_owned());
        u32::try_from(count).ok().filter(|count| *count > 0)
    }

    /// Names of the fields at `path`.
    pub(super) fn names(&self, path: &str) -> Vec<String> {
        let fields = self.at(path).as_object();
        fields
            .into_iter()
            .flat_map(|it| it.keys().cloned())
            .collect()
    }

    /// Entries of the list at `path`.
    pub(super) fn len(&self, path: &str) -> usize {
        self.at(path).as_array().map_or(0, Vec::len)
    }

    /// Notes that something is not carried.
    pub(super) fn tell(&mut self, name: impl Into<String>, why: impl Into<String>) {
        let name = name.into();
        self.used.insert(name.clone());
        self.told.push(Left {
            name,
            why: why.into(),
        });
    }

    /// Everything that was told, and every field that nothing was made of.
    pub(super) fn left(mut self) -> Vec<Left> {
        let mut rest = Vec::new();
        unused(&self.value, String::new(), &self.used, &mut rest);
        self.told.extend(rest.into_iter().map(|name| Left {
            name,
            why: "there is no such setting here".to_owned(),
        }));
        self.told
    }
}

/// `a.b[2].c` in its steps. Names with dots in them are kept whole by [`join`].
fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split(['\u{1f}', '['])
        .map(|step| step.trim_end_matches(']'))
        .filter(|step| !step.is_empty())
}

/// A field below a path. Names may have dots, so steps are kept apart by a letter no name has.
pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}\u{1f}{name}")
    }
}

/// A path for people, on one line.
pub(super) fn shown(path: &str) -> String {
    let dotted = path.replace('\u{1f}', ".");
    dotted.chars().filter(|c| !c.is_control()).collect()
}

fn unused(value: &Value, path: String, used: &HashSet<String>, rest: &mut Vec<String>) {
    if used.contains(&path) {
        return;
    }
    let below = |one: &&String| {
        one.strip_prefix(&path)
            .is_some_and(|more| path.is_empty() || more.starts_with(['\u{1f}', '[']))
    };
    if !path.is_empty() && !used.iter().any(|one| below(&one)) {
        if !value.is_null() {
            rest.push(path);
        }
        return;
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                unused(value, join(&path, name), used, rest);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                unused(item, format!("{path}[{index}]"), used, rest);
            }
        }
        _ => {}
    }
}
