//! Google's own schema words as JSON Schema.

use serde_json::{Map, Value, json};

/// Types are in capitals there, and `nullable` is a word of its own.
pub(super) fn json_schema(schema: &Value) -> Value {
    let Value::Object(object) = schema else {
        return schema.clone();
    };
    let mut out = Map::new();
    for (name, value) in object {
        let value = match (name.as_str(), value) {
            ("type", Value::String(kind)) => kind.to_ascii_lowercase().into(),
            ("items" | "additionalProperties", value) => json_schema(value),
            ("anyOf" | "any_of" | "prefixItems", Value::Array(list)) => {
                list.iter().map(json_schema).collect()
            }
            ("properties" | "$defs" | "defs", Value::Object(fields)) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, schema)| (name.clone(), json_schema(schema)));
                Value::Object(fields.collect())
            }
            ("nullable" | "propertyOrdering" | "property_ordering", _) => continue,
            (_, value) => value.clone(),
        };
        let name = if name == "any_of" { "anyOf" } else { name };
        out.insert(name.to_owned(), value);
    }
    if object.get("nullable") == Some(&Value::Bool(true))
        && let Some(kind) = out.get_mut("type")
    {
        *kind = json!([kind.take(), "null"]);
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::json_schema;
    use serde_json::json;

    #[test]
    fn types_are_written_small_wherever_they_stand() {
        let googles = json!({
            "type": "OBJECT",
            "propertyOrdering": ["type"],
            "properties": {
                "type": {"type": "STRING", "nullable": true, "enum": ["STRING"]},
                "list": {"type": "ARRAY", "items": {"anyOf": [{"type": "INTEGER"}]}},
            },
        });
        let plain = json!({
            "type": "object",
            "properties": {
                "type": {"type": ["string", "null"], "enum": ["STRING"]},
                "list": {"type": "array", "items": {"anyOf": [{"type": "integer"}]}},
            },
        });
        assert_eq!(json_schema(&googles), plain);
        assert_eq!(json_schema(&plain), plain);
    }
}
