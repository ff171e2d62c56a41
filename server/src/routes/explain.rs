//! Why each target of a route is taken or skipped, in words.
//!
//! Judges what is stored: environment, keys, scopes, regions, what a model can do, prices, limits,
//! checks. Which circuits are open at this moment only the process that answers knows.

use super::stored::target_from;
use super::{ScopedKeys, StoredModel, StoredTarget, moving_name, options_from};
use contract::keys::{HealthPoint, KeyScope};
use contract::models::TimeLimits;
use contract::models_shape::{time_in_words, tokens_in_words};
use contract::{LimitScope, MemberId, NanoUsd, Price, TeamId};
use engine::{Needs, Provider, Strategy, Target, Unfit};
use serde::Serialize;
use store::limits::LimitRow;
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
    /// Every other limit of the workspace.
    pub limits: &'a [LimitRow],
    /// Who asks; `None`: somebody without a team and a key of their own.
    pub member: Option<(MemberId, &'a [TeamId])>,
    /// What is asked.
    pub needs: Needs,
}

impl Place<'_> {
    /// The limit on spending that the asker meets; `None`: none.
    fn cap(&self) -> Option<&'static str> {
        let (member, teams) = self.member.unzip();
        let applies = |scope: LimitScope| match scope {
            LimitScope::Workspace => true,
            LimitScope::Member(of) => member == Some(of),
            LimitScope::Team(of) => teams.is_some_and(|teams| teams.contains(&of)),
            LimitScope::VirtualKey(_) => false,
        };
        let caps = self.limits.iter().filter(|row| row.month.is_some());
        let caps: Vec<LimitScope> = caps
            .map(|row| row.scope)
            .filter(|it| applies(*it))
            .collect();
        let any = |of: fn(&LimitScope) -> bool| caps.iter().any(of);
        if self.budget.is_some() || any(|it| matches!(it, LimitScope::Workspace)) {
            Some("a limit")
        } else if any(|it| matches!(it, LimitScope::Team(_))) {
            Some("a limit of their team")
        } else {
            any(|it| matches!(it, LimitScope::Member(_))).then_some("a limit of their own")
        }
    }
}

/// One target, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// `KEY:MODEL`, as it was written; the key's name alone may have changed.
    pub target: String,
    /// Name of the key that the route names.
    #[serde(skip)]
    pub key: String,
    /// The provider's name of the model.
    #[serde(skip)]
    pub model: String,
    /// Name of the key that pays; `None`: skipped, or the demo model.
    pub pays: Option<String>,
    /// It is tried in its turn.
    pub taken: bool,
    /// Why, or what is to be known beside.
    pub why: String,
    /// What it costs, as far as it is known.
    #[serde(skip)]
    pub price: Option<Price>,
    /// What is to be known beside, one by one.
    pub notes: Vec<String>,
    /// The target as the engine would be given it; `None`: skipped for want of a key.
    #[serde(skip)]
    pub usable: Option<Target>,
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
    let scoped = ScopedKeys::new(place.keys, &route.environment, place.member_keys);
    let stored = StoredTarget::all(&route.targets).into_iter();
    stored
        .map(|stored| match stored {
            StoredTarget::Demo => demo(route, place),
            StoredTarget::Model(model) => judge(&model, route, place, &scoped, &price),
        })
        .collect()
}

fn demo(route: &RouteRow, place: &Place<'_>) -> Judged {
    let target = Target::demo();
    let unfit = place.needs.unfit(&target, &options_from(&route.options));
    Judged {
        target: "demo:demo".to_owned(),
        key: "Demo".to_owned(),
        model: "demo".to_owned(),
        pays: None,
        taken: unfit.is_none(),
        why: unfit.map_or_else(
            || "built in, needs no key".to_owned(),
            |unfit| unfit_in_words(&unfit, place),
        ),
        price: target.price,
        notes: Vec::new(),
        usable: Some(target),
    }
}

fn judge(
    model: &StoredModel,
    route: &RouteRow,
    place: &Place<'_>,
    scoped: &ScopedKeys,
    price: impl Fn(&str, &str) -> Option<Price>,
) -> Judged {
    let row = place.keys.iter().find(|row| row.id == model.key);
    let name = row.map_or("(deleted)", |row| row.name.as_str());
    let chosen = chosen(model, row, route, place, scoped).map(|mut target| {
        target.price = price(target.key.provider.as_str(), &target.model);
        target
    });
    let refusal = match &chosen {
        Err(why) => Some(why.clone()),
        Ok(target) => {
            let unfit = place.needs.unfit(target, &options_from(&route.options));
            let cap = place.cap().filter(|_| target.price.is_none());
            let unpriced = cap.map(|cap| format!("{cap} applies and its price is not known"));
            unfit
                .map(|unfit| unfit_in_words(&unfit, place))
                .or(unpriced)
        }
    };
    let usable = chosen.ok();
    let notes = notes(model, usable.as_ref(), route, place);
    let taken = refusal.is_none();
    let why = refusal.unwrap_or_else(|| {
        let cost = usable.as_ref().and_then(|target| target.price);
        let cost = cost.map_or_else(|| "its price is not known".to_owned(), price_in_words);
        [vec![cost], notes.clone()].concat().join("; ")
    });
    let payer = usable.as_ref().map(|target| target.key.name.clone());
    Judged {
        target: format!("{name}:{}", model.model),
        key: name.to_owned(),
        model: model.model.clone(),
        pays: payer.filter(|_| taken),
        taken,
        why,
        price: usable.as_ref().and_then(|target| target.price),
        notes,
        usable,
    }
}

