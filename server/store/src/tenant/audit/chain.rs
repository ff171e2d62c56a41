//! The hash that ties a record to the one before it.
//!
//! Every field is preceded by its length, so that no two different records are encoded alike. The
//! workspace is part of it: a record moved to another workspace's log does not fit there.

use super::AuditRow;
use contract::{MemberId, TenantId};
use sha2::{Digest as _, Sha256};

/// Bytes of a hash.
pub const HASH_LEN: usize = 32;
/// SHA-256 of a record and everything before it.
pub type AuditHash = [u8; HASH_LEN];

/// Separates this use of the hash from any other.
const DOMAIN: &[u8] = b"audit record v1";

/// The hash of `row` in the log of `tenant`, after the record with hash `prev`.
#[must_use]
pub fn hash_of(tenant: TenantId, row: &AuditRow, prev: &AuditHash) -> AuditHash {
    let mut hash = Sha256::new();
    let actor = row.actor.map(MemberId::uuid);
    for field in [
        DOMAIN,
        tenant.uuid().as_bytes(),
        &row.seq.to_be_bytes(),
        &row.at_ms.to_be_bytes(),
        actor.as_ref().map_or(&[][..], |id| id.as_bytes()),
        row.actor_name.as_bytes(),
        row.action.as_bytes(),
        row.object.as_bytes(),
        // Keys of an object are sorted, so the same document is always the same text.
        row.detail.to_string().as_bytes(),
        prev,
    ] {
        hash.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(field);
    }
    hash.finalize().into()
}
