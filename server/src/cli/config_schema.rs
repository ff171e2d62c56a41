//! `livery config schema`: the published form of documents that `livery apply` reads.

use super::{Refused, output};
use crate::documents::schema;
use clap::Subcommand;

/// `livery config`
#[derive(Subcommand)]
pub(super) enum ConfigCommand {
    /// Print the JSON Schema of a workspace document (docs/workspace.schema.json)
    Schema,
}

pub(super) fn run(command: &ConfigCommand) -> Result<(), Refused> {
    match command {
        ConfigCommand::Schema => output::document(&schema()),
    }
}
