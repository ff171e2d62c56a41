//! From what people come from to documents that `livery apply` reads: a `LiteLLM` `config.yaml`, a
//! plain map of tenants, the `.env` of an application with one key.
//!
//! Owns what is carried, and the list of what is not, by name. Refuses to print a secret that it read:
//! documents name the place it is to come from.

mod draft;
mod env_file;
mod litellm;
mod providers;
mod source;
mod tenants;

pub use env_file::from_env_file;
pub use litellm::from_litellm;
pub use tenants::from_tenants;

use crate::documents::{Document, normalise};
use serde::Serialize;

/// Something that was not carried, or has to be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Its name in what was read.
    pub name: String,
    /// Why, or what to do.
    pub why: String,
}

/// Documents, and what is not in them.
#[derive(Debug, Default, Serialize)]
pub struct Converted {
    /// One for each workspace.
    pub documents: Vec<Document>,
    /// What was not carried.
    pub left: Vec<Left>,
    /// Environment variables that `livery apply` will read secrets from.
    pub wants: Vec<String>,
}

impl Converted {
    /// Documents in their one form. What cannot be applied as it is, is told.
    fn new(documents: Vec<Document>, mut left: Vec<Left>) -> Self {
        let mut whole = Vec::new();
        for document in documents {
            let slug = document.workspace.clone().unwrap_or_default();
            let (document, problems) = normalise(document);
            left.extend(problems.0.into_iter().map(|problem| Left {
                name: format!("{slug}: {}", problem.path),
                why: format!("correct this in the document: {}", problem.message),
            }));
            whole.push(document);
        }
        let keys = whole
            .iter()
            .flat_map(|document| document.keys.iter().flatten());
        let mut wants: Vec<String> = keys
            .filter_map(|key| key.secret.as_ref()?.env.clone())
            .collect();
        wants.sort();
        wants.dedup();
        Self {
            documents: whole,
            left,
            wants,
        }
    }
}
