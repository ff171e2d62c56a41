//! From a checked draft to a key in the vault.

use super::check_key::name_taken;
use super::{Keys, failed};
use contract::keys::HealthPoint;
use contract::{AppError, AppResult, Caller, ErrorCode, KeyId, Said};
use std::time::Duration;
use store::StoreError;
use store::provider_keys::ProviderKeyRow;

/// The secret before a rotation can be kept this long, in hours.
const KEEP_MOST_HOURS: u32 = 7 * 24;

impl Keys {
    /// Seals a draft, or gives its secret to the key that it replaces.
    pub(super) async fn seal_draft(
        &self,
        caller: &Caller,
        id: KeyId,
        anyway: bool,
        keep_hours: u32,
    ) -> AppResult<()> {
        let doing = failed("sealing a key");
        let mut tx = self.store.tenant(caller).await.map_err(&doing)?;
        let draft = store::provider_keys::get_draft(&mut tx, id)
            .await
            .map_err(&doing)?
            .ok_or_else(forgotten)?;
        refuse_unfit(&draft, anyway)?;
        let taken = |error| match error {
            StoreError::Taken(_) => name_taken(&draft.name, &draft.environment),
            error => doing(error),
        };
        let (action, sealed) = if draft.replaces.is_some() {
            let keep = Duration::from_hours(u64::from(keep_hours.min(KEEP_MOST_HOURS)));
            let rotated = store::provider_keys::rotate(&mut tx, id, keep).await;
            ("key.rotated", rotated.map_err(taken)?.is_some())
        } else {
            let sealed = store::provider_keys::seal(&mut tx, id).await;
            ("key.added", sealed.map_err(taken)?)
        };
        if !sealed {
            return Err(AppError::not_found());
        }
        let who = (Some(caller.member()), caller.name());
        store::audit::append(&mut tx, who, action, &draft.name)
            .await
            .map_err(&doing)?;
        tx.commit().await.map_err(&doing)?;
        self.announce(caller.tenant()).await
    }

    /// Forgets a draft. One that is gone already is no error.
    pub(super) async fn discard_draft(&self, caller: &Caller, id: KeyId) -> AppResult<()> {
        let discarded = async {
            let mut tx = self.store.tenant(caller).await?;
            store::provider_keys::discard(&mut tx, id).await?;
            tx.commit().await
        };
        discarded.await.map_err(failed("forgetting a draft"))
    }
}

/// A draft is sealed with a result that fits, or knowingly without one.
fn refuse_unfit(draft: &ProviderKeyRow, anyway: bool) -> AppResult<()> {
    let history: Vec<HealthPoint> =
        serde_json::from_value(draft.history.clone()).unwrap_or_default();
    let Some(last) = history.last() else {
        return Err(AppError::new(
            ErrorCode::Conflict,
            "The check is still running. Wait for its result.",
        ));
    };
    let fits = last.outcome.may_be_sealed() || (anyway && last.outcome.may_be_sealed_anyway());
    if fits {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Conflict,
        Said::read(last.reason.clone()),
    ))
}

/// A draft that is not there was there a while ago.
pub(super) fn or_forgotten(error: AppError) -> AppError {
    match error.code {
        ErrorCode::NotFound => forgotten(),
        _ => error,
    }
}

fn forgotten() -> AppError {
    AppError::new(
        ErrorCode::NotFound,
        "This check is no longer held: it was sealed already, discarded, or is older than fifteen \
         minutes. Paste the key again.",
    )
}
