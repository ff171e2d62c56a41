//! Gives a key another secret, and kills it.

use super::make_key::Issued;
use super::token::{TokenKind, VirtualKeyToken};
use super::{VirtualKeys, Who};
use contract::keys::KeyEnvironment;
use contract::programs::LONGEST_OVERLAP_HOURS;
use contract::{AppError, AppResult, ErrorCode, Said, TenantId, VirtualKeyId, said};
use engine::Environment;
use serde_json::json;
use std::time::Duration;
use store::platform::changes::announce_with;
use store::virtual_keys::VirtualKeyRow;

/// A new secret for a key.
#[derive(Clone, Copy, Debug)]
pub struct Rotation<'a> {
    /// The key.
    pub id: VirtualKeyId,
    /// For how long the secret it has now stays good; zero: not at all.
    pub overlap: Duration,
    /// How the token ended that whoever asks was looking at; `None`: whatever it is. A form that is sent
    /// twice rotates once.
    pub seen: Option<&'a str>,
}

impl VirtualKeys {
    /// Gives a key a fresh secret; the one it had stays good for the overlap, and one from an earlier
    /// rotation dies.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`], [`ErrorCode::Conflict`] where it was revoked or rotated meanwhile,
    /// [`ErrorCode::Invalid`] where the overlap is too long; failures of storage.
    pub async fn rotate(
        &self,
        tenant: TenantId,
        who: Who<'_>,
        rotation: Rotation<'_>,
    ) -> AppResult<Issued> {
        let Rotation { id, overlap, seen } = rotation;
        if overlap > Duration::from_hours(u64::from(LONGEST_OVERLAP_HOURS)) {
            let words = said!(
                "Overlap: {most} hours at most.",
                most = LONGEST_OVERLAP_HOURS
            );
            return Err(super::draft::invalid(words));
        }
        self.in_one(tenant, "rotating a virtual key", async |tx| {
            let Some(row) = store::virtual_keys::get_for_change(tx, id).await? else {
                return Ok(Err(AppError::not_found()));
            };
            if seen.is_some_and(|seen| seen != row.ends_in) {
                return Ok(Err(conflict(said!(
                    "This key was rotated already. Its page shows how it ends now."
                ))));
            }
            let Some(environment) = KeyEnvironment::parse(&row.environment) else {
                return Ok(Err(AppError::not_found()));
            };
            let token = VirtualKeyToken::fresh(kind_of(&row), id);
            let until = i64::try_from(overlap.as_millis()).unwrap_or(0);
            let until = (until > 0).then(|| super::now_ms().saturating_add(until));
            let hash = token.hash(&self.hash_key(tenant));
            let fresh = (&hash, token.ends_in());
            if !store::virtual_keys::rotate(tx, id, (fresh.0, &fresh.1), until).await? {
                return Ok(Err(conflict(said!(
                    "This key is revoked. Make another one."
                ))));
            }
            let detail = json!({ "virtual_key": id, "previous_until_ms": until });
            store::audit::append_with(tx, who, "virtual_key.rotated", &row.name, |_| detail)
                .await?;
            announce_with(tx).await?;
            Ok(Ok(Issued {
                id,
                name: row.name,
                environment,
                token: token.secret(),
                previous_until_ms: until,
            }))
        })
        .await
    }

    /// Kills a key, both of its secrets, on every process. Revoking one that is revoked is no error.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`], and failures of storage.
    pub async fn revoke(
        &self,
        tenant: TenantId,
        who: Who<'_>,
        id: VirtualKeyId,
    ) -> AppResult<String> {
        self.in_one(tenant, "revoking a virtual key", async |tx| {
            let Some(row) = store::virtual_keys::get_for_change(tx, id).await? else {
                return Ok(Err(AppError::not_found()));
            };
            if store::virtual_keys::revoke(tx, id, who.1).await? {
                let detail = json!({ "virtual_key": id });
                store::audit::append_with(tx, who, "virtual_key.revoked", &row.name, |_| detail)
                    .await?;
                announce_with(tx).await?;
            }
            Ok(Ok(row.name))
        })
        .await
    }
}

/// The kind of a key's tokens.
pub(super) fn kind_of(row: &VirtualKeyRow) -> TokenKind {
    let environment = Environment::parse(&row.environment);
    TokenKind::of(environment.unwrap_or(Environment::Production))
}

fn conflict(words: impl Into<Said>) -> AppError {
    AppError::new(ErrorCode::Conflict, words)
}
