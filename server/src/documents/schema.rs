//! The published JSON Schema of a workspace document, made from [`super::shape`] and from the names
//! that the program knows. `livery config schema` prints it; docs/workspace.schema.json is it.

use super::shape::{Document, LAYOUT};
use contract::Role;
use contract::keys::{KeyEnvironment, KeyProvider};
use engine::Strategy;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value;

/// The schema, JSON Schema 2020-12.
#[must_use]
pub fn schema() -> Value {
    SchemaGenerator::default()
        .into_root_schema_for::<Document>()
        .to_value()
}

pub(super) fn layout(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "const": LAYOUT })
}

pub(super) fn environments(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<_> = KeyEnvironment::ALL.iter().map(|one| one.as_str()).collect();
    json_schema!({ "type": "string", "enum": names })
}

pub(super) fn providers(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<_> = KeyProvider::ALL.iter().map(|one| one.as_str()).collect();
    json_schema!({ "type": "string", "enum": names })
}

pub(super) fn strategies(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": Strategy::ALL.map(Strategy::as_str) })
}

pub(super) fn roles(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": Role::ALL.map(Role::as_str) })
}

pub(super) fn ways_to_go_on(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["last-line", "prefix", "vllm"] })
}

/// US dollars; text where a number would not be exact.
pub(super) fn amount(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["number", "string"], "minimum": 0 })
}

pub(super) fn number_or_text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["integer", "string"], "minimum": 0 })
}
