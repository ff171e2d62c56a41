//! The bytes of a sealed value. Owns writing and parsing; knows nothing of keys.
//!
//! ```text
//! magic "LVS" | version 1 | algorithm 1 | key id 16 | key version 4 | wrapped length 2 | wrapped
//! | commitment 32 | nonce 12 || ciphertext | tag 16
//! ```
//!
//! Everything before `||` is the header and goes into the associated data as it stands. Integers
//! are big-endian. Refuses unknown versions and algorithms, and anything cut short.

use uuid::Uuid;

use super::cipher::{COMMITMENT_LEN, NONCE_LEN, TAG_LEN};
use super::error::VaultError;
use super::keys::{KeyRef, WrappedKey};

const MAGIC: &[u8; 3] = b"LVS";
const VERSION: u8 = 1;
/// AES-256-GCM with key and commitment from HKDF-SHA-256.
const ALGORITHM: u8 = 1;
const FIXED_LEN: usize = 3 + 1 + 1 + 16 + 4 + 2;
/// Where [`KeyRef::bytes`] stands in a sealed value, in bytes from its beginning: storage looks
/// there for what is sealed under an older key.
pub const KEY_REF_AT: usize = 5;

/// A parsed envelope; borrows the sealed bytes.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    header: &'a [u8],
    key: KeyRef,
    wrapped: &'a [u8],
    commitment: &'a [u8; COMMITMENT_LEN],
    nonce: &'a [u8; NONCE_LEN],
    ciphertext: &'a [u8],
    tag: &'a [u8; TAG_LEN],
}

impl<'a> Envelope<'a> {
    /// Parses `sealed`; every deviation is [`VaultError::Tampered`].
    pub(super) fn parse(sealed: &'a [u8]) -> Result<Self, VaultError> {
        Self::split(sealed).ok_or(VaultError::Tampered)
    }

    fn split(sealed: &'a [u8]) -> Option<Self> {
        let (magic, rest) = sealed.split_first_chunk::<3>()?;
        let (&[version, algorithm], rest) = rest.split_first_chunk::<2>()?;
        if magic != MAGIC || version != VERSION || algorithm != ALGORITHM {
            return None;
        }
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (key_version, rest) = rest.split_first_chunk::<4>()?;
        let (wrapped_len, rest) = rest.split_first_chunk::<2>()?;
        let (wrapped, rest) =
            rest.split_at_checked(usize::from(u16::from_be_bytes(*wrapped_len)))?;
        let (commitment, rest) = rest.split_first_chunk::<COMMITMENT_LEN>()?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>()?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG_LEN>()?;
        Some(Self {
            header: sealed.get(..sealed.len() - rest.len())?,
            key: KeyRef {
                id: Uuid::from_bytes(*id),
                version: u32::from_be_bytes(*key_version),
            },
            wrapped,
            commitment,
            nonce,
            ciphertext,
            tag,
        })
    }

    pub(super) const fn header(&self) -> &'a [u8] {
        self.header
    }

    pub(super) const fn key(&self) -> KeyRef {
        self.key
    }

    pub(super) const fn wrapped(&self) -> &'a [u8] {
        self.wrapped
    }

    pub(super) const fn commitment(&self) -> &'a [u8; COMMITMENT_LEN] {
        self.commitment
    }

    pub(super) const fn nonce(&self) -> &'a [u8; NONCE_LEN] {
        self.nonce
    }

    pub(super) const fn ciphertext(&self) -> &'a [u8] {
        self.ciphertext
    }

    pub(super) const fn tag(&self) -> &'a [u8; TAG_LEN] {
        self.tag
    }
}

/// The header, in a buffer with room for `secret_len` bytes and the tag, so that the plaintext
/// appended to it is never moved.
pub(super) fn write_header(
    wrapped: &WrappedKey,
    nonce: &[u8; NONCE_LEN],
    commitment: &[u8; COMMITMENT_LEN],
    secret_len: usize,
) -> Result<Vec<u8>, VaultError> {
    let wrapped_len = u16::try_from(wrapped.bytes.len())
        .map_err(|_| VaultError::Unavailable("the wrapped key is longer than the format allows"))?;
    let header_len = FIXED_LEN + wrapped.bytes.len() + COMMITMENT_LEN + NONCE_LEN;
    let mut bytes = Vec::with_capacity(header_len + secret_len + TAG_LEN);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&[VERSION, ALGORITHM]);
    bytes.extend_from_slice(wrapped.key.id.as_bytes());
    bytes.extend_from_slice(&wrapped.key.version.to_be_bytes());
    bytes.extend_from_slice(&wrapped_len.to_be_bytes());
    bytes.extend_from_slice(&wrapped.bytes);
    bytes.extend_from_slice(commitment);
    bytes.extend_from_slice(nonce);
    Ok(bytes)
}
