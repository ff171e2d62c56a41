//! What goes to standard output and standard error.

use super::Refused;
use serde::Serialize;
use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;

/// Writes one line for people.
pub(super) fn line(text: impl Display) -> Result<(), Refused> {
    writeln!(std::io::stdout().lock(), "{text}").map_err(Into::into)
}

/// Writes text as it is.
pub(super) fn text(text: &str) -> Result<(), Refused> {
    std::io::stdout()
        .lock()
        .write_all(text.as_bytes())
        .map_err(Into::into)
}

/// Writes the one JSON document of a `--json` run.
pub(super) fn document(value: &impl Serialize) -> Result<(), Refused> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out).map_err(Into::into)
}

/// Writes the reason of a refusal and returns its exit code.
pub(super) fn refuse(reason: &dyn std::error::Error) -> ExitCode {
    let mut text = reason.to_string();
    let mut source = reason.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    // Nothing is left to do when standard error is closed.
    let _ = writeln!(std::io::stderr().lock(), "livery: {text}");
    ExitCode::from(1)
}
