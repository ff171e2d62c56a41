//! Teams, and the people in them. Nobody is added: who has no account is invited, where that was
//! chosen, and put into their teams by the next run after they came.

use super::super::shape::MemberPart;
use super::super::step::{Act, differences, says};
use super::Planner;
use contract::Role;
use contract::keys::KeyScope;
use std::collections::HashSet;
use store::members::MemberRow;

impl Planner<'_> {
    pub(super) fn teams(&mut self) {
        let (state, Some(wanted)) = (self.state, &self.wanted.teams) else {
            return;
        };
        for name in wanted {
            if !state.teams.iter().any(|team| team.name == *name) {
                let act = Act::MakeTeam(name.clone());
                self.create(format!("team {name}"), Vec::new(), act);
            }
        }
        if !self.choices.prune {
            return;
        }
        for team in &state.teams {
            if wanted.contains(&team.name) {
                continue;
            }
            let stays =
                |part: &super::super::shape::KeyPart| part.team.as_ref() == Some(&team.name);
            let goes = |name: &str, environment: &str| {
                !self
                    .keys_after()
                    .contains(&(environment.to_owned(), name.to_owned()))
            };
            let held = state.keys.iter().any(|key| {
                key.scope == KeyScope::Team(team.id) && !goes(&key.name, &key.environment)
            });
            if held || self.wanted.keys.iter().flatten().any(stays) {
                let told = format!(
                    "team `{}` cannot go: a provider key is for it, and must not become everybody's",
                    team.name
                );
                self.problems.add("teams", told);
                continue;
            }
            let act = Act::RemoveTeam(team.id, team.name.clone());
            self.delete(format!("team {}", team.name), act);
        }
    }

    /// Teams that there will be.
    fn teams_after(&self) -> HashSet<&str> {
        let wanted = self.wanted.teams.iter().flatten().map(String::as_str);
        let there = self.state.teams.iter().map(|team| team.name.as_str());
        if self.choices.prune && self.wanted.teams.is_some() {
            wanted.collect()
        } else {
            wanted.chain(there).collect()
        }
    }

    pub(super) fn check_team(&mut self, path: &str, name: &str) -> bool {
        let known = self.teams_after().contains(name);
        if !known {
            let told = format!("there is no team `{name}`");
            self.problems.add(path, told);
        }
        known
    }

    pub(super) fn members(&mut self) {
        let (state, Some(wanted)) = (self.state, &self.wanted.members) else {
            return;
        };
        for (index, part) in wanted.iter().enumerate() {
            let mut known = true;
            for team in &part.teams {
                known &= self.check_team(&format!("members[{index}].teams"), team);
            }
            let row = state.members.iter().find(|row| row.email == part.email);
            match row {
                Some(row) if known => self.member(row, part),
                Some(_) => {}
                None => self.stranger(part),
            }
        }
        self.keep_an_owner(wanted);
    }

    fn member(&mut self, row: &MemberRow, part: &MemberPart) {
        let before = self.state.member_part(row);
        let item = || format!("member {}", part.email);
        if before.role != part.role
            && let Some(role) = Role::parse(&part.role)
        {
            let told = vec![format!("role {} → {}", before.role, part.role)];
            self.change(item(), told, Act::Role(row.id, row.email.clone(), role));
        }
        let (old, new): (HashSet<_>, HashSet<_>) =
            (before.teams.iter().collect(), part.teams.iter().collect());
        // A team that goes takes its members out by itself.
        let stay = self.teams_after();
        let left = before
            .teams
            .iter()
            .filter(|name| !new.contains(name) && stay.contains(name.as_str()));
        let moves: Vec<(String, bool)> = part
            .teams
            .iter()
            .filter(|name| !old.contains(name))
            .map(|name| (name.clone(), true))
            .chain(left.map(|name| (name.clone(), false)))
            .collect();
        for (team, inside) in moves {
            let verb = if inside { "joins" } else { "leaves" };
            let act = Act::JoinOrLeave {
                member: row.id,
                email: row.email.clone(),
                team: team.clone(),
                inside,
            };
            self.change(item(), vec![format!("{verb} team {team}")], act);
        }
    }

    fn stranger(&mut self, part: &MemberPart) {
        let open = |row: &&store::InvitationRow| row.email == part.email;
        let invited = self.state.invitations.iter().find(open);
        let Some(role) = Role::parse(&part.role) else {
            return;
        };
        match invited {
            Some(row) => {
                let note = format!(
                    "{} was invited as {} and has not come yet; teams and limits follow with the \
                     next run",
                    part.email,
                    row.role.as_str()
                );
                self.plan.notes.push(note);
            }
            None if self.choices.invite => {
                let told = vec![format!("as {}, good for seven days", part.role)];
                let act = Act::Invite(part.email.clone(), role);
                self.create(format!("invitation of {}", part.email), told, act);
            }
            None => {
                let note = format!(
                    "{} has no account here and is not added; --invite invites them",
                    part.email
                );
                self.plan.notes.push(note);
            }
        }
    }

    /// Somebody must be left who can give rights.
    fn keep_an_owner(&mut self, wanted: &[MemberPart]) {
        let owner = Role::Owner.as_str();
        let role_after = |row: &MemberRow| {
            let part = wanted.iter().find(|part| part.email == row.email);
            part.map_or_else(|| row.role.as_str().to_owned(), |part| part.role.clone())
        };
        let members = &self.state.members;
        let before = members.iter().any(|row| row.role == Role::Owner);
        if before && !members.iter().any(|row| role_after(row) == owner) {
            let told = "the workspace would be left without an owner";
            self.problems.add("members", told);
        }
    }

    pub(super) fn limits(&mut self) {
        let Some(wanted) = &self.wanted.limits else {
            return;
        };
        let before = self.state.document(false).limits.unwrap_or_default();
        for (index, limit) in wanted.iter().enumerate() {
            if self.refers(&format!("limits[{index}]"), limit) {
                let same = before.iter().find(|old| super::limits::same(old, limit));
                let item = format!("limit of {}", super::limits::named(limit));
                let but = ["team", "member", "virtual_key", "environment", "model"];
                match same {
                    Some(old) if old == limit => {}
                    Some(old) => {
                        self.change(item, differences(old, limit), Act::SetLimit(limit.clone()));
                    }
                    None => self.create(item, says(limit, &but), Act::SetLimit(limit.clone())),
                }
            }
        }
        if self.choices.prune {
            self.prune_limits(&before, wanted);
        }
    }

    pub(super) fn is_team_after(&self, name: &str) -> bool {
        self.teams_after().contains(name)
    }
}
