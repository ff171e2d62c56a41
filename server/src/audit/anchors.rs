//! Placing anchors: in the platform's schema, and in a file beside the database.

use super::sign::AuditKey;
use crate::cli::open::Opened;
use crate::vault::Keyring;
use contract::TenantId;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use store::platform::audit_anchors::AnchorRow;
use store::{Store, StoreError};

/// Name of the file in the data folder.
const FILE: &str = "audit-anchors.log";

/// Where the logs of all workspaces stood.
#[derive(Clone)]
pub struct Anchors {
    store: Store,
    keyring: Arc<Keyring>,
    file: PathBuf,
}

/// An anchor could not be placed or read.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// The database did not take or give it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file did not.
    #[error("the file of audit anchors: {0}")]
    File(#[from] std::io::Error),
}

impl Anchors {
    /// Of an opened installation.
    #[must_use]
    pub fn of(opened: &Opened) -> Self {
        Self {
            store: opened.store.clone(),
            keyring: Arc::clone(&opened.keyring),
            file: opened.config.server.data_dir.join(FILE),
        }
    }

    /// The key that signs for `tenant`.
    #[must_use]
    pub fn key(&self, tenant: TenantId) -> AuditKey {
        AuditKey::new(self.keyring.audit_key(tenant))
    }

    /// Anchors every log that has grown since its last anchor.
    pub async fn place_all(&self) {
        if let Err(error) = self.place_grown().await {
            tracing::warn!(%error, "audit logs could not be anchored");
        }
    }

    async fn place_grown(&self) -> Result<(), AnchorError> {
        let latest = self.store.latest_anchors().await?;
        let latest: HashMap<TenantId, i64> = latest
            .into_iter()
            .map(|anchor| (anchor.tenant, anchor.seq))
            .collect();
        for workspace in self.store.workspaces().await? {
            let known = latest.get(&workspace.id).copied().unwrap_or(0);
            if let Err(error) = self.place(workspace.id, known).await {
                tracing::warn!(%error, workspace = %workspace.id, "an audit log could not be anchored");
            }
        }
        Ok(())
    }

    /// Anchors one log if it has grown beyond `known`.
    ///
    /// # Errors
    /// Database or file.
    pub async fn place(&self, tenant: TenantId, known: i64) -> Result<(), AnchorError> {
        let mut tx = self.store.enter(tenant).await?;
        let head = store::audit::head(&mut tx).await?;
        tx.commit().await?;
        let Some(head) = head.filter(|head| head.seq > known.max(head.begins_after)) else {
            return Ok(());
        };
        let anchor = self.key(tenant).anchor(tenant, &head, now_ms());
        // The copy first: an anchor that only the database knows proves nothing against it.
        self.append(&anchor)?;
        self.store.add_anchor(&anchor).await?;
        Ok(())
    }

    fn append(&self, anchor: &AnchorRow) -> std::io::Result<()> {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&self.file)?;
        // One write for the whole line, so that two processes never mix theirs; on a line of its
        // own even where the last one was torn.
        file.write_all(format!("\n{}\n", document(anchor)).as_bytes())?;
        file.sync_data()
    }

    /// Anchors of `tenant` from database and file, in order.
    ///
    /// # Errors
    /// Database or file.
    pub async fn read(&self, tenant: TenantId) -> Result<Vec<AnchorRow>, AnchorError> {
        let mut anchors = self.store.anchors(tenant).await?;
        match std::fs::File::open(&self.file) {
            Ok(file) => {
                for line in BufReader::new(file).lines() {
                    let line = line?;
                    if line.is_empty() {
                        continue;
                    }
                    let anchor = serde_json::from_str(&line).ok().and_then(|it| parse(&it));
                    if anchor.is_none() {
                        tracing::warn!("a line of the file of audit anchors cannot be read");
                    }
                    anchors.extend(anchor.filter(|anchor| anchor.tenant == tenant));
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        anchors.sort_by_key(|anchor| (anchor.seq, anchor.at_ms));
        anchors.dedup();
        Ok(anchors)
    }
}

/// An anchor as a line of a file.
pub(super) fn document(anchor: &AnchorRow) -> Value {
    json!({
        "tenant": anchor.tenant,
        "seq": anchor.seq,
        "hash": hex(&anchor.hash),
        "at_ms": anchor.at_ms,
        "signature": hex(&anchor.signature),
    })
}

/// Reads what [`document`] wrote.
pub(super) fn parse(document: &Value) -> Option<AnchorRow> {
    Some(AnchorRow {
        tenant: serde_json::from_value(document.get("tenant")?.clone()).ok()?,
        seq: document.get("seq")?.as_i64()?,
        hash: unhex(document.get("hash")?.as_str()?)?,
        at_ms: document.get("at_ms")?.as_i64()?,
        signature: unhex(document.get("signature")?.as_str()?)?,
    })
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads what [`hex`] wrote.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
