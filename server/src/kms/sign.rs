//! Signatures over the rows that say where a workspace's key is.
//!
//! Whoever can write to the database could otherwise name a key service of their own, or put in a
//! wrapped key that they know. The keyring signs what was attached; an unsigned row is not followed.

use super::mac::mac_over;
use crate::vault::Keyring;
use contract::TenantId;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use store::platform::sealing::{KeyServiceRow, WorkspaceKeyRow};
use zeroize::Zeroizing;

const PURPOSE: &[u8] = b"key services v1";

/// Signs for one workspace.
pub(super) struct Signer(Zeroizing<[u8; 32]>);

impl Signer {
    pub(super) fn new(keyring: &Keyring, tenant: TenantId) -> Self {
        Self(keyring.signing_key(PURPOSE, tenant))
    }

    #[cfg(test)]
    pub(super) const fn of(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    pub(super) fn sign_service(&self, row: &mut KeyServiceRow) {
        row.signature = self.of_service(row).finalize().into_bytes().into();
    }

    pub(super) fn sign_key(&self, row: &mut WorkspaceKeyRow) {
        row.signature = self.of_key(row).finalize().into_bytes().into();
    }

    pub(super) fn has_signed_service(&self, row: &KeyServiceRow) -> bool {
        self.of_service(row).verify_slice(&row.signature).is_ok()
    }

    pub(super) fn has_signed_key(&self, row: &WorkspaceKeyRow) -> bool {
        self.of_key(row).verify_slice(&row.signature).is_ok()
    }

    /// Over what a workspace's row says, for the record with this number.
    pub(super) fn sign_witness(&self, seq: i64, state: &[u8]) -> [u8; 32] {
        self.of_witness(seq, state).finalize().into_bytes().into()
    }

    pub(super) fn has_signed_witness(&self, seq: i64, state: &[u8], signature: &[u8]) -> bool {
        self.of_witness(seq, state).verify_slice(signature).is_ok()
    }

    fn of_witness(&self, seq: i64, state: &[u8]) -> Hmac<Sha256> {
        self.over(&[b"witness", &seq.to_be_bytes(), state])
    }

    fn of_service(&self, row: &KeyServiceRow) -> Hmac<Sha256> {
        self.over(&[
            b"service",
            row.id.as_bytes(),
            row.settings.as_bytes(),
            &row.sealed_access,
            row.label.as_bytes(),
        ])
    }

    fn of_key(&self, row: &WorkspaceKeyRow) -> Hmac<Sha256> {
        self.over(&[
            b"key",
            row.service.as_bytes(),
            &row.version.to_be_bytes(),
            &row.wrapped,
        ])
    }

    fn over(&self, fields: &[&[u8]]) -> Hmac<Sha256> {
        mac_over(&self.0, fields)
    }
}
