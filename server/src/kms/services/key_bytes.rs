//! Workspace keys as services write them: made here, and in base64.

use super::{KeyServiceError, WORKSPACE_KEY_LEN, WorkspaceKey};
use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD};
use rand::TryRng as _;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

/// A key from the operating system.
pub(super) fn fresh_key() -> Result<WorkspaceKey, KeyServiceError> {
    let mut key = Zeroizing::new([0; WORKSPACE_KEY_LEN]);
    SysRng
        .try_fill_bytes(&mut key[..])
        .map_err(|_| KeyServiceError::Unavailable("no random numbers from the system"))?;
    Ok(WorkspaceKey::new(key))
}

/// For a request; erased when dropped.
pub(super) fn to_base64(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(bytes))
}

/// A key in an answer.
pub(super) fn key_from_base64(text: Option<&str>) -> Result<WorkspaceKey, KeyServiceError> {
    key_from(&STANDARD, text)
}

/// A key in an answer, in the given alphabet.
pub(super) fn key_from(
    alphabet: &GeneralPurpose,
    text: Option<&str>,
) -> Result<WorkspaceKey, KeyServiceError> {
    let unread = KeyServiceError::Unavailable("its answer has no key");
    let bytes = alphabet.decode(text.ok_or(unread)?).map_err(|_| unread)?;
    let bytes = Zeroizing::new(bytes);
    let mut key = Zeroizing::new([0; WORKSPACE_KEY_LEN]);
    if bytes.len() != key.len() {
        return Err(unread);
    }
    key.copy_from_slice(&bytes);
    Ok(WorkspaceKey::new(key))
}
