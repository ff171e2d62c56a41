//! Keys that work everywhere in the chat.

use super::answer::source_of;
use super::send_message::stop;
use super::space::Space;
use super::transcript::Transcript;
use super::trouble::report_copy;
use crate::browser::{clipboard, focus};
use crate::words::t;
use contract::key;
use leptos::ev::{KeyboardEvent, keydown};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the help sheet lists: keys (`mod` stands for ⌘ or Ctrl) and what they do.
pub(crate) const SHORTCUTS: [(&[&str], &str); 8] = [
    (&["mod", "J"], key!("New chat")),
    (&["mod", "K"], key!("Search and commands")),
    (&["Enter"], key!("Send")),
    (&["Shift", "Enter"], key!("New line")),
    (&["Esc"], key!("Stop answering")),
    (&["mod", "Shift", "C"], key!("Copy the last answer")),
    (&["/"], key!("Go to the message box")),
    (&["?"], key!("This sheet")),
];

/// Listens until the chat goes away.
pub(crate) fn listen_for_shortcuts(space: Space) {
    Effect::new(move |_| {
        let listener = window_event_listener(keydown, move |event| press(space, &event));
        on_cleanup(move || listener.remove());
    });
}

fn press(space: Space, event: &KeyboardEvent) {
    if event.default_prevented() || event.is_composing() {
        return;
    }
    let command = event.meta_key() || event.ctrl_key();
    let key = event.key().to_lowercase();
    let handled = match key.as_str() {
        "k" if command && !event.shift_key() => run(|| space.palette.update(|open| *open = !*open)),
        _ if focus::is_overlaid() => false,
        "j" if command && !event.shift_key() => run(|| begin(space)),
        "c" if command && event.shift_key() => run(|| copy_last(space)),
        "escape" => escape(space),
        "/" if !command && !focus::is_typing(event) => run(|| focus::focus_on("message")),
        "?" if !command && !focus::is_typing(event) => run(|| space.help.set(true)),
        _ => false,
    };
    if handled {
        event.prevent_default();
    }
}

fn run(action: impl FnOnce()) -> bool {
    action();
    true
}

/// Opens an empty chat and goes to its message box.
pub(crate) fn begin(space: Space) {
    space.go("/".to_owned(), false);
    focus::focus_on("message");
}

/// Closes the drawer, or stops the answer being written.
fn escape(space: Space) -> bool {
    if space.drawer.get_untracked() {
        return run(|| space.drawer.set(false));
    }
    let open = open_transcript(space);
    open.filter(|open| open.live.get_untracked().is_some())
        .is_some_and(|open| run(|| stop(space, open)))
}

/// The transcript on screen, unless it is just going away.
pub(crate) fn open_transcript(space: Space) -> Option<Transcript> {
    let open = space.open.get_untracked()?;
    open.id.try_get_untracked().map(|_| open)
}

/// Copies the last answer on screen.
pub(crate) fn copy_last(space: Space) {
    let Some(turn) = open_transcript(space).and_then(Transcript::last_answer) else {
        return;
    };
    let text = source_of(turn);
    spawn_local(async move {
        if clipboard::copy(&text).await {
            space.announcer.say(t!("Copied the last answer"));
        } else {
            report_copy(space);
        }
    });
}
