//! The caller's own account and the members of the workspace. Plain pages, plain forms, in the
//! frame that all settings share.
//!
//! Refuses to hide what a role may not do: the port decides, the page says who grants the right.

mod account;
pub(crate) mod dates;
mod members;
mod sessions;
mod teams;

pub(crate) use crate::frame::{SettingsFrame, Tab};
pub(crate) use account::AccountPage;
pub(crate) use members::MembersPage;
pub(crate) use sessions::SessionsPage;
