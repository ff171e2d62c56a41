//! What the keys page shows.

use super::rights::rights;
use super::{Keys, failed};
use crate::routes::StoredTarget;
use contract::identity::TeamView;
use contract::keys::{
    CheckSubject, HealthPoint, KeyEnvironment, KeyProvider, KeyRights, KeyScope, KeyView, KeysView,
};
use contract::{AppError, AppResult, Caller, KeyId, MemberId, NanoUsd};
use engine::Month;
use store::audit::AuditRow;
use store::platform::workspaces::WorkspaceRow;
use store::provider_keys::{KeyUse, ProviderKeyRow};
use store::routes::RouteRow;
use store::teams::TeamRow;
use store::{MemberRow, StoreError};

/// Which key pays. The rule itself is [`crate::routes::ScopedKeys::choose`].
const ORDER: &str = "A member’s own key pays first, where the workspace allows one and it opens what \
                     the model’s route asks for; then their team’s; then the key the route names; \
                     and nobody else’s ever takes the place of one that is missing or fails.";

/// Everything read in one transaction.
struct Read {
    keys: Vec<ProviderKeyRow>,
    drafts: Vec<ProviderKeyRow>,
    uses: Vec<KeyUse>,
    routes: Vec<RouteRow>,
    members: Vec<MemberRow>,
    teams: Vec<TeamRow>,
    accepted: Option<AuditRow>,
}

impl Keys {
    /// Keys, terms and the sealing statement: of the workspace, or `own` ones alone.
    pub(super) async fn read(&self, caller: &Caller, own: Option<MemberId>) -> AppResult<KeysView> {
        let doing = failed("reading the keys");
        let workspace = self.workspace(caller).await?;
        let shown = |row: &ProviderKeyRow| own.is_none_or(|own| row.scope == KeyScope::Member(own));
        self.store.drain_ledger().await.map_err(&doing)?;
        let sealing = self.read_sealing(caller).await?;
        let read = self.read_all(caller).await.map_err(&doing)?;
        let mut keys: Vec<KeyView> = read
            .keys
            .iter()
            .filter(|row| shown(row))
            .filter_map(|row| view(caller, row, &read, &workspace.name))
            .collect();
        keys.sort_by_key(|key| (key.disabled, std::cmp::Reverse(key.added_ms)));
        let terms = self.terms.text();
        let drafts = read.drafts.into_iter();
        Ok(KeysView {
            keys,
            drafts: drafts
                .filter(|row| shown(row) && rights(caller, row.scope) == Some(KeyRights::Change))
                .filter_map(|row| subject(caller, row, true, &sealing.statement))
                .collect(),
            terms: read.accepted.is_none().then(|| terms.clone()),
            accepted: read
                .accepted
                .map(|row| format!("{}, {}", row.actor_name, day(row.at_ms))),
            order: ORDER.to_owned(),
            sealing,
            environment: KeyEnvironment::parse(&workspace.environment)
                .unwrap_or(KeyEnvironment::Production),
            may_change: match own {
                None => caller.role().may_manage_keys(),
                Some(_) => workspace.member_keys && caller.role().may_chat(),
            },
            member_keys: workspace.member_keys,
            teams: read.teams.into_iter().map(team_view).collect(),
        })
    }

    /// What is being checked.
    pub(super) async fn read_subject(
        &self,
        caller: &Caller,
        (row, is_draft): (ProviderKeyRow, bool),
    ) -> AppResult<CheckSubject> {
        let sealing = self.read_sealing(caller).await?;
        subject(caller, row, is_draft, &sealing.statement).ok_or_else(AppError::not_found)
    }

    /// The caller's workspace as the installation lists it.
    pub(super) async fn workspace(&self, caller: &Caller) -> AppResult<WorkspaceRow> {
        self.store
            .workspace(caller.tenant())
            .await
            .map_err(failed("reading the workspace"))?
            .ok_or_else(AppError::not_found)
    }

