//! Icons and the picture of a shared link, drawn when they are first asked for and kept for the next.

use crate::brand::{icon_png, sha256_of, social_png};
use crate::fault;
use crate::tenancy::TenantSnapshot;
use contract::{AppResult, TenantId};
use moka::future::Cache;
use std::sync::Arc;
use store::{Store, StoreError};
use tokio::sync::Semaphore;

/// Pictures kept in memory; each is some kilobytes.
const MOST_KEPT: u64 = 400;
/// Pictures that are drawn at the same time.
const MOST_DRAWN: usize = 2;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Drawing {
    /// An icon of so many pixels.
    Icon(u32),
    /// The picture of a shared link.
    Social,
}

/// Pictures that were drawn. Cheap to clone.
#[derive(Clone)]
pub struct Drawn {
    store: Store,
    kept: Cache<(TenantId, String, Drawing), Arc<[u8]>>,
    turns: Arc<Semaphore>,
}

impl Drawn {
    /// None yet.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            kept: Cache::new(MOST_KEPT),
            turns: Arc::new(Semaphore::new(MOST_DRAWN)),
        }
    }

    /// The picture as the workspace looks now. Many who ask at once have it drawn once.
    pub async fn of(&self, workspace: &TenantSnapshot, what: Drawing) -> AppResult<Arc<[u8]>> {
        let name = (workspace.id, workspace.brand.version.clone(), what);
        let drawn = self.kept.try_get_with(name, self.draw(workspace, what));
        drawn.await.map_err(|error| (*error).clone())
    }

    async fn draw(&self, workspace: &TenantSnapshot, what: Drawing) -> AppResult<Arc<[u8]>> {
        let brand = &workspace.brand;
        let named = match what {
            Drawing::Icon(_) => brand.icon.as_deref(),
            Drawing::Social => brand.logo_light.as_deref(),
        };
        let picture = match named {
            Some(address) => self.picture(workspace.id, address).await?,
            None => None,
        };
        let doing = "drawing a picture";
        let turn = self.turns.acquire().await;
        let turn = turn.map_err(|error| fault::internal(doing, error))?;
        let (name, mark) = (brand.name.clone(), brand.mark.clone());
        let palette = workspace.palette.clone();
        let draw = move || match what {
            Drawing::Icon(side) => icon_png(&mark, &palette, picture.as_deref(), side),
            Drawing::Social => social_png(&name, &palette, picture.as_deref()),
        };
        let drawn = tokio::task::spawn_blocking(draw).await;
        drop(turn);
        Ok(drawn.map_err(|error| fault::internal(doing, error))?.into())
    }

    /// The picture at an address like `/brand/<sha256>.png`.
    async fn picture(&self, tenant: TenantId, address: &str) -> AppResult<Option<Vec<u8>>> {
        let hex = address
            .strip_prefix("/brand/")
            .and_then(|it| it.strip_suffix(".png"));
        let Some(hash) = hex.and_then(sha256_of) else {
            return Ok(None);
        };
        let found = async {
            let mut tx = self.store.enter(tenant).await?;
            let found = store::brand_assets::get(&mut tx, &hash).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(found)
        };
        let found = found.await;
        let found = found.map_err(|error| fault::internal("reading a picture", error))?;
        Ok(found.map(|asset| asset.content))
    }
}
