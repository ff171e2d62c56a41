//! Where models lead, for the people who look after a workspace: what becomes of every target, and
//! changing a route in the browser.
//!
//! Owns reading and changing routes behind [`contract::ModelsPort`]. Refuses prices: they are the
//! installation's and are only shown here.

mod edit_route;
mod read_models;
mod save_route;

pub use save_route::{check_model, remove_route, set_route};

use async_trait::async_trait;
use contract::keys::KeyEnvironment;
use contract::models::{ModelsView, NotSaved, RouteDraft, RouteForm};
use contract::{AppError, AppResult, Caller, ErrorCode, MemberId, ModelsPort};
use engine::Engine;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use store::routes::RouteRow;
use store::{Store, StoreError};

/// Routes of all workspaces, with the circuits of this process.
#[derive(Clone)]
pub struct Models {
    store: Store,
    engine: Engine,
}

impl Models {
    /// Over its parts.
    #[must_use]
    pub const fn new(store: Store, engine: Engine) -> Self {
        Self { store, engine }
    }
}

/// Refuses whoever does not look after models.
fn may_manage(caller: &Caller) -> AppResult<()> {
    if caller.role().may_manage_models() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Models are for owners and admins of this workspace.",
    ))
}

/// Names what was being done when storage failed.
fn failed(doing: &'static str) -> impl Fn(StoreError) -> AppError {
    move |error| crate::fault::internal(doing, error)
}

/// A name for what is stored of a route, so that a form can say what it was made from.
fn version_of(row: &RouteRow, sharing: Option<&Value>) -> String {
    let all = format!(
        "{} {} {} {} {}",
        serde_json::json!(row.label),
        row.strategy,
        row.targets,
        row.options,
        sharing.unwrap_or(&Value::Null)
    );
    let digest: [u8; 32] = Sha256::digest(all.as_bytes()).into();
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    format!("{:032x}", u128::from_be_bytes(short))
}

#[async_trait]
impl ModelsPort for Models {
    async fn models(&self, caller: &Caller, seen_as: Option<MemberId>) -> AppResult<ModelsView> {
        may_manage(caller)?;
        self.read(caller, seen_as).await
    }

    async fn route_form(
        &self,
        caller: &Caller,
        which: Option<(KeyEnvironment, String)>,
    ) -> AppResult<RouteForm> {
        may_manage(caller)?;
        self.form(caller, which).await
    }

    async fn save_route(&self, caller: &Caller, draft: RouteDraft) -> Result<(), NotSaved> {
        may_manage(caller)?;
        self.save(caller, draft).await
    }

    async fn remove_route(
        &self,
        caller: &Caller,
        environment: KeyEnvironment,
        alias: &str,
    ) -> AppResult<()> {
        may_manage(caller)?;
        self.remove(caller, environment, alias).await
    }
}
