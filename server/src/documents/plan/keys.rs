//! Provider keys: added with a secret that somebody named a place for, given a new one where that
//! place holds another, never moved to another address or other people with an old one.

use super::super::shape::KeyPart;
use super::super::step::{Act, differences, says};
use super::{Planner, item};
use crate::keys::secret;
use contract::keys::KeyScope;
use secrecy::ExposeSecret as _;
use std::collections::HashSet;
use store::provider_keys::ProviderKeyRow;

/// Fields in which a key can differ without being another one.
const FREE: [&str; 2] = ["disabled ", "secret "];

impl Planner<'_> {
    pub(super) fn keys(&mut self) {
        let (state, Some(wanted)) = (self.state, &self.wanted.keys) else {
            return;
        };
        for (index, part) in wanted.iter().enumerate() {
            let path = format!("keys[{index}]");
            if let Some(team) = &part.team
                && !self.check_team(&format!("{path}.team"), team)
            {
                continue;
            }
            let same = |row: &&ProviderKeyRow| {
                row.name == part.name
                    && row.environment == part.environment
                    && !matches!(row.scope, KeyScope::Member(_))
            };
            match state.keys.iter().find(same) {
                Some(row) => self.known_key(&path, row, part),
                None => self.new_key(&path, part),
            }
        }
        if self.choices.prune_keys {
            self.prune_keys(wanted);
        }
    }

    fn new_key(&mut self, path: &str, part: &KeyPart) {
        if part.secret.is_none() {
            let told = format!(
                "there is no key `{}` in {}; say where its secret comes from (`secret`), or add it \
                 first",
                part.name, part.environment
            );
            self.problems.add(path, told);
            return;
        }
        let told = says(part, &["name", "environment"]);
        let item = item("key", &part.name, &part.environment);
        self.create(item, told, Act::AddKey(part.clone()));
    }

    fn known_key(&mut self, path: &str, row: &ProviderKeyRow, part: &KeyPart) {
        let Some(before) = self.state.key_part(row) else {
            return;
        };
        let bare = KeyPart {
            secret: None,
            ..part.clone()
        };
        let told = differences(&before, &bare);
        let item = || item("key", &part.name, &part.environment);
        if before.team != part.team {
            let told = "a key keeps those it is for; delete it and add another";
            self.problems.add(format!("{path}.team"), told);
            return;
        }
        let firm: Vec<String> = told
            .into_iter()
            .filter(|line| !FREE.iter().any(|free| line.starts_with(free)))
            .collect();
        let fresh = self.has_other_secret(row, part);
        if !firm.is_empty() && part.secret.is_none() {
            let told = format!(
                "{}: an old secret is sent nowhere else; say where the secret for it comes from \
                 (`secret`)",
                firm.join("; ")
            );
            self.problems.add(path, told);
            return;
        }
        if fresh || !firm.is_empty() {
            let mut told = firm;
            if fresh {
                told.push("a new secret; the old one can be taken back for 24 hours".to_owned());
            }
            self.change(item(), told, Act::RotateKey(row.id, part.clone()));
        }
        if before.disabled != part.disabled {
            let told = if part.disabled {
                "not used any more"
            } else {
                "used again"
            };
            let act = Act::UseKey(row.id, part.name.clone(), !part.disabled);
            self.change(item(), vec![told.to_owned()], act);
        }
    }

    /// Whether the place that the document names holds another secret than the one that is sealed.
    fn has_other_secret(&self, row: &ProviderKeyRow, part: &KeyPart) -> bool {
        let (Some(wanted), Some(unlocked)) = (self.secrets.of(part), self.unlocked) else {
            return false;
        };
        let sealed = secret::open(unlocked, row.secret_id, &row.sealed_secret);
        sealed.map_or(true, |sealed| sealed.expose_secret() != wanted.as_str())
    }

    /// Keys that a route can name afterwards: environment and name.
    pub(super) fn keys_after(&self) -> HashSet<(String, String)> {
        let wanted = self.wanted.keys.iter().flatten();
        let wanted = wanted.map(|part| (part.environment.clone(), part.name.clone()));
        let shared = |row: &&ProviderKeyRow| !matches!(row.scope, KeyScope::Member(_));
        let there = self.state.keys.iter().filter(shared);
        let there = there.map(|row| (row.environment.clone(), row.name.clone()));
        if self.choices.prune_keys && self.wanted.keys.is_some() {
            wanted.collect()
        } else {
            wanted.chain(there).collect()
        }
    }

    fn prune_keys(&mut self, wanted: &[KeyPart]) {
        for row in &self.state.keys {
            let named =
                |part: &KeyPart| part.name == row.name && part.environment == row.environment;
            if matches!(row.scope, KeyScope::Member(_)) || wanted.iter().any(named) {
                continue;
            }
            let act = Act::DeleteKey(row.id, row.name.clone());
            self.delete(item("key", &row.name, &row.environment), act);
        }
    }
}
