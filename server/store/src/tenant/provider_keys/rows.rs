//! Writing a key down and reading it back.

use crate::Sealed;
use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::keys::KeyScope;
use contract::{KeyId, MemberId, TeamId};
use serde_json::Value;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// How far a key is. Deleted keys are not read any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// A draft: being checked, used for nothing.
    Checking,
    /// In the vault.
    Sealed,
}

impl KeyState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Sealed => "sealed",
        }
    }
}

/// A key to be stored.
#[derive(Clone)]
pub struct NewProviderKey {
    /// The key, id made by the caller.
    pub id: KeyId,
    /// What the sealed secret is bound to.
    pub secret_id: Uuid,
    /// Draft or sealed.
    pub state: KeyState,
    /// The workspace's name for it.
    pub name: String,
    /// `development`, `staging` or `production`.
    pub environment: String,
    /// The provider's name.
    pub provider: String,
    /// Address of the provider's API.
    pub base_url: Option<String>,
    /// What else the provider needs, see `contract::keys::KeyPlace`.
    pub place: Value,
    /// The credential, sealed.
    pub sealed_secret: Sealed,
    /// Its last characters.
    pub ends_in: String,
    /// For whom it may pay.
    pub scope: KeyScope,
    /// Who adds it; `None`: the operator.
    pub added_by: Option<MemberId>,
    /// Their name.
    pub added_by_name: String,
    /// The key whose secret this draft is to take over.
    pub replaces: Option<KeyId>,
}

/// A stored key.
#[derive(Clone)]
pub struct ProviderKeyRow {
    /// The key.
    pub id: KeyId,
    /// What the sealed secret is bound to.
    pub secret_id: Uuid,
    /// The workspace's name for it.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// The provider's name.
    pub provider: String,
    /// Address of the provider's API.
    pub base_url: Option<String>,
    /// What else the provider needs.
    pub place: Value,
    /// The credential, sealed.
    pub sealed_secret: Sealed,
    /// Its last characters.
    pub ends_in: String,
    /// The provider's name of the account.
    pub account: Option<String>,
    /// For whom it may pay.
    pub scope: KeyScope,
    /// Name of who added it.
    pub added_by_name: String,
    /// The key whose secret this draft is to take over.
    pub replaces: Option<KeyId>,
    /// The secret before the last rotation can be taken back until then.
    pub previous_until_ms: Option<i64>,
    /// Checks, oldest first.
    pub history: Value,
    /// Names of the models it saw when it was last checked.
    pub models: Value,
    /// Expires at the provider.
    pub expires_ms: Option<i64>,
    /// To be rotated by.
    pub rotate_by_ms: Option<i64>,
    /// Not to be used now.
    pub disabled: bool,
    /// Stored.
    pub created_ms: i64,
}

macro_rules! select_keys {
    ($rest:literal) => {
        concat!(
            "select id, secret_id, name, environment, provider, base_url, place, sealed_secret,
                    ends_in, account, member_id, team_id, added_by_name, replaces, previous_until_ms,
                    history, models, expires_ms, rotate_by_ms,
                    disabled_ms is not null as disabled, created_ms from provider_keys ",
            $rest
        )
    };
}

fn read(row: &PgRow) -> StoreResult<ProviderKeyRow> {
    Ok(ProviderKeyRow {
        id: row.id("id")?,
        secret_id: row.get_as("secret_id")?,
        name: row.get_as("name")?,
        environment: row.get_as("environment")?,
        provider: row.get_as("provider")?,
        base_url: row.get_as("base_url")?,
        place: row.get_as("place")?,
        sealed_secret: row.get_as("sealed_secret")?,
        ends_in: row.get_as("ends_in")?,
        account: row.get_as("account")?,
        scope: read_scope(row)?,
        added_by_name: row.get_as("added_by_name")?,
        replaces: row.id_opt("replaces")?,
        previous_until_ms: row.get_as("previous_until_ms")?,
        history: row.get_as("history")?,
        models: row.get_as("models")?,
        expires_ms: row.get_as("expires_ms")?,
        rotate_by_ms: row.get_as("rotate_by_ms")?,
        disabled: row.get_as("disabled")?,
        created_ms: row.get_as("created_ms")?,
    })
}

