//! What an agency's workspaces look like where they say nothing of their own.
//!
//! Refuses names, marks and pictures: they say whose place it is. Who may ask is the caller's business.

use super::{failed, troubles_of};
use crate::brand::{self, Brand};
use contract::branding::{BrandFields, BrandRefusal};
use contract::{AgencyId, AppError, AppResult};
use store::Store;

/// What the agency gives; empty where it gives nothing.
///
/// # Errors
/// [`contract::ErrorCode::NotFound`]: no such agency.
pub async fn read_agency_brand(store: &Store, agency: AgencyId) -> AppResult<BrandFields> {
    let stored = store.agency_brand(agency).await;
    let stored = stored.map_err(failed("reading an agency's look"))?;
    let stored = stored.ok_or_else(AppError::not_found)?;
    Ok(brand::fields_of(&brand::worn(&stored, None).inheritable()))
}

/// Replaces what the agency gives. Its workspaces wear it within seconds, wherever they say nothing
/// themselves.
///
/// # Errors
/// What has to be corrected, or [`contract::ErrorCode::NotFound`]: no such agency.
pub async fn set_agency_brand(
    store: &Store,
    agency: AgencyId,
    fields: &BrandFields,
) -> Result<(), BrandRefusal> {
    let brand = brand::brand_of(fields).inheritable();
    let troubles = troubles_of(&brand);
    if !troubles.is_empty() {
        return Err(BrandRefusal::Troubles(troubles));
    }
    let stored = store.set_agency_brand(agency, &brand.stored()).await;
    if stored.map_err(failed("setting an agency's look"))? {
        return Ok(());
    }
    Err(AppError::not_found().into())
}

impl Brand {
    /// Without what nobody inherits.
    #[must_use]
    pub(super) fn inheritable(&self) -> Self {
        Self::default().over(self)
    }
}
