//! The versions: who wrote which when, two of them to compare, and the way back to one.

use crate::people::dates;
use contract::prompt::{PromptVersion, PromptView};
use leptos::prelude::*;

/// The list, the choice of two, and how many are older than what is listed.
#[component]
pub(super) fn Versions(prompt: PromptView) -> impl IntoView {
    let active = prompt.active.as_ref().map(|it| it.version.version);
    let may_change = prompt.may_change;
    let compare = (prompt.versions.len() > 1).then(|| {
        let chosen = prompt.compared.as_ref();
        let chosen = chosen.map(|(older, newer)| (older.version.version, newer.version.version));
        view! { <Choose versions=prompt.versions.clone() chosen/> }
    });
    let older = (prompt.older > 0).then(|| {
        let words = format!(
            "{} older versions are kept and not listed here. Compare them by their numbers in the address.",
            prompt.older
        );
        view! { <p class="hint panel-foot">{words}</p> }
    });
    let rows = prompt
        .versions
        .into_iter()
        .map(|version| {
            let in_force = active == Some(version.version);
            view! { <Version version active in_force may_change/> }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="versions-heading">
            <div class="panel-head"><h2 id="versions-heading">"Versions"</h2></div>
            {compare}
            <ul class="rows">{rows}</ul>
            {older}
        </section>
    }
}

/// Two lists, the older one first.
#[component]
fn Choose(versions: Vec<PromptVersion>, chosen: Option<(u32, u32)>) -> impl IntoView {
    let newest = versions.first().map_or(0, |it| it.version);
    let before = versions.get(1).map_or(0, |it| it.version);
    let (older, newer) = chosen.unwrap_or((before, newest));
    let options = move |chosen: u32| {
        versions
            .iter()
            .map(|version| {
                let number = version.version;
                let words = format!("Version {number}, {}", dates::day_in_words(version.at_ms));
                view! { <option value=number.to_string() selected={number == chosen}>{words}</option> }
            })
            .collect_view()
    };
    view! {
        <form method="get" action="/admin/prompt#compare" class="inline-form compare-form">
            <div class="field">
                <label for="compare-older">"Compare"</label>
                <select id="compare-older" name="older" class="input">{options(older)}</select>
            </div>
            <div class="field">
                <label for="compare-newer">"With"</label>
                <select id="compare-newer" name="newer" class="input">{options(newer)}</select>
            </div>
            <button type="submit" class="button">"Compare"</button>
        </form>
    }
}

#[component]
fn Version(
    version: PromptVersion,
    active: Option<u32>,
    in_force: bool,
    may_change: bool,
) -> impl IntoView {
    let number = version.version;
    let author = version.author.unwrap_or_else(|| "the operator".to_owned());
    let restores = version
        .restores
        .map(|older| format!(", says again what version {older} said"));
    let mark = in_force.then(|| view! { <span class="chip ok">"In force"</span> });
    let compare = active.filter(|active| *active != number).map(|active| {
        let href = format!("/admin/prompt?older={number}&newer={active}#compare");
        let label = format!("Compare version {number} with what is in force");
        view! { <a class="button small" href=href aria-label=label>"Compare"</a> }
    });
    let back = (may_change && !in_force).then(|| {
        let label = format!("Go back to version {number}");
        view! {
            <form method="post" action="/admin/prompt/restore">
                <input type="hidden" name="version" value=number.to_string()/>
                <button type="submit" class="button small" aria-label=label>"Go back"</button>
            </form>
        }
    });
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">"Version " {number} " " {mark}</p>
                <p class="hint">"By " {author} ", " {dates::in_words(version.at_ms)} {restores}</p>
            </div>
            <div class="row-actions">{compare} {back}</div>
        </li>
    }
}
