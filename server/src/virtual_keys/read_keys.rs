//! The keys of a workspace for the people who look after it: the [`ProgramsPort`].

use super::change_key::kind_of;
use super::{VirtualKeys, failed};
use async_trait::async_trait;
use contract::keys::KeyEnvironment;
use contract::programs::{ProgramFor, ProgramState, ProgramView, ProgramsView};
use contract::{
    AppError, AppResult, Caller, ErrorCode, LimitScope, NanoUsd, Pace, ProgramsPort, TenantId,
    VirtualKeyId,
};
use std::collections::HashMap;
use store::limits::LimitRow;
use store::teams::TeamRow;
use store::virtual_keys::VirtualKeyRow;
use store::{MemberRow, StoreError};

/// Keys that one page lists; revoked ones beyond are in the record.
const MOST_LISTED: u32 = 1_500;

/// Everything that keys are shown with.
pub(super) struct Shelf {
    rows: Vec<VirtualKeyRow>,
    routes: Vec<store::routes::SharedRoute>,
    members: Vec<MemberRow>,
    teams: Vec<TeamRow>,
    limits: Vec<LimitRow>,
    spent: HashMap<VirtualKeyId, (NanoUsd, u64)>,
}

impl VirtualKeys {
    /// Every key of a workspace, for whoever may see them.
    ///
    /// # Errors
    /// Failures of storage.
    pub async fn list(&self, tenant: TenantId) -> AppResult<Vec<ProgramView>> {
        Ok(self.shelf(tenant).await?.views())
    }

    async fn shelf(&self, tenant: TenantId) -> AppResult<Shelf> {
        let read = async {
            let mut tx = self.store().enter(tenant).await?;
            let keys = Shelf {
                rows: store::virtual_keys::list(&mut tx, MOST_LISTED).await?,
                routes: store::routes::list_all(&mut tx).await?,
                members: store::members::list(&mut tx).await?,
                teams: store::teams::list(&mut tx).await?,
                limits: store::limits::list(&mut tx).await?,
                spent: store::virtual_keys::spent_this_month(&mut tx).await?,
            };
            tx.commit().await?;
            Ok::<_, StoreError>(keys)
        };
        read.await.map_err(failed("reading virtual keys"))
    }
}

#[async_trait]
impl ProgramsPort for VirtualKeys {
    async fn programs(&self, caller: &Caller) -> AppResult<ProgramsView> {
        if !caller.role().may_see_keys() {
            return Err(AppError::new(
                ErrorCode::Denied,
                "Keys for programs are for owners, admins and auditors of this workspace.",
            ));
        }
        let workspace = self.store().workspace(caller.tenant()).await;
        let workspace = workspace
            .map_err(failed("reading a workspace"))?
            .ok_or_else(AppError::not_found)?;
        let keys = self.shelf(caller.tenant()).await?;
        let environment = KeyEnvironment::parse(&workspace.environment);
        let asks = keys.members.iter().filter(|row| row.role.may_chat());
        Ok(ProgramsView {
            environment: environment.unwrap_or(KeyEnvironment::Production),
            models: keys.models(),
            members: asks
                .map(|row| ProgramFor {
                    id: row.id,
                    name: format!("{}, {}", row.name, row.email),
                })
                .collect(),
            teams: keys
                .teams
                .iter()
                .map(|row| ProgramFor {
                    id: row.id,
                    name: row.name.clone(),
                })
                .collect(),
            programs: keys.views(),
            may_change: caller.role().may_manage_keys(),
        })
    }
}

impl Shelf {
    fn models(&self) -> Vec<(KeyEnvironment, String)> {
        let routes = self.routes.iter();
        routes
            .filter_map(|(row, _)| {
                Some((KeyEnvironment::parse(&row.environment)?, row.alias.clone()))
            })
            .collect()
    }

    fn views(&self) -> Vec<ProgramView> {
        let now = super::now_ms();
        let rows = self.rows.iter();
        rows.filter_map(|row| self.view(row, now)).collect()
    }

    fn view(&self, row: &VirtualKeyRow, now: i64) -> Option<ProgramView> {
        let (month, month_calls) = self.spent.get(&row.id).copied().unwrap_or_default();
        let scope = LimitScope::VirtualKey(row.id);
        let mut own = self.limits.iter().filter(|limit| limit.scope == scope);
        let limit = own.find(|limit| limit.model.is_empty());
        let team = self.teams.iter().find(|team| Some(team.id) == row.team);
        let member = self.members.iter().find(|it| Some(it.id) == row.member);
        let name = member.map(|member| member.name.clone());
        Some(ProgramView {
            id: row.id,
            name: row.name.clone(),
            environment: KeyEnvironment::parse(&row.environment)?,
            begins_with: format!("{}{}", kind_of(row).prefix(), &row.id.to_string()[..6]),
            ends_in: row.ends_in.clone(),
            state: state_of(row, member, now),
            member: name.or_else(|| row.member_name.clone()),
            team: team.map(|team| team.name.clone()),
            models: row.models.clone(),
            networks: row.networks.clone(),
            made_by: row.made_by_name.clone(),
            made_ms: row.created_ms,
            rotated_ms: row.rotated_ms,
            previous_until_ms: row.previous.map(|(_, until)| until).filter(|at| *at > now),
            expires_ms: row.expires_ms,
            last_used_ms: row.last_used_ms,
            month,
            month_calls,
            cap: limit.and_then(|limit| limit.month),
            pace: limit.map_or_else(Pace::default, |limit| limit.pace),
        })
    }
}

fn state_of(row: &VirtualKeyRow, member: Option<&MemberRow>, now: i64) -> ProgramState {
    if let Some(at_ms) = row.revoked_ms {
        let by = row.revoked_by_name.clone().unwrap_or_default();
        return ProgramState::Revoked { at_ms, by };
    }
    if row.expires_ms.is_some_and(|until| until <= now) {
        return ProgramState::Expired;
    }
    let asks =
        |it: &MemberRow| it.role.may_chat() && row.team.is_none_or(|team| it.teams.contains(&team));
    if row.for_member && !member.is_some_and(asks) {
        return ProgramState::MemberGone;
    }
    ProgramState::Live
}
