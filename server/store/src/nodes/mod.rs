//! Processes of the installation: who is alive, and closing what the dead left open.

pub mod lease;
pub mod recover;
