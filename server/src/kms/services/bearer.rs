//! A bearer token that is asked for once and used until shortly before it ends.

use super::KeyServiceError;
use super::call::Answer;
use engine::SecretString;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// A token is not used in its last minute.
const MARGIN: Duration = Duration::from_mins(1);

#[derive(Default)]
pub(super) struct Bearer(Mutex<Option<(SecretString, Instant)>>);

impl Bearer {
    /// The token; `ask` is called where there is none that lasts.
    pub(super) async fn get<F>(
        &self,
        ask: impl FnOnce() -> F,
    ) -> Result<SecretString, KeyServiceError>
    where
        F: Future<Output = Result<Answer, KeyServiceError>>,
    {
        let mut held = self.0.lock().await;
        if let Some((token, until)) = &*held
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let answer = ask().await?;
        let mut document = answer.json()?;
        if answer.status != 200 {
            // RFC 6749, 5.2: an error by name is about who asks.
            return Err(match document["error"].as_str() {
                Some("temporarily_unavailable" | "server_error") | None => {
                    KeyServiceError::Unavailable("its sign-in reports trouble of its own")
                }
                Some(_) => KeyServiceError::Denied,
            });
        }
        let unread = KeyServiceError::Unavailable("its sign-in cannot be read");
        let serde_json::Value::String(token) = document["access_token"].take() else {
            return Err(unread);
        };
        let lasts = Duration::from_secs(document["expires_in"].as_u64().unwrap_or_default());
        let token: SecretString = token.into();
        *held = Some((token.clone(), Instant::now() + lasts.saturating_sub(MARGIN)));
        Ok(token)
    }
}
