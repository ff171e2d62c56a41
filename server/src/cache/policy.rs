//! A workspace's wishes, from its row to what a question is admitted with.

use engine::{CachePolicy, CacheUse, Purged};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::platform::cache::CacheRow;

/// What `row` says. A purge that cannot be read any more counts as one of everything.
#[must_use]
pub fn policy_of(row: &CacheRow) -> CachePolicy {
    let epoch = u64::try_from(row.epoch).unwrap_or_default();
    let kept = match row.ttl_s.map(u64::try_from) {
        None => CacheUse::Usual,
        Some(Ok(seconds)) if seconds > 0 => CacheUse::For(Duration::from_secs(seconds)),
        Some(_) => CacheUse::Off,
    };
    let purged = purged_of(&row.purged).unwrap_or(Purged {
        everything: epoch,
        ..Purged::default()
    });
    CachePolicy {
        kept,
        epoch,
        purged: Arc::new(purged),
        // The route's to say.
        similar: None,
        embeddings: None,
    }
}

fn purged_of(value: &Value) -> Option<Purged> {
    let mut purged = Purged::default();
    for (kind, value) in value.as_object()? {
        match kind.as_str() {
            "everything" => purged.everything = value.as_u64()?,
            "models" => purged.models = counts(value)?,
            "prompts" => {
                purged.prompts = counts(value)?
                    .into_iter()
                    .map(|(version, at)| Some((version.parse().ok()?, at)))
                    .collect::<Option<_>>()?;
            }
            _ => return None,
        }
    }
    Some(purged)
}

fn counts(value: &Value) -> Option<BTreeMap<String, u64>> {
    let names = value.as_object()?.iter();
    names
        .map(|(name, at)| Some((name.clone(), at.as_u64()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::policy_of;
    use engine::{CacheUse, Purged};
    use serde_json::json;
    use std::time::Duration;
    use store::platform::cache::CacheRow;

    fn row(ttl_s: Option<i64>, purged: serde_json::Value) -> CacheRow {
        CacheRow {
            ttl_s,
            epoch: 7,
            purged,
        }
    }

    #[test]
    fn what_is_stored_is_what_is_meant() {
        let kept = |ttl| policy_of(&row(ttl, json!({}))).kept;
        assert_eq!(kept(None), CacheUse::Usual);
        assert_eq!(kept(Some(0)), CacheUse::Off);
        assert_eq!(kept(Some(90)), CacheUse::For(Duration::from_secs(90)));
        let stored = json!({ "everything": 2, "models": { "fast": 5 }, "prompts": { "3": 7 } });
        let purged = Purged {
            everything: 2,
            models: [("fast".to_owned(), 5)].into(),
            prompts: [(3, 7)].into(),
        };
        assert_eq!(*policy_of(&row(None, stored)).purged, purged);
    }

    #[test]
    fn a_purge_that_cannot_be_read_is_one_of_everything() {
        for odd in [json!(null), json!({ "models": 3 }), json!({ "later": {} })] {
            assert_eq!(policy_of(&row(None, odd)).purged.everything, 7);
        }
    }
}
