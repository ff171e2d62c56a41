//! Holds a tree against the published schema and tells everything that does not fit, not only the
//! first of it. Knows as much of JSON Schema as [`super::schema`] writes, and no more.

use super::problem::Problems;
use serde_json::{Map, Value};

/// Everything of `value` that does not fit `schema`.
#[must_use]
pub(super) fn judge(schema: &Value, value: &Value) -> Problems {
    let mut judge = Judge {
        root: schema,
        problems: Problems::default(),
    };
    judge.look(schema, value, "");
    judge.problems
}

struct Judge<'a> {
    root: &'a Value,
    problems: Problems,
}

impl<'a> Judge<'a> {
    fn look(&mut self, schema: &'a Value, value: &Value, path: &str) {
        let schema = self.meant(schema);
        if !fits_type(schema, value) {
            let told = format!("is {}, not {}", kind_of(value), kinds_of(schema));
            self.problems.add(path, told);
            return;
        }
        if let Some(names) = schema["enum"].as_array()
            && !names.contains(value)
        {
            let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
            let told = format!("`{}` is not known; use {}", plain(value), names.join(", "));
            self.problems.add(path, told);
        }
        if let Some(only) = schema.get("const")
            && only != value
        {
            let told = format!("is {}; this program reads {only}", plain(value));
            self.problems.add(path, told);
        }
        match value {
            Value::Object(fields) => self.look_at_fields(schema, fields, path),
            Value::Array(items) => self.look_at_items(schema, items, path),
            Value::String(text) => self.look_at_text(schema, text, path),
            Value::Number(_) => self.look_at_number(schema, value, path),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// What a schema leads to: its reference, or the choice that is not "nothing".
    fn meant(&self, schema: &'a Value) -> &'a Value {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.trim_start_matches('#');
            return self.root.pointer(name).unwrap_or(schema);
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            let real = choices.iter().find(|choice| choice["type"] != "null");
            return real.map_or(schema, |choice| self.meant(choice));
        }
        schema
    }

    fn look_at_fields(&mut self, schema: &'a Value, fields: &Map<String, Value>, path: &str) {
        let known = schema["properties"].as_object();
        for (name, value) in fields {
            let below = join(path, name);
            match known.and_then(|known| known.get(name)) {
                // Nothing is the same as not being there.
                Some(_) if value.is_null() && !is_required(schema, name) => {}
                Some(schema) => self.look(schema, value, &below),
                None => {
                    let names = known.into_iter().flat_map(Map::keys);
                    let told = match nearest(name, names) {
                        Some(near) => format!("there is no such field; `{near}` is meant, perhaps"),
                        None => "there is no such field".to_owned(),
                    };
                    self.problems.add(below, told);
                }
            }
        }
        let required = schema["required"].as_array();
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                self.problems.add(path, format!("`{name}` is missing"));
            }
        }
    }

    fn look_at_items(&mut self, schema: &'a Value, items: &[Value], path: &str) {
        let (least, most) = (count(schema, "minItems"), count(schema, "maxItems"));
        if least.is_some_and(|least| items.len() < least) {
            self.problems.add(path, "has nothing in it".to_owned());
        }
        if let Some(most) = most.filter(|most| items.len() > *most) {
            self.problems
                .add(path, format!("has more than {most} entries"));
        }
        for (index, item) in items.iter().enumerate() {
            self.look(&schema["items"], item, &format!("{path}[{index}]"));
        }
    }

    fn look_at_text(&mut self, schema: &Value, text: &str, path: &str) {
        if count(schema, "minLength").is_some() && text.trim().is_empty() {
            self.problems.add(path, "is empty".to_owned());
        }
        let most = count(schema, "maxLength");
        if let Some(most) = most.filter(|most| text.chars().count() > *most) {
            let told = format!("has more than {most} characters");
            self.problems.add(path, told);
        }
    }

    fn look_at_number(&mut self, schema: &Value, value: &Value, path: &str) {
        let bound = |name| schema[name].as_f64();
        let number = value.as_f64().unwrap_or_default();
        if let Some(least) = bound("minimum").filter(|least| number < *least) {
            self.problems.add(path, format!("is less than {least}"));
        }
        if let Some(most) = bound("maximum").filter(|most| number > *most) {
            self.problems.add(path, format!("is more than {most}"));
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn is_required(schema: &Value, name: &str) -> bool {
    let required = schema["required"].as_array();
    required.is_some_and(|names| names.iter().any(|one| one == name))
}

fn count(schema: &Value, name: &str) -> Option<usize> {
    schema[name].as_u64()?.try_into().ok()
}

/// The types that a schema allows; empty: any.
fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn fits_type(schema: &Value, value: &Value) -> bool {
    let types = types(schema);
    types.is_empty()
        || types.iter().any(|name| match *name {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            _ => false,
        })
}

fn kinds_of(schema: &Value) -> String {
    let words = types(schema).into_iter().filter_map(|name| match name {
        "object" => Some("a group of fields"),
        "array" => Some("a list"),
        "string" => Some("text"),
        "boolean" => Some("true or false"),
        "integer" => Some("a whole number"),
        "number" => Some("a number"),
        _ => None,
    });
    words.collect::<Vec<_>>().join(" or ")
}

const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a group of fields",
    }
}

/// What is written there, short.
fn plain(value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned);
    text.chars().take(60).collect()
}

/// The known name that differs in one or two letters.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n String>) -> Option<&'n str> {
    let near = known.map(|one| (distance(name, one), one));
    let (far, near) = near.min_by_key(|(far, _)| *far)?;
    (far <= 2 && far < near.len()).then_some(near)
}

/// Letters to change, add or leave out, between two words.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().take(64).enumerate() {
        let mut before = row[0];
        row[0] = index + 1;
        for (column, another) in other.iter().enumerate() {
            let changed = before + usize::from(letter != *another);
            before = row[column + 1];
            row[column + 1] = changed.min(before + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::documents::schema::schema;
    use serde_json::json;

    fn said(value: &serde_json::Value) -> Vec<String> {
        let problems = judge(&schema(), value).0;
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn everything_that_does_not_fit_is_told_at_once() {
        let wrong = json!({
            "livery": 2,
            "nmae": "Acme",
            "environment": "mars",
            "member_keys": "yes",
            "keys": [{ "name": "main" }],
            "models": [{ "alias": "fast", "targets": [] , "strategy": "random" }],
            "limits": [{ "usd_per_month": -1, "requests_per_minute": 0, "concurrent": 1.5 }],
        });
        assert_eq!(
            said(&wrong),
            [
                "environment: `mars` is not known; use development, staging, production",
                "keys[0]: `provider` is missing",
                "limits[0].concurrent: is a number, not a whole number",
                "limits[0].requests_per_minute: is less than 1",
                "limits[0].usd_per_month: is less than 0",
                "livery: is 2; this program reads 1",
                "member_keys: is text, not true or false",
                "models[0].strategy: `random` is not known; use priority, weighted, least-cost, \
                 lowest-latency, least-used",
                "models[0].targets: has nothing in it",
                "nmae: there is no such field; `name` is meant, perhaps",
            ]
        );
        assert_eq!(said(&json!([])), ["is a list, not a group of fields"]);
        assert_eq!(said(&json!({})), ["`livery` is missing"]);
    }

    #[test]
    fn what_is_null_is_not_there() {
        let fine = json!({ "livery": 1, "name": null, "limits": [{ "usd_per_month": "2.5" }] });
        assert_eq!(said(&fine), [""; 0]);
        assert_eq!(
            said(&json!({ "livery": null })),
            ["livery: is nothing, not a whole number"]
        );
    }
}
