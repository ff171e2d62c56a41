//! The choice of a language: one press each, without any script.

use crate::request::Visit;
use crate::words::{language, t};
use leptos::prelude::*;

/// A button for every language that is offered, each in its own words; the one of the page is marked.
/// Leads back to `next`, a path on this host.
#[component]
pub(crate) fn LanguageChoice(#[prop(into)] next: String) -> impl IntoView {
    let here = language();
    let offered = use_context::<Visit>().map_or(&[][..], |visit| visit.languages);
    let buttons = offered.iter().map(|&other| {
        let pressed = if other == here { "true" } else { "false" };
        view! {
            <button
                type="submit"
                class="button small quiet"
                name="language"
                value=other.tag()
                lang=other.tag()
                aria-pressed=pressed
            >
                {other.own_name()}
            </button>
        }
    });
    view! {
        <form method="post" action="/language" class="languages">
            <div role="group" class="languages-group" aria-label=t!("Language")>
                <input type="hidden" name="back" value=next/>
                {buttons.collect_view()}
            </div>
        </form>
    }
}
