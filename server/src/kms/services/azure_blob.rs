//! What is stored of a key that Azure wraps: by which version and how, the wrapped seed, and the
//! tag that binds both to the workspace.
//!
//! ```text
//! version 1 | kid length 2 | kid | algorithm length 2 | algorithm | wrapped length 2 | wrapped | tag 32
//! ```

use super::mac::mac_over;
use super::{KeyContext, KeyServiceError, WORKSPACE_KEY_LEN, WorkspaceKey};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

const FORMAT: u8 = 1;
const KEY_INFO: &[u8] = b"workspace key from a wrapped seed v1";
const TAG_INFO: &[u8] = b"tag of a wrapped seed v1";

/// A wrapped seed and what it takes to open it.
pub(super) struct WrappedSeed {
    pub(super) kid: String,
    pub(super) algorithm: String,
    pub(super) wrapped: Vec<u8>,
}

impl WrappedSeed {
    /// The workspace's key: another workspace derives another one.
    pub(super) fn key(context: &KeyContext, seed: &WorkspaceKey) -> WorkspaceKey {
        WorkspaceKey::new(derive(seed, &[KEY_INFO, &context.bytes()]))
    }

    /// As it is stored.
    pub(super) fn write(
        &self,
        context: &KeyContext,
        seed: &WorkspaceKey,
    ) -> Result<Vec<u8>, KeyServiceError> {
        let mut bytes = vec![FORMAT];
        for field in [
            self.kid.as_bytes(),
            self.algorithm.as_bytes(),
            &self.wrapped,
        ] {
            let length = u16::try_from(field.len())
                .map_err(|_| KeyServiceError::Unavailable("its answer cannot be read"))?;
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(field);
        }
        let tag = self.tag(context, seed).finalize().into_bytes();
        bytes.extend_from_slice(&tag);
        Ok(bytes)
    }

    /// With its tag, which says nothing until the seed is known.
    pub(super) fn read(bytes: &[u8]) -> Option<(Self, [u8; 32])> {
        let (&format, rest) = bytes.split_first()?;
        let (kid, rest) = field(rest)?;
        let (algorithm, rest) = field(rest)?;
        let (wrapped, tag) = field(rest)?;
        let known = ["RSA-OAEP-256", "A256KW"];
        let algorithm = std::str::from_utf8(algorithm).ok()?;
        if format != FORMAT || !known.contains(&algorithm) {
            return None;
        }
        let seed = Self {
            kid: std::str::from_utf8(kid).ok()?.to_owned(),
            algorithm: algorithm.to_owned(),
            wrapped: wrapped.to_vec(),
        };
        Some((seed, tag.try_into().ok()?))
    }

    /// Whether whoever stored this knew the seed and meant this workspace; in constant time.
    pub(super) fn is_tagged(
        &self,
        context: &KeyContext,
        seed: &WorkspaceKey,
        tag: &[u8; 32],
    ) -> bool {
        self.tag(context, seed).verify_slice(tag).is_ok()
    }

    fn tag(&self, context: &KeyContext, seed: &WorkspaceKey) -> Hmac<Sha256> {
        mac_over(
            &derive(seed, &[TAG_INFO]),
            &[
                &context.bytes(),
                self.kid.as_bytes(),
                self.algorithm.as_bytes(),
                &self.wrapped,
            ],
        )
    }
}

fn derive(seed: &WorkspaceKey, info: &[&[u8]]) -> Zeroizing<[u8; WORKSPACE_KEY_LEN]> {
    let mut key = Zeroizing::new([0; WORKSPACE_KEY_LEN]);
    let expanded = Hkdf::<Sha256>::new(None, seed.bytes()).expand_multi_info(info, &mut key[..]);
    debug_assert!(expanded.is_ok(), "32 bytes are within HKDF's limit");
    key
}

fn field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}
