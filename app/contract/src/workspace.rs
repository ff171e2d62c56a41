//! The workspace itself, as the page about it shows it, and its end.

use serde::{Deserialize, Serialize};

/// What there is in the workspace: all of it is destroyed when the workspace is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceView {
    /// The client's name; it is typed to confirm the end.
    pub name: String,
    /// Host names it answers at, the one that links are written with first.
    pub hosts: Vec<String>,
    /// People with an account.
    pub members: u64,
    /// Conversations of all of them.
    pub conversations: u64,
    /// Sealed provider keys.
    pub keys: u64,
    /// Records of who did what.
    pub records: u64,
    /// Everything is sealed under a key of the client's own.
    pub own_key: bool,
    /// The server may delete it. Where its login to the database may not, the operator does.
    pub may_be_deleted: bool,
}

/// How far a deletion is when its page is shown. The workspace is closed to everybody either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deletion {
    /// Nothing is there any more.
    Done,
    /// What is there could not be removed at once; the server goes on by itself.
    GoingOn,
}
