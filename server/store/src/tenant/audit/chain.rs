//! The hash that ties a record to the one before it.
//!
//! Every field is preceded by its length, so that no two different records are encoded alike. The
//! workspace is part of it: a record moved to another workspace's log does not fit there.

use super::AuditRow;
use contract::{MemberId, TenantId};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Bytes of a hash.
pub const HASH_LEN: usize = 32;
/// SHA-256 of a record and everything before it.
pub type AuditHash = [u8; HASH_LEN];

/// Separates this use of the hash from any other.
const DOMAIN: &[u8] = b"audit record v1";

/// The hash of `row` in the log of `tenant`, after the record with hash `prev`.
#[must_use]
pub fn hash_of(tenant: TenantId, row: &AuditRow, prev: &AuditHash) -> AuditHash {
    let mut hash = Sha256::new();
    let actor = row.actor.map(MemberId::uuid);
    for field in [
        DOMAIN,
        tenant.uuid().as_bytes(),
        &row.seq.to_be_bytes(),
        &row.at_ms.to_be_bytes(),
        actor.as_ref().map_or(&[][..], |id| id.as_bytes()),
        row.actor_name.as_bytes(),
        row.action.as_bytes(),
        row.object.as_bytes(),
        canonical(&row.detail).as_bytes(),
        prev,
    ] {
        hash.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(field);
    }
    hash.finalize().into()
}

/// The document as one text, whatever order its keys came in: a database gives them back in an order of its
/// own, and whether `serde_json` sorts them is for any crate of the program to switch.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            let fields = fields.into_iter().map(|(name, value)| {
                format!("{}:{}", Value::from(name.as_str()), canonical(value))
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use serde_json::Value;

    #[test]
    fn a_document_is_one_text_in_whatever_order_it_came() {
        let one = r#"{"b": [1, {"z": null, "y": "\u00e9\""}], "a": {"d": true, "c": 2.5}}"#;
        let other = r#"{"a": {"c": 2.5, "d": true}, "b": [1, {"y": "é\"", "z": null}]}"#;
        let text = |json: &str| canonical(&serde_json::from_str::<Value>(json).unwrap());
        assert_eq!(text(one), text(other));
        assert_eq!(
            text(one),
            r#"{"a":{"c":2.5,"d":true},"b":[1,{"y":"é\"","z":null}]}"#
        );
        assert_eq!(text("{}"), "{}");
    }
}
