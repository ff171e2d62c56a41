//! Schemas, roles and rights: how a workspace is named in the database and who may do what.

pub(crate) mod bootstrap;
pub(crate) mod name;
mod privileges;
pub(crate) mod provision;
pub(crate) mod statements;
