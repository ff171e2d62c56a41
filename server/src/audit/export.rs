//! A log as a file: JSON lines that can be verified without the installation.

use super::AuditKey;
use super::anchors::{document, hex, parse, unhex};
use super::verify::{Finding, Proof, Verifier};
use contract::TenantId;
use serde_json::{Value, json};
use std::io::{BufRead, Write};
use store::audit::{AuditRow, ChainedRow};
use store::platform::audit_anchors::AnchorRow;

/// Format of the file.
const FORMAT: u64 = 1;

/// A log that was read from a file.
pub struct Export {
    tenant: TenantId,
    begins_after: i64,
    anchors: Vec<AnchorRow>,
    records: Vec<ChainedRow>,
}

/// Writes the first line and the anchors, then each record with [`write_record`].
///
/// # Errors
/// The output.
pub fn write_export(
    out: &mut impl Write,
    tenant: TenantId,
    begins_after: i64,
    anchors: &[AnchorRow],
    records: &[ChainedRow],
) -> std::io::Result<()> {
    let first = json!({ "audit_export": FORMAT, "tenant": tenant, "begins_after": begins_after });
    writeln!(out, "{first}")?;
    for anchor in anchors {
        writeln!(out, "{}", json!({ "anchor": document(anchor) }))?;
    }
    for record in records {
        writeln!(out, "{}", json!({ "record": of_record(record) }))?;
    }
    Ok(())
}

fn of_record(record: &ChainedRow) -> Value {
    let row = &record.row;
    json!({
        "seq": row.seq,
        "at_ms": row.at_ms,
        "actor": row.actor,
        "actor_name": row.actor_name,
        "action": row.action,
        "object": row.object,
        "detail": row.detail,
        "prev": record.prev.as_ref().map(hex),
        "hash": record.hash.as_ref().map(hex),
    })
}

/// Reads what [`write_export`] wrote. `None`: it is not an export, or a line of it was damaged.
pub fn read_export(input: impl BufRead) -> Option<Export> {
    let mut lines = input.lines();
    let first: Value = serde_json::from_str(&lines.next()?.ok()?).ok()?;
    if first.get("audit_export")?.as_u64()? != FORMAT {
        return None;
    }
    let mut export = Export {
        tenant: serde_json::from_value(first.get("tenant")?.clone()).ok()?,
        begins_after: first.get("begins_after")?.as_i64()?,
        anchors: Vec::new(),
        records: Vec::new(),
    };
    for line in lines {
        let line: Value = serde_json::from_str(&line.ok()?).ok()?;
        match (line.get("anchor"), line.get("record")) {
            (Some(anchor), None) => export.anchors.push(parse(anchor)?),
            (None, Some(record)) => export.records.push(to_record(record)?),
            _ => return None,
        }
    }
    Some(export)
}

fn to_record(document: &Value) -> Option<ChainedRow> {
    let text = |field: &str| Some(document.get(field)?.as_str()?.to_owned());
    let hash = |field: &str| document.get(field).and_then(Value::as_str).map(unhex);
    Some(ChainedRow {
        row: AuditRow {
            seq: document.get("seq")?.as_i64()?,
            at_ms: document.get("at_ms")?.as_i64()?,
            actor: serde_json::from_value(document.get("actor")?.clone()).ok()?,
            actor_name: text("actor_name")?,
            action: text("action")?,
            object: text("object")?,
            detail: document.get("detail")?.clone(),
        },
        prev: hash("prev").flatten(),
        hash: hash("hash").flatten(),
    })
}

impl Export {
    /// Verifies the chain, and with `key` the anchors' signatures too.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn verify(&self, key: Option<&AuditKey>) -> Result<Proof, Finding> {
        let mut verifier = Verifier::new(self.tenant, self.begins_after, &self.anchors, key)?;
        for record in &self.records {
            verifier.take(record)?;
        }
        verifier.finish(None)
    }
}
