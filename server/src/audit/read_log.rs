//! The log for the people it is about: a page at a time, with what a check of the whole log found.

use super::Anchors;
use super::anchors::AnchorError;
use super::export::Exporting;
use super::verify::{Finding, Proof, verify_log};
use crate::fault;
use async_trait::async_trait;
use contract::audit::{LogState, RecordFilter, RecordView, RecordsView, action_in_words};
use contract::{AppError, AppResult, AuditPort, Caller, ErrorCode, NanoUsd, TenantId};
use moka::future::Cache;
use serde_json::Value;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::audit::{AuditRow, DAY_MS, USES, Wanted};
use store::{Store, StoreError};

/// Records of one page.
const PAGE: u32 = 50;
/// A check of a log is shown for so long before it is made again.
const CHECK_FOR: Duration = Duration::from_mins(1);
/// A page waits for a check no longer than this; the check goes on.
const PATIENCE: Duration = Duration::from_secs(2);
/// Logs whose check is kept in memory.
const MOST_CHECKED: u64 = 1_000;

/// The logs of all workspaces, as their people read them. Cheap to clone.
#[derive(Clone)]
pub struct AuditLog {
    pub(super) store: Store,
    pub(super) anchors: Anchors,
    checked: Cache<TenantId, Checked>,
}

/// What a check found, and when it ended.
#[derive(Clone, Copy)]
struct Checked {
    found: Result<Proof, Finding>,
    at_ms: i64,
}

impl AuditLog {
    /// Over its parts.
    #[must_use]
    pub fn new(store: Store, anchors: Anchors) -> Self {
        Self {
            store,
            anchors,
            checked: Cache::builder()
                .max_capacity(MOST_CHECKED)
                .time_to_live(CHECK_FOR)
                .build(),
        }
    }

    /// Begins an export of the caller's log; it is in the log that they took it.
    ///
    /// # Errors
    /// [`ErrorCode::Denied`], and failures of storage.
    pub async fn export(&self, caller: &Caller) -> AppResult<Exporting> {
        may_export(caller)?;
        let begun = async {
            let mut tx = self.store.tenant(caller).await?;
            let who = (Some(caller.member()), caller.name());
            store::audit::append(&mut tx, who, "audit.exported", "").await?;
            tx.commit().await?;
            Exporting::begin(&self.store, &self.anchors, caller.tenant()).await
        };
        begun
            .await
            .map_err(|error| fault::internal("exporting an audit log", error))
    }

    /// What the last check found. One check at a time for each log, however many pages ask.
    async fn state(&self, tenant: TenantId) -> LogState {
        let log = self.clone();
        let check = tokio::spawn(async move {
            let checking = log.check(tenant);
            log.checked.try_get_with(tenant, checking).await
        });
        match tokio::time::timeout(PATIENCE, check).await {
            Ok(Ok(Ok(checked))) => state_of(checked),
            Err(_) => LogState::Checking,
            Ok(Ok(Err(error))) => {
                tracing::warn!(%error, workspace = %tenant, "an audit log could not be checked");
                LogState::Unknown
            }
            Ok(Err(_)) => LogState::Unknown,
        }
    }

    async fn check(&self, tenant: TenantId) -> Result<Checked, AnchorError> {
        let found = verify_log(&self.store, &self.anchors, tenant).await?;
        if let Err(finding) = &found {
            tracing::error!(workspace = %tenant, record = finding.seq, problem = finding.problem,
                "an audit log is not whole");
        }
        Ok(Checked {
            found,
            at_ms: now_ms(),
        })
    }

    async fn page(
        &self,
        caller: &Caller,
        filter: RecordFilter,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let wanted = Wanted {
            families: filter.kind.families(),
            from_ms: filter.from_ms,
            until_ms: filter.until_ms,
            before: filter.before,
        };
        let mut tx = self.store.tenant(caller).await?;
        let rows = store::audit::list(&mut tx, &wanted, PAGE + 1).await?;
        tx.commit().await?;
        Ok(rows)
    }
}

