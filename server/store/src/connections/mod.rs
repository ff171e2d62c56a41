//! Connections: addresses, a bounded set of open ones, and transactions inside one workspace.
//!
//! Why not the driver's own pool: it cannot know which workspaces a connection has touched (each
//! costs memory in the server's backend), it cannot prefer a connection that already knows a
//! workspace, and with it a `BEGIN` abandoned half way comes back to the pool as an open
//! transaction. Here every connection that was not given back *clean* is scrubbed or closed.

pub(crate) mod addresses;
pub(crate) mod lease;
pub(crate) mod open_set;
pub(crate) mod platform_tx;
pub(crate) mod store;
pub(crate) mod tenant_permits;
pub(crate) mod tenant_tx;
