//! What people of a workspace do with a name that they have.

use super::name::unicode_of;
use super::{Domains, Who, failed};
use contract::{AppError, AppResult, ErrorCode, Said, TenantId, said};
use store::StoreError;
use store::platform::{claims, domains};

impl Domains {
    /// Links are written with this name from now on.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`]: the workspace does not have it; [`ErrorCode::Conflict`]: it does not serve.
    pub async fn make_primary_for(
        &self,
        tenant: TenantId,
        who: Who<'_>,
        host: &str,
    ) -> AppResult<()> {
        let changed = async {
            let mut tx = self.store.enter(tenant).await?;
            let serves = domains::list(&mut tx)
                .await?
                .into_iter()
                .find(|row| row.host == host);
            let Some(row) = serves else {
                let claimed = claims::get(&mut tx, host).await?.is_some();
                return Ok(Err(if claimed {
                    let words =
                        said!("The name does not serve this workspace yet. Prove it first.");
                    AppError::new(ErrorCode::Conflict, words)
                } else {
                    AppError::not_found()
                }));
            };
            if !row.is_primary {
                domains::make_primary(&mut tx, host).await?;
                claims::change::note(
                    &mut tx,
                    host,
                    &format!("Made the primary domain by {}.", who.1),
                )
                .await?;
                store::audit::append(&mut tx, who, "domain.made_primary", host).await?;
            }
            tx.commit().await?;
            Ok::<_, StoreError>(Ok(()))
        };
        changed.await.map_err(failed)?
    }

    /// Whether other names send readers on to the primary one.
    ///
    /// # Errors
    /// Storage.
    pub async fn redirect_for(&self, tenant: TenantId, who: Who<'_>, on: bool) -> AppResult<()> {
        let changed = async {
            let mut tx = self.store.enter(tenant).await?;
            claims::change::set_redirect(&mut tx, on).await?;
            let action = if on {
                "domain.redirect_on"
            } else {
                "domain.redirect_off"
            };
            store::audit::append(&mut tx, who, action, "").await?;
            tx.commit().await
        };
        changed.await.map_err(failed)
    }

    /// Removes a name. `typed` repeats it.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`]; [`ErrorCode::Invalid`]: another name was typed; [`ErrorCode::Conflict`]: it
    /// is not the workspace's to remove.
    pub async fn remove_for(
        &self,
        tenant: TenantId,
        who: Who<'_>,
        host: &str,
        typed: &str,
    ) -> AppResult<()> {
        let typed = typed.trim().trim_end_matches('.').to_lowercase();
        let removed = async {
            let mut tx = self.store.enter(tenant).await?;
            let claimed = claims::get(&mut tx, host).await?.is_some();
            let serves = domains::list(&mut tx)
                .await?
                .iter()
                .any(|row| row.host == host);
            let by_operator = who.0.is_none();
            if !claimed && !serves {
                return Ok(Err(AppError::not_found()));
            }
            if let Some(why) = self.kept_because(host, claimed).filter(|_| !by_operator) {
                return Ok(Err(AppError::new(ErrorCode::Conflict, why)));
            }
            if typed != host && Some(typed) != unicode_of(host) {
                let words = said!(
                    "That is not the name. Nothing was changed. Type {host}, as it stands here.",
                    host = &host
                );
                return Ok(Err(AppError::new(ErrorCode::Invalid, words)));
            }
            claims::change::remove(&mut tx, host).await?;
            claims::change::note(&mut tx, host, &format!("Removed by {}.", who.1)).await?;
            store::audit::append(&mut tx, who, "domain.removed", host).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(Ok(()))
        };
        removed.await.map_err(failed)?
    }

    /// Why a name is not the workspace's to remove; `None`: it is.
    pub(super) fn kept_because(&self, host: &str, claimed: bool) -> Option<Said> {
        if self.rules.is_own(host) {
            return Some(said!("This name comes with the installation and stays."));
        }
        (!claimed).then(|| {
            said!("The operator of this installation set this name, and only they can remove it.")
        })
    }
}
