//! An object whose fields keep their bytes and their places.
//!
//! Owns the few changes a request needs on its way to a target of the same dialect. Refuses to read
//! what it does not change, never writes a `null` that was not there, and takes no field twice: what is
//! changed here must be what is read there.

use super::asked::{Read, WrongInput};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fmt;

/// Fields in their order; a value is the bytes that were sent.
#[derive(Debug, Default)]
pub(crate) struct RawFields(Vec<(String, Box<RawValue>)>);

impl RawFields {
    /// Reads an object.
    pub(crate) fn read(body: &[u8]) -> Read<Self> {
        let must = "the body must be an object that gives no field twice";
        serde_json::from_slice(body).map_err(|_| WrongInput::body(must))
    }

    /// An object inside this one; absent and `null` are empty.
    pub(crate) fn object(&self, name: &str) -> Read<Self> {
        match self.get(name) {
            None => Ok(Self::default()),
            Some(raw) => serde_json::from_str(raw.get())
                .map_err(|_| WrongInput::at(name, "must be an object that gives no field twice")),
        }
    }

    /// A value as it came; `null` is none.
    pub(crate) fn get(&self, name: &str) -> Option<&RawValue> {
        let field = self.0.iter().find(|(field, _)| field == name);
        field
            .map(|(_, raw)| &**raw)
            .filter(|raw| raw.get() != "null")
    }

    /// The objects of a list; what is none among them is an empty one.
    pub(crate) fn list(&self, name: &str) -> Vec<Self> {
        let list = self.get(name).map(RawValue::get);
        let list = list.and_then(|text| serde_json::from_str::<Vec<Box<RawValue>>>(text).ok());
        let object = |raw: Box<RawValue>| serde_json::from_str(raw.get()).unwrap_or_default();
        list.into_iter().flatten().map(object).collect()
    }

    /// The value at the end of a path, as it came.
    pub(crate) fn at(&self, path: &[&str]) -> Option<String> {
        match path {
            [] => None,
            [name] => self.get(name).map(|raw| raw.get().to_owned()),
            [name, rest @ ..] => self.object(name).ok()?.at(rest),
        }
    }

    /// A whole number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// Puts a value where the field was, or at the end.
    pub(crate) fn set(&mut self, name: &str, value: &Value) {
        if let Ok(raw) = RawValue::from_string(value.to_string()) {
            self.set_raw(name, raw);
        }
    }

    /// Puts an object where the field was, or at the end.
    pub(crate) fn set_object(&mut self, name: &str, object: &Self) {
        let text = String::from_utf8(object.write()).ok();
        if let Some(raw) = text.and_then(|text| RawValue::from_string(text).ok()) {
            self.set_raw(name, raw);
        }
    }

    /// Refuses fields whose names differ from one of these in capitals only: servers written in Go
    /// read them as the same, and the last one counts.
    pub(crate) fn refuse_alike(&self, names: &[&'static str]) -> Read<()> {
        for name in names {
            let alike = |field: &str| field != *name && folded(field).eq(folded(name));
            if self.0.iter().any(|(field, _)| alike(field)) {
                let why = "must be written like this; another field is written nearly the same";
                return Err(WrongInput::at(*name, why));
            }
        }
        Ok(())
    }

    /// Takes a field out.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(field, _)| field != name);
    }

    fn set_raw(&mut self, name: &str, raw: Box<RawValue>) {
        match self.0.iter_mut().find(|(field, _)| field == name) {
            Some((_, old)) => *old = raw,
            None => self.0.push((name.to_owned(), raw)),
        }
    }

    /// The object as bytes.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = vec![b'{'];
        for (at, (name, raw)) in self.0.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(Value::from(name.as_str()).to_string().as_bytes());
            out.push(b':');
            out.extend_from_slice(raw.get().as_bytes());
        }
        out.push(b'}');
        out
    }
}

/// Letters without capitals. Some letters of other alphabets fold to Latin ones, but in one
/// direction only.
fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
}

/// The smaller of two output limits.
pub(crate) fn smaller_limit(asked: Option<u64>, target: Option<u32>) -> Option<u64> {
    match (asked, target.map(u64::from)) {
        (Some(asked), Some(target)) => Some(asked.min(target)),
        (asked, target) => asked.or(target),
    }
}

impl<'de> Deserialize<'de> for RawFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawFields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<RawFields, A::Error> {
        let (mut list, mut names) = (Vec::new(), BTreeSet::new());
        while let Some((name, value)) = fields.next_entry::<String, _>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom("given twice"));
            }
            list.push((name, value));
        }
        Ok(RawFields(list))
    }
}

#[cfg(test)]
mod tests {
    use super::RawFields;
    use serde_json::json;

    #[test]
    fn what_is_not_changed_keeps_its_bytes_and_its_place() {
        let body = r#"{"z": 1.0000000000000000001, "model":"a", "x":{"b" :2,"a":null}}"#;
        let mut fields = RawFields::read(body.as_bytes()).unwrap();
        fields.set("model", &json!("b"));
        fields.set("stream", &json!(true));
        let mut inner = fields.object("x").unwrap();
        inner.set("c", &json!(3));
        fields.set_object("x", &inner);
        assert_eq!(
            String::from_utf8(fields.write()).unwrap(),
            r#"{"z":1.0000000000000000001,"model":"b","x":{"b":2,"a":null,"c":3},"stream":true}"#
        );
        assert_eq!(inner.number("b"), Some(2));
        assert!(inner.get("a").is_none());
        assert!(RawFields::read(b"[]").is_err());
        assert!(RawFields::read(br#"{"model":"a","model":"b"}"#).is_err());
        let nested = RawFields::read(br#"{"x":{"a":1,"a":2}}"#).unwrap();
        assert!(nested.object("x").is_err());
    }
}
