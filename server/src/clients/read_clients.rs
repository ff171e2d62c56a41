//! Lists of clients and the page of one: the [`PlatformPort`].

use super::Clients;
use crate::fault;
use async_trait::async_trait;
use contract::keys::CheckOutcome;
use contract::ports::PlatformPort;
use contract::staff::{
    AgencyView, ClientFacts, ClientList, ClientRow, ClientSearch, ClientView, HealthView,
    StaffOffer,
};
use contract::{AgencyId, AppError, AppResult, Staff, TenantId};
use futures_util::StreamExt as _;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use std::time::Duration;
use store::StoreError;
use store::facts::Facts;
use store::platform::clients::{ClientRecord, WantedClients};

/// Rows of a page. Each is one look into one workspace.
const PER_PAGE: u32 = 20;
/// The furthest page; searching is for what lies behind it.
const LAST_PAGE: u32 = 5_000;
/// Looks into workspaces at a time.
const AT_ONCE: usize = 4;
/// The longest a look may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// The longest search, in characters.
const SEARCH_CHARS: usize = 100;

#[async_trait]
impl PlatformPort for Clients {
    async fn staff_invitation(&self, token: &str) -> AppResult<StaffOffer> {
        self.roster.offer(token).await
    }

    async fn clients(
        &self,
        staff: &Staff,
        agency: AgencyId,
        search: ClientSearch,
    ) -> AppResult<ClientList> {
        let grant = staff.scope_of(agency).ok_or_else(AppError::not_found)?;
        self.list(Some(agency), grant.only.as_deref(), search).await
    }

    async fn client(&self, staff: &Staff, id: TenantId) -> AppResult<ClientView> {
        let record = self.reach(staff, id).await?;
        let read = async {
            let hosts = self.store.domains(id).await?;
            let notes = self.store.client_notes(id).await?;
            Ok::<_, StoreError>((hosts, notes))
        };
        let (hosts, notes) = read
            .await
            .map_err(|error| fault::internal("reading a client", error))?;
        let grant = staff.grant_for(record.agency, record.id);
        Ok(ClientView {
            may_open: grant.is_some_and(|grant| grant.may_open),
            guests_allowed: record.guests_allowed,
            created_ms: record.created_ms,
            suspension: record.suspension.clone(),
            hosts: hosts.into_iter().map(|domain| domain.host).collect(),
            notes,
            row: self.row(record, month_ms()).await,
        })
    }

    async fn team(&self, staff: &Staff, agency: AgencyId) -> AppResult<AgencyView> {
        self.roster.team(staff, agency).await
    }

    async fn workspaces(&self, staff: &Staff, search: ClientSearch) -> AppResult<ClientList> {
        if !staff.is_operator() {
            return Err(AppError::not_found());
        }
        self.list(None, None, search).await
    }

    async fn agencies(&self, staff: &Staff) -> AppResult<Vec<AgencyView>> {
        self.roster.agencies(staff).await
    }

    async fn health(&self, staff: &Staff) -> AppResult<HealthView> {
        if !staff.is_operator() {
            return Err(AppError::not_found());
        }
        Ok(self.read_health().await)
    }
}

impl Clients {
    async fn list(
        &self,
        agency: Option<AgencyId>,
        only: Option<&[TenantId]>,
        search: ClientSearch,
    ) -> AppResult<ClientList> {
        let page = search.page.clamp(1, LAST_PAGE);
        let text: String = search.text.trim().chars().take(SEARCH_CHARS).collect();
        let wanted = WantedClients {
            agency,
            only,
            text: &text,
            skip: i64::from((page - 1) * PER_PAGE),
            take: i64::from(PER_PAGE),
        };
        let found = self.store.clients(&wanted).await;
        let (records, found) = found.map_err(|error| fault::internal("listing clients", error))?;
        let month_ms = month_ms();
        let rows = futures_util::stream::iter(records)
            .map(|record| self.row(record, month_ms))
            .buffered(AT_ONCE);
        Ok(ClientList {
            rows: rows.collect().await,
            found,
            per_page: PER_PAGE,
            month_ms,
        })
    }

    async fn row(&self, record: ClientRecord, month_ms: i64) -> ClientRow {
        let address = record.host.as_deref().map(|host| self.address_of(host));
        let look = tokio::time::timeout(PATIENCE, self.look_into(record.id, month_ms)).await;
        let facts = match look {
            Ok(Ok(facts)) => Some(facts),
            Ok(Err(error)) => {
                tracing::warn!(%error, workspace = %record.id, "a client's numbers could not be read");
                None
            }
            Err(_) => None,
        };
        ClientRow {
            id: record.id,
            slug: record.slug,
            name: record.name,
            state: record.state,
            host: record.host,
            address,
            agency: record.agency_name,
            budget: record.budget,
            version: (record.version, self.store.tenant_version()),
            migration_trouble: record.trouble,
            facts,
        }
    }

    async fn look_into(&self, id: TenantId, month_ms: i64) -> Result<ClientFacts, StoreError> {
        let mut tx = self.store.enter(id).await?;
        let facts = store::facts::read(&mut tx, month_ms).await?;
        tx.commit().await?;
        Ok(told(&facts))
    }
}

fn told(facts: &Facts) -> ClientFacts {
    let refused = |outcome: &&String| {
        let outcome = serde_json::from_value(Value::String((*outcome).clone()));
        outcome.is_ok_and(CheckOutcome::is_refusal)
    };
    ClientFacts {
        members: facts.members.unsigned_abs(),
        spent_month: facts.spent,
        keys: facts.outcomes.len() as u64,
        keys_in_trouble: facts.outcomes.iter().filter(refused).count() as u64,
        last_used_ms: facts.last_used_ms,
    }
}

/// The first moment of this month, UTC.
fn month_ms() -> i64 {
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    let first = now.date().first_of_month().to_zoned(TimeZone::UTC);
    first.map_or(0, |first| first.timestamp().as_millisecond())
}
