//! What has to be done so that a workspace is as a document says. Pure: reads the state and the
//! document, touches nothing, and tells every reference that leads nowhere at once.
//!
//! What a document does not name stays. Only [`Choices::prune`] makes it go, section by section, and
//! only in sections that are there; keys need a word of their own, because nothing brings a secret
//! back, and people are never removed.

mod keys;
mod limits;
mod models;
mod people;

use super::problem::Problems;
use super::secrets::Secrets;
use super::shape::{BrandPart, Document, HostPart};
use super::state::State;
use super::step::{Act, Kind, Step, differences, in_environment, says};
use crate::cache::parse_keep;
use crate::vault::Unlocked;
use serde::Serialize;
use std::collections::HashSet;

/// What whoever applies a document has chosen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choices {
    /// What a section does not name goes.
    pub prune: bool,
    /// Keys too: their secrets are erased for good.
    pub prune_keys: bool,
    /// People without an account are invited.
    pub invite: bool,
}

/// Steps in the order in which they are done, and what is to be known beside.
#[derive(Default)]
pub(super) struct Plan {
    /// What is done.
    pub steps: Vec<Step>,
    /// What is not done, and why.
    pub notes: Vec<String>,
}

/// Whoever makes a plan, and what it needs to know.
pub(super) struct Planner<'a> {
    state: &'a State,
    wanted: &'a Document,
    secrets: &'a Secrets,
    unlocked: Option<&'a Unlocked>,
    choices: Choices,
    /// Hosts that another workspace has.
    taken: &'a HashSet<String>,
    plan: Plan,
    /// Steps that take something away come last.
    going: Vec<Step>,
    problems: Problems,
}

/// What a plan rests on, besides the state and the document.
pub(super) struct Grounds<'a> {
    /// What the document's references to secrets gave.
    pub secrets: &'a Secrets,
    /// Opens sealed secrets, to tell whether they are new; `None` where no secret is named.
    pub unlocked: Option<&'a Unlocked>,
    /// Hosts that another workspace has.
    pub taken: &'a HashSet<String>,
    /// What was chosen.
    pub choices: Choices,
}

/// Makes the plan.
///
/// # Errors
/// Every reference that leads nowhere and every change that is refused, by field.
pub(super) fn plan(
    state: &State,
    wanted: &Document,
    grounds: &Grounds<'_>,
) -> Result<Plan, Problems> {
    let mut planner = Planner {
        state,
        wanted,
        secrets: grounds.secrets,
        unlocked: grounds.unlocked,
        choices: grounds.choices,
        taken: grounds.taken,
        plan: Plan::default(),
        going: Vec::new(),
        problems: Problems::default(),
    };
    planner.workspace();
    planner.hosts();
    planner.teams();
    planner.members();
    planner.keys();
    planner.models();
    planner.prices();
    planner.limits();
    if !planner.problems.0.is_empty() {
        return Err(planner.problems);
    }
    let mut plan = planner.plan;
    planner.going.sort_by_key(|step| last(&step.act));
    plan.steps.append(&mut planner.going);
    Ok(plan)
}

/// What something rests on goes after it: a team after its keys, a key after the models behind it.
const fn last(act: &Act) -> u8 {
    match act {
        Act::RemoveLimit(_) => 0,
        Act::RemoveModel(..) => 1,
        Act::DeleteKey(..) => 2,
        _ => 3,
    }
}

impl<'a> Planner<'a> {
    fn create(&mut self, item: String, details: Vec<String>, act: Act) {
        self.step(Kind::Create, item, details, act);
    }

    fn change(&mut self, item: String, details: Vec<String>, act: Act) {
        self.step(Kind::Change, item, details, act);
    }

    fn step(&mut self, kind: Kind, item: String, details: Vec<String>, act: Act) {
        self.plan.steps.push(Step {
            kind,
            item,
            details,
            act,
        });
    }

    fn delete(&mut self, item: String, act: Act) {
        self.going.push(Step {
            kind: Kind::Delete,
            item,
            details: Vec::new(),
            act,
        });
    }

    /// A change of one value, told as it was and as it will be.
    fn value<T: Serialize>(&mut self, item: &str, before: &T, after: &T, act: Act) {
        let old = serde_json::json!({ item: before });
        let new = serde_json::json!({ item: after });
        let told = differences(&old, &new);
        if let Some(told) = told.first() {
            let told = told.trim_start_matches(item).trim_start().to_owned();
            self.change(item.to_owned(), vec![told], act);
        }
    }

