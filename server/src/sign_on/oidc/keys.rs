//! The keys a provider signs with: fetched, bounded, kept, and fetched again when a key is named that is
//! not known, once for each name in a minute and a few times in all.

use super::fetch::{Ask, fetch};
use crate::sign_on::fault::{Fault, quoted};
use engine::Egress;
use openidconnect::JsonWebKey as _;
use openidconnect::core::CoreJsonWebKeySet;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Bytes of a key set that are read.
const SET_MAX_BYTES: usize = 256 * 1024;
/// Keys that a provider may have.
const MOST_KEYS: usize = 100;
/// Nobody fetches a set for one unknown name more often.
const PER_NAME: Duration = Duration::from_mins(1);
/// Times a set is fetched for unknown names in that time, whatever they are.
const MOST_FETCHES: usize = 6;
/// The longest name of a key that is looked for, in bytes.
const LONGEST_NAME: usize = 256;

/// Keys of one provider.
pub(crate) struct Keys {
    address: String,
    known: Mutex<Arc<CoreJsonWebKeySet>>,
    asked: Mutex<Asked>,
    one_at_a_time: tokio::sync::Mutex<()>,
}

impl Keys {
    /// Fetches a set for the first time.
    pub(crate) async fn fetched(egress: &Egress, address: &str) -> Result<Self, Fault> {
        let set = fetch_set(egress, address).await?;
        Ok(Self {
            address: address.to_owned(),
            known: Mutex::new(Arc::new(set)),
            asked: Mutex::default(),
            one_at_a_time: tokio::sync::Mutex::default(),
        })
    }

    /// The set as it is known.
    pub(crate) fn known(&self) -> Arc<CoreJsonWebKeySet> {
        Arc::clone(&self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A set that has the key named `name`, fetched anew where it is not known and it is time.
    pub(crate) async fn with(
        &self,
        egress: &Egress,
        name: Option<&str>,
    ) -> Result<Arc<CoreJsonWebKeySet>, Fault> {
        let known = self.known();
        let Some(name) = name else { return Ok(known) };
        if has(&known, name) {
            return Ok(known);
        }
        let _turn = self.one_at_a_time.lock().await;
        let known = self.known();
        if has(&known, name) {
            return Ok(known);
        }
        if name.len() <= LONGEST_NAME && self.may_ask(name) {
            let set = Arc::new(fetch_set(egress, &self.address).await?);
            *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&set);
            if has(&set, name) {
                return Ok(set);
            }
        }
        let explained = format!(
            "The token is signed with a key called {}, and the provider’s key set has none of that name.",
            quoted(name)
        );
        Err(Fault::new("key_unknown", explained))
    }

    fn may_ask(&self, name: &str) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.may(name, Instant::now())
    }
}

fn has(set: &CoreJsonWebKeySet, name: &str) -> bool {
    let mut keys = set.keys().iter();
    keys.any(|key| key.key_id().is_some_and(|id| id.as_str() == name))
}

/// When a set was fetched, for which unknown names.
#[derive(Default)]
struct Asked(HashMap<String, Instant>);

impl Asked {
    fn may(&mut self, name: &str, now: Instant) -> bool {
        self.0.retain(|_, at| now.duration_since(*at) < PER_NAME);
        if self.0.len() >= MOST_FETCHES || self.0.contains_key(name) {
            return false;
        }
        self.0.insert(name.to_owned(), now);
        true
    }
}

async fn fetch_set(egress: &Egress, address: &str) -> Result<CoreJsonWebKeySet, Fault> {
    let answer = fetch(egress, Ask::for_document(address, SET_MAX_BYTES)).await?;
    let unreadable = || Fault::new("keys_unreadable", "The provider’s key set cannot be read.");
    if answer.status != 200 {
        return Err(unreadable());
    }
    let set: CoreJsonWebKeySet = serde_json::from_slice(&answer.body).map_err(|_| unreadable())?;
    if set.keys().len() > MOST_KEYS {
        let explained = format!("The provider’s key set has more than {MOST_KEYS} keys.");
        return Err(Fault::new("keys_too_many", explained));
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::{Asked, MOST_FETCHES, PER_NAME};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn an_unknown_name_is_asked_for_once_a_minute_and_names_are_few() {
        let mut asked = Asked::default();
        let now = Instant::now();
        assert!(asked.may("a", now));
        assert!(!asked.may(
            "a",
            now + PER_NAME.checked_sub(Duration::from_secs(1)).unwrap()
        ));
        for number in 1..MOST_FETCHES {
            assert!(asked.may(&format!("b{number}"), now));
        }
        assert!(!asked.may("one too many", now));
        assert!(asked.may("a", now + PER_NAME));
    }
}