fn read_scope(row: &PgRow) -> StoreResult<KeyScope> {
    let member: Option<MemberId> = row.id_opt("member_id")?;
    let team: Option<TeamId> = row.id_opt("team_id")?;
    Ok(match (member, team) {
        (Some(member), _) => KeyScope::Member(member),
        (None, Some(team)) => KeyScope::Team(team),
        (None, None) => KeyScope::Workspace,
    })
}

const fn member_of(scope: KeyScope) -> Option<MemberId> {
    match scope {
        KeyScope::Member(member) => Some(member),
        KeyScope::Team(_) | KeyScope::Workspace => None,
    }
}

const fn team_of(scope: KeyScope) -> Option<TeamId> {
    match scope {
        KeyScope::Team(team) => Some(team),
        KeyScope::Member(_) | KeyScope::Workspace => None,
    }
}

/// Stores a key. [`crate::StoreError::Taken`] when it is sealed and its name is in use: among the
/// member's own in its environment, or among all others there.
pub async fn insert(tx: &mut TenantTx, key: &NewProviderKey) -> StoreResult<()> {
    sqlx::query(
        "insert into provider_keys
           (id, secret_id, state, name, environment, provider, base_url, place, sealed_secret,
            ends_in, member_id, added_by, added_by_name, replaces, team_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(key.id.uuid())
    .bind(key.secret_id)
    .bind(key.state.as_str())
    .bind(&key.name)
    .bind(&key.environment)
    .bind(&key.provider)
    .bind(&key.base_url)
    .bind(&key.place)
    .bind(&key.sealed_secret)
    .bind(&key.ends_in)
    .bind(member_of(key.scope).map(MemberId::uuid))
    .bind(key.added_by.map(MemberId::uuid))
    .bind(&key.added_by_name)
    .bind(key.replaces.map(KeyId::uuid))
    .bind(team_of(key.scope).map(TeamId::uuid))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Sealed keys, disabled ones too, oldest first.
pub async fn list(tx: &mut TenantTx) -> StoreResult<Vec<ProviderKeyRow>> {
    let rows = sqlx::query(select_keys!(
        "where state = 'sealed' order by created_ms, id"
    ))
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

/// A sealed key by id, disabled or not.
pub async fn get(tx: &mut TenantTx, id: KeyId) -> StoreResult<Option<ProviderKeyRow>> {
    let row = sqlx::query(select_keys!("where id = $1 and state = 'sealed'"))
        .bind(id.uuid())
        .fetch_optional(tx.conn()?)
        .await?;
    row.as_ref().map(read).transpose()
}

/// A draft by id.
pub async fn get_draft(tx: &mut TenantTx, id: KeyId) -> StoreResult<Option<ProviderKeyRow>> {
    let row = sqlx::query(select_keys!("where id = $1 and state = 'checking'"))
        .bind(id.uuid())
        .fetch_optional(tx.conn()?)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The sealed key with this name, disabled or not: `member`'s own, or one of the workspace or a team.
pub async fn find_by_name(
    tx: &mut TenantTx,
    environment: &str,
    name: &str,
    member: Option<MemberId>,
) -> StoreResult<Option<ProviderKeyRow>> {
    let row = sqlx::query(select_keys!(
        "where environment = $1 and name = $2 and state = 'sealed'
           and member_id is not distinct from $3"
    ))
    .bind(environment)
    .bind(name)
    .bind(member.map(MemberId::uuid))
    .fetch_optional(tx.conn()?)
    .await?;
    row.as_ref().map(read).transpose()
}

/// All drafts, newest first.
pub async fn list_drafts(tx: &mut TenantTx) -> StoreResult<Vec<ProviderKeyRow>> {
    let rows = sqlx::query(select_keys!(
        "where state = 'checking' order by created_ms desc, id desc"
    ))
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}
