//! The workspace's instructions to every model: versions that are never changed, the newest in force.

use serde::{Deserialize, Serialize};

/// Longest instructions, in bytes: every question carries them.
pub const PROMPT_MAX_BYTES: usize = 32 * 1024;
/// Most versions that one page lists.
pub const PROMPT_LISTED: u32 = 50;

/// One version, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptVersion {
    /// Counted from 1.
    pub version: u32,
    /// Who wrote it, by the name they had; `None`: the operator, by a document or a command.
    pub author: Option<String>,
    /// When, milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// The older version that it says again, where somebody went back.
    pub restores: Option<u32>,
}

/// A version with its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptText {
    /// Which.
    pub version: PromptVersion,
    /// What it says.
    pub text: String,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptView {
    /// The version in force; `None`: there are no instructions.
    pub active: Option<PromptText>,
    /// Newest first, at most [`PROMPT_LISTED`].
    pub versions: Vec<PromptVersion>,
    /// How many there are besides.
    pub older: u32,
    /// Two versions to be compared, the older first.
    pub compared: Option<(PromptText, PromptText)>,
    /// Whether the reader may write one.
    pub may_change: bool,
    /// Aliases whose programs are given the instructions too, by label.
    pub programs_too: Vec<String>,
}

/// What is to be in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptDraft {
    /// The version that was in force when the form was made; 0: none.
    pub seen: u32,
    /// What it says.
    pub text: String,
}
