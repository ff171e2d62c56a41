//! Which workspaces are meant, and what stands in a document for several of them.

use super::problem::Problems;
use super::shape::Document;
use contract::AgencyId;
use store::platform::workspaces::{WorkspaceRow, WorkspaceState};

/// Which workspaces.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    /// Short names that fit; `*` is any letters, `?` one. `None`: any.
    pub pattern: Option<String>,
    /// Only those that this agency sells.
    pub agency: Option<AgencyId>,
}

impl Selector {
    /// Whether a workspace is meant. One that is being deleted never is.
    #[must_use]
    pub fn means(&self, row: &WorkspaceRow) -> bool {
        let named = self
            .pattern
            .as_deref()
            .is_none_or(|pattern| fits(pattern, &row.slug));
        let sold = self.agency.is_none() || self.agency == row.agency;
        named && sold && row.state != WorkspaceState::Deleting
    }

    /// Several could be meant.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        let wild = |pattern: &str| pattern.contains(['*', '?']);
        self.pattern.as_deref().is_none_or(wild)
    }
}

/// What only one workspace can have.
///
/// # Errors
/// By field.
pub fn refuse_singular(document: &Document) -> Result<(), Problems> {
    let mut problems = Problems::default();
    let told = "a document for several workspaces cannot say this";
    if document
        .hosts
        .as_ref()
        .is_some_and(|hosts| !hosts.is_empty())
    {
        problems.add("hosts", told);
    }
    if document.name.is_some() {
        problems.add("name", told);
    }
    if problems.0.is_empty() {
        return Ok(());
    }
    Err(problems)
}

/// Whether `name` is as `pattern` says. Linear in both.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut of, mut star) = (0, 0, None);
    while of < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(&letter) if letter == b'?' || letter == name[of] => {
                at += 1;
                of += 1;
            }
            _ => {
                let Some((back, seen)) = star else {
                    return false;
                };
                star = Some((back, seen + 1));
                (at, of) = (back + 1, seen + 1);
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_mean_what_people_mean() {
        for (pattern, name, fit) in [
            ("acme", "acme", true),
            ("acme", "acme-2", false),
            ("acme-*", "acme-west", true),
            ("acme-*", "acme", false),
            ("*-west", "acme-west", true),
            ("*", "", true),
            ("a*c*e", "abcde", true),
            ("a*c*f", "abcde", false),
            ("acme-?", "acme-1", true),
            ("acme-?", "acme-12", false),
            ("**", "x", true),
        ] {
            assert_eq!(fits(pattern, name), fit, "{pattern} {name}");
        }
    }
}
