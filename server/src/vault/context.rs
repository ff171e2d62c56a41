//! Where a secret lives. Owns the one encoding of that place into associated data.
//!
//! Every field is preceded by its length, so that `("ab", "c")` and `("a", "bc")` differ.

use contract::TenantId;
use uuid::Uuid;

/// Separates this use of associated data from any other that may come.
const DOMAIN: &[u8] = b"sealed-row-v1";

/// The place a secret is bound to. Table and column are names in the code, never input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealContext {
    /// The installation; a dump restored into another one does not open.
    pub installation: Uuid,
    /// The workspace.
    pub tenant: TenantId,
    /// Table of the row.
    pub table: &'static str,
    /// Primary key of the row.
    pub row: Uuid,
    /// Column of the sealed value.
    pub column: &'static str,
}

impl SealContext {
    /// Associated data: the place, then `header`.
    pub(super) fn bind(&self, header: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(160 + header.len());
        append(&mut bytes, DOMAIN);
        append(&mut bytes, self.installation.as_bytes());
        append(&mut bytes, self.tenant.uuid().as_bytes());
        append(&mut bytes, self.table.as_bytes());
        append(&mut bytes, self.row.as_bytes());
        append(&mut bytes, self.column.as_bytes());
        append(&mut bytes, header);
        bytes
    }
}

fn append(bytes: &mut Vec<u8>, field: &[u8]) {
    bytes.extend_from_slice(&(field.len() as u64).to_be_bytes());
    bytes.extend_from_slice(field);
}
