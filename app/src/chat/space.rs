//! The frame of the chat: side, conversation, and the state they share. It stays mounted while
//! routes change, so an answer streams on.

use super::announce::Announcer;
use super::conversation::ConversationPane;
use super::endpoints::load_sidebar;
use super::help::HelpSheet;
use super::live_regions::LiveRegions;
use super::palette::Palette;
use super::shortcuts::listen_for_shortcuts;
use super::side::{Deleted, RenameDialog, Side, UndoBar};
use super::transcript::Transcript;
use crate::api_error::ApiError;
use crate::brand::{Brand, follow_changes, read_brand};
use crate::browser::{clock, device};
use crate::words::t;
use contract::ConversationId;
use contract::chat::{ConversationSummary, Sidebar};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_navigate};

/// What the pieces of the chat share. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Space {
    /// The client's dress.
    pub brand: Brand,
    /// List, models, meter.
    pub sidebar: Resource<Result<Sidebar, ApiError>>,
    /// The same once it is in the browser, for handlers and for what is outside the page's first
    /// picture. Always empty on the server.
    pub known: RwSignal<Option<Sidebar>>,
    /// The conversation the address names.
    pub current: Memo<Option<ConversationId>>,
    /// The transcript on screen.
    pub open: RwSignal<Option<Transcript>>,
    /// Whose menu is open.
    pub menu_for: RwSignal<Option<ConversationSummary>>,
    /// Which conversation is being renamed.
    pub renaming: RwSignal<Option<ConversationSummary>>,
    /// The last deletion, while it can be undone.
    pub deleted: RwSignal<Option<Deleted>>,
    /// The side is open on a phone.
    pub drawer: RwSignal<bool>,
    /// The palette is open.
    pub palette: RwSignal<bool>,
    /// The help sheet is open.
    pub help: RwSignal<bool>,
    /// Days are counted where the browser is; before that, in UTC as the server did.
    pub clock: RwSignal<Clock>,
    /// Keys are named the Apple way.
    pub apple: RwSignal<bool>,
    /// Screen-reader regions.
    pub announcer: Announcer,
    destination: RwSignal<Option<Destination>>,
}

/// The moment "today" is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// The server's, in UTC: the same on both sides while the page comes alive.
    Server(i64),
    /// The browser's own.
    Local(i64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Destination {
    path: String,
    replace: bool,
}

impl Space {
    /// Goes to a page of the chat.
    pub(crate) fn go(self, path: String, replace: bool) {
        self.destination.set(Some(Destination { path, replace }));
    }

    /// The list as far as it is loaded; to be read inside a suspended part of the page.
    pub(crate) fn side(self) -> Option<Sidebar> {
        self.sidebar.get().and_then(Result::ok)
    }

    /// The person's address, empty until it is known; not tracked.
    pub(crate) fn email(self) -> String {
        let known = self.known.get_untracked();
        known.map(|side| side.member_email).unwrap_or_default()
    }

    /// The name of the modifier key.
    pub(crate) fn modifier(self) -> &'static str {
        if self.apple.get() { "⌘" } else { "Ctrl" }
    }
}

/// The shared state, inside the chat.
pub(crate) fn use_space() -> Space {
    expect_context::<Space>()
}

/// The chat's routes show nothing themselves: the frame reads the address.
#[component]
pub(crate) fn EmptyRoute() -> impl IntoView {}

/// The whole chat.
#[component]
pub(crate) fn ChatSpace() -> impl IntoView {
    let space = provide_space();
    follow_destination(space);
    follow_changes(space.brand);
    listen_for_shortcuts(space);
    Effect::new(move || {
        space.clock.set(Clock::Local(clock::now_ms()));
        space.apple.set(device::is_apple());
    });
    Effect::new(move || {
        if let Some(Ok(side)) = space.sidebar.get() {
            space.known.set(Some(side));
        }
    });
    let drawer = space.drawer;
    view! {
        <Title text=move || tab_title(space)/>
        <a class="skip" href="#message">{t!("Skip to the message box")}</a>
        <div class="space" class:drawer-open=drawer>
            <Side/>
            <button
                type="button"
                class="scrim"
                tabindex="-1"
                aria-label=t!("Close the conversation list")
                on:click=move |_| drawer.set(false)
            ></button>
            <main class="pane" class:pending=move || is_pending(space) inert=drawer>
                <ConversationPane/>
            </main>
        </div>
        <UndoBar/>
        <RenameDialog/>
        <Palette/>
        <HelpSheet/>
        <LiveRegions announcer=space.announcer/>
        <Outlet/>
    }
    .into_any()
}

/// Another conversation is being loaded than the one on screen.
fn is_pending(space: Space) -> bool {
    let open = space.open.get().and_then(|open| open.id.try_get());
    open.is_some_and(|open| open != space.current.get())
}

/// Conversation and client in the browser's tab.
fn tab_title(space: Space) -> String {
    let name = space.brand.with_value(|brand| brand.name.clone());
    let open = space.open.get().and_then(|open| open.title.try_get());
    match open {
        Some(title) if !title.is_empty() => {
            t!("{title} · {workspace}", title = title, workspace = name)
        }
        _ => name,
    }
}

fn provide_space() -> Space {
    let brand = read_brand();
    let pathname = use_location().pathname;
    let rendered_at = SharedValue::new(server_now).into_inner();
    let space = Space {
        brand,
        sidebar: Resource::new(|| (), |()| load_sidebar()),
        known: RwSignal::new(None),
        current: Memo::new(move |_| pathname.with(|path| conversation_of(path))),
        open: RwSignal::new(None),
        menu_for: RwSignal::new(None),
        renaming: RwSignal::new(None),
        deleted: RwSignal::new(None),
        drawer: RwSignal::new(false),
        palette: RwSignal::new(false),
        help: RwSignal::new(false),
        clock: RwSignal::new(Clock::Server(rendered_at)),
        apple: RwSignal::new(false),
        announcer: Announcer::new(),
        destination: RwSignal::new(None),
    };
    provide_context(space);
    space
}

/// The id in `/c/<id>`.
fn conversation_of(path: &str) -> Option<ConversationId> {
    path.strip_prefix("/c/")?.trim_end_matches('/').parse().ok()
}

#[cfg(feature = "ssr")]
fn server_now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0))
}

#[cfg(not(feature = "ssr"))]
fn server_now() -> i64 {
    clock::now_ms()
}

/// Tasks and key handlers have no router of their own: they name a destination, this goes there.
fn follow_destination(space: Space) {
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(to) = space.destination.get() {
            let options = NavigateOptions {
                replace: to.replace,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&to.path, options);
            space.drawer.set(false);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::conversation_of;

    #[test]
    fn only_conversation_addresses_name_a_conversation() {
        let id = "0192f0c4a7b87c3d8e9f0a1b2c3d4e5f";
        assert_eq!(
            conversation_of(&format!("/c/{id}")).map(|it| it.to_string()),
            Some(id.to_owned())
        );
        assert!(conversation_of("/").is_none());
        assert!(conversation_of("/c/").is_none());
        assert!(conversation_of("/c/nonsense").is_none());
    }
}
