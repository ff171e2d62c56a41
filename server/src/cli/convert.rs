//! `livery convert …`: documents from what people come from. Touches no installation and no network;
//! prints what could not be carried above the documents, and never a secret.

use super::{Common, Refused, output};
use crate::convert::{Converted, from_env_file, from_litellm, from_tenants};
use crate::documents::to_yaml;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// `livery convert`
#[derive(Subcommand)]
pub(super) enum ConvertCommand {
    /// A `LiteLLM` config.yaml becomes one workspace
    Litellm(OneWorkspace),
    /// A plain map of tenants, YAML or JSON, becomes a workspace for each
    Tenants {
        /// The file
        file: PathBuf,
    },
    /// The .env of an application with one key becomes a first workspace
    Env(OneWorkspace),
}

/// A file that becomes one workspace.
#[derive(Args)]
pub(super) struct OneWorkspace {
    /// The file
    file: PathBuf,
    /// Slug of the workspace
    #[arg(long, default_value = "main")]
    workspace: String,
}

pub(super) fn run(common: &Common, command: &ConvertCommand) -> Result<(), Refused> {
    let converted = match command {
        ConvertCommand::Litellm(from) => from_litellm(&read(&from.file)?, &from.workspace)?,
        ConvertCommand::Tenants { file } => from_tenants(&read(file)?)?,
        ConvertCommand::Env(from) => from_env_file(&read(&from.file)?, &from.workspace),
    };
    if common.json {
        return output::document(&converted);
    }
    output::text(&above(&converted))?;
    output::text(&to_yaml(&converted.documents)?)
}

fn read(path: &Path) -> Result<String, Refused> {
    let text = std::fs::read_to_string(path);
    text.map_err(|error| format!("{}: {error}", path.display()).into())
}

/// What stands above the documents, as comments.
fn above(converted: &Converted) -> String {
    let mut text = String::from(
        "# Made by `livery convert`. Look it over, then:\n\
         #   livery apply FILE --create --dry-run\n\
         #   livery apply FILE --create\n",
    );
    if !converted.wants.is_empty() {
        let names = converted.wants.join(", ");
        text.push_str("# Secrets come from the environment of that command: ");
        text.push_str(&names);
        text.push('\n');
    }
    if !converted.left.is_empty() {
        text.push_str("# Not carried over:\n");
    }
    for left in &converted.left {
        let line = format!("{}: {}", left.name, left.why);
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        text.push_str("#   ");
        text.push_str(&line);
        text.push('\n');
    }
    text
}
