//! The command palette: commands, own conversations and words inside them, one field.

mod entries;
mod rank;

use super::endpoints::search_conversations;
use super::space::{Space, use_space};
use crate::ui::{Icon, Shape, close_beside, show_while};
use crate::words::t;
use contract::chat::SearchHit;
use entries::{Entry, entries, hits};
use leptos::ev::KeyboardEvent;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// The pause in typing after which words are searched in conversations.
const SEARCH_AFTER: Duration = Duration::from_millis(200);

/// What the palette's handlers share.
#[derive(Clone, Copy)]
struct Search {
    query: RwSignal<String>,
    found: RwSignal<Vec<SearchHit>>,
    searching: RwSignal<bool>,
    failed: RwSignal<Option<String>>,
    chosen: RwSignal<usize>,
}

impl Search {
    fn begin(self) {
        self.query.set(String::new());
        self.found.set(Vec::new());
        self.chosen.set(0);
    }

    /// Searches once the typing pauses; an older answer never replaces a newer one.
    fn typed(self, text: String) {
        self.chosen.set(0);
        self.query.set(text.clone());
        self.failed.set(None);
        if text.trim().chars().count() < 2 {
            self.found.set(Vec::new());
            self.searching.set(false);
            return;
        }
        self.searching.set(true);
        set_timeout(
            move || {
                if self.query.get_untracked() != text {
                    return;
                }
                spawn_local(async move {
                    let outcome = search_conversations(text.trim().to_owned()).await;
                    if self.query.get_untracked() == text {
                        self.failed
                            .set(outcome.as_ref().err().map(ToString::to_string));
                        self.found.set(outcome.unwrap_or_default());
                        self.searching.set(false);
                    }
                });
            },
            SEARCH_AFTER,
        );
    }
}

/// Opens with ⌘/Ctrl K.
#[component]
pub(crate) fn Palette() -> impl IntoView {
    let space = use_space();
    let dialog = NodeRef::<Dialog>::new();
    let search = Search {
        query: RwSignal::new(String::new()),
        found: RwSignal::new(Vec::new()),
        searching: RwSignal::new(false),
        failed: RwSignal::new(None),
        chosen: RwSignal::new(0),
    };
    show_while(dialog, space.palette);
    let list = Memo::new(move |_| {
        if !space.palette.get() {
            return Vec::new();
        }
        let query = search.query.get();
        let mut list = entries(space, &query);
        list.extend(hits(search.found.get(), &list));
        list
    });
    view! {
        <dialog
            class="sheet palette"
            aria-label=t!("Search and commands")
            node_ref=dialog
            on:close=move |_| space.palette.set(false)
            on:click=move |event| close_beside(dialog, &event)
        >
            <div class="palette-inner">
                <PaletteField search list/>
                <ul id="palette-list" class="palette-list" role="listbox" aria-label=t!("Results")>
                    {move || {
                        let lines = list.get().into_iter().enumerate();
                        lines.map(|(index, entry)| view! { <Line search index entry/> }).collect_view()
                    }}
                </ul>
                <p class="hint palette-foot" role="status">
                    {move || {
                        let failed = search.failed.get();
                        failed.unwrap_or_else(|| foot(search.searching.get(), list.with(Vec::len)))
                    }}
                </p>
            </div>
        </dialog>
    }
    .into_any()
}

/// Closes the palette and does what was chosen.
fn run(space: Space, entry: &Entry) {
    space.palette.set(false);
    entry.run(space);
}

/// The one field: what is typed filters, arrow keys choose, Enter runs.
#[component]
fn PaletteField(search: Search, list: Memo<Vec<Entry>>) -> impl IntoView {
    let space = use_space();
    let field = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if space.palette.get() {
            search.begin();
            if let Some(field) = field.get_untracked() {
                field.set_value("");
                field.focus().ok();
            }
        }
    });
    let on_key = move |event: KeyboardEvent| {
        let count = list.with_untracked(Vec::len);
        let chosen = search.chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowDown" => chosen + 1,
            "ArrowUp" => chosen + count.saturating_sub(1),
            "Enter" => {
                event.prevent_default();
                if let Some(entry) = list.with_untracked(|list| list.get(chosen).cloned()) {
                    run(space, &entry);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(next) = next.checked_rem(count) {
            search.chosen.set(next);
            reveal(next);
        }
    };
    view! {
        <div class="palette-field">
            <Icon shape=Shape::Search/>
            <input
                type="text"
                role="combobox"
                aria-label=t!("Search conversations and commands")
                aria-controls="palette-list"
                aria-expanded="true"
                aria-autocomplete="list"
                aria-activedescendant=move || format!("entry-{}", search.chosen.get())
                autocomplete="off"
                placeholder=t!("Search conversations and commands")
                node_ref=field
                on:input=move |event| search.typed(event_target_value(&event))
                on:keydown=on_key
            />
        </div>
    }
}

/// One result.
#[component]
fn Line(search: Search, index: usize, entry: Entry) -> impl IntoView {
    let space = use_space();
    let title = entry.title().to_owned();
    let detail = entry.detail().map(ToOwned::to_owned);
    let shape = entry.shape();
    let selected = move || (search.chosen.get() == index).to_string();
    view! {
        <li
            id=format!("entry-{index}")
            class="palette-entry"
            role="option"
            aria-selected=selected
            on:mousemove=move |_| search.chosen.set(index)
            on:click=move |_| run(space, &entry)
        >
            <Icon shape/>
            <span class="palette-title">{title}</span>
            {detail.map(|detail| view! { <span class="palette-detail">{detail}</span> })}
        </li>
    }
}

/// What the line below the list says.
fn foot(searching: bool, count: usize) -> String {
    match (searching, count) {
        (true, _) => t!("Searching your conversations…").to_owned(),
        (false, 0) => t!("Nothing found. Try another word.").to_owned(),
        (false, 1) => t!("1 result. Enter opens it.").to_owned(),
        (false, _) => t!(
            "{count} results. Arrow keys choose, Enter opens.",
            count = count
        ),
    }
}

/// Scrolls the chosen entry into view.
fn reveal(index: usize) {
    if let Some(entry) = document().get_element_by_id(&format!("entry-{index}")) {
        entry.scroll_into_view_with_bool(false);
    }
}
