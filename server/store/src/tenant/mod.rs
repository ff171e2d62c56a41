//! The tables of one workspace, one file each. Every function takes the [`crate::TenantTx`] of
//! the workspace it works in; none takes a workspace's id.

pub mod audit;
pub mod brand_assets;
pub mod brand_versions;
pub mod connections;
pub mod conversations;
pub mod extent;
pub mod facts;
pub mod guests;
pub mod identities;
pub mod invitations;
pub mod learned;
pub mod limits;
pub mod members;
pub mod messages;
pub mod overview;
pub mod prompts;
pub mod provider_keys;
pub mod resealing;
pub mod routes;
pub mod savings;
pub mod sessions;
pub mod sign_on_requests;
pub mod stored_responses;
pub mod teams;
pub mod throttle;
pub mod virtual_keys;

use std::time::Duration;

/// Whole milliseconds, as the tables count time.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2)
}
