//! Workspaces by host name, and the immutable picture of each that requests work from.
//!
//! A snapshot is loaded on first use, kept in a bounded cache and dropped when the database says
//! that the workspace changed. A warm request asks the database nothing about its workspace.

mod load_snapshot;
mod snapshots;

pub use load_snapshot::SnapshotError;
pub use snapshots::Snapshots;

use contract::chat::ModelAlias;
use contract::{BrandView, NanoUsd, TenantId};
use engine::{Environment, Route};
use std::sync::Arc;

/// One workspace as it was when it was last loaded.
pub struct TenantSnapshot {
    /// The workspace.
    pub id: TenantId,
    /// Short name in the address.
    pub slug: String,
    /// What it looks like.
    pub brand: Arc<BrandView>,
    /// Colours for places that list several workspaces.
    pub colours: ListedColours,
    /// Icon as SVG.
    pub favicon: Arc<str>,
    /// Web manifest as JSON.
    pub manifest: Arc<str>,
    /// Nobody may work in it now.
    pub suspended: bool,
    /// Marked as demo.
    pub demo: bool,
    /// Limit per calendar month (UTC).
    pub budget: Option<NanoUsd>,
    /// The environment its members chat in.
    pub environment: Environment,
    /// Model aliases in the order members see them.
    pub aliases: Vec<AliasRoute>,
    /// The workspace's own instructions to the model, sealed: each turn opens them for itself.
    pub prompt: Option<SealedPrompt>,
    /// Who can raise the limit, by name.
    pub raised_by: String,
}

/// A version of the workspace's instructions.
pub struct SealedPrompt {
    /// The row, to which the sealed text is bound.
    pub id: uuid::Uuid,
    /// Counts up with every change.
    pub version: u32,
    /// The text.
    pub sealed_body: store::Sealed,
}

/// The two colours the landing page shows of a workspace, `#rrggbb`.
pub struct ListedColours {
    /// The brand's.
    pub brand: String,
    /// Text on it.
    pub on_brand: String,
}

/// A model alias and where it leads.
pub struct AliasRoute {
    /// As members see it.
    pub model: ModelAlias,
    /// Where it leads.
    pub route: Route,
}

impl TenantSnapshot {
    /// The route of an alias; the first one where none is named.
    #[must_use]
    pub fn route_of(&self, alias: Option<&str>) -> Option<&AliasRoute> {
        match alias {
            Some(alias) => self.aliases.iter().find(|entry| entry.model.alias == alias),
            None => self.aliases.first(),
        }
    }

    /// The label of an alias that answered once, even if it is gone by now.
    #[must_use]
    pub fn label_of(&self, alias: &str) -> String {
        self.route_of(Some(alias))
            .map_or_else(|| capitalised(alias), |entry| entry.model.label.clone())
    }
}

/// `careful` -> `Careful`
#[must_use]
pub fn capitalised(alias: &str) -> String {
    let mut letters = alias.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
