//! What was typed but not sent, kept in this browser until it is.
//!
//! Keys name the person only by a short fingerprint: two people on one browser never see each
//! other's drafts by opening the page.

use contract::{ConversationId, MessageId};

/// What a draft belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DraftOf {
    /// The composer of a conversation; `None` = a new one.
    Composer(Option<ConversationId>),
    /// A question being edited.
    Edit(MessageId),
}

/// The storage key of a draft of the person with this address.
pub(crate) fn draft_key(email: &str, of: DraftOf) -> String {
    let person = fingerprint(email);
    match of {
        DraftOf::Composer(None) => format!("draft:{person:016x}:new"),
        DraftOf::Composer(Some(id)) => format!("draft:{person:016x}:{id}"),
        DraftOf::Edit(id) => format!("draft:{person:016x}:edit:{id}"),
    }
}

/// FNV-1a, 64 bits: tells people on one machine apart; keeps nothing secret.
fn fingerprint(email: &str) -> u64 {
    email.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{DraftOf, draft_key};
    use contract::{ConversationId, MessageId};
    use uuid::Uuid;

    #[test]
    fn every_draft_has_its_own_key() {
        let id = Uuid::from_u128(7);
        let keys = [
            draft_key("anna@nordwind.example", DraftOf::Composer(None)),
            draft_key("jo@nordwind.example", DraftOf::Composer(None)),
            draft_key(
                "anna@nordwind.example",
                DraftOf::Composer(Some(ConversationId::from_uuid(id))),
            ),
            draft_key(
                "anna@nordwind.example",
                DraftOf::Edit(MessageId::from_uuid(id)),
            ),
        ];
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "{key} twice");
            assert!(!key.contains('@'), "{key} tells the address");
        }
    }

    #[test]
    fn a_key_stays_the_same_over_a_reload() {
        assert_eq!(
            draft_key("a", DraftOf::Composer(None)),
            "draft:af63dc4c8601ec8c:new"
        );
    }
}
