//! On the page of the workspace: who was here, and whether anybody may come.

use crate::people::dates;
use contract::staff::{GuestsView, StayView};
use leptos::prelude::*;

/// The switch, and the stays.
#[component]
pub(crate) fn GuestsPanel(guests: GuestsView) -> impl IntoView {
    let (words, next, label) = if guests.allowed {
        (
            "People of your agency, and the operator of this installation, can open this workspace as an \
             administrator: for half an hour, with a reason, and you are told. They see neither conversations \
             nor keys, and cannot change people.",
            "no",
            "Let nobody come in",
        )
    } else {
        (
            "Nobody of your agency or of the operator can come in. They can still suspend the workspace.",
            "yes",
            "Let them come in",
        )
    };
    let none = guests.stays.is_empty();
    let stays = guests.stays.into_iter().map(stay).collect_view();
    view! {
        <section class="panel" aria-labelledby="guests-heading">
            <div class="panel-head">
                <h2 id="guests-heading">"Guests"</h2>
                <form method="post" action="/admin/workspace/guests">
                    <input type="hidden" name="allow" value=next/>
                    <button type="submit" class="button">{label}</button>
                </form>
            </div>
            <p class="panel-words muted">{words}</p>
            {none.then(|| view! { <p class="row hint">"Nobody was here yet."</p> })}
            <ul class="rows">{stays}</ul>
        </section>
    }
}

fn stay(stay: StayView) -> impl IntoView {
    let until = if stay.lasts {
        format!(", there until {}", dates::in_words(stay.until_ms))
    } else {
        let minutes = (stay.until_ms - stay.begun_ms).max(0) / 60_000;
        match minutes {
            0 => ", for less than a minute".to_owned(),
            minutes => format!(", for {minutes} min"),
        }
    };
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">
                    {stay.name} " " {stay.lasts.then(|| view! { <span class="chip">"Here now"</span> })}
                </p>
                <p class="hint">{dates::in_words(stay.begun_ms)} {until} ". Why: " {stay.reason}</p>
            </div>
        </li>
    }
}
