//! Reading an object field by field.
//!
//! Owns the path to where we are, so that every complaint names its field, and the list of what was
//! looked at, so that nothing is left out in silence. Absent and `null` are the same.

use super::asked::{LeftOut, Read, WrongInput};
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// An object that is being read.
#[derive(Debug)]
pub(crate) struct Fields<'v> {
    path: String,
    object: &'v Map<String, Value>,
    seen: Vec<&'static str>,
}

/// A value with the path to it.
#[derive(Clone, Debug)]
pub(crate) struct Item<'v> {
    pub(crate) path: String,
    pub(crate) value: &'v Value,
}

impl<'v> Item<'v> {
    /// The item as an object.
    pub(crate) fn fields(&self) -> Read<Fields<'v>> {
        Fields::new(self.path.clone(), self.value)
    }

    /// The item as a text.
    pub(crate) fn text(&self) -> Read<&'v str> {
        self.value
            .as_str()
            .ok_or_else(|| WrongInput::at(&self.path, "must be a text"))
    }

    pub(crate) fn wrong(&self, reason: impl Into<String>) -> WrongInput {
        WrongInput::at(&self.path, reason)
    }
}

impl<'v> Fields<'v> {
    /// `path` is empty for the body itself.
    pub(crate) fn new(path: String, value: &'v Value) -> Read<Self> {
        match value {
            Value::Object(object) => Ok(Self {
                path,
                object,
                seen: Vec::new(),
            }),
            _ if path.is_empty() => Err(WrongInput::body("the body must be an object")),
            _ => Err(WrongInput::at(path, "must be an object")),
        }
    }

