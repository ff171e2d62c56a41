//! How an alias shares answers among similar questions, as it is stored.

use contract::models::RouteSharing;
use engine::{Sharing, Vectors};
use serde_json::Value;

const MILLION: u32 = 1_000_000;

/// What is stored. What cannot be read shares nothing.
#[must_use]
pub fn sharing_from(stored: &Value) -> Option<RouteSharing> {
    // A list would be read as the fields in order.
    let sharing: RouteSharing = stored
        .is_object()
        .then(|| serde_json::from_value(stored.clone()).ok())??;
    (sharing.wrong_at_most <= MILLION).then_some(sharing)
}

/// The same as the engine is told.
#[must_use]
pub fn engine_sharing(sharing: &RouteSharing) -> Sharing {
    Sharing {
        wrong_at_most: sharing.wrong_at_most,
        verify: sharing.verify,
        vectors: if sharing.embeddings.is_some() {
            Vectors::Provider
        } else {
            Vectors::InProcess
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{engine_sharing, sharing_from};
    use contract::models::RouteSharing;
    use engine::{Sharing, Vectors};
    use serde_json::json;

    #[test]
    fn what_is_stored_is_read_back_and_nonsense_shares_nothing() {
        let sharing = RouteSharing {
            wrong_at_most: 5_000,
            verify: true,
            embeddings: Some("vectors".into()),
        };
        let stored = serde_json::to_value(&sharing).unwrap();
        assert_eq!(sharing_from(&stored), Some(sharing.clone()));
        assert_eq!(engine_sharing(&sharing).vectors, Vectors::Provider);
        let before = sharing_from(&json!({"wrong_at_most": 10_000})).unwrap();
        assert_eq!(engine_sharing(&before), Sharing::default());
        for wrong in [
            json!({}),
            json!(null),
            json!({"wrong_at_most": 2_000_000}),
            json!([1]),
        ] {
            assert_eq!(sharing_from(&wrong), None);
        }
    }
}
