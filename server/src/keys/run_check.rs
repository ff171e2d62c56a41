//! Running a check on a task of its own, and keeping what it found.

use super::Keys;
use contract::keys::{CheckEvent, CheckOutcome, CheckReport, HealthPoint, KeyPlace, KeyProvider};
use contract::{AppError, AppResult, KeyId, Price, TenantId};
use engine::key_check::{self, KeyCheck};
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::provider_keys::ProviderKeyRow;

/// A good key is checked again after this time, give or take a fifth.
const AGAIN: Duration = Duration::from_hours(12);
/// A key in trouble is checked again after this time, give or take a fifth.
const AGAIN_IN_TROUBLE: Duration = Duration::from_hours(1);

impl Keys {
    /// Starts the check of `row`; `answer`: the one-token call, which costs a little, too.
    pub(super) async fn spawn_check(
        &self,
        tenant: TenantId,
        row: ProviderKeyRow,
        answer: bool,
    ) -> AppResult<()> {
        let secret = self.open_secret(tenant, &row).await?;
        let provider = KeyProvider::parse(&row.provider).ok_or_else(AppError::not_found)?;
        let check = KeyCheck {
            provider,
            secret,
            base_url: row.base_url.clone().unwrap_or_default(),
            place: place_of(&row),
            answer,
        };
        let prices = self.prices_of(provider).await;
        let writer = self.live.begin(tenant, row.id, came_to_nothing());
        let keys = self.clone();
        tokio::spawn(async move {
            let price = |model: &str| {
                let known = prices.iter().find(|(name, _)| name == model);
                known.map(|(_, price)| *price)
            };
            let run = key_check::check(&keys.egress, &check, price, |step| writer.tell(step));
            // A bug in one check must not leave the page waiting.
            let found = AssertUnwindSafe(run).catch_unwind().await;
            let found = found.unwrap_or_else(|_| came_to_nothing());
            keys.keep(tenant, row.id, &found).await;
            keys.notices.key_checked(tenant, row.id).await;
            writer.tell(CheckEvent::Done(found));
        });
        Ok(())
    }

    /// Prices known for models of this provider; without them the answer's cost is not told.
    async fn prices_of(&self, provider: KeyProvider) -> Vec<(String, Price)> {
        match self.store.prices_of_provider(provider.as_str()).await {
            Ok(rows) => rows.into_iter().map(|row| (row.model, row.price)).collect(),
            Err(error) => {
                tracing::warn!(%error, "prices could not be read");
                Vec::new()
            }
        }
    }

    /// Keeps what was found before anybody is told, so that a reload never contradicts the page.
    async fn keep(&self, tenant: TenantId, id: KeyId, report: &CheckReport) {
        let again = jittered(if report.outcome.may_be_sealed() {
            AGAIN
        } else {
            AGAIN_IN_TROUBLE
        });
        let point = HealthPoint {
            at_ms: now_ms(),
            outcome: report.outcome,
            reason: report.reason.clone(),
            next: report.next.clone(),
        };
        let kept = async {
            let point = serde_json::to_value(&point)?;
            let mut tx = self.store.enter(tenant).await?;
            let account = report.account.as_deref();
            store::provider_keys::record_check(&mut tx, id, &point, account, &report.models, again)
                .await?;
            tx.commit().await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        };
        if let Err(error) = kept.await {
            tracing::error!(%error, key = %id, "a check could not be kept");
        }
    }
}

fn place_of(row: &ProviderKeyRow) -> KeyPlace {
    serde_json::from_value(row.place.clone()).unwrap_or_default()
}

fn came_to_nothing() -> CheckReport {
    CheckReport {
        outcome: CheckOutcome::Unknown,
        reason: "The check ended without a result. That says nothing about the key.".to_owned(),
        next: "Check it again.".to_owned(),
        account: None,
        models: Vec::new(),
        cost: None,
    }
}

/// Spreads checks, so that a thousand keys sealed in one hour are not checked in one second.
fn jittered(time: Duration) -> Duration {
    use rand::RngExt as _;
    time.mul_f64(rand::rng().random_range(0.8..1.2))
}

pub(super) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
