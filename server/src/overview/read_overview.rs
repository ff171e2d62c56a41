//! Everything the overview shows, in one transaction beside what is in memory already.

use super::{Overviews, SKIPPED, TAKEN_UP};
use crate::brand::{Brand, DEFAULT_COLOUR};
use crate::chat::first_of_next_month;
use crate::fault;
use crate::tenancy::TenantSnapshot;
use contract::keys::{HealthPoint, KeyEnvironment};
use contract::overview::{
    GuideStep, KeysHealth, MonthSpend, OVERVIEW_DAYS, OverviewDay, OverviewView, StepState,
};
use contract::{
    AppError, AppResult, CacheStatus, Caller, LimitScope, NanoUsd, SealingPort as _, TenantId,
};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use store::overview::{KeyFact, StartFacts};
use store::savings::SavingsRow;
use store::{InvitationRow, StoreError};

const DAY_MS: i64 = 86_400_000;
/// A date this near is told.
const SOON_MS: i64 = 14 * DAY_MS;
/// Invitations that the page names.
const MOST_INVITATIONS: usize = 5;

/// What one transaction reads.
struct Inside {
    facts: StartFacts,
    skipped: Vec<String>,
    keys: Vec<KeyFact>,
    answers: Vec<SavingsRow>,
    failed: Vec<(i64, i64)>,
    invitations: Vec<InvitationRow>,
}

impl Overviews {
    pub(super) async fn read_overview(&self, caller: &Caller) -> AppResult<OverviewView> {
        let tenant = caller.tenant();
        let snapshot = self.snapshots.of_id(tenant).await;
        let snapshot = snapshot
            .map_err(|error| fault::internal("loading a workspace", error))?
            .ok_or_else(AppError::not_found)?;
        let now = Timestamp::now();
        let first_day = now.as_millisecond().div_euclid(DAY_MS) - days_back();
        let (brand, hosts, inside) = self
            .read_all(caller, first_day)
            .await
            .map_err(|error| fault::internal("reading an overview", error))?;
        let state = |step: GuideStep| {
            let done = match step {
                GuideStep::Brand => is_dressed(&brand),
                GuideStep::Key => inside.facts.key_works,
                GuideStep::FirstChat => inside.facts.answered,
                GuideStep::Invite => inside.facts.members > 1 || inside.facts.invited,
                GuideStep::Domain => hosts.iter().any(|host| self.is_the_clients(host)),
            };
            let skipped = inside.skipped.iter().any(|name| name == step.as_str());
            match (done, skipped) {
                (true, _) => StepState::Done,
                (false, true) => StepState::Skipped,
                (false, false) => StepState::Open,
            }
        };
        let waiting = inside.invitations.into_iter();
        Ok(OverviewView {
            steps: GuideStep::ALL.map(|step| (step, state(step))).into(),
            may_skip: caller.role().may_manage_members(),
            environment: KeyEnvironment::parse(snapshot.environment.as_str())
                .unwrap_or(KeyEnvironment::Production),
            month: self.month(tenant, &snapshot, now).await?,
            days: days(first_day, &inside.answers, &inside.failed),
            keys: health(&inside.keys, now.as_millisecond()),
            members: inside.facts.members.unsigned_abs(),
            invitations: waiting
                .take(MOST_INVITATIONS)
                .map(|row| (row.email, row.expires_ms))
                .collect(),
            sealing_trouble: self.keys.sealing(caller).await?.trouble,
        })
    }

    async fn read_all(
        &self,
        caller: &Caller,
        first_day: i64,
    ) -> Result<(Brand, Vec<String>, Inside), StoreError> {
        let tenant = caller.tenant();
        self.store.drain_ledger().await?;
        let row = self.store.workspace(tenant).await?;
        let brand = row.and_then(|row| serde_json::from_value(row.brand).ok());
        let domains = self.store.domains(tenant).await?;
        let mut tx = self.store.tenant(caller).await?;
        let first = i32::try_from(first_day).unwrap_or(i32::MAX);
        let inside = Inside {
            facts: store::overview::start_facts(&mut tx).await?,
            skipped: store::overview::standing(&mut tx, SKIPPED, TAKEN_UP).await?,
            keys: store::overview::key_facts(&mut tx).await?,
            answers: store::savings::list(&mut tx, first).await?,
            failed: store::overview::failed_by_day(&mut tx, first_day * DAY_MS).await?,
            invitations: store::invitations::list_open(&mut tx).await?,
        };
        tx.commit().await?;
        let hosts = domains.into_iter().map(|domain| domain.host).collect();
        Ok((brand.unwrap_or_default(), hosts, inside))
    }

    /// A host that is neither the installation's nor below it.
    fn is_the_clients(&self, host: &str) -> bool {
        let below = host.strip_suffix(&*self.platform_host);
        !below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
    }

