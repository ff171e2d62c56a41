//! What somebody may do who is taken in, by what their identity provider says of them. Never owner: not by
//! a rule, and not by a value that is called so.

use contract::Role;
use serde::{Deserialize, Serialize};

/// Rules of one connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoleMap {
    /// The claim or attribute that is looked at; empty: none.
    pub claim: String,
    /// The first one that fits decides.
    pub rules: Vec<RoleRule>,
    /// For everybody else; empty: nobody else is taken in.
    pub otherwise: String,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    /// What the claim says, letter by letter.
    pub value: String,
    /// The role that follows.
    pub role: String,
}

impl RoleMap {
    /// Reads what is stored. What cannot be read takes nobody in.
    #[must_use]
    pub fn read(stored: &serde_json::Value) -> Self {
        serde_json::from_value(stored.clone()).unwrap_or_default()
    }

    /// The role of somebody of whom the claim says `values`. `None`: they are not taken in.
    #[must_use]
    pub fn role_of(&self, values: &[String]) -> Option<Role> {
        let fits = |rule: &&RoleRule| values.contains(&rule.value);
        let named = match self.rules.iter().find(fits) {
            Some(rule) => rule.role.as_str(),
            None => self.otherwise.as_str(),
        };
        // A rule that names a role there is not takes nobody in.
        Role::parse(named).filter(|role| may_be_mapped(*role))
    }
}

/// Whether a rule may lead to a role.
#[must_use]
pub fn may_be_mapped(role: Role) -> bool {
    role != Role::Owner && Role::parse(role.as_str()).is_some()
}

#[cfg(test)]
mod tests {
    use super::{RoleMap, RoleRule, may_be_mapped};
    use contract::Role;

    fn map() -> RoleMap {
        let rule = |value: &str, role: &str| RoleRule {
            value: value.to_owned(),
            role: role.to_owned(),
        };
        RoleMap {
            claim: "groups".to_owned(),
            rules: vec![
                rule("it", "admin"),
                rule("bosses", "owner"),
                rule("x", "nobody"),
            ],
            otherwise: "member".to_owned(),
        }
    }

    fn role(values: &[&str]) -> Option<Role> {
        let values: Vec<String> = values.iter().map(|it| (*it).to_owned()).collect();
        map().role_of(&values)
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        assert_eq!(role(&["staff", "it"]), Some(Role::Admin));
        assert_eq!(role(&[]), Some(Role::Member));
        assert_eq!(role(&["IT"]), Some(Role::Member));
    }

    #[test]
    fn nobody_becomes_owner_or_what_there_is_not() {
        assert_eq!(role(&["bosses"]), None);
        assert_eq!(role(&["x"]), None);
        // A value that is called like a role is only a value.
        assert_eq!(role(&["owner"]), Some(Role::Member));
        assert!(!may_be_mapped(Role::Owner) && !may_be_mapped(Role::Guest));
        assert_eq!(RoleMap::default().role_of(&["it".to_owned()]), None);
    }
}
