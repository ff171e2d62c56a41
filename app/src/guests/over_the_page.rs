//! The line over every page: for a guest, who they are and until when; for an owner, who was there.

use crate::people::dates;
use crate::request::Visit;
use contract::staff::StayView;
use contract::{Caller, Stay};
use leptos::prelude::*;

/// Nothing, mostly.
pub(crate) fn over_the_page(visit: &Visit) -> Option<AnyView> {
    let place = visit.workspace()?;
    let caller = place.caller.as_ref()?;
    if let Some(stay) = caller.stay() {
        return Some(of_guest(caller, stay, &place.brand.name));
    }
    let told = place.guest.as_ref();
    let told = told.filter(|_| caller.role().may_receive_guests() && !place.suspended)?;
    Some(to_owner(told))
}

fn of_guest(caller: &Caller, stay: &Stay, workspace: &str) -> AnyView {
    let left = (stay.until_ms - dates::now_ms()).max(0) / 60_000;
    let words = format!(
        "You are in {workspace} as an administrator: {}. Until {}{}.",
        caller.name(),
        dates::exact(stay.until_ms).1.get(..5).unwrap_or_default(),
        if left == 0 {
            " UTC, less than a minute".to_owned()
        } else {
            format!(" UTC, {left} min")
        }
    );
    view! {
        <aside class="guest-line" aria-label="You are a guest here">
            <p>
                {words}
                " Everything you do is recorded here. Conversations, people and keys are not open to you."
            </p>
            <form method="post" action="/guest/leave">
                <button type="submit" class="button small">"Leave now"</button>
            </form>
        </aside>
    }
    .into_any()
}

fn to_owner(stay: &StayView) -> AnyView {
    let when = dates::in_words(stay.begun_ms);
    let words = if stay.lasts {
        format!(
            "{} is in this workspace as an administrator, since {when}.",
            stay.name
        )
    } else {
        format!(
            "{} was in this workspace as an administrator, on {when}.",
            stay.name
        )
    };
    view! {
        <aside class="guest-line told" aria-label="A guest was here">
            <p>{words} " Why: " <q>{stay.reason.clone()}</q> " " <a href="/admin/workspace">"See all"</a></p>
            <form method="post" action="/admin/workspace/guests/read">
                <button type="submit" class="button small">"I have read this"</button>
            </form>
        </aside>
    }
    .into_any()
}
