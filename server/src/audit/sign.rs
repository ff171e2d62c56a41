//! Signing where a log stood.

use contract::TenantId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use store::audit::AuditHead;
use store::platform::audit_anchors::AnchorRow;
use zeroize::Zeroizing;

/// Separates this signature from any other.
const DOMAIN: &[u8] = b"audit anchor v1";

/// The key of one workspace's anchors. `Debug` shows stars.
pub struct AuditKey(Zeroizing<[u8; 32]>);

impl AuditKey {
    /// Wraps the key that the keyring derived.
    #[must_use]
    pub const fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    /// The bytes, for whoever is to verify exports elsewhere.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// An anchor for the record where `head` stands. Where the chain begins is signed with it.
    #[must_use]
    pub fn anchor(&self, tenant: TenantId, head: &AuditHead, at_ms: i64) -> AnchorRow {
        let mut anchor = AnchorRow {
            tenant,
            seq: head.seq,
            hash: head.hash,
            at_ms,
            signature: [0; 32],
        };
        let signature = self
            .over(&anchor, head.begins_after)
            .map(|mac| mac.finalize().into_bytes().into());
        anchor.signature = signature.unwrap_or_default();
        anchor
    }

    /// Whether this key signed `anchor` of a chain that begins there, in constant time.
    #[must_use]
    pub fn signed(&self, anchor: &AnchorRow, begins_after: i64) -> bool {
        self.over(anchor, begins_after)
            .is_some_and(|mac| mac.verify_slice(&anchor.signature).is_ok())
    }

    /// HMAC-SHA-256; every field has a fixed length. `None` cannot happen: any key length is good.
    fn over(&self, anchor: &AnchorRow, begins_after: i64) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0[..]).ok()?;
        mac.update(DOMAIN);
        mac.update(anchor.tenant.uuid().as_bytes());
        mac.update(&anchor.seq.to_be_bytes());
        mac.update(&anchor.hash);
        mac.update(&anchor.at_ms.to_be_bytes());
        mac.update(&begins_after.to_be_bytes());
        Some(mac)
    }
}

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuditKey(***)")
    }
}
