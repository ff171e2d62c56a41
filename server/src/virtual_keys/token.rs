//! The token of a virtual key: `lv_`, the key's id, and a secret of 256 random bits.
//!
//! The id finds the key, the secret proves it. Only a keyed hash of the secret is stored, and the hash
//! covers the token's kind and id too: a token that was altered anywhere is another token.
//!
//! Refuses to be printed: a token has no `Display`, no `Serialize`, a starred `Debug`.

use crate::kms::mac::mac_over;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::VirtualKeyId;
use engine::Environment;
use hmac::Mac as _;
use rand::Rng as _;
use secrecy::SecretString;
use store::virtual_keys::KeyHash;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Bytes of a secret.
const SECRET: usize = 32;
/// Characters of a secret: URL-safe base64 without padding.
const SECRET_CHARS: usize = 43;
/// Characters of an id: lower-case hexadecimal.
const ID_CHARS: usize = 32;
/// Characters of a token that people are shown to tell keys apart.
const SHOWN: usize = 4;

/// What a token says of itself before anybody looks it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// `lv_`: of a program, in production or staging.
    Program,
    /// `lv_dev_`: of a program, in development.
    Development,
    /// `lv_me_`: of a person who is signed in.
    Person,
}

impl TokenKind {
    /// The longer beginnings first: the short one begins them all.
    const ALL: [Self; 3] = [Self::Development, Self::Person, Self::Program];

    /// How its tokens begin.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Program => "lv_",
            Self::Development => "lv_dev_",
            Self::Person => "lv_me_",
        }
    }

    /// The kind of a program's token in an environment.
    #[must_use]
    pub const fn of(environment: Environment) -> Self {
        match environment {
            Environment::Development => Self::Development,
            Environment::Staging | Environment::Production => Self::Program,
        }
    }
}

/// A token that was made here or presented to a door.
pub struct VirtualKeyToken {
    kind: TokenKind,
    id: VirtualKeyId,
    secret: Zeroizing<[u8; SECRET]>,
}

impl VirtualKeyToken {
    /// A fresh secret from the system's random source for the key `id`.
    #[must_use]
    pub fn fresh(kind: TokenKind, id: VirtualKeyId) -> Self {
        let mut secret = Zeroizing::new([0; SECRET]);
        rand::rng().fill_bytes(&mut secret[..]);
        Self { kind, id, secret }
    }

    /// A token somebody sent. `None` when it cannot be one of ours: there is exactly one way to write
    /// each token, and nothing around it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let kinds = TokenKind::ALL.into_iter();
        let mut found = kinds.filter_map(|kind| Some((kind, text.strip_prefix(kind.prefix())?)));
        let (kind, rest) = found.next()?;
        if rest.len() != ID_CHARS + 1 + SECRET_CHARS || !rest.is_ascii() {
            return None;
        }
        let (id, secret) = rest.split_once('_')?;
        let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if id.len() != ID_CHARS || !id.bytes().all(lower) {
            return None;
        }
        let id = VirtualKeyId::from_uuid(Uuid::try_parse(id).ok()?);
        // Room for what the decoder may write beyond the secret before it knows better.
        let mut decoded = Zeroizing::new([0; SECRET + 1]);
        let length = URL_SAFE_NO_PAD.decode_slice(secret, &mut decoded[..]);
        let bytes = decoded.get(..length.ok()?)?;
        let secret = Zeroizing::new(bytes.try_into().ok()?);
        Some(Self { kind, id, secret })
    }

    /// What it says of itself.
    #[must_use]
    pub const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The key it is for.
    #[must_use]
    pub const fn id(&self) -> VirtualKeyId {
        self.id
    }

    /// What the database keeps, under `key`: HMAC-SHA-256 over kind, id and secret.
    #[must_use]
    pub fn hash(&self, key: &[u8; 32]) -> KeyHash {
        let id = self.id.uuid();
        let fields: [&[u8]; 3] = [
            self.kind.prefix().as_bytes(),
            id.as_bytes(),
            &self.secret[..],
        ];
        mac_over(key, &fields).finalize().into_bytes().into()
    }

    /// The token itself, to be shown once.
    #[must_use]
    pub fn secret(&self) -> SecretString {
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(&self.secret[..]));
        format!("{}{}_{}", self.kind.prefix(), self.id, secret.as_str()).into()
    }

    /// Its last characters, by which people tell keys apart.
    #[must_use]
    pub fn ends_in(&self) -> String {
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(&self.secret[..]));
        secret[secret.len() - SHOWN..].to_owned()
    }
}

impl std::fmt::Debug for VirtualKeyToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VirtualKeyToken(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenKind, VirtualKeyToken};
    use contract::VirtualKeyId;
    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;
    use uuid::Uuid;

    const KEY: [u8; 32] = [7; 32];

    fn fresh(kind: TokenKind) -> (VirtualKeyToken, String) {
        let token = VirtualKeyToken::fresh(kind, VirtualKeyId::from_uuid(Uuid::now_v7()));
        let text = token.secret().expose_secret().to_owned();
        (token, text)
    }

    #[test]
    fn a_token_reads_as_it_was_made_and_shows_what_it_is() {
        for kind in TokenKind::ALL {
            let (token, text) = fresh(kind);
            assert!(text.starts_with(kind.prefix()), "{text}");
            assert!(text.ends_with(&token.ends_in()));
            let read = VirtualKeyToken::parse(&text).unwrap();
            assert_eq!((read.kind(), read.id()), (kind, token.id()));
            assert_eq!(read.hash(&KEY), token.hash(&KEY));
            assert_ne!(read.hash(&KEY), token.hash(&[8; 32]));
            assert_eq!(format!("{token:?}"), "VirtualKeyToken(***)");
        }
    }

    #[test]
    fn a_token_of_one_kind_is_none_of_another() {
        let (token, text) = fresh(TokenKind::Program);
        let rest = text.strip_prefix("lv_").unwrap();
        let posing = VirtualKeyToken::parse(&format!("lv_dev_{rest}")).unwrap();
        assert_ne!(posing.hash(&KEY), token.hash(&KEY));
        assert!(VirtualKeyToken::parse(&format!("lv_stg_{rest}")).is_none());
    }

    proptest! {
        #[test]
        fn nothing_else_is_read(text in "\\PC{0,200}") {
            prop_assert!(VirtualKeyToken::parse(&text).is_none());
        }

        /// One character more, less or another: refused, or another token altogether.
        #[test]
        fn there_is_one_way_to_write_a_token(at in 0_usize..80, with in "[ -~]", how in 0..3) {
            let (token, text) = fresh(TokenKind::Program);
            let at = at % text.len();
            let altered = match how {
                0 => format!("{}{with}{}", &text[..at], &text[at..]),
                1 => format!("{}{}", &text[..at], &text[at + 1..]),
                _ => format!("{}{with}{}", &text[..at], &text[at + 1..]),
            };
            match VirtualKeyToken::parse(&altered) {
                None => {}
                Some(read) if altered == text => prop_assert_eq!(read.hash(&KEY), token.hash(&KEY)),
                Some(read) => prop_assert_ne!(read.hash(&KEY), token.hash(&KEY)),
            }
        }
    }
}
