//! A JSON schema that keeps the order of its fields.
//!
//! Owns the text as it was written, but for the spaces in it. Models fill fields in in the order in which a schema names them:
//! one that lets a model reason before it answers must not be sorted on its way. Everything else in
//! a request may be, and is.

use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// Marks an object that stands in for a schema until the request is written.
const STAND_IN: &str = "\u{0}schema";

/// A schema, an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema(String);

impl Schema {
    /// Reads a schema; `None`: it is no JSON object.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_object = text.trim_start().starts_with('{');
        let raw = RawValue::from_string(text.trim().to_owned()).ok()?;
        is_object.then(|| Self(compact(raw.get())))
    }

    /// The schema as JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// JSON without the spaces between its parts.
fn compact(json: &str) -> String {
    let (mut in_text, mut escaped) = (false, false);
    let kept = json.chars().filter(|&letter| {
        let keep = in_text || !letter.is_ascii_whitespace();
        if !escaped && letter == '"' {
            in_text = !in_text;
        }
        escaped = in_text && !escaped && letter == '\\';
        keep
    });
    kept.collect()
}

/// Takes anything and allows no arguments.
impl Default for Schema {
    fn default() -> Self {
        Self(r#"{"type":"object","properties":{}}"#.to_owned())
    }
}

/// What is no object is the schema that allows nothing.
impl From<Value> for Schema {
    fn from(value: Value) -> Self {
        if value.is_object() {
            Self(value.to_string())
        } else {
            Self::default()
        }
    }
}

/// As its stand-in; see [`write`].
impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(STAND_IN, &self.0)?;
        map.end()
    }
}

/// Writes a request, each schema in it as it was written. A program that names a field like a
/// stand-in gains nothing: what stands there is one JSON value, or it is written as it is.
pub(crate) fn write(body: &Value) -> Vec<u8> {
    serde_json::to_vec(&Written(body)).unwrap_or_default()
}

struct Written<'a>(&'a Value);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(list) => {
                let mut seq = serializer.serialize_seq(Some(list.len()))?;
                for item in list {
                    seq.serialize_element(&Written(item))?;
                }
                seq.end()
            }
            Value::Object(object) => {
                let schema = object.get(STAND_IN).filter(|_| object.len() == 1);
                let schema = schema.and_then(Value::as_str).and_then(Schema::new);
                if let Some(raw) = schema.and_then(|schema| RawValue::from_string(schema.0).ok()) {
                    return raw.serialize(serializer);
                }
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for (name, value) in object {
                    map.serialize_entry(name, &Written(value))?;
                }
                map.end()
            }
            plain => plain.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{STAND_IN, Schema, write};
    use serde_json::json;

    #[test]
    fn a_schema_is_written_as_it_was() {
        let text = "{\"z\": 1,\n \"a \\\\\":{\"y\" :\"b \\\" c\", \"b\":\"\\\\\" }}";
        let schema = Schema::new(text).unwrap();
        let body = json!({"z": [{"schema": schema}], "a": 1});
        let compact = "{\"z\":1,\"a \\\\\":{\"y\":\"b \\\" c\",\"b\":\"\\\\\"}}";
        assert_eq!(
            String::from_utf8(write(&body)).unwrap(),
            format!(r#"{{"a":1,"z":[{{"schema":{compact}}}]}}"#)
        );
    }

    #[test]
    fn nothing_but_an_object_is_a_schema() {
        for text in ["", "[]", "7", "{", "{}{}", r#"{"a":1},"b":{}"#] {
            assert_eq!(Schema::new(text), None, "{text}");
        }
        assert_eq!(Schema::from(json!(null)), Schema::default());
    }

    #[test]
    fn a_field_that_is_named_like_a_stand_in_breaks_out_of_nothing() {
        let text = r#"{"a":1},"model":"dear""#;
        let body = json!({"arguments": {STAND_IN: text}});
        let written: serde_json::Value = serde_json::from_slice(&write(&body)).unwrap();
        assert_eq!(written, body);
    }
}
