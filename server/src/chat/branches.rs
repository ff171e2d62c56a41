//! The tree of a conversation: every question and answer knows the message it follows.
//!
//! Editing a question or answering again adds a sibling; nothing is overwritten. The conversation
//! remembers one leaf, and the path from the root to it is what a person reads.

use contract::MessageId;
use std::collections::HashMap;

/// Parent links of one conversation, oldest message first.
pub(super) struct Branches {
    parents: HashMap<MessageId, Option<MessageId>>,
    children: HashMap<Option<MessageId>, Vec<MessageId>>,
}

impl Branches {
    /// Reads the links in the order messages were written.
    pub(super) fn read(links: impl Iterator<Item = (MessageId, Option<MessageId>)>) -> Self {
        let mut parents = HashMap::new();
        let mut children: HashMap<Option<MessageId>, Vec<MessageId>> = HashMap::new();
        for (id, parent) in links {
            parents.insert(id, parent);
            children.entry(parent).or_default().push(id);
        }
        Self { parents, children }
    }

    /// Whether `id` belongs to the conversation.
    #[must_use]
    pub(super) fn contains(&self, id: MessageId) -> bool {
        self.parents.contains_key(&id)
    }

    /// From the first message to `leaf`; the newest branch where `leaf` is unknown.
    #[must_use]
    pub(super) fn path_to(&self, leaf: Option<MessageId>) -> Vec<MessageId> {
        let leaf = leaf
            .filter(|leaf| self.contains(*leaf))
            .or_else(|| self.newest_below(None));
        let mut path: Vec<MessageId> = Vec::new();
        let mut next = leaf;
        while let Some(id) = next
            && path.len() < self.parents.len()
        {
            path.push(id);
            next = self.parents.get(&id).copied().flatten();
        }
        path.reverse();
        path
    }

    /// Messages that follow the same message as `id` does, oldest first, `id` included.
    #[must_use]
    pub(super) fn siblings(&self, id: MessageId) -> Vec<MessageId> {
        let parent = self.parents.get(&id).copied().flatten();
        self.children.get(&parent).cloned().unwrap_or_default()
    }

    /// The end of the branch through `id`: the newest child, and its newest child, to the end.
    #[must_use]
    pub(super) fn newest_below(&self, id: Option<MessageId>) -> Option<MessageId> {
        let mut end = id;
        // Bounded by the number of messages, so that a broken link can never loop.
        for _ in 0..=self.parents.len() {
            match self.children.get(&end).and_then(|children| children.last()) {
                Some(child) => end = Some(*child),
                None => break,
            }
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::Branches;
    use contract::MessageId;
    use uuid::Uuid;

    fn id(number: u128) -> MessageId {
        MessageId::from_uuid(Uuid::from_u128(number))
    }

    /// 1 -> 2 -> 3 -> 4, an edit 5 beside 3, its answer 6.
    fn sample() -> Branches {
        let links = [
            (1, None),
            (2, Some(1)),
            (3, Some(2)),
            (4, Some(3)),
            (5, Some(2)),
            (6, Some(5)),
        ];
        Branches::read(
            links
                .into_iter()
                .map(|(message, parent)| (id(message), parent.map(id))),
        )
    }

    #[test]
    fn a_leaf_gives_its_path_and_siblings() {
        let tree = sample();
        assert_eq!(tree.path_to(Some(id(4))), [1, 2, 3, 4].map(id));
        assert_eq!(tree.path_to(Some(id(6))), [1, 2, 5, 6].map(id));
        assert_eq!(tree.siblings(id(5)), [3, 5].map(id));
        assert_eq!(tree.siblings(id(1)), [1].map(id));
    }

    #[test]
    fn an_unknown_leaf_falls_to_the_newest_branch() {
        assert_eq!(sample().path_to(None), [1, 2, 5, 6].map(id));
        assert_eq!(sample().path_to(Some(id(99))), [1, 2, 5, 6].map(id));
        assert_eq!(sample().newest_below(Some(id(3))), Some(id(4)));
        assert!(Branches::read(std::iter::empty()).path_to(None).is_empty());
    }

    #[test]
    fn broken_links_never_loop() {
        let ring = Branches::read([(id(1), Some(id(2))), (id(2), Some(id(1)))].into_iter());
        assert!(ring.path_to(Some(id(1))).len() <= 2);
        assert!(ring.newest_below(Some(id(1))).is_some());
    }
}
