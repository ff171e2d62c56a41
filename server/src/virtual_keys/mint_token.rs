//! A token of an hour for somebody who is signed in, so that a program works as them and no longer than
//! they do: it is dead when their session ends, when they are removed, and when the hour is over.

use super::token::{TokenKind, VirtualKeyToken};
use super::{Issued, VirtualKeys};
use contract::keys::KeyEnvironment;
use contract::{AppError, AppResult, Caller, ErrorCode, VirtualKeyId, said};
use serde_json::json;
use store::platform::changes::announce_with;
use store::virtual_keys::{NewVirtualKey, VirtualKeyKind};
use uuid::Uuid;

/// Longest life of such a token, in milliseconds.
const LIFE_MS: i64 = 3_600_000;
/// Tokens that one person may have at once.
const MOST_OF_PERSON: u64 = 5;

impl VirtualKeys {
    /// Mints a token for `caller`, for the environment that the workspace chats in. It counts as them:
    /// their teams, their role, their limits, provider keys of their own. Returned with when it ends,
    /// milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// [`ErrorCode::Denied`] for whoever may not ask, [`ErrorCode::Throttled`] where the session has its
    /// share, [`ErrorCode::SignedOut`] where it has ended; failures of storage.
    pub async fn mint(&self, caller: &Caller) -> AppResult<(Issued, i64)> {
        if !caller.role().may_chat() {
            return Err(AppError::new(
                ErrorCode::Denied,
                "A token asks questions, and an auditor asks none.",
            ));
        }
        let doing = "minting a token";
        let workspace = self.store().workspace(caller.tenant()).await;
        let workspace = workspace.map_err(super::failed(doing))?;
        let place = workspace.and_then(|row| KeyEnvironment::parse(&row.environment));
        let environment = place.ok_or_else(AppError::not_found)?;
        self.in_one(caller.tenant(), doing, async |tx| {
            let session = caller.session();
            let Some(end) = store::virtual_keys::session_end(tx, session).await? else {
                return Ok(Err(AppError::new(
                    ErrorCode::SignedOut,
                    "You are signed out. Sign in again.",
                )));
            };
            if store::virtual_keys::count_of_person(tx, caller.member()).await? >= MOST_OF_PERSON {
                return Ok(Err(AppError::new(
                    ErrorCode::Throttled,
                    said!(
                        "You have {most} tokens already. Each ends within an hour; signing \
                         out ends those made with this browser.",
                        most = MOST_OF_PERSON
                    ),
                )));
            }
            let id = VirtualKeyId::from_uuid(Uuid::new_v4());
            let token = VirtualKeyToken::fresh(TokenKind::Person, id);
            let until = end.min(super::now_ms().saturating_add(LIFE_MS));
            let key = NewVirtualKey {
                id,
                kind: VirtualKeyKind::Person(session),
                name: caller.name().to_owned(),
                environment: environment.as_str().to_owned(),
                hash: token.hash(&self.hash_key(caller.tenant())),
                ends_in: token.ends_in(),
                member: Some((caller.member(), caller.name().to_owned())),
                team: None,
                models: None,
                networks: None,
                expires_ms: Some(until),
                made_by: Some(caller.member()),
                made_by_name: caller.name().to_owned(),
            };
            store::virtual_keys::insert(tx, &key).await?;
            let who = (Some(caller.member()), caller.name());
            let detail = json!({ "virtual_key": id, "expires_ms": until });
            store::audit::append_with(tx, who, "virtual_key.minted", caller.email(), |_| detail)
                .await?;
            announce_with(tx).await?;
            let issued = Issued {
                id,
                name: key.name,
                environment,
                token: token.secret(),
                previous_until_ms: None,
            };
            Ok(Ok((issued, until)))
        })
        .await
    }
}
