//! Passwords: argon2id, hashed and checked on the blocking pool, never more than two at a time.
//!
//! A check costs the same whether the account exists or not: unknown accounts are checked against
//! a hash nobody knows the password of.

use crate::fault;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use contract::identity::PASSWORD_MIN_CHARS;
use contract::{Said, said};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Longest password accepted, in bytes: enough for any passphrase, too little to burn our time.
const LONGEST: usize = 1024;

/// Passwords that satisfy the length and are still guessed first.
const GUESSED_FIRST: [&str; 8] = [
    "password1234",
    "passwordpassword",
    "123456789012",
    "1234567890123",
    "qwertyuiop12",
    "qwertyqwerty",
    "letmeinletmein",
    "administrator",
];

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    /// Each check takes 19 MiB; a flood of sign-ins must not take all memory.
    turns: Arc<Semaphore>,
    /// Hash that unknown accounts are checked against.
    nobody: Arc<str>,
}

/// Why a password cannot be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too short, too long or guessed first; the text says which.
    #[error("{0}")]
    Unsuitable(Said),
    /// The hash function or the blocking pool failed.
    #[error("password hashing failed: {0}")]
    Failed(String),
}

impl Passwords {
    /// Prepares the hash that unknown accounts are checked against.
    ///
    /// # Errors
    /// When the hash function fails, which it does only without a random source.
    pub fn new() -> Result<Self, PasswordError> {
        let nobody = hash_now(&crate::identity::token::Token::fresh().secret())?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(2)),
            nobody: nobody.into(),
        })
    }

    /// Hashes a new password into a PHC string.
    ///
    /// # Errors
    /// [`PasswordError::Unsuitable`] with words for the person.
    pub async fn hash(&self, password: SecretString) -> Result<String, PasswordError> {
        suitable(password.expose_secret())?;
        self.on_blocking_pool(move || hash_now(&password)).await?
    }

    /// Whether `password` belongs to `hash`. `None` = there is no such account: costs the same.
    ///
    /// # Errors
    /// When the blocking pool is gone.
    pub async fn check(
        &self,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let hash: Arc<str> = hash.map_or_else(|| self.nobody.clone(), Into::into);
        let fits = self
            .on_blocking_pool(move || {
                let Ok(parsed) = PasswordHash::new(&hash) else {
                    return false;
                };
                let password = password.expose_secret().as_bytes();
                password.len() <= LONGEST
                    && Argon2::default().verify_password(password, &parsed).is_ok()
            })
            .await?;
        Ok(fits && known)
    }

    async fn on_blocking_pool<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let failed = |error: &dyn std::fmt::Display| PasswordError::Failed(error.to_string());
        let turn = self
            .turns
            .clone()
            .acquire_owned()
            .await
            .map_err(|error| failed(&error))?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        })
        .await
        .map_err(|error| failed(&fault::of_task(&error)))
    }
}

fn suitable(password: &str) -> Result<(), PasswordError> {
    let refuse = |text: Said| Err(PasswordError::Unsuitable(text));
    if password.chars().count() < PASSWORD_MIN_CHARS {
        return refuse(said!(
            "Use at least {min} characters. A short sentence works well.",
            min = PASSWORD_MIN_CHARS
        ));
    }
    if password.len() > LONGEST {
        return refuse(said!("Use at most {most} bytes.", most = LONGEST));
    }
    let first = password.chars().next();
    if GUESSED_FIRST.contains(&password.to_lowercase().as_str())
        || password.chars().all(|c| Some(c) == first)
    {
        return refuse(said!(
            "This password is among the first anybody would guess. Choose another."
        ));
    }
    Ok(())
}

/// Argon2id with the crate's defaults: 19 MiB, 2 passes, 1 lane (OWASP Password Storage).
fn hash_now(password: &SecretString) -> Result<String, PasswordError> {
    Argon2::default()
        .hash_password(password.expose_secret().as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| PasswordError::Failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{PasswordError, Passwords};

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_fits() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords
            .hash("correct horse battery".to_owned().into())
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(
            passwords
                .check(
                    "correct horse battery".to_owned().into(),
                    Some(hash.clone())
                )
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .check("correct horse batterY".to_owned().into(), Some(hash))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .check("correct horse battery".to_owned().into(), None)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn weak_passwords_are_refused_in_words() {
        let passwords = Passwords::new().unwrap();
        for weak in ["short", "aaaaaaaaaaaaaaaa", "PasswordPassword"] {
            let refused = passwords.hash(weak.to_owned().into()).await;
            assert!(
                matches!(refused, Err(PasswordError::Unsuitable(_))),
                "{weak}"
            );
        }
    }
}
