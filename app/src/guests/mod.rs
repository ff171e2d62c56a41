//! Guests in a workspace: the way in, the line over every page while one is there, and what owners read
//! and say about them.
//!
//! Refuses to let anybody forget: a guest sees on every page that they are one, and until when; an owner
//! sees that one was there until they say that they have read it.

mod come_in;
mod over_the_page;
mod panel;

pub(crate) use come_in::{ComeInPage, no_chat};
pub(crate) use over_the_page::over_the_page;
pub(crate) use panel::GuestsPanel;

/// On whose behalf, in words.
fn house_in_words(house: &str) -> String {
    if house.is_empty() {
        "the operator of this installation".to_owned()
    } else {
        house.to_owned()
    }
}
