//! Demo installations: invented agencies, workspaces and people, marked as demo everywhere.

pub mod people;
mod seed;

pub use seed::{SeededPerson, SeededWorkspace, seed};
