//! What the palette offers: commands that make sense now, conversations, found words.

use super::rank::matching;
use crate::browser::theme;
use crate::chat::shortcuts::{begin, copy_last, open_transcript};
use crate::chat::side::{delete, pin};
use crate::chat::space::Space;
use crate::chat::transcript::Transcript;
use crate::ui::Shape;
use crate::words::t;
use contract::ConversationId;
use contract::chat::{ConversationSummary, SearchHit};
use leptos::prelude::*;

/// Conversations shown before anything is typed.
const RECENT: usize = 6;
/// Conversations shown for a query.
const MOST: usize = 20;

/// One line of the palette.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entry {
    /// Something to do.
    Command(Command),
    /// A conversation to open, with the words around a match.
    Open {
        /// Which.
        id: ConversationId,
        /// Its title.
        title: String,
        /// The words around the match.
        excerpt: Option<String>,
    },
}

/// Everything the palette can do.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    NewChat,
    CopyLast,
    Rename(ConversationSummary),
    Pin(ConversationSummary),
    Delete(ConversationSummary),
    Theme(&'static str),
    Shortcuts,
    Account,
    Members,
}

impl Command {
    fn title(&self) -> &'static str {
        match self {
            Self::NewChat => t!("New chat"),
            Self::CopyLast => t!("Copy the last answer"),
            Self::Rename(_) => t!("Rename this conversation"),
            Self::Pin(it) if it.pinned => t!("Unpin this conversation"),
            Self::Pin(_) => t!("Pin this conversation"),
            Self::Delete(_) => t!("Delete this conversation"),
            Self::Theme("light") => t!("Theme: light"),
            Self::Theme("dark") => t!("Theme: dark"),
            Self::Theme(_) => t!("Theme: as the system"),
            Self::Shortcuts => t!("Keyboard shortcuts"),
            Self::Account => t!("Account"),
            Self::Members => t!("Members"),
        }
    }

    const fn shape(&self) -> Shape {
        match self {
            Self::NewChat => Shape::Plus,
            Self::CopyLast => Shape::Copy,
            Self::Rename(_) => Shape::Pencil,
            Self::Pin(_) => Shape::Pin,
            Self::Delete(_) => Shape::Trash,
            Self::Shortcuts => Shape::Keyboard,
            Self::Theme(_) => Shape::Contrast,
            Self::Account => Shape::Person,
            Self::Members => Shape::People,
        }
    }

    fn run(&self, space: Space) {
        match self {
            Self::NewChat => begin(space),
            Self::CopyLast => copy_last(space),
            Self::Rename(it) => space.renaming.set(Some(it.clone())),
            Self::Pin(it) => pin(space, it.clone()),
            Self::Delete(it) => delete(space, it.clone()),
            Self::Theme(name) => theme::choose(name),
            Self::Shortcuts => space.help.set(true),
            Self::Account => leave("/account"),
            Self::Members => leave("/admin/members"),
        }
    }
}

/// Plain pages are documents of their own.
fn leave(path: &str) {
    window().location().set_href(path).ok();
}

impl Entry {
    pub(super) fn title(&self) -> &str {
        match self {
            Self::Command(command) => command.title(),
            Self::Open { title, .. } => title,
        }
    }

    pub(super) fn detail(&self) -> Option<&str> {
        match self {
            Self::Command(_) => None,
            Self::Open { excerpt, .. } => excerpt.as_deref(),
        }
    }

    pub(super) const fn shape(&self) -> Shape {
        match self {
            Self::Command(command) => command.shape(),
            Self::Open { .. } => Shape::ChevronRight,
        }
    }

    pub(super) fn run(&self, space: Space) {
        match self {
            Self::Command(command) => command.run(space),
            Self::Open { id, .. } => space.go(format!("/c/{id}"), false),
        }
    }
}

/// Commands and titles that match.
pub(super) fn entries(space: Space, query: &str) -> Vec<Entry> {
    let open = open_transcript(space);
    let summary = open.and_then(Transcript::summary);
    let side = space.known.get();
    let manages = side.as_ref().is_some_and(|side| side.may_manage_members);
    let chats = side.map(|side| side.conversations).unwrap_or_default();
    let mut list: Vec<Entry> = matching(query, commands(summary, manages), |it| it.title())
        .into_iter()
        .map(Entry::Command)
        .collect();
    let most = if query.trim().is_empty() {
        RECENT
    } else {
        MOST
    };
    let chats = matching(query, chats, |chat| &chat.title);
    list.extend(chats.into_iter().take(most).map(|chat| Entry::Open {
        id: chat.id,
        title: chat.title,
        excerpt: None,
    }));
    list
}

fn commands(open: Option<ConversationSummary>, manages: bool) -> Vec<Command> {
    let mut list = vec![Command::NewChat];
    if let Some(open) = open {
        list.push(Command::CopyLast);
        list.push(Command::Rename(open.clone()));
        list.push(Command::Pin(open.clone()));
        list.push(Command::Delete(open));
    }
    list.extend(theme::THEMES.map(|(value, _)| Command::Theme(value)));
    list.push(Command::Shortcuts);
    list.push(Command::Account);
    if manages {
        list.push(Command::Members);
    }
    list
}

/// Found words, without what is listed by its title already.
pub(super) fn hits(found: Vec<SearchHit>, listed: &[Entry]) -> Vec<Entry> {
    let known = |hit: &SearchHit| {
        listed
            .iter()
            .any(|entry| matches!(entry, Entry::Open { id, .. } if *id == hit.conversation))
    };
    found
        .into_iter()
        .filter(|hit| !known(hit))
        .map(|hit| Entry::Open {
            id: hit.conversation,
            title: hit.title,
            excerpt: Some(hit.excerpt),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Command, Entry, commands, hits};
    use contract::ConversationId;
    use contract::chat::SearchHit;
    use uuid::Uuid;

    fn hit(number: u128) -> SearchHit {
        SearchHit {
            conversation: ConversationId::from_uuid(Uuid::from_u128(number)),
            title: number.to_string(),
            excerpt: "…words around it…".to_owned(),
            updated_ms: 0,
        }
    }

    #[test]
    fn nothing_is_listed_twice() {
        let listed = hits(vec![hit(1)], &[]);
        let more = hits(vec![hit(1), hit(2)], &listed);
        assert_eq!(more.iter().map(Entry::title).collect::<Vec<_>>(), ["2"]);
    }

    #[test]
    fn commands_fit_the_page_and_the_person() {
        let plain: Vec<_> = commands(None, false).iter().map(Command::title).collect();
        assert!(plain.contains(&"New chat"));
        assert!(!plain.contains(&"Members"));
        assert!(!plain.contains(&"Delete this conversation"));
    }
}
