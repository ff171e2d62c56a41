//! Why each target of a route is taken or skipped, in words.
//!
//! Judges what is stored: keys, scopes, prices, limits, checks. Which circuits are open at this
//! moment only the process that answers knows.

use super::{ScopedKeys, StoredTarget, targets_from};
use contract::keys::{HealthPoint, KeyScope};
use contract::{MemberId, NanoUsd, Price, TeamId};
use engine::{Strategy, Target};
use serde::Serialize;
use store::provider_keys::ProviderKeyRow;
use store::routes::RouteRow;

/// What is known of the place where the route is asked.
pub struct Place<'a> {
    /// Every sealed key of the workspace.
    pub keys: &'a [ProviderKeyRow],
    /// Members may bring keys of their own.
    pub member_keys: bool,
    /// Limit per calendar month.
    pub budget: Option<NanoUsd>,
    /// Who asks; `None`: somebody without a team and a key of their own.
    pub member: Option<(MemberId, &'a [TeamId])>,
}

/// One target, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// `KEY:MODEL`, as it was written; the key's name alone may have changed.
    pub target: String,
    /// Name of the key that pays; `None`: skipped, or the demo model.
    pub pays: Option<String>,
    /// It is tried in its turn.
    pub taken: bool,
    /// Why, or what is to be known beside.
    pub why: String,
}

/// How the order of the targets comes about.
#[must_use]
pub const fn in_words(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::Priority => "in this order; the next one only where the one before fails",
        Strategy::Weighted => "shared out by weight; a conversation stays with its target",
        Strategy::LeastCost => "the cheapest for the prompt first",
        Strategy::LowestLatency => "the shorter wait first, of two drawn at random",
        Strategy::LeastUsed => "the least used lately first",
    }
}

/// Judges every target of `route`. `price`: what a provider's model is known to cost.
pub fn explain(
    route: &RouteRow,
    place: &Place<'_>,
    price: impl Fn(&str, &str) -> Option<Price>,
) -> Vec<Judged> {
    let stored: Vec<StoredTarget> =
        serde_json::from_value(route.targets.clone()).unwrap_or_default();
    let scoped = ScopedKeys::new(place.keys, &route.environment, place.member_keys);
    let judge = |stored: StoredTarget| match stored {
        StoredTarget::Demo => Judged {
            target: "demo:demo".to_owned(),
            pays: None,
            taken: true,
            why: "built in, needs no key".to_owned(),
        },
        StoredTarget::Model { key, ref model, .. } => {
            let row = place.keys.iter().find(|row| row.id == key);
            let name = row.map_or("(deleted)", |row| row.name.as_str());
            let target = format!("{name}:{model}");
            let chosen = usable(row, &stored, place).and_then(|(row, usable)| {
                let (member, teams) = place.member.unwrap_or((NOBODY, &[]));
                scoped
                    .choose(&usable, member, teams)
                    .ok_or_else(|| format!("its key is {}", whose(row.scope)))
            });
            match chosen.and_then(|chosen| with_price(chosen, place, &price)) {
                Ok((pays, why)) => Judged {
                    target,
                    pays: Some(pays),
                    taken: true,
                    why,
                },
                Err(why) => Judged {
                    target,
                    pays: None,
                    taken: false,
                    why,
                },
            }
        }
    };
    stored.into_iter().map(judge).collect()
}

/// No member has this id.
const NOBODY: MemberId = MemberId::from_uuid(uuid::Uuid::nil());

/// The target, where its key is there and in use.
fn usable<'a>(
    row: Option<&'a ProviderKeyRow>,
    stored: &StoredTarget,
    place: &Place<'_>,
) -> Result<(&'a ProviderKeyRow, Target), String> {
    let row = row.ok_or("its key was deleted")?;
    if row.disabled {
        return Err("its key is disabled".to_owned());
    }
    let one = serde_json::to_value([stored]).unwrap_or_default();
    let target = targets_from(&one, place.keys).pop();
    Ok((row, target.ok_or("its provider is not known")?))
}

/// Who pays and what for; refused where a limit applies and the price is unknown.
fn with_price(
    target: Target,
    place: &Place<'_>,
    price: impl Fn(&str, &str) -> Option<Price>,
) -> Result<(String, String), String> {
    let known = price(target.key.provider.as_str(), &target.model);
    let cost = match known {
        Some(price) => format!(
            "{} read, {} written, a million tokens",
            price.input.display_usd(),
            price.output.display_usd()
        ),
        None if place.budget.is_some() => {
            return Err("a limit applies and its price is not known".to_owned());
        }
        None => "its price is not known".to_owned(),
    };
    let row = place.keys.iter().find(|row| Some(row.id) == target.key.id);
    let last = row.and_then(|row| {
        let history: Vec<HealthPoint> = serde_json::from_value(row.history.clone()).ok()?;
        history.into_iter().last()
    });
    let trouble = last
        .filter(|point| !point.outcome.may_be_sealed())
        .map(|point| format!("; its last check found: {}", point.outcome.label()))
        .unwrap_or_default();
    Ok((target.key.name, format!("{cost}{trouble}")))
}

const fn whose(scope: KeyScope) -> &'static str {
    match scope {
        KeyScope::Workspace => "for everybody",
        KeyScope::Team(_) => "for a team that the asker is not in",
        KeyScope::Member(_) => "another member's own",
    }
}
