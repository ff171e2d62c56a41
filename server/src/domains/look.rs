//! One look at a name: ask, judge, and do what follows.

use super::claim::words_of;
use super::dns::Kind;
use super::judge::{self, Routes, Verdict};
use super::pace::next_look;
use super::records::proof_name;
use super::{Domains, failed};
use contract::domains::{Fact, FactState};
use contract::{AppError, AppResult, ErrorCode, TenantId};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;
use store::StoreError;
use store::platform::claims::change::{Bound, Look};
use store::platform::claims::{self, ClaimRow};

/// How the record names the installation itself.
pub(super) const SYSTEM: (Option<contract::MemberId>, &str) = (None, "system");
/// Nobody looks at a name more often than this, in milliseconds.
const GAP_MS: i64 = 5_000;
/// A name that begins to serve is known on every process by then.
const KNOWN_AFTER: Duration = Duration::from_millis(500);
/// A name that nobody proves is forgotten after this time, in milliseconds.
const FORGOTTEN_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// What name servers say of a claim.
struct Seen {
    ownership: Verdict,
    routing: Verdict,
    /// Addresses of the name that are the installation's.
    here: BTreeSet<IpAddr>,
}

impl Domains {
    /// Looks at a name of the workspace because somebody wants it now.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`], and [`ErrorCode::Throttled`] where it was looked at a moment ago.
    pub async fn look_now(&self, tenant: TenantId, host: &str) -> AppResult<()> {
        let taken = async {
            let mut tx = self.store.enter(tenant).await?;
            let known = claims::get(&mut tx, host).await?;
            let taken = claims::change::take_turn(&mut tx, host, GAP_MS).await?;
            tx.commit().await?;
            Ok::<_, StoreError>((known.is_some(), taken))
        };
        match taken.await.map_err(failed)? {
            (false, _) => Err(AppError::not_found()),
            (true, None) => Err(AppError::new(
                ErrorCode::Throttled,
                "It was looked at a moment ago. Wait five seconds and press again.",
            )
            .retry_after(5)),
            (true, Some(claim)) => self.look_at(&claim).await.map(drop).map_err(failed),
        }
    }

    /// Looks at a claim, and does what follows: a name that is proven serves from now on, one whose record
    /// is gone for too long does not any more. `None`: there is no such claim any more.
    ///
    /// # Errors
    /// Storage; that name servers say nothing is a finding.
    pub async fn look_at(&self, claim: &ClaimRow) -> Result<Option<ClaimRow>, StoreError> {
        let mut seen = self.see(claim).await;
        let mut serves = claim.bound && claim.proven_ms.is_some();
        if seen.ownership.state == FactState::Confirmed && !serves {
            match self.bind(claim).await? {
                Bound::Done => {
                    serves = true;
                    tokio::time::sleep(KNOWN_AFTER).await;
                }
                Bound::Refused(standing) => {
                    let words = words_of(standing, self.rules()).unwrap_or_default();
                    let words = format!("The record is there. {words}");
                    seen.ownership = Verdict::new(FactState::Wrong, words);
                }
                Bound::Gone => return Ok(None),
            }
        }
        let (certificate, serving) = self.reach(claim, serves, &seen).await;
        let missing = match seen.ownership.state {
            FactState::Unknown => None,
            state => Some(state != FactState::Confirmed),
        };
        let conflicts: Vec<_> = [&seen.ownership, &seen.routing]
            .into_iter()
            .flat_map(|verdict| verdict.conflicts.iter())
            .collect();
        let conflicts = serde_json::json!(conflicts);
        let facts = vec![
            (
                Fact::Ownership,
                seen.ownership.state,
                seen.ownership.evidence,
            ),
            (Fact::Routing, seen.routing.state, seen.routing.evidence),
            (Fact::Certificate, certificate.state, certificate.evidence),
            (Fact::Serving, serving.state, serving.evidence),
        ];
        let gone = serves && missing == Some(true);
        let age = claim.checked_ms.unwrap_or(claim.begun_ms) - claim.begun_ms;
        let look = Look {
            next_in_ms: next_look(&facts, gone, claim.quiet_checks, age),
            facts,
            conflicts,
            missing,
        };
        self.record(claim, &look).await
    }

    /// Asks name servers, all questions at once.
    async fn see(&self, claim: &ClaimRow) -> Seen {
        let proof = proof_name(&claim.host);
        let (texts, routes) = tokio::join!(
            self.dns.ask(&proof, Kind::Txt),
            self.routes(&claim.host, Some(&claim.label))
        );
        let ours = routes.ours(self.rules());
        let found = routes.a.all().into_iter().chain(routes.aaaa.all());
        let found: BTreeSet<IpAddr> = found.filter_map(|it| it.parse().ok()).collect();
        Seen {
            ownership: judge::ownership(claim, &texts),
            routing: judge::routing(claim, self.rules(), &routes),
            here: found.intersection(&ours).copied().collect(),
        }
    }

