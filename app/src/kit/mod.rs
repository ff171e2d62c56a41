//! Every piece pages are made of, in every state, under any colour: for whoever works on them. There in
//! development and demo mode alone; everywhere else this address leads nowhere.

mod pieces;
mod tokens;

use crate::refusal::{NotFoundPage, refuse};
use crate::request::{KitView, Theme, Visit};
use crate::ui::Problem;
use contract::AppError;
use leptos::prelude::*;
use leptos_meta::Title;
use pieces::Pieces;
use tokens::Tokens;

/// The page at `/kit`.
#[component]
pub(crate) fn KitPage() -> impl IntoView {
    let visit = use_context::<Visit>();
    let kit = visit.as_ref().and_then(|visit| visit.kit.clone());
    match (visit, kit) {
        (Some(visit), Some(kit)) => view! { <Page kit theme=visit.theme/> }.into_any(),
        (Some(visit), None) if visit.workspace().is_some() => view! { <NotFoundPage/> }.into_any(),
        _ => refuse(None, AppError::not_found()),
    }
}

#[component]
fn Page(kit: KitView, theme: Theme) -> impl IntoView {
    let themes = [Theme::System, Theme::Light, Theme::Dark]
        .into_iter()
        .map(|other| {
            let name = other.as_str();
            view! { <option value=name selected={other == theme}>{name}</option> }
        })
        .collect_view();
    view! {
        <Title text="Kit"/>
        <main class="settings-main kit">
            <div class="page-head">
                <div>
                    <h1>"Kit"</h1>
                    <p class="lead">"Every piece in every state, under any colour."</p>
                </div>
                <form method="get" action="/kit" class="kit-form">
                    <div class="field">
                        <label for="kit-colour">"Colour"</label>
                        <input id="kit-colour" type="color" name="colour" value=kit.colour.clone()/>
                    </div>
                    <div class="field">
                        <label for="kit-theme">"Theme"</label>
                        <select id="kit-theme" name="theme" class="input">{themes}</select>
                    </div>
                    <button type="submit" class="button primary">"Show"</button>
                </form>
            </div>
            {kit.refused.map(|message| view! { <Problem message/> })}
            <Tokens/>
            <Pieces/>
        </main>
    }
}
