//! Makes a key for a program. Its token leaves here once.

use super::draft::{fits, shape};
use super::token::{TokenKind, VirtualKeyToken};
use super::{VirtualKeys, Who};
use contract::keys::KeyEnvironment;
use contract::programs::ProgramDraft;
use contract::{AppError, AppResult, ErrorCode, LimitScope, TenantId, VirtualKeyId, said};
use engine::Environment;
use secrecy::SecretString;
use serde_json::json;
use store::limits::LimitRow;
use store::platform::changes::announce_with;
use store::virtual_keys::{NewVirtualKey, VirtualKeyKind};
use store::{StoreError, TenantTx};
use uuid::Uuid;

/// A token that was just made. It is stored nowhere.
pub struct Issued {
    /// The key.
    pub id: VirtualKeyId,
    /// What the workspace calls it.
    pub name: String,
    /// The only environment it reaches.
    pub environment: KeyEnvironment,
    /// The token.
    pub token: SecretString,
    /// A token before this one is good until then.
    pub previous_until_ms: Option<i64>,
}

impl VirtualKeys {
    /// Makes a key, its limits and its record, and tells every process, all or nothing.
    ///
    /// # Errors
    /// [`ErrorCode::Invalid`], naming the field; [`ErrorCode::Conflict`] where the name is taken or
    /// there is no room; failures of storage.
    pub async fn make(
        &self,
        tenant: TenantId,
        who: Who<'_>,
        draft: ProgramDraft,
    ) -> AppResult<Issued> {
        let draft = shape(draft, super::now_ms())?;
        let (name, place) = (draft.name.clone(), draft.environment);
        self.in_one(tenant, "making a virtual key", async |tx| {
            match self.store_key(tx, who, &draft).await {
                Err(StoreError::Taken(_)) => Ok(Err(AppError::new(
                    ErrorCode::Conflict,
                    said!(
                        "There is a key called “{name}” in {environment} already.",
                        name = &name,
                        environment = place.as_str()
                    ),
                ))),
                made => made,
            }
        })
        .await
    }

    async fn store_key(
        &self,
        tx: &mut TenantTx,
        who: Who<'_>,
        draft: &ProgramDraft,
    ) -> Result<AppResult<Issued>, StoreError> {
        let member = match fits(tx, draft).await? {
            Ok(member) => member,
            Err(refused) => return Ok(Err(refused)),
        };
        let id = VirtualKeyId::from_uuid(Uuid::new_v4());
        let token = VirtualKeyToken::fresh(TokenKind::of(engine_environment(draft)), id);
        let some = |list: &Vec<String>| (!list.is_empty()).then(|| list.clone());
        let key = NewVirtualKey {
            id,
            kind: VirtualKeyKind::Program,
            name: draft.name.clone(),
            environment: draft.environment.as_str().to_owned(),
            hash: token.hash(&self.hash_key(tx.tenant())),
            ends_in: token.ends_in(),
            member,
            team: draft.team,
            models: some(&draft.models),
            networks: some(&draft.networks),
            expires_ms: draft.expires_ms,
            made_by: who.0,
            made_by_name: who.1.to_owned(),
        };
        store::virtual_keys::insert(tx, &key).await?;
        limit(tx, id, draft, who.1).await?;
        record(tx, who, &key).await?;
        announce_with(tx).await?;
        Ok(Ok(Issued {
            id,
            name: key.name,
            environment: draft.environment,
            token: token.secret(),
            previous_until_ms: None,
        }))
    }
}

const fn engine_environment(draft: &ProgramDraft) -> Environment {
    match draft.environment {
        KeyEnvironment::Development => Environment::Development,
        KeyEnvironment::Staging => Environment::Staging,
        KeyEnvironment::Production => Environment::Production,
    }
}

async fn limit(
    tx: &mut TenantTx,
    id: VirtualKeyId,
    draft: &ProgramDraft,
    by: &str,
) -> Result<(), StoreError> {
    if draft.month.is_none() && draft.pace.is_free() {
        return Ok(());
    }
    let limit = LimitRow {
        scope: LimitScope::VirtualKey(id),
        model: String::new(),
        month: draft.month,
        pace: draft.pace,
    };
    store::limits::set(tx, Uuid::now_v7(), &limit, by).await
}

/// Who it is for and what it reaches; nothing of the token.
async fn record(tx: &mut TenantTx, who: Who<'_>, key: &NewVirtualKey) -> Result<(), StoreError> {
    let detail = json!({
        "virtual_key": key.id,
        "environment": key.environment,
        "member": key.member.as_ref().map(|(id, _)| id),
        "team": key.team,
        "models": key.models,
        "networks": key.networks,
        "expires_ms": key.expires_ms,
    });
    store::audit::append_with(tx, who, "virtual_key.made", &key.name, |_| detail).await
}