    /// What is of the workspace as a whole.
    fn workspace(&mut self) {
        let (state, wanted) = (self.state, self.wanted);
        let row = &state.row;
        if let Some(name) = &wanted.name {
            self.value("name", &row.name, name, Act::Name(name.clone()));
        }
        if let Some(environment) = &wanted.environment {
            let act = Act::Environment(environment.clone());
            self.value("environment", &row.environment, environment, act);
        }
        if let Some(brand) = &wanted.brand {
            let before = BrandPart::of(state.brand.clone());
            let told = differences(&before, brand);
            if !told.is_empty() {
                self.change("brand".to_owned(), told, Act::Brand(brand.clone()));
            }
        }
        if let Some(keep) = &wanted.cache
            && let Ok(meant) = parse_keep(keep)
        {
            let before = state.document(false).cache.unwrap_or_default();
            self.value("cache", &before, keep, Act::Cache(meant));
        }
        if let Some(allowed) = wanted.member_keys {
            let act = Act::MemberKeys(allowed);
            self.value("member_keys", &row.member_keys, &allowed, act);
        }
        self.prompt();
    }

    fn prompt(&mut self) {
        let Some(prompt) = &self.wanted.prompt else {
            return;
        };
        let length = |text: &str| format!("{} characters", text.chars().count());
        let act = Act::Prompt(prompt.clone());
        match &self.state.prompt_text {
            Some(before) if before == prompt => {}
            Some(before) => {
                let told = format!("{} → {}", length(before), length(prompt));
                self.change("prompt".to_owned(), vec![told], act);
            }
            None => self.create("prompt".to_owned(), vec![length(prompt)], act),
        }
    }

    fn hosts(&mut self) {
        let (state, Some(wanted)) = (self.state, &self.wanted.hosts) else {
            return;
        };
        for (index, part) in wanted.iter().enumerate() {
            let path = format!("hosts[{index}].host");
            if part.host == state.own_host {
                let told = "this one is the workspace's anyway; leave it away";
                self.problems.add(path, told);
            } else if self.taken.contains(&part.host) {
                let told = format!("`{}` is in use", part.host);
                self.problems.add(path, told);
            } else if !state.hosts.iter().any(|row| row.host == part.host) {
                let item = format!("host {}", part.host);
                self.create(item, Vec::new(), Act::AddHost(part.host.clone()));
            }
        }
        let chosen = wanted.iter().find(|part| part.primary);
        let own = || state.hosts.iter().any(|row| row.host == state.own_host);
        let primary = match chosen {
            Some(part) => Some(part.host.clone()),
            None => own().then(|| state.own_host.clone()),
        };
        let before = state.hosts.iter().find(|row| row.is_primary);
        if let Some(primary) = primary
            && before.is_none_or(|row| row.host != primary)
        {
            let told = "links are written with it".to_owned();
            let item = format!("host {primary}");
            self.change(item, vec![told], Act::PrimaryHost(primary));
        }
        if self.choices.prune {
            self.prune_hosts(wanted);
        }
    }

    fn prune_hosts(&mut self, wanted: &[HostPart]) {
        for row in &self.state.hosts {
            let named = wanted.iter().any(|part| part.host == row.host);
            if row.host != self.state.own_host && !named {
                let act = Act::RemoveHost(row.host.clone());
                self.delete(format!("host {}", row.host), act);
            }
        }
    }

    fn prices(&mut self) {
        let before = self.state.document(false).prices.unwrap_or_default();
        for price in self.wanted.prices.iter().flatten() {
            let same = |one: &&super::shape::PricePart| {
                one.provider == price.provider && one.model == price.model
            };
            let item = format!(
                "price of {} of {}, for the whole installation",
                price.model, price.provider
            );
            match before.iter().find(same) {
                Some(old) if old == price => {}
                Some(old) => {
                    let told = differences(old, price);
                    self.change(item, told, Act::SetPrice(price.clone()));
                }
                None => {
                    let told = says(price, &["provider", "model"]);
                    self.create(item, told, Act::SetPrice(price.clone()));
                }
            }
        }
    }

    /// The environment that members will chat in.
    fn environment(&self) -> &'a str {
        let wanted = self.wanted.environment.as_deref();
        wanted.unwrap_or(&self.state.row.environment)
    }
}

/// `key main`, `model fast (staging)`.
fn item(what: &str, name: &str, environment: &str) -> String {
    format!("{what} {}", in_environment(name, environment))
}
