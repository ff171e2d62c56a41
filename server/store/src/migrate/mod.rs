//! Migrations: the texts, and applying them to the installation and to every workspace.
//!
//! One advisory lock lets one process migrate at a time; the others wait and then find nothing
//! to do. Every step commits together with the record that it was done, so a process killed at
//! any moment leaves nothing half done and the next run goes on from there.

mod embedded;
mod platform;
mod run;
mod tenants;

pub use embedded::{Migration, Migrations};
pub use run::{MigrationReport, TenantFailure};
pub(crate) use tenants::apply_to_tenant;
