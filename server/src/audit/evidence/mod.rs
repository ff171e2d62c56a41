//! The evidence pack: one archive for an auditor, about one workspace and a period.
//!
//! Who may what, which keys there are, what was done to keys, by people and to settings in the period, the
//! whole log so that it can be checked without this installation, and what a check found when the pack was
//! made. Refuses secrets and content: neither is in anything it reads.

mod csv;
mod pack;
mod sheets;

use super::export::Exporting;
use super::verify::verify_log;
use super::{Anchors, AuditLog};
use crate::fault;
use bytes::Bytes;
use contract::audit::RecordKind;
use contract::{AppResult, Caller, TenantId};
use pack::Pack;
use serde_json::json;
use std::io;
use store::audit::Wanted;
use store::{Store, StoreError};
use tokio::sync::mpsc;

/// Records read at once.
const BATCH: u32 = 500;
/// Pieces of the archive that wait for the reader.
const AHEAD: usize = 4;

const READ_ME: &str = include_str!("read_me.txt");

/// Which records: from the first moment to before the second, milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Not before this moment.
    pub from_ms: i64,
    /// Before this moment.
    pub until_ms: i64,
}

/// Records by what they are about, each in a file of its own.
const EVENTS: [(&str, &[RecordKind]); 3] = [
    (
        "key-events.csv",
        &[
            RecordKind::Keys,
            RecordKind::Uses,
            RecordKind::Programs,
            RecordKind::Sealing,
        ],
    ),
    (
        "people-events.csv",
        &[RecordKind::People, RecordKind::Records],
    ),
    ("settings-events.csv", &[RecordKind::Settings]),
];

impl AuditLog {
    /// Begins a pack about the caller's workspace; it is in the log that they took it. The pieces of the
    /// archive come as they are made. One that ends with an error is no whole archive.
    ///
    /// # Errors
    /// [`contract::ErrorCode::Denied`], and failures of storage before the first piece.
    pub async fn evidence(
        &self,
        caller: &Caller,
        period: Period,
    ) -> AppResult<mpsc::Receiver<io::Result<Bytes>>> {
        super::read_log::may_export(caller)?;
        let begun = async {
            let mut tx = self.store.tenant(caller).await?;
            let who = (caller.author(), caller.name());
            store::audit::append(&mut tx, who, "audit.evidence_taken", "").await?;
            tx.commit().await?;
            Exporting::begin(&self.store, &self.anchors, caller.tenant()).await
        };
        let exporting = begun
            .await
            .map_err(|error| fault::internal("making an evidence pack", error))?;
        let making = Making {
            store: self.store.clone(),
            anchors: self.anchors.clone(),
            tenant: caller.tenant(),
            asked_by: caller.email().to_owned(),
            period,
        };
        let (to, pieces) = mpsc::channel(AHEAD);
        // It ends when it is done, or when nobody reads any more.
        tokio::spawn(async move {
            let failed = making.write(exporting, Pack::new(to.clone())).await;
            if let Err(error) = failed
                && error.kind() != io::ErrorKind::BrokenPipe
            {
                tracing::error!(%error, "an evidence pack broke off");
                let _ = to.send(Err(error)).await;
            }
        });
        Ok(pieces)
    }
}

/// A pack that is being made.
struct Making {
    store: Store,
    anchors: Anchors,
    tenant: TenantId,
    asked_by: String,
    period: Period,
}

impl Making {
    async fn write(&self, mut exporting: Exporting, mut pack: Pack) -> io::Result<()> {
        pack.add("READ-ME.txt", READ_ME).await?;
        pack.add("verification.json", &self.verification().await?)
            .await?;
        for (name, content) in self.sheets().await.map_err(io::Error::other)? {
            pack.add(name, &content).await?;
        }
        for (name, kinds) in EVENTS {
            pack.begin(name).await?;
            self.events(&mut pack, kinds).await?;
        }
        pack.begin("records.jsonl").await?;
        while let Some(piece) = exporting.next().await.map_err(io::Error::other)? {
            pack.write(&piece).await?;
        }
        pack.finish().await
    }

    /// What a check of the whole log finds now.
    async fn verification(&self) -> io::Result<String> {
        let found = verify_log(&self.store, &self.anchors, self.tenant).await;
        let result = match found.map_err(io::Error::other)? {
            Ok(proof) => json!({ "whole": true, "proof": proof }),
            Err(finding) => {
                json!({ "whole": false, "seq": finding.seq, "problem": finding.problem })
            }
        };
        let made = jiff::Timestamp::now().as_millisecond();
        let document = json!({
            "workspace": self.tenant,
            "from": csv::moment(Some(self.period.from_ms)),
            "before": csv::moment(Some(self.period.until_ms)),
            "made": csv::moment(Some(made)),
            "asked_by": self.asked_by,
            "log": result,
        });
        serde_json::to_string_pretty(&document).map_err(io::Error::other)
    }

    async fn sheets(&self) -> Result<Vec<sheets::Sheet>, StoreError> {
        let mut tx = self.store.enter(self.tenant).await?;
        let sheets = sheets::sheets(&mut tx).await?;
        tx.commit().await?;
        Ok(sheets)
    }

    /// The records of these kinds in the period, newest first, a batch at a time.
    async fn events(&self, pack: &mut Pack, kinds: &[RecordKind]) -> io::Result<()> {
        let families: Vec<&str> = kinds
            .iter()
            .flat_map(|kind| kind.families().iter().copied())
            .collect();
        let mut text = String::new();
        let heads = ["record", "moment", "who", "deed", "about", "more"];
        csv::row(&mut text, &heads);
        let mut before = None;
        loop {
            let wanted = Wanted {
                families: &families,
                from_ms: Some(self.period.from_ms),
                until_ms: Some(self.period.until_ms),
                before,
            };
            let rows = self.page(&wanted).await.map_err(io::Error::other)?;
            for row in &rows {
                let seq = row.seq.to_string();
                let at = csv::moment(Some(row.at_ms));
                let more = match row.detail.as_object() {
                    Some(more) if more.is_empty() => String::new(),
                    _ => row.detail.to_string(),
                };
                let cells = [
                    seq.as_str(),
                    &at,
                    &row.actor_name,
                    &row.action,
                    &row.object,
                    &more,
                ];
                csv::row(&mut text, &cells);
            }
            pack.write(std::mem::take(&mut text).as_bytes()).await?;
            let Some(last) = rows.last().filter(|_| rows.len() == BATCH as usize) else {
                return Ok(());
            };
            before = Some(last.seq);
        }
    }

    async fn page(&self, wanted: &Wanted<'_>) -> Result<Vec<store::audit::AuditRow>, StoreError> {
        let mut tx = self.store.enter(self.tenant).await?;
        let rows = store::audit::list(&mut tx, wanted, BATCH).await?;
        tx.commit().await?;
        Ok(rows)
    }
}
