//! JSON as strictly as a door needs it.
//!
//! Owns the parse of a body somebody else wrote. Refuses fields that are given twice, because two
//! readers would disagree about which one counts, and nesting that is deeper than anything honest.

use super::asked::{Read, WrongInput};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Reads a body.
pub(crate) fn parse(body: &[u8]) -> Read<Value> {
    if std::str::from_utf8(body).is_err() {
        return Err(WrongInput::body("the body is not UTF-8"));
    }
    match serde_json::from_slice::<Strict>(body) {
        Ok(Strict(value)) => Ok(value),
        Err(error) if error.is_data() => {
            Err(WrongInput::body("a field is given twice in one object"))
        }
        Err(error) => Err(WrongInput::body(format!(
            "the body is not JSON; reading stopped at line {}, column {}",
            error.line(),
            error.column()
        ))),
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = fields.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("given twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn what_two_readers_would_read_differently_is_refused() {
        assert!(parse(br#"{"a":[1,-2,0.5,null,true,"x",{"b":{}}]}"#).is_ok());
        let table: [(&[u8], &str); 6] = [
            (b"{\"a\":1,\"a\":2}", "a field is given twice in one object"),
            (
                b"[{\"b\":{\"c\":1,\"c\":1}}]",
                "a field is given twice in one object",
            ),
            (b"\xff", "the body is not UTF-8"),
            (
                b"",
                "the body is not JSON; reading stopped at line 1, column 0",
            ),
            (
                b"{\"a\":1}x",
                "the body is not JSON; reading stopped at line 1, column 8",
            ),
            (
                b"{\"a\":",
                "the body is not JSON; reading stopped at line 1, column 5",
            ),
        ];
        for (body, reason) in table {
            assert_eq!(parse(body).unwrap_err().reason, reason);
        }
        let deep = "[".repeat(100_000);
        assert!(parse(deep.as_bytes()).unwrap_err().field.is_none());
    }
}