    /// Where a name leads, and where it is to lead.
    pub(super) async fn routes(&self, host: &str, label: Option<&str>) -> Routes {
        let target = label.and_then(|label| self.rules.target_of(label));
        let behind = async {
            match &target {
                Some(target) => {
                    let (a, aaaa) = tokio::join!(
                        self.dns.ask(target, Kind::A),
                        self.dns.ask(target, Kind::Aaaa)
                    );
                    vec![a, aaaa]
                }
                None => Vec::new(),
            }
        };
        let (cname, a, aaaa, target) = tokio::join!(
            self.dns.ask(host, Kind::Cname),
            self.dns.ask(host, Kind::A),
            self.dns.ask(host, Kind::Aaaa),
            behind
        );
        Routes {
            cname,
            a,
            aaaa,
            target,
        }
    }

    /// Certificate, and whether it serves.
    async fn reach(&self, claim: &ClaimRow, serves: bool, seen: &Seen) -> (Verdict, Verdict) {
        let wait = |words: &str| {
            let verdict = || Verdict::new(FactState::Waiting, words);
            (verdict(), verdict())
        };
        if !serves {
            return wait("It begins once the name is proven.");
        }
        if seen.routing.state != FactState::Confirmed {
            return wait("It begins once the name leads here.");
        }
        if seen.here.is_empty() {
            return wait(
                "The name that the record points at has no address yet. Ask the operator of this installation.",
            );
        }
        let (rules, host) = (self.rules(), claim.host.as_str());
        let looking = self.prober.look(rules, claim.tenant, host, &seen.here);
        let (certificate, serving) = looking.await;
        if certificate.state.is_settled() {
            return (certificate, serving);
        }
        // What is known here says more than that a handshake failed.
        match self.store.certificate_fact(host).await {
            Ok(known) => (
                super::probe::told(known.state).unwrap_or(certificate),
                serving,
            ),
            Err(error) => {
                tracing::warn!(%error, "what is known of a certificate could not be read");
                (certificate, serving)
            }
        }
    }

    async fn bind(&self, claim: &ClaimRow) -> Result<Bound, StoreError> {
        let mut tx = self.store.enter(claim.tenant).await?;
        let bound = claims::change::bind(&mut tx, claim.id, self.rules.quarantine_ms()).await?;
        if bound == Bound::Done {
            store::audit::append(&mut tx, SYSTEM, "domain.proven", &claim.host).await?;
        }
        tx.commit().await?;
        Ok(bound)
    }

    async fn record(&self, claim: &ClaimRow, look: &Look) -> Result<Option<ClaimRow>, StoreError> {
        let mut tx = self.store.enter(claim.tenant).await?;
        let Some((row, _)) = claims::change::record(&mut tx, claim.id, look).await? else {
            return Ok(None);
        };
        let now = row.checked_ms.unwrap_or_default();
        if row
            .missing_ms
            .is_some_and(|since| now - since >= self.rules.grace_ms())
        {
            let why = "The record was missing for too long: the name stopped serving.";
            claims::change::unbind(&mut tx, row.id, why).await?;
            store::audit::append(&mut tx, SYSTEM, "domain.switched_off", &row.host).await?;
        } else if !row.bound && now - row.begun_ms > FORGOTTEN_MS {
            claims::change::remove(&mut tx, &row.host).await?;
            store::audit::append(&mut tx, SYSTEM, "domain.removed", &row.host).await?;
        } else if !row.bound {
            remind(&mut tx, &row, now).await?;
        }
        let after = claims::get(&mut tx, &claim.host).await?;
        tx.commit().await?;
        if row.missing_ms.is_some() || claim.missing_ms.is_some() {
            self.notices.domain_looked_at(claim.tenant, claim.id).await;
        }
        Ok(after)
    }
}

/// Days after which somebody who began a claim and did not go on is reminded.
const REMINDED_AFTER: [i64; 3] = [1, 14, 28];

/// What is written beside a claim that waits.
async fn remind(tx: &mut store::TenantTx, row: &ClaimRow, now: i64) -> Result<(), StoreError> {
    let days = (now - row.begun_ms) / (24 * 60 * 60 * 1_000);
    for (number, after) in (1..).zip(REMINDED_AFTER) {
        if days >= after && claims::change::remind(tx, row.id, number).await? {
            let what = format!(
                "Still waiting after {days} days. The claim is forgotten after 30 days without its record."
            );
            claims::change::note(tx, &row.host, &what).await?;
        }
    }
    Ok(())
}