    /// From the meters that limits are held with: nothing is added up for the page.
    async fn month(
        &self,
        tenant: TenantId,
        snapshot: &TenantSnapshot,
        now: Timestamp,
    ) -> AppResult<MonthSpend> {
        crate::billing::seed_meter(&self.store, &self.engine, tenant).await?;
        let meters = self.engine.meters();
        meters.refresh(tenant, &[LimitScope::Workspace]).await;
        let spent = meters.spent_by(tenant, LimitScope::Workspace);
        let spent = spent.unwrap_or_default();
        Ok(MonthSpend {
            spent,
            limit: snapshot.budget,
            pace: pace(spent, now),
            resets: first_of_next_month(now),
        })
    }
}

/// Days before today that are shown.
fn days_back() -> i64 {
    i64::try_from(OVERVIEW_DAYS).map_or(0, |days| days - 1)
}

/// A colour or a logo was chosen.
fn is_dressed(brand: &Brand) -> bool {
    let coloured = !brand.colour.is_empty() && brand.colour != DEFAULT_COLOUR;
    coloured || brand.logo_light.is_some() || brand.logo_dark.is_some()
}

/// What a month costs that goes on as it began. Of its first day nothing is told.
fn pace(spent: NanoUsd, now: Timestamp) -> Option<NanoUsd> {
    let first = now.to_zoned(TimeZone::UTC).date().first_of_month();
    let next = first.checked_add(1.month()).ok()?;
    let at = |date: jiff::civil::Date| {
        let start = date.to_zoned(TimeZone::UTC).ok()?;
        Some(i128::from(start.timestamp().as_second()))
    };
    let (begins, ends) = (at(first)?, at(next)?);
    let gone = i128::from(now.as_second()) - begins;
    if gone < 86_400 {
        return None;
    }
    let whole = i128::from(spent.get()) * (ends - begins) / gone;
    i64::try_from(whole).ok().map(NanoUsd::new)
}

/// Day by day without a gap. Counts of comparisons stand in the same table and are no answers.
fn days(first: i64, answers: &[SavingsRow], failed: &[(i64, i64)]) -> Vec<OverviewDay> {
    (first..=first + days_back())
        .map(|day| {
            let of_day = answers
                .iter()
                .filter(|row| i64::from(row.day) == day && CacheStatus::parse(&row.kind).is_some());
            let failed = failed.iter().filter(|(other, _)| *other == day);
            OverviewDay {
                day_ms: day * DAY_MS,
                answers: of_day.map(|row| row.answers.unsigned_abs()).sum(),
                failed_calls: failed.map(|(_, calls)| calls.unsigned_abs()).sum(),
            }
        })
        .collect()
}

fn health(keys: &[KeyFact], now_ms: i64) -> KeysHealth {
    let mut told = KeysHealth {
        in_use: keys.len(),
        ..KeysHealth::default()
    };
    for key in keys {
        let last: Option<HealthPoint> = serde_json::from_value(key.last.clone()).ok();
        match last {
            Some(point) if point.outcome.may_be_sealed() => told.healthy += 1,
            Some(point) if point.outcome.is_refusal() => {
                let words = point.outcome.label().to_owned();
                told.in_trouble.push((key.name.clone(), words));
            }
            _ => told.unknown += 1,
        }
        let due = [key.expires_ms, key.rotate_by_ms];
        let due = due.into_iter().flatten().min();
        if let Some(due) = due.filter(|due| *due < now_ms + SOON_MS) {
            told.due.push((key.name.clone(), due));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::{days, health, pace};
    use contract::NanoUsd;
    use serde_json::json;
    use store::overview::KeyFact;

    #[test]
    fn a_month_goes_on_as_it_began() {
        let at = |text: &str| pace(NanoUsd::from_usd(10), text.parse().unwrap());
        assert_eq!(at("2026-11-01T20:00:00Z"), None);
        assert_eq!(at("2026-11-11T00:00:00Z"), Some(NanoUsd::from_usd(30)));
        assert_eq!(
            pace(NanoUsd::ZERO, "2026-11-11T00:00:00Z".parse().unwrap()),
            Some(NanoUsd::ZERO)
        );
    }

    #[test]
    fn a_day_without_anything_is_a_day() {
        let told = days(20_000, &[], &[(20_003, 4), (19_000, 9)]);
        let failed: Vec<u64> = told.iter().map(|day| day.failed_calls).collect();
        assert_eq!(failed, [0, 0, 0, 4, 0, 0, 0]);
        assert_eq!(told[6].day_ms, 20_006 * 86_400_000);
    }

    #[test]
    fn a_key_is_well_in_trouble_or_neither() {
        let key = |name: &str, outcome: Option<&str>, rotate_by_ms| KeyFact {
            name: name.to_owned(),
            last: outcome.map_or(
                json!(null),
                |outcome| json!({ "at_ms": 1, "outcome": outcome, "reason": "", "next": "" }),
            ),
            expires_ms: None,
            rotate_by_ms,
        };
        let told = health(
            &[
                key("well", Some("valid"), Some(5)),
                key("refused", Some("bad"), None),
                key("not reached", Some("unreachable"), None),
                key("fresh", None, Some(i64::MAX)),
            ],
            1_000,
        );
        assert_eq!((told.in_use, told.healthy, told.unknown), (4, 1, 2));
        assert_eq!(told.in_trouble, [("refused".into(), "Refused".into())]);
        assert_eq!(told.due, [("well".into(), 5)]);
    }
}