    /// The path of a field.
    pub(crate) fn at(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    pub(crate) fn wrong(&self, name: &str, reason: impl Into<String>) -> WrongInput {
        WrongInput::at(self.at(name), reason)
    }

    /// Any value.
    pub(crate) fn get(&mut self, name: &'static str) -> Option<&'v Value> {
        self.seen.push(name);
        #[cfg(test)]
        super::document_tests::looked_at(&self.at(name));
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// Any value, with its path.
    pub(crate) fn item(&mut self, name: &'static str) -> Option<Item<'v>> {
        let value = self.get(name)?;
        Some(Item {
            path: self.at(name),
            value,
        })
    }

    fn typed<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'v Value) -> Option<T>,
        must: &str,
    ) -> Read<Option<T>> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        read(value).map(Some).ok_or_else(|| self.wrong(name, must))
    }

    pub(crate) fn text(&mut self, name: &'static str) -> Read<Option<&'v str>> {
        self.typed(name, Value::as_str, "must be a text")
    }

    /// A text that must be there and say something.
    pub(crate) fn need_text(&mut self, name: &'static str) -> Read<&'v str> {
        match self.text(name)? {
            Some("") => Err(self.wrong(name, "must not be empty")),
            Some(text) => Ok(text),
            None => Err(self.wrong(name, "is required")),
        }
    }

    pub(crate) fn flag(&mut self, name: &'static str) -> Read<Option<bool>> {
        self.typed(name, Value::as_bool, "must be true or false")
    }

    /// A whole number from 1.
    pub(crate) fn count(&mut self, name: &'static str) -> Read<Option<u32>> {
        let read = |value: &Value| u32::try_from(value.as_u64()?).ok().filter(|&n| n > 0);
        self.typed(name, read, "must be a whole number from 1")
    }

    pub(crate) fn whole(&mut self, name: &'static str) -> Read<Option<i64>> {
        self.typed(name, Value::as_i64, "must be a whole number")
    }

    pub(crate) fn number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<f64>,
    ) -> Read<Option<f64>> {
        let must = format!("must be a number from {} to {}", range.start(), range.end());
        let read = |value: &Value| value.as_f64().filter(|number| range.contains(number));
        self.typed(name, read, &must)
    }

    pub(crate) fn object(&mut self, name: &'static str) -> Read<Option<Fields<'v>>> {
        let item = self.item(name);
        item.map(|item| item.fields()).transpose()
    }

    pub(crate) fn need_object(&mut self, name: &'static str) -> Read<Fields<'v>> {
        let object = self.object(name)?;
        object.ok_or_else(|| self.wrong(name, "is required"))
    }

    /// A list; absent is `None`.
    pub(crate) fn list(&mut self, name: &'static str) -> Read<Option<Vec<Item<'v>>>> {
        let list = self.typed(name, Value::as_array, "must be a list")?;
        let path = self.at(name);
        let items = |list: &'v Vec<Value>| {
            let item = |(at, value)| Item {
                path: format!("{path}[{at}]"),
                value,
            };
            list.iter().enumerate().map(item).collect()
        };
        Ok(list.map(items))
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, name: &'static str) -> Read<Vec<String>> {
        let items = self.list(name)?.unwrap_or_default();
        items
            .iter()
            .map(|item| item.text().map(str::to_owned))
            .collect()
    }

    /// A value under one of two spellings.
    pub(crate) fn either(&mut self, one: &'static str, other: &'static str) -> Option<&'v Value> {
        let (one, other) = (self.get(one), self.get(other));
        one.or(other)
    }

    /// The same, of one type. Both at once are refused: two readers would disagree about which one
    /// counts.
    fn one_of<T>(&self, one: Option<T>, other: Option<T>, name: &str) -> Read<Option<T>> {
        if one.is_some() && other.is_some() {
            return Err(self.wrong(name, "is given in two spellings"));
        }
        Ok(one.or(other))
    }

    pub(crate) fn either_text(
        &mut self,
        one: &'static str,
        other: &'static str,
    ) -> Read<Option<&'v str>> {
        let (first, second) = (self.text(one)?, self.text(other)?);
        self.one_of(first, second, one)
    }

    pub(crate) fn either_count(
        &mut self,
        one: &'static str,
        other: &'static str,
    ) -> Read<Option<u32>> {
        let (first, second) = (self.count(one)?, self.count(other)?);
        self.one_of(first, second, one)
    }

    pub(crate) fn either_object(
        &mut self,
        one: &'static str,
        other: &'static str,
    ) -> Read<Option<Self>> {
        let (first, second) = (self.object(one)?, self.object(other)?);
        self.one_of(first, second, one)
    }

    /// Names everything that was not looked at and says something.
    pub(crate) fn rest(self, left_out: &mut LeftOut) {
        for (name, value) in self.object {
            if !self.seen.contains(&name.as_str()) && says_something(value) {
                left_out.add(&self.at(name));
            }
        }
    }

    /// Names one field, if it says something.
    pub(crate) fn leave(&mut self, name: &'static str, left_out: &mut LeftOut) {
        if self.get(name).is_some_and(says_something) {
            left_out.add(&self.at(name));
        }
    }
}

/// What every program's library sends by default says nothing.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, LeftOut};
    use serde_json::json;

    #[test]
    fn complaints_name_their_field_and_the_rest_is_told() {
        let body = json!({"a": {"b": [1, {"c": "x", "d": 7, "e": null, "f": false}]}, "g": 3});
        let mut left = LeftOut::default();
        let mut fields = Fields::new(String::new(), &body).unwrap();
        let list = fields.object("a").unwrap().unwrap().list("b");
        let list = list.unwrap().unwrap();
        let wrong = list[0].fields().unwrap_err();
        assert_eq!(wrong.to_string(), "a.b[0]: must be an object");
        let mut inner = list[1].fields().unwrap();
        assert_eq!(inner.need_text("c").unwrap(), "x");
        let wrong = inner.need_text("e").unwrap_err();
        assert_eq!(wrong.to_string(), "a.b[1].e: is required");
        inner.rest(&mut left);
        let wrong = fields.number("g", 0.0..=2.0).unwrap_err();
        assert_eq!(wrong.to_string(), "g: must be a number from 0 to 2");
        fields.rest(&mut left);
        assert_eq!(left.names(), ["a.b[].d"]);
    }
}
