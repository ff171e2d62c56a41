//! Model aliases: every target needs its key.

use super::super::shape::ModelPart;
use super::super::step::{Act, differences, says};
use super::{Planner, item};
use std::collections::HashSet;

impl Planner<'_> {
    pub(super) fn models(&mut self) {
        let Some(wanted) = &self.wanted.models else {
            return;
        };
        let before = self.state.document(false).models.unwrap_or_default();
        let keys = self.keys_after();
        for (index, part) in wanted.iter().enumerate() {
            if !self.check_keys(index, part, &keys) {
                continue;
            }
            let same =
                |one: &&ModelPart| one.alias == part.alias && one.environment == part.environment;
            let item = item("model", &part.alias, &part.environment);
            let Some(old) = before.iter().find(same) else {
                let told = says(part, &["alias", "environment"]);
                self.create(item, told, Act::SetModel(part.clone()));
                continue;
            };
            let mut meant = part.clone();
            // A place that is not said stays.
            meant.position = part.position.or(old.position);
            if *old != meant {
                self.change(item, differences(old, &meant), Act::SetModel(meant));
            }
        }
        if self.choices.prune {
            self.prune_models(wanted);
        }
    }

    fn check_keys(
        &mut self,
        index: usize,
        part: &ModelPart,
        keys: &HashSet<(String, String)>,
    ) -> bool {
        let mut fine = true;
        for (place, target) in part.targets.iter().enumerate() {
            let named = (part.environment.clone(), target.key.clone());
            if !target.is_demo() && !keys.contains(&named) {
                let told = format!("there is no key `{}` in {}", target.key, part.environment);
                let path = format!("models[{index}].targets[{place}].key");
                self.problems.add(path, told);
                fine = false;
            }
        }
        let vectors = part.semantic.as_ref().and_then(|it| it.embeddings.as_ref());
        if let Some(alias) = vectors
            && (*alias == part.alias || !self.aliases_after().contains(alias.as_str()))
        {
            let told = format!("there is no model `{alias}`");
            let path = format!("models[{index}].semantic.embeddings");
            self.problems.add(path, told);
            fine = false;
        }
        fine
    }

    /// Aliases that there will be, in any environment.
    pub(super) fn aliases_after(&self) -> HashSet<&str> {
        let wanted = self.wanted.models.iter().flatten();
        let wanted = wanted.map(|part| part.alias.as_str());
        let there = self.state.routes.iter().map(|row| row.alias.as_str());
        if self.choices.prune && self.wanted.models.is_some() {
            wanted.collect()
        } else {
            wanted.chain(there).collect()
        }
    }

    fn prune_models(&mut self, wanted: &[ModelPart]) {
        for row in &self.state.routes {
            let named =
                |part: &ModelPart| part.alias == row.alias && part.environment == row.environment;
            if !wanted.iter().any(named) {
                let act = Act::RemoveModel(row.environment.clone(), row.alias.clone());
                self.delete(item("model", &row.alias, &row.environment), act);
            }
        }
        let chats_in = self.environment();
        if !wanted.iter().any(|part| part.environment == chats_in) {
            let note = format!("no model is left in {chats_in}, where members chat");
            self.plan.notes.push(note);
        }
    }
}
