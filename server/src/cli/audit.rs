//! `livery audit …`: verifying the audit log, where it is or from a file.

use super::{Common, Refused, open, output};
use crate::audit::{Anchors, AuditKey, Exporting, Finding, Proof, read_export, verify_log};
use clap::Subcommand;
use std::fs::File;
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// `livery audit`
#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Check that no record was changed, removed or added beside the chain
    Verify {
        /// Slug of the workspace
        #[arg(long, required_unless_present = "export")]
        workspace: Option<String>,
        /// A file that `livery audit export` wrote; needs no installation
        #[arg(long, conflicts_with = "workspace")]
        export: Option<PathBuf>,
        /// File with what `livery audit key` printed; without it signatures are not checked
        #[arg(long, requires = "export")]
        key_file: Option<PathBuf>,
    },
    /// Write the log with its anchors to standard output, as JSON lines
    Export {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
    },
    /// Print the key that verifies the workspace's signatures, for an auditor
    Key {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
    },
}

pub(super) async fn run(common: &Common, command: AuditCommand) -> Result<(), Refused> {
    match command {
        AuditCommand::Verify {
            export: Some(file),
            key_file,
            ..
        } => verify_file(common, &file, key_file.as_deref()),
        AuditCommand::Verify { workspace, .. } => {
            verify_stored(common, &workspace.unwrap_or_default()).await
        }
        AuditCommand::Export { workspace } => export(common, &workspace).await,
        AuditCommand::Key { workspace } => key(common, &workspace).await,
    }
}

async fn verify_stored(common: &Common, slug: &str) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(slug).await?.id;
        let outcome = verify_log(&opened.store, &Anchors::of(opened), tenant).await?;
        tell(common, outcome)
    })
    .await
}

fn verify_file(common: &Common, file: &Path, key_file: Option<&Path>) -> Result<(), Refused> {
    let told = |error: std::io::Error| format!("{}: {error}", file.display());
    let export = read_export(BufReader::new(File::open(file).map_err(told)?))
        .ok_or("the file is not an audit export, or a line of it is damaged")?;
    let key = key_file.map(read_key).transpose()?;
    tell(common, export.verify(key.as_ref()))
}

fn tell(common: &Common, outcome: Result<Proof, Finding>) -> Result<(), Refused> {
    match outcome {
        Ok(proof) if common.json => {
            output::document(&serde_json::json!({ "whole": true, "proof": proof }))
        }
        Ok(proof) => {
            let said = if proof.signed {
                "Whole"
            } else {
                "The chain fits together, but no signature was checked (--key-file)"
            };
            output::line(format_args!(
                "{said}: {} records, {} from before the chain, {} anchors, the last at record {}.",
                proof.records,
                proof.before_chain,
                proof.anchors,
                proof.anchored_to.unwrap_or_default()
            ))
        }
        Err(finding) => {
            if common.json {
                output::document(&serde_json::json!({
                    "whole": false, "seq": finding.seq, "problem": finding.problem,
                }))?;
            }
            Err(format!("the audit log is not whole: {finding}").into())
        }
    }
}

async fn export(common: &Common, slug: &str) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(slug).await?.id;
        let anchors = Anchors::of(opened);
        // Who takes a log or its key away leaves a trace in it.
        opened.record(tenant, "audit.exported", "").await?;
        let mut exporting = Exporting::begin(&opened.store, &anchors, tenant).await?;
        let mut out = std::io::stdout().lock();
        while let Some(piece) = exporting.next().await? {
            out.write_all(&piece)?;
        }
        Ok(())
    })
    .await
}

async fn key(common: &Common, slug: &str) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(slug).await?.id;
        opened.record(tenant, "audit.key_printed", "").await?;
        let key = Anchors::of(opened).key(tenant);
        let text = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, key.bytes());
        output::line(text)
    })
    .await
}

fn read_key(file: &Path) -> Result<AuditKey, Refused> {
    let text = Zeroizing::new(
        std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?,
    );
    let bytes = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, text.trim());
    let key: Option<[u8; 32]> = bytes.ok().and_then(|bytes| bytes.try_into().ok());
    let key = key.ok_or("the key file does not hold what `livery audit key` prints")?;
    Ok(AuditKey::new(Zeroizing::new(key)))
}
