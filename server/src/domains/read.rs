//! Names as their pages show them.

use super::name::{unicode_of, zone_of};
use super::records::{instructions, is_apex, records_instead, records_of};
use super::{Domains, failed};
use contract::domains::{
    Conflict, DomainEvent, DomainOrigin, DomainPage, DomainView, DomainsView, Fact, FactState,
    FactView,
};
use contract::{AppError, AppResult, TenantId};
use store::platform::claims::{self, ClaimRow, FactRow};
use store::platform::domains::{self, DomainRow};
use store::platform::workspaces::{self, WorkspaceRow};
use store::{StoreError, TenantTx};

/// Events of a name that its page shows.
const MOST_EVENTS: i64 = 50;

/// Everything that is stored of a workspace's names.
struct Stored {
    workspace: Option<WorkspaceRow>,
    served: Vec<DomainRow>,
    claims: Vec<ClaimRow>,
    facts: Vec<FactRow>,
}

async fn stored(tx: &mut TenantTx) -> Result<Stored, StoreError> {
    Ok(Stored {
        workspace: workspaces::current(tx).await?,
        served: domains::list(tx).await?,
        claims: claims::list(tx).await?,
        facts: claims::facts(tx).await?,
    })
}

impl Domains {
    /// Every name of a workspace, the primary one first.
    ///
    /// # Errors
    /// Storage.
    pub async fn read_all(&self, tenant: TenantId) -> AppResult<DomainsView> {
        let read = async {
            let mut tx = self.store.enter(tenant).await?;
            let stored = stored(&mut tx).await?;
            tx.commit().await?;
            let given = self.given(stored.workspace.as_ref()).await?;
            Ok::<_, StoreError>((stored, given))
        };
        let (stored, given) = read.await.map_err(failed)?;
        let mut views = self.views(&stored, given);
        views.sort_by_key(|view| {
            (
                !view.is_primary,
                view.origin == DomainOrigin::Installation,
                view.host.clone(),
            )
        });
        Ok(DomainsView {
            domains: views,
            redirect: stored.workspace.is_some_and(|row| row.redirect_hosts),
            targets: self.rules.targets(),
        })
    }

    /// One name of a workspace.
    ///
    /// # Errors
    /// [`contract::ErrorCode::NotFound`]: the workspace does not have it.
    pub async fn read_one(&self, tenant: TenantId, host: &str) -> AppResult<DomainPage> {
        let read = async {
            let mut tx = self.store.enter(tenant).await?;
            let stored = stored(&mut tx).await?;
            let history = claims::history(&mut tx, host, MOST_EVENTS).await?;
            tx.commit().await?;
            let given = self.given(stored.workspace.as_ref()).await?;
            Ok::<_, StoreError>((stored, history, given))
        };
        let (stored, history, given) = read.await.map_err(failed)?;
        let views = self.views(&stored, given);
        let domain = views.into_iter().find(|view| view.host == host);
        let domain = domain.ok_or_else(AppError::not_found)?;
        let claim = stored.claims.iter().find(|claim| claim.host == host);
        let records = claim
            .map(|claim| records_of(claim, self.rules()))
            .unwrap_or_default();
        let conflicts: Vec<Conflict> = claim
            .and_then(|claim| serde_json::from_value(claim.conflicts.clone()).ok())
            .unwrap_or_default();
        let primary = stored.served.iter().find(|row| row.is_primary);
        Ok(DomainPage {
            zone: zone_of(host).to_owned(),
            is_apex: is_apex(host),
            instructions: instructions(host, &records),
            kept_because: self.kept_because(host, claim.is_some()),
            instead: claim.and_then(|claim| records_instead(claim, self.rules())),
            records,
            conflicts,
            history: history
                .into_iter()
                .map(|row| DomainEvent {
                    at_ms: row.at_ms,
                    what: row.what,
                })
                .collect(),
            targets: self.rules.targets(),
            primary_host: primary.map(|row| row.host.clone()),
            domain,
        })
    }

    /// Names that the workspace has by its agency's suffixes.
    async fn given(&self, workspace: Option<&WorkspaceRow>) -> Result<Vec<String>, StoreError> {
        let Some((slug, agency)) = workspace.and_then(|row| Some((&row.slug, row.agency?))) else {
            return Ok(Vec::new());
        };
        let bases = self.store.base_domains().await?;
        let own = bases.into_iter().filter(|base| base.agency == agency);
        Ok(own.map(|base| format!("{slug}.{}", base.suffix)).collect())
    }

    fn views(&self, stored: &Stored, given: Vec<String>) -> Vec<DomainView> {
        let mut views: Vec<DomainView> = stored
            .claims
            .iter()
            .map(|claim| self.of_claim(claim, stored))
            .collect();
        let claimed = |host: &str| stored.claims.iter().any(|claim| claim.host == host);
        for row in stored.served.iter().filter(|row| !claimed(&row.host)) {
            let origin = if self.rules.is_own(&row.host) {
                DomainOrigin::Installation
            } else {
                DomainOrigin::Operator
            };
            views.push(plain(row.host.clone(), origin, row.is_primary));
        }
        for host in given {
            if views.iter().all(|view| view.host != host) {
                views.push(plain(host, DomainOrigin::Installation, false));
            }
        }
        views
    }

    fn of_claim(&self, claim: &ClaimRow, stored: &Stored) -> DomainView {
        let served = stored.served.iter().find(|row| row.host == claim.host);
        let off_at_ms = claim
            .missing_ms
            .map(|since| since.saturating_add(self.rules.grace_ms()));
        DomainView {
            unicode: unicode_of(&claim.host),
            host: claim.host.clone(),
            origin: DomainOrigin::Claimed,
            bound: served.is_some(),
            is_primary: served.is_some_and(|row| row.is_primary),
            facts: Fact::ALL
                .into_iter()
                .map(|fact| fact_of(claim, fact, &stored.facts))
                .collect(),
            next_check_ms: Some(claim.next_check_ms),
            off_at_ms,
            begun_ms: Some(claim.begun_ms),
        }
    }
}

/// A name that nobody has to prove.
fn plain(host: String, origin: DomainOrigin, is_primary: bool) -> DomainView {
    DomainView {
        unicode: unicode_of(&host),
        host,
        origin,
        bound: true,
        is_primary,
        facts: Vec::new(),
        next_check_ms: None,
        off_at_ms: None,
        begun_ms: None,
    }
}

fn fact_of(claim: &ClaimRow, fact: Fact, facts: &[FactRow]) -> FactView {
    let found = facts
        .iter()
        .find(|row| row.claim == claim.id && row.fact == fact);
    found.map_or_else(
        || FactView {
            fact,
            state: FactState::Waiting,
            since_ms: claim.begun_ms,
            checked_ms: None,
            evidence: "Not looked at yet.".to_owned(),
        },
        |row| FactView {
            fact,
            state: row.state,
            since_ms: row.since_ms,
            checked_ms: Some(row.checked_ms),
            evidence: row.evidence.clone(),
        },
    )
}
