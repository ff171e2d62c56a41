//! The platform host's first page in development and demo mode: workspaces to look at, people to
//! sign in as with one press.
//!
//! Refuses to exist anywhere else: the edge only makes its data in those modes.

use crate::request::{LandingPerson, LandingView, LandingWorkspace};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{Link, Title};
use std::fmt::Write;
use std::sync::Arc;

/// Banner, then one panel per workspace.
#[component]
pub(crate) fn LandingPage(landing: Arc<LandingView>) -> impl IntoView {
    let colours = colours(&landing.workspaces);
    let panels = landing
        .workspaces
        .iter()
        .enumerate()
        .map(|(index, workspace)| panel(index, workspace))
        .collect_view();
    view! {
        <Title text=landing.title.clone()/>
        // No icon: the page is nobody's, and without this line a browser asks for one.
        <Link rel="icon" href="data:,"/>
        <style nonce=use_nonce() inner_html=colours></style>
        <main>
        <p class="demo-banner" role="note">
            "Demo. Names, people and figures on this installation are invented, and anybody who "
            "reaches this page can sign in as them."
        </p>
            <div class="landing">
            <h1>{landing.title.clone()}</h1>
            <p class="lead">
                "Each workspace below belongs to another client: its own address, colours, people "
                "and keys. Sign in as somebody with one press."
            </p>
            <div class="landing-grid">{panels}</div>
            </div>
        </main>
    }
}

fn panel(index: usize, workspace: &LandingWorkspace) -> impl IntoView + use<> {
    let heading = format!("workspace-{index}");
    let labelled = heading.clone();
    let address = workspace
        .url
        .trim_start_matches("http://")
        .trim_start_matches("https://");
    let address = address.trim_end_matches('/').to_owned();
    view! {
        <section class=format!("panel landing-panel place-{index}") aria-labelledby=labelled>
            <div class="landing-head">
                <span class="mark" aria-hidden="true">{workspace.mark.clone()}</span>
                <div>
                    <h2 id=heading>{workspace.name.clone()}</h2>
                    <a class="hint" href=workspace.url.clone()>{address}</a>
                </div>
            </div>
            <ul class="rows">
                {workspace.people.iter().map(|p| person(&workspace.name, p)).collect_view()}
            </ul>
        </section>
    }
}

fn person(workspace: &str, person: &LandingPerson) -> impl IntoView + use<> {
    let label = format!("Sign in to {workspace} as {}, {}", person.name, person.role);
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">{person.name.clone()} " " <span class="chip">{person.role.clone()}</span></p>
                <p class="hint">{person.email.clone()}</p>
            </div>
            <form method="post" action=person.action.clone()>
                <button type="submit" class="button small" aria-label=label>"Sign in"</button>
            </form>
        </li>
    }
}

/// One rule per workspace. Anything that is not a plain `#rrggbb` is left out.
fn colours(workspaces: &[LandingWorkspace]) -> String {
    let mut css = String::new();
    for (index, workspace) in workspaces.iter().enumerate() {
        if is_hex(&workspace.colour) && is_hex(&workspace.on_colour) {
            let (colour, on) = (&workspace.colour, &workspace.on_colour);
            let rule = write!(css, ".place-{index}{{--brand:{colour};--on-brand:{on}}}");
            debug_assert!(rule.is_ok(), "writing to a string does not fail");
        }
    }
    css
}

fn is_hex(colour: &str) -> bool {
    let digits = colour.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::is_hex;

    #[test]
    fn only_plain_colours_reach_the_style_text() {
        assert!(is_hex("#0a7b5F"));
        for foreign in ["0a7b5f", "#0a7b5", "#0a7b5f;}", "red", "", "#zzzzzz"] {
            assert!(!is_hex(foreign), "{foreign}");
        }
    }
}
