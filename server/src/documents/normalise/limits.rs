//! Limits and prices in one form.

use super::super::problem::Problems;
use super::super::shape::{LimitPart, PricePart};
use super::super::step::in_environment;
use super::{tidy_team, unique};
use crate::identity::address_of;
use crate::limits::{nano_usd, usd_in_words};
use contract::NanoUsd;

pub(super) fn tidy(problems: &mut Problems, limits: &mut [LimitPart]) {
    for (index, limit) in limits.iter_mut().enumerate() {
        let path = format!("limits[{index}]");
        if let Some(team) = &mut limit.team {
            tidy_team(problems, &format!("{path}.team"), team);
        }
        if let Some(member) = &mut limit.member {
            let address = address_of(member).map_err(|error| error.message.to_string());
            if let Some(address) = problems.keep(&format!("{path}.member"), address) {
                *member = address;
            }
        }
        if let Some(key) = &mut limit.virtual_key {
            *key = key.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        let whose = [&limit.team, &limit.member, &limit.virtual_key];
        if whose.into_iter().flatten().count() > 1 {
            problems.add(
                &path,
                "is of a team, a member or a virtual key, of one of them",
            );
        }
        if limit.environment.is_some() && limit.virtual_key.is_none() {
            problems.add(
                format!("{path}.environment"),
                "is of a virtual key, and none is named",
            );
        }
        if limit.environment.as_deref() == Some("production") {
            limit.environment = None;
        }
        if let Some(amount) = &mut limit.usd_per_month {
            tidy_amount(problems, &format!("{path}.usd_per_month"), amount);
            if limit.model.is_some() {
                let told = "money is limited for all models together; leave `model` away";
                problems.add(format!("{path}.usd_per_month"), told);
            }
        }
        if limit.usd_per_month.is_none() && limit.pace().is_free() {
            let told = "limits nothing; name usd_per_month, requests_per_minute, \
                        tokens_per_minute or concurrent";
            problems.add(&path, told);
        }
    }
    let named = limits.iter().map(|limit| (identity_of(limit), ""));
    unique(problems, "limits", named);
}

/// Whose limit it is, in words: what makes two of them the same one.
pub(in super::super) fn identity_of(limit: &LimitPart) -> String {
    let whose = match (&limit.team, &limit.member, &limit.virtual_key) {
        (Some(team), ..) => format!("team {team}"),
        (None, Some(member), _) => member.clone(),
        (None, None, Some(key)) => {
            let environment = limit.environment.as_deref().unwrap_or("production");
            format!("virtual key {}", in_environment(key, environment))
        }
        (None, None, None) => "the workspace".to_owned(),
    };
    match &limit.model {
        Some(model) => format!("{whose} with {model}"),
        None => whose,
    }
}

/// The workspace's own first, then teams, members, virtual keys.
pub(in super::super) fn order_of(limit: &LimitPart) -> (u8, String, Option<String>) {
    let rank = match (&limit.team, &limit.member, &limit.virtual_key) {
        (None, None, None) => 0,
        (Some(_), ..) => 1,
        (None, Some(_), _) => 2,
        (None, None, Some(_)) => 3,
    };
    let whole = LimitPart {
        model: None,
        ..limit.clone()
    };
    (rank, identity_of(&whole), limit.model.clone())
}

impl LimitPart {
    /// How fast may be asked.
    pub(in super::super) const fn pace(&self) -> contract::Pace {
        contract::Pace {
            requests_per_minute: self.requests_per_minute,
            tokens_per_minute: self.tokens_per_minute,
            concurrent: self.concurrent,
        }
    }
}

pub(super) fn tidy_prices(problems: &mut Problems, prices: &mut [PricePart]) {
    for (index, price) in prices.iter_mut().enumerate() {
        let path = format!("prices[{index}]");
        price.model = price.model.trim().to_owned();
        problems.keep(
            &format!("{path}.model"),
            crate::models::check_model(&price.model),
        );
        tidy_amount(problems, &format!("{path}.read"), &mut price.read);
        tidy_amount(problems, &format!("{path}.written"), &mut price.written);
        if let Some(cached) = &mut price.cached {
            tidy_amount(problems, &format!("{path}.cached"), cached);
        }
        if let Some(put) = &mut price.put_there {
            tidy_amount(problems, &format!("{path}.put_there"), put);
        }
    }
    let named = prices
        .iter()
        .map(|price| (format!("{} of {}", price.model, price.provider), ".model"));
    unique(problems, "prices", named);
}

fn tidy_amount(problems: &mut Problems, path: &str, amount: &mut String) {
    if let Some(exact) = problems.keep(path, nano_usd(amount)) {
        *amount = usd_in_words(exact);
    }
}

/// An amount in the form of [`super::normalise`].
pub(in super::super) fn usd(amount: &str) -> NanoUsd {
    // It was read once already, when the document was.
    nano_usd(amount).unwrap_or_default()
}
