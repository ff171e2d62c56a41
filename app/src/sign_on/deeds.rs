//! What can be done with a connection as a whole.

use super::Proof;
use contract::sign_on::{ConnectionPage, ConnectionState};
use leptos::prelude::*;

/// One form, one password, and a button for each thing that can be done now.
#[component]
pub(super) fn Deeds(at: String, page: ConnectionPage) -> impl IntoView {
    let connection = page.connection;
    let on = connection.state == ConnectionState::On;
    let tested = connection.tested_ms.is_some();
    let switch = match (on, tested) {
        (true, _) => view! { <Deed deed="off" words="Switch off"/> }.into_any(),
        (false, true) => view! { <Deed deed="on" words="Switch on"/> }.into_any(),
        (false, false) => {
            view! { <p class="hint">"It can be switched on once a test sign-in has worked."</p> }
                .into_any()
        }
    };
    let enforce = match (on, connection.enforced) {
        (true, false) => {
            Some(view! { <Deed deed="enforce" words="Make it the way in for everybody"/> })
        }
        (true, true) => Some(view! { <Deed deed="relax" words="Let passwords be again"/> }),
        (false, _) => None,
    };
    let unsafe_now = (on && !page.break_glass).then(|| {
        view! {
            <p class="hint">
                "No owner has a password, so it cannot be made the only way in: somebody has to get in when the provider is down."
            </p>
        }
    });
    let frozen = connection.frozen.then(|| {
        view! {
            <p>
                "What this connection trusts was changed. Its people cannot come in until you say that they are the same as before."
            </p>
            <Deed deed="confirm" words="The people are the same"/>
        }
    });
    view! {
        <section class="panel" aria-labelledby="deeds-heading">
            <div class="panel-head"><h2 id="deeds-heading">"Use it"</h2></div>
            <form method="post" action=format!("{at}/deed") class="form fold-inner">
                <p class="hint">
                    "Owners can always sign in with their password, so that somebody gets in when the provider is down."
                </p>
                <Proof form="deed"/>
                {frozen}
                {unsafe_now}
                <div class="actions">
                    {switch}
                    {enforce}
                    <Deed deed="remove" words="Remove the connection"/>
                </div>
            </form>
        </section>
    }
}

#[component]
fn Deed(deed: &'static str, words: &'static str) -> impl IntoView {
    view! { <button type="submit" class="button" name="deed" value=deed>{words}</button> }
}
