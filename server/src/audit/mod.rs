//! The audit log that proves itself: anchors outside it, and the check against both.
//!
//! The store writes the chain, record by record, in the transaction of each deed. Here it is signed
//! now and then, copied out of the database, verified and exported. Refuses to repair anything.

mod anchors;
pub(crate) mod evidence;
mod export;
mod read_log;
mod sign;
mod verify;

pub use anchors::{AnchorError, Anchors};
pub(crate) use anchors::{hex, unhex};
pub use export::{Export, Exporting, read_export};
pub use read_log::AuditLog;
pub use sign::AuditKey;
pub use verify::{Finding, Proof, Verifier, verify_log};
