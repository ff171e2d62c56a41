//! The invented installation, read from `installation.toml`.

use crate::brand::Brand;
use contract::Role;
use serde::Deserialize;
use std::sync::LazyLock;

/// The whole invented installation.
#[derive(Debug, Default, Deserialize)]
pub struct DemoInstallation {
    /// Resellers.
    pub agencies: Vec<DemoAgency>,
    /// Their clients.
    pub workspaces: Vec<DemoWorkspace>,
}

/// An invented reseller.
#[derive(Debug, Deserialize)]
pub struct DemoAgency {
    /// Short name.
    pub slug: String,
    /// Name.
    pub name: String,
}

/// An invented client.
#[derive(Debug, Deserialize)]
pub struct DemoWorkspace {
    /// Slug of its agency.
    pub agency: String,
    /// Short name.
    pub slug: String,
    /// Name.
    pub name: String,
    /// One password for all its people.
    pub password: String,
    /// Limit per month, in dollars.
    pub limit_usd: i64,
    /// The workspace prompt.
    pub prompt: String,
    /// Its dress.
    pub brand: Brand,
    /// Who is in it.
    pub people: Vec<DemoPerson>,
    /// What they asked.
    #[serde(default)]
    pub conversations: Vec<DemoConversation>,
}

/// An invented person.
#[derive(Debug, Deserialize)]
pub struct DemoPerson {
    /// Display name.
    pub name: String,
    /// Sign-in address, in a reserved domain.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// An invented conversation of one question and one answer.
#[derive(Debug, Deserialize)]
pub struct DemoConversation {
    /// Whose.
    pub of: String,
    /// How long ago, in days.
    pub days_ago: u32,
    /// Markdown.
    pub question: String,
    /// Markdown.
    pub answer: String,
}

static INSTALLATION: LazyLock<DemoInstallation> = LazyLock::new(|| {
    // The file is part of the program; the test below proves that it can be read.
    toml::from_str(include_str!("installation.toml")).unwrap_or_default()
});

/// The invented installation.
#[must_use]
pub fn installation() -> &'static DemoInstallation {
    &INSTALLATION
}

/// People of a demo workspace; `None` when it is not one of the invented ones.
#[must_use]
pub fn people_of(slug: &str) -> Option<&'static [DemoPerson]> {
    let workspace = installation()
        .workspaces
        .iter()
        .find(|workspace| workspace.slug == slug)?;
    Some(&workspace.people)
}

#[cfg(test)]
mod tests {
    use super::installation;

    #[test]
    fn the_invented_installation_is_complete_and_sound() {
        let demo = installation();
        assert_eq!((demo.agencies.len(), demo.workspaces.len()), (2, 4));
        for workspace in &demo.workspaces {
            assert_eq!(workspace.brand.problems(), [], "{}", workspace.slug);
            assert!(
                demo.agencies
                    .iter()
                    .any(|agency| agency.slug == workspace.agency)
            );
            assert!(workspace.password.len() >= 12);
            for conversation in &workspace.conversations {
                assert!(
                    workspace
                        .people
                        .iter()
                        .any(|person| person.email == conversation.of)
                );
                assert!(conversation.answer.contains("Demo text"));
            }
            for person in &workspace.people {
                assert!(person.email.ends_with(".example"));
            }
        }
    }
}