    /// The workspace's teams.
    pub(super) async fn teams(&self, caller: &Caller) -> AppResult<Vec<TeamRow>> {
        let read = async {
            let mut tx = self.store.tenant(caller).await?;
            let teams = store::teams::list(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(teams)
        };
        read.await.map_err(failed("reading the teams"))
    }

    async fn read_all(&self, caller: &Caller) -> Result<Read, StoreError> {
        let mut tx = self.store.tenant(caller).await?;
        let mut routes = Vec::new();
        for environment in KeyEnvironment::ALL {
            routes.extend(store::routes::list(&mut tx, environment.as_str()).await?);
        }
        let read = Read {
            keys: store::provider_keys::list(&mut tx).await?,
            drafts: store::provider_keys::list_drafts(&mut tx).await?,
            uses: store::provider_keys::use_since(&mut tx, Month::now().start_ms()).await?,
            routes,
            members: store::members::list(&mut tx).await?,
            teams: store::teams::list(&mut tx).await?,
            accepted: self.acceptance(&mut tx).await?,
        };
        tx.commit().await?;
        Ok(read)
    }
}

/// `None`: as for [`view`].
fn subject(
    caller: &Caller,
    row: ProviderKeyRow,
    is_draft: bool,
    sealing: &str,
) -> Option<CheckSubject> {
    Some(CheckSubject {
        rights: rights(caller, row.scope)?,
        scope: row.scope,
        id: row.id,
        provider: KeyProvider::parse(&row.provider)?,
        environment: KeyEnvironment::parse(&row.environment)?,
        host: host_of(&row),
        place: serde_json::from_value(row.place).unwrap_or_default(),
        name: row.name,
        ends_in: row.ends_in,
        is_draft,
        replaces: row.replaces,
        sealing: sealing.to_owned(),
    })
}

/// `None`: the row names a provider or an environment that this program does not know.
fn view(caller: &Caller, row: &ProviderKeyRow, read: &Read, workspace: &str) -> Option<KeyView> {
    let used = read.uses.iter().find(|used| used.key == row.id);
    let history: Vec<HealthPoint> = serde_json::from_value(row.history.clone()).unwrap_or_default();
    Some(KeyView {
        id: row.id,
        name: row.name.clone(),
        provider: KeyProvider::parse(&row.provider)?,
        environment: KeyEnvironment::parse(&row.environment)?,
        rights: rights(caller, row.scope)?,
        scope: row.scope,
        scope_words: scope_words(row.scope, read, workspace),
        host: host_of(row),
        ends_in: row.ends_in.clone(),
        account: row.account.clone(),
        added_by: match row.added_by_name.as_str() {
            "operator" => "the operator".to_owned(),
            name => name.to_owned(),
        },
        added_ms: row.created_ms,
        last_used_ms: used.map(|used| used.last_ms),
        month: used.map_or(NanoUsd::ZERO, |used| used.cost),
        month_calls: used.map_or(0, |used| used.calls),
        health: history.last().cloned(),
        history,
        expires_ms: row.expires_ms,
        rotate_by_ms: row.rotate_by_ms,
        disabled: row.disabled,
        previous_until_ms: row.previous_until_ms,
        used_by: used_by(row.id, &read.routes),
    })
}

fn scope_words(scope: KeyScope, read: &Read, workspace: &str) -> String {
    match scope {
        KeyScope::Workspace => format!("Everyone in {workspace}"),
        KeyScope::Team(id) => {
            let team = read.teams.iter().find(|team| team.id == id);
            team.map_or_else(
                || "A former team".to_owned(),
                |team| format!("Team {}", team.name),
            )
        }
        KeyScope::Member(id) => {
            let member = read.members.iter().find(|member| member.id == id);
            member.map_or_else(
                || "A former member".to_owned(),
                |member| format!("{} alone", member.name),
            )
        }
    }
}

fn team_view(team: TeamRow) -> TeamView {
    TeamView {
        id: team.id,
        name: team.name,
    }
}

fn host_of(row: &ProviderKeyRow) -> String {
    let parsed = row
        .base_url
        .as_deref()
        .and_then(|base| url::Url::parse(base).ok());
    parsed
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Labels of the routes that name the key.
fn used_by(key: KeyId, routes: &[RouteRow]) -> Vec<String> {
    routes
        .iter()
        .filter(|route| {
            let targets = StoredTarget::all(&route.targets);
            let mut models = targets.iter().filter_map(StoredTarget::model);
            models.any(|model| model.key == key)
        })
        .map(|route| {
            if route.label.is_empty() {
                crate::tenancy::capitalised(&route.alias)
            } else {
                route.label.clone()
            }
        })
        .collect()
}

/// `3 September 2026`, UTC.
fn day(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms)
        .map(|at| {
            at.to_zoned(jiff::tz::TimeZone::UTC)
                .strftime("%-d %B %Y")
                .to_string()
        })
        .unwrap_or_default()
}