/// The target with the key that pays, where its key is there, in use, and for the asker.
fn chosen(
    model: &StoredModel,
    row: Option<&ProviderKeyRow>,
    route: &RouteRow,
    place: &Place<'_>,
    scoped: &ScopedKeys,
) -> Result<Target, String> {
    let row = row.ok_or("its key was deleted")?;
    if row.disabled {
        return Err("its key is disabled".to_owned());
    }
    if row.environment != route.environment {
        return Err(format!("its key belongs to {}", row.environment));
    }
    let target = target_from(model, row).ok_or("its provider is not known")?;
    let (member, teams) = match place.member {
        Some((member, teams)) => (Some(member), teams),
        None => (None, &[][..]),
    };
    scoped
        .choose(&target, member, teams)
        .ok_or_else(|| format!("its key is {}", whose(row.scope)))
}

/// What is to be known of a target, whether it is taken or not.
fn notes(
    model: &StoredModel,
    usable: Option<&Target>,
    route: &RouteRow,
    place: &Place<'_>,
) -> Vec<String> {
    let Some(target) = usable else {
        return Vec::new();
    };
    let row = place.keys.iter().find(|row| Some(row.id) == target.key.id);
    let last = row.and_then(|row| {
        let history: Vec<HealthPoint> = serde_json::from_value(row.history.clone()).ok()?;
        history.into_iter().last()
    });
    let trouble = last
        .filter(|point| !point.outcome.may_be_sealed())
        .map(|point| format!("its last check found: {}", point.outcome.label()));
    let moves = match target.key.provider {
        Provider::Keyed(provider) => moving_name(provider, &model.model),
        Provider::Demo => None,
    };
    let weighted = route.strategy == Strategy::Weighted.as_str();
    let weight = weighted.then(|| match model.weight {
        0 => "for falling back only".to_owned(),
        weight => format!("weight {weight}"),
    });
    let facts = facts_known(target);
    [trouble, weight, waits(&model.limits), facts, moves]
        .into_iter()
        .flatten()
        .collect()
}

/// The times of its own.
fn waits(limits: &TimeLimits) -> Option<String> {
    let times = [
        (limits.connect_ms, "for a connection"),
        (limits.head_ms, "for the first sign"),
        (limits.first_text_ms, "for the first text"),
        (limits.stall_ms, "in silence"),
        (limits.total_ms, "in all"),
    ];
    let times = times.into_iter();
    let said: Vec<String> = times
        .filter_map(|(time, what)| Some(format!("{} {what}", time_in_words(time?))))
        .collect();
    (!said.is_empty()).then(|| format!("waits {}", said.join(", ")))
}

fn facts_known(target: &Target) -> Option<String> {
    let facts = &target.facts;
    let context = facts
        .context
        .map(|tokens| format!("reads {} tokens", tokens_in_words(tokens)));
    let region = facts
        .region
        .as_ref()
        .map(|region| format!("runs in {region}"));
    let goes_on = facts
        .prefill
        .map(|_| "can go on with a half answer".to_owned());
    let lacks = [
        (facts.images, "images"),
        (facts.tools, "tools"),
        (facts.structured, "given forms"),
    ];
    let lacks: Vec<&str> = lacks
        .into_iter()
        .filter(|(has, _)| *has == Some(false))
        .map(|(_, what)| what)
        .collect();
    let lacks = (!lacks.is_empty()).then(|| format!("knows no {}", lacks.join(", no ")));
    let known: Vec<String> = [context, region, goes_on, lacks]
        .into_iter()
        .flatten()
        .collect();
    (!known.is_empty()).then(|| known.join(", "))
}

fn price_in_words(price: Price) -> String {
    format!(
        "{} read, {} written, a million tokens",
        price.input.display_usd(),
        price.output.display_usd()
    )
}

fn unfit_in_words(unfit: &Unfit, place: &Place<'_>) -> String {
    let input = tokens_in_words(place.needs.input);
    match unfit {
        Unfit::Region(Some(region)) => format!("it runs in {region}, where the route does not go"),
        Unfit::Region(None) => {
            "the route names regions and where this runs is not known".to_owned()
        }
        Unfit::Images => "it reads no images".to_owned(),
        Unfit::Tools => "it calls no tools".to_owned(),
        Unfit::Structured => "it keeps to no given form".to_owned(),
        Unfit::Language => "it speaks another language than the request is written in".to_owned(),
        Unfit::Reasoning => "it does not reason".to_owned(),
        Unfit::Context(has) => format!(
            "it reads {} tokens, and the conversation has about {input}",
            tokens_in_words(*has)
        ),
        Unfit::ContextUnknown => {
            "a longer context is needed and how much it reads is not known".to_owned()
        }
        Unfit::Unpriced => "the route takes only targets with a known price".to_owned(),
    }
}

const fn whose(scope: KeyScope) -> &'static str {
    match scope {
        KeyScope::Workspace => "for everybody",
        KeyScope::Team(_) => "for a team that the asker is not in",
        KeyScope::Member(_) => "another member's own",
    }
}
