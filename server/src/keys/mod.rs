//! Provider keys of the workspaces: brought, checked live, sealed, watched, rotated, deleted.

mod ends_in;

pub use ends_in::ends_in;
