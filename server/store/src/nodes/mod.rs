//! Processes of the installation: who is alive, and closing what the dead left open.

pub(crate) mod lease;
pub(crate) mod recover;
