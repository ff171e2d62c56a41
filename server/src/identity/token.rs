//! Bearer tokens: 256 random bits in the browser, only their SHA-256 in the database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng as _;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// A fresh or presented token.
pub struct Token(SecretString);

impl Token {
    /// 256 bits from the system's random source, 43 characters.
    #[must_use]
    pub fn fresh() -> Self {
        let mut bytes = [0_u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes).into())
    }

    /// A token somebody sent. `None` when it cannot be one of ours.
    #[must_use]
    pub fn presented(text: &str) -> Option<Self> {
        let decoded = URL_SAFE_NO_PAD.decode(text).ok()?;
        (decoded.len() == 32).then(|| Self(text.to_owned().into()))
    }

    /// What the database keeps and looks up. A hash without salt is enough for random tokens.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.expose_secret().as_bytes()).into()
    }

    /// The token itself, for the cookie or the link.
    #[must_use]
    pub fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::Token;
    use secrecy::ExposeSecret as _;

    #[test]
    fn a_token_is_recognised_by_its_hash() {
        let token = Token::fresh();
        let again = Token::presented(token.secret().expose_secret()).unwrap();
        assert_eq!(token.hash(), again.hash());
        assert_ne!(token.hash(), Token::fresh().hash());
        assert!(Token::presented("short").is_none());
        assert!(Token::presented("").is_none());
    }
}
