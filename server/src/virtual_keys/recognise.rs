//! Recognises the token that a program presents. Asks nobody: everything is in the workspace's
//! snapshot, so a key that is revoked is dead once the snapshot is.
//!
//! A key that is not there costs the same work as one that is: the hash is computed and compared
//! before anything else is said. What is wrong with a key is told only about a key whose secret was
//! right.

use super::VirtualKeys;
use super::known_keys::KnownKey;
use super::program::Program;
use super::token::VirtualKeyToken;
use crate::tenancy::TenantSnapshot;
use std::net::IpAddr;
use store::virtual_keys::KeyHash;
use subtle::ConstantTimeEq as _;

/// What an unknown key is compared with. Nothing hashes to it but by finding an inverse of SHA-256,
/// and then there is still no key.
const NOBODY: KeyHash = [0; 32];
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 128;

/// Why a token opens nothing. Only [`NotRecognised::WrongNetwork`] may be told apart from outside.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRecognised {
    /// It is no token, or none of this workspace.
    #[error("no such key")]
    Unknown,
    /// Its time is over.
    #[error("the key has expired")]
    Expired,
    /// Somebody took it out of use.
    #[error("the key was revoked")]
    Revoked,
    /// It is good, but not from there.
    #[error("the key may not be used from this network")]
    WrongNetwork {
        /// Where it came from.
        from: IpAddr,
    },
    /// It is for a member who is gone, or who may not ask any more.
    #[error("the member whose key it is may not ask any more")]
    MemberGone,
}

impl VirtualKeys {
    /// The program whose token `presented` is, on the host of `snapshot`'s workspace and from the
    /// address `from`.
    ///
    /// # Errors
    /// Why it is none.
    pub fn recognise(
        &self,
        snapshot: &TenantSnapshot,
        presented: &str,
        from: IpAddr,
    ) -> Result<Program, NotRecognised> {
        if presented.len() > LONGEST {
            return Err(NotRecognised::Unknown);
        }
        let token = VirtualKeyToken::parse(presented).ok_or(NotRecognised::Unknown)?;
        let hash = token.hash(&self.hash_key(snapshot.id));
        let found = snapshot.virtual_keys.get(token.id());
        let now = super::now_ms();
        let key = proven(found, &hash, now).ok_or(NotRecognised::Unknown)?;
        judge(key, from, now)?;
        self.note_use(snapshot.id, key, now);
        Ok(key.program.clone())
    }
}

/// The key, if the secret is its own. Both comparisons are always made.
fn proven<'a>(found: Option<&'a KnownKey>, hash: &KeyHash, now: i64) -> Option<&'a KnownKey> {
    let current = found.map_or(&NOBODY, |key| &key.hash);
    let previous = found.and_then(|key| key.previous.as_ref());
    let (before, until) = previous.map_or((&NOBODY, 0), |(hash, until)| (hash, *until));
    let is_current = current.ct_eq(hash);
    let is_previous = before.ct_eq(hash);
    // Both are computed by now: what is asked first says nothing about them.
    let good = bool::from(is_current) || (bool::from(is_previous) && now < until);
    found.filter(|_| good)
}

fn judge(key: &KnownKey, from: IpAddr, now: i64) -> Result<(), NotRecognised> {
    if key.revoked {
        return Err(NotRecognised::Revoked);
    }
    if key.expires_ms.is_some_and(|until| now >= until) {
        return Err(NotRecognised::Expired);
    }
    if key.member_gone {
        return Err(NotRecognised::MemberGone);
    }
    let networks = key.networks.as_ref();
    if networks.is_some_and(|allowed| !allowed.iter().any(|network| network.contains(from))) {
        return Err(NotRecognised::WrongNetwork { from });
    }
    Ok(())
}