#[async_trait]
impl AuditPort for AuditLog {
    async fn records(&self, caller: &Caller, filter: RecordFilter) -> AppResult<RecordsView> {
        may_read(caller)?;
        let rows = self.page(caller, filter).await;
        let mut rows = rows.map_err(|error| fault::internal("reading an audit log", error))?;
        let more = rows.len() > PAGE as usize;
        rows.truncate(PAGE as usize);
        Ok(RecordsView {
            older: rows.last().map(|row| row.seq).filter(|_| more),
            records: rows.into_iter().map(view).collect(),
            log: self.state(caller.tenant()).await,
        })
    }
}

/// Refuses whoever may not read the records.
fn may_read(caller: &Caller) -> AppResult<()> {
    if caller.role().may_read_records() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Who did what is for owners, admins and auditors of this workspace.",
    ))
}

/// Refuses whoever may not take the records away.
pub(super) fn may_export(caller: &Caller) -> AppResult<()> {
    if caller.role().may_export_records() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Taking the record away is for owners, admins and auditors of this workspace.",
    ))
}

fn state_of(checked: Checked) -> LogState {
    let checked_ms = checked.at_ms;
    match checked.found {
        Ok(proof) => LogState::Whole {
            records: proof.records,
            before_chain: proof.before_chain,
            signed_to: proof.anchored_to,
            checked_ms,
        },
        Err(finding) => LogState::Broken {
            seq: finding.seq,
            problem: finding.problem.to_owned(),
            checked_ms,
        },
    }
}

fn view(row: AuditRow) -> RecordView {
    let who = match (row.actor, row.actor_name.as_str()) {
        (None, "operator") => "The operator".to_owned(),
        (None, "system") => "The installation".to_owned(),
        _ => row.actor_name,
    };
    let more = match row.action.as_str() {
        USES => uses(&row.detail),
        "guest.came" | "guest.left" => stay(&row.detail),
        _ => String::new(),
    };
    RecordView {
        seq: row.seq,
        at_ms: row.at_ms,
        who,
        is_member: row.actor.is_some(),
        what: action_in_words(&row.action)
            .map_or_else(|| row.action.replace(['.', '_'], " "), str::to_owned),
        about: row.object,
        more,
    }
}

/// `24 November 2026: 142 answers, 3 failed, $ 0.31`
fn uses(detail: &Value) -> String {
    let number = |field: &str| {
        detail
            .get(field)
            .and_then(Value::as_i64)
            .unwrap_or_default()
    };
    let day = jiff::Timestamp::from_millisecond(number("day").saturating_mul(DAY_MS));
    let day = day.map(|day| {
        day.to_zoned(jiff::tz::TimeZone::UTC)
            .strftime("%-d %B %Y")
            .to_string()
    });
    let calls = match number("calls") {
        1 => "1 call".to_owned(),
        calls => format!("{calls} calls"),
    };
    let failed = match number("failed") {
        0 => String::new(),
        failed => format!(", {failed} failed"),
    };
    let cost = NanoUsd::new(number("cost_nano")).display_usd();
    format!("{}: {calls}{failed}, {cost}", day.unwrap_or_default())
}

/// `As an administrator, lena@agency.example, until 25 November 2026, 07:15 UTC`
fn stay(detail: &Value) -> String {
    let text = |field: &str| {
        detail
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let until = detail.get("until_ms").and_then(Value::as_i64);
    let until = until.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    let until = until.map(|at| {
        at.to_zoned(jiff::tz::TimeZone::UTC)
            .strftime("%-d %B %Y, %H:%M UTC")
            .to_string()
    });
    format!(
        "As an {}, {}, until {} at the latest; {}",
        text("subject"),
        text("email"),
        until.unwrap_or_default(),
        text("how")
    )
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
