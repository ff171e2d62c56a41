//! A log as a file: JSON lines that can be verified without the installation.

use super::anchors::{AnchorError, document, hex, parse, unhex};
use super::verify::{Finding, Proof, Verifier};
use super::{Anchors, AuditKey};
use contract::TenantId;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::BufRead;
use store::audit::{AuditRow, ChainedRow};
use store::platform::audit_anchors::AnchorRow;
use store::{Store, StoreError};

/// Format of the file.
const FORMAT: u64 = 1;

/// A log that was read from a file.
pub struct Export {
    tenant: TenantId,
    begins_after: i64,
    anchors: Vec<AnchorRow>,
    records: Vec<ChainedRow>,
}

/// Records read at once.
const BATCH: u32 = 500;

/// An export that is being written, a piece at a time: however long the log is, no more than one piece
/// of it is in memory.
pub struct Exporting {
    store: Store,
    tenant: TenantId,
    /// What has not been given yet of the beginning.
    beginning: Option<Vec<u8>>,
    after: i64,
    last: i64,
}

impl Exporting {
    /// Anchors the log where it stands, so that an export that was cut is noticed, and begins.
    ///
    /// # Errors
    /// Database or file of anchors.
    pub async fn begin(
        store: &Store,
        anchors: &Anchors,
        tenant: TenantId,
    ) -> Result<Self, AnchorError> {
        let before = anchors.read(tenant).await?;
        let known = before.last().map_or(0, |anchor| anchor.seq);
        anchors.place(tenant, known).await?;
        let anchors = anchors.read(tenant).await?;
        let mut tx = store.enter(tenant).await?;
        let head = store::audit::head(&mut tx).await?;
        tx.commit().await?;
        let begins_after = head.map_or(0, |head| head.begins_after);
        let first =
            json!({ "audit_export": FORMAT, "tenant": tenant, "begins_after": begins_after });
        let mut beginning = format!("{first}\n");
        for anchor in &anchors {
            let _ = writeln!(beginning, "{}", json!({ "anchor": document(anchor) }));
        }
        Ok(Self {
            store: store.clone(),
            tenant,
            beginning: Some(beginning.into_bytes()),
            after: i64::MIN,
            last: anchors.last().map_or(0, |anchor| anchor.seq),
        })
    }

    /// The next piece, whole lines; `None`: that was all.
    ///
    /// # Errors
    /// Database. What was given until then is no whole export, and does not verify.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(beginning) = self.beginning.take() {
            return Ok(Some(beginning));
        }
        let mut tx = self.store.enter(self.tenant).await?;
        let records = store::audit::chained(&mut tx, self.after, BATCH).await?;
        tx.commit().await?;
        let mut piece = String::new();
        // What was recorded since it began is for the next one.
        for record in records.iter().filter(|record| record.row.seq <= self.last) {
            let _ = writeln!(piece, "{}", json!({ "record": of_record(record) }));
            self.after = record.row.seq;
        }
        Ok((!piece.is_empty()).then(|| piece.into_bytes()))
    }
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

/// Reads what [`Exporting`] gave. `None`: it is not an export, or a line of it was damaged.
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
