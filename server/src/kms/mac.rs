//! A message authentication code over fields, each preceded by its length.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// HMAC-SHA-256 with a key of 32 bytes.
pub(crate) fn mac_over(key: &[u8; 32], fields: &[&[u8]]) -> Hmac<Sha256> {
    // HMAC pads its key to a block with zeros; doing so here leaves no length to be wrong.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for field in fields {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field);
    }
    mac
}
