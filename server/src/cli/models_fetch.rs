//! `livery models fetch`: gets the weights by which similar questions are found.

use super::{Common, ModelsFetchArgs, Refused, open, output};
use crate::embeddings::{self, Weights};
use engine::Egress;
use std::time::Duration;

/// The public place of the weights.
pub(super) const SOURCE: &str = embeddings::SOURCE;

/// Needs settings and a way out, but no database.
pub(super) async fn fetch(common: &Common, args: ModelsFetchArgs) -> Result<(), Refused> {
    let config = open::settings(common)?;
    let folder = args
        .to
        .unwrap_or_else(|| config.server.data_dir.join("models/all-minilm-l6-v2"));
    let connect = Duration::from_secs(config.engine.connect_seconds);
    let egress = Egress::new(&open::allowed_networks(&config)?, connect)?;
    let weights = Weights {
        egress: &egress,
        source: &args.from,
    };
    let fetched = weights.fetch(&folder).await?;
    let folder = std::path::absolute(folder)?;
    if common.json {
        return output::document(&serde_json::json!({ "folder": folder, "fetched": fetched }));
    }
    output::line(format_args!(
        "The weights are in {}. Name it: semantic.model_dir = \"{}\"",
        folder.display(),
        folder.display()
    ))
}
