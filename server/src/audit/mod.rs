//! The audit log that proves itself: anchors outside it, and the check against both.
//!
//! The store writes the chain, record by record, in the transaction of each deed. Here it is signed
//! now and then, copied out of the database, verified and exported. Refuses to repair anything.

mod anchors;
mod export;
mod sign;
mod verify;

pub use anchors::Anchors;
pub(crate) use anchors::{hex, unhex};
pub use export::{Export, read_export, write_export};
pub use sign::AuditKey;
pub use verify::{Finding, Proof, Verifier, verify_log};
