//! Dressing a workspace in the browser: one draft, versions that were published, and following them.
//!
//! Owns who may change the look, its versions behind [`contract::BrandingPort`], the agency's default and
//! the pages that follow a change. Refuses to publish what [`crate::brand`] finds wrong, and to overwrite
//! what the person at the form has not seen.

mod add_picture;
mod agency_brand;
mod draw;
mod live;
mod publish;
mod read_branding;
mod save_draft;

pub use agency_brand::{read_agency_brand, set_agency_brand};
pub use draw::{Drawing, Drawn};
pub use live::{Listener, LiveBrands, Place};
pub use publish::put_in_force;

use crate::tenancy::Snapshots;
use async_trait::async_trait;
use contract::branding::{BrandFields, BrandRefusal, BrandTrouble, BrandingView};
use contract::words::Argument;
use contract::{AppError, AppResult, BrandingPort, Caller, ErrorCode, said};
use std::sync::Arc;
use store::brand_versions::BrandVersionRow;
use store::{Store, StoreError};
use tokio::sync::Semaphore;

/// Pictures that are decoded at the same time in one process: each may take a hundred megabytes.
const MOST_DECODED: usize = 2;

/// The looks of all workspaces.
#[derive(Clone)]
pub struct Branding {
    store: Store,
    snapshots: Snapshots,
    mail_from: Option<String>,
    decoding: Arc<Semaphore>,
}

impl Branding {
    /// `mail_from`: the address that mail is sent from; `None`: none is sent.
    #[must_use]
    pub fn new(store: Store, snapshots: Snapshots, mail_from: Option<String>) -> Self {
        Self {
            store,
            snapshots,
            mail_from,
            decoding: Arc::new(Semaphore::new(MOST_DECODED)),
        }
    }
}

/// Refuses whoever does not look after the brand.
fn may_manage(caller: &Caller) -> AppResult<()> {
    if caller.role().may_manage_brand() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Branding is for owners and admins of this workspace.",
    ))
}

/// Names what was being done when storage failed.
fn failed(doing: &'static str) -> impl Fn(StoreError) -> AppError {
    move |error| crate::fault::internal(doing, error)
}

/// A name for what there is, so that a form can say what it was made from.
fn seen_of(rows: &[BrandVersionRow]) -> String {
    let draft = rows.iter().find(|row| row.version.is_none());
    let last = rows.iter().find_map(|row| row.version);
    format!(
        "{}.{}",
        last.unwrap_or(0),
        draft.map_or(0, |draft| draft.changed_ms)
    )
}

/// Refuses a form that was made from something else than `rows`.
fn unchanged(rows: &[BrandVersionRow], seen: &str) -> AppResult<()> {
    if seen_of(rows) == seen {
        return Ok(());
    }
    let by = rows.first().map_or("", |row| row.by.as_str());
    let by = match by {
        "" => Argument::from(said!("Somebody else")),
        name => Argument::from(name),
    };
    Err(AppError::new(
        ErrorCode::Conflict,
        said!(
            "{by} changed the look since you opened this form. What you typed is still here and nothing \
             was changed. Send it once more to put it in the place of theirs.",
            by = by
        ),
    ))
}

/// What has to be corrected, as the form tells it.
fn troubles_of(brand: &crate::brand::Brand) -> Vec<BrandTrouble> {
    let told = brand.problems().into_iter().map(|problem| BrandTrouble {
        field: problem.field.to_owned(),
        message: problem.message,
    });
    told.collect()
}

#[async_trait]
impl BrandingPort for Branding {
    async fn branding(
        &self,
        caller: &Caller,
        typed: Option<BrandFields>,
    ) -> AppResult<BrandingView> {
        let (view, _) = self.look(caller, typed).await?;
        Ok(view)
    }

    async fn save_draft(
        &self,
        caller: &Caller,
        seen: &str,
        fields: BrandFields,
    ) -> Result<(), BrandRefusal> {
        may_manage(caller)?;
        self.keep_draft(caller, seen, &fields).await
    }

    async fn publish(
        &self,
        caller: &Caller,
        seen: &str,
        fields: BrandFields,
    ) -> Result<(), BrandRefusal> {
        may_manage(caller)?;
        self.publish_fields(caller, seen, &fields).await
    }

    async fn discard_draft(&self, caller: &Caller) -> AppResult<()> {
        may_manage(caller)?;
        self.throw_draft_away(caller).await
    }

    async fn roll_back(&self, caller: &Caller, version: u32) -> AppResult<()> {
        may_manage(caller)?;
        self.publish_again(caller, version).await
    }
}
