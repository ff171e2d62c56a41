//! What an administrator can do with a sealed key. Grave things ask for the password there and then.

use super::Desk;
use super::add_form::KeyField;
use crate::people::dates;
use contract::keys::{KeyRights, KeyView};
use leptos::prelude::*;

/// Check, rotate, dates, out of use, delete.
#[component]
pub(super) fn KeyActions(key: KeyView, desk: Desk) -> impl IntoView {
    let at = format!("{}/{}", desk.path(), key.id);
    if key.rights == KeyRights::Stop {
        return view! { <StopActions at key/> }.into_any();
    }
    let (verb, change, words) = if key.disabled {
        (
            "Enable",
            "enable",
            "It is not used now. Its secret is kept.",
        )
    } else {
        (
            "Disable",
            "disable",
            "Stops being used within seconds; can be taken into use again.",
        )
    };
    let field = |ms: Option<i64>| ms.map(dates::date_field).unwrap_or_default();
    view! {
        <section class="panel" aria-labelledby="change-heading">
            <div class="panel-head"><h2 id="change-heading">"Change"</h2></div>
            <ul class="rows">
                <li class="row">
                    <p class="row-text">"Ask the provider again, with a one-token answer."</p>
                    <form method="post" action=format!("{at}/check")>
                        <button type="submit" class="button small">"Check again"</button>
                    </form>
                </li>
                <li class="row">
                    <p class="row-text">{words}</p>
                    <form method="post" action=format!("{at}/change")>
                        <button type="submit" class="button small" name="change" value=change>{verb}</button>
                    </form>
                </li>
                <li class="row">
                    <form method="post" action=format!("{at}/remind") class="inline-form dates">
                        <div class="field">
                            <label for="key-expires">"Expires at the provider"</label>
                            <input id="key-expires" class="input" type="date" name="expires" value=field(key.expires_ms)/>
                        </div>
                        <div class="field">
                            <label for="key-rotate-by">"Rotate by"</label>
                            <input id="key-rotate-by" class="input" type="date" name="rotate_by" value=field(key.rotate_by_ms)/>
                        </div>
                        <button type="submit" class="button small">"Save dates"</button>
                    </form>
                </li>
            </ul>
        </section>
        <Rotate at=at.clone() previous_until_ms=key.previous_until_ms/>
        <Delete at used_by=key.used_by name=key.name/>
    }
    .into_any()
}

/// What can be done with a member's own key by who looks after the workspace's.
#[component]
fn StopActions(at: String, key: KeyView) -> impl IntoView {
    let disable = (!key.disabled).then(|| {
        view! {
            <form method="post" action=format!("{at}/change")>
                <button type="submit" class="button small" name="change" value="disable">"Disable"</button>
            </form>
        }
    });
    let words = if key.disabled {
        "It is not used now. Only its member can take it into use again."
    } else {
        "It is a member’s own. You can take it out of use; its member can take it into use again, \
         and only they can rotate it."
    };
    view! {
        <section class="panel" aria-labelledby="change-heading">
            <div class="panel-head"><h2 id="change-heading">"Change"</h2></div>
            <ul class="rows">
                <li class="row"><p class="row-text">{words}</p>{disable}</li>
            </ul>
        </section>
        <Delete at used_by=key.used_by name=key.name/>
    }
}

/// A new secret for the same key, and the way back.
#[component]
fn Rotate(at: String, previous_until_ms: Option<i64>) -> impl IntoView {
    let back = previous_until_ms.map(|until| {
        let action = format!("{at}/take-back");
        view! {
            <form method="post" action=action class="confirm">
                <p>"The secret before the last rotation can be taken back until " {dates::in_words(until)} "."</p>
                <Password id="take-back-password"/>
                <button type="submit" class="button small">"Take it back"</button>
            </form>
        }
    });
    view! {
        <details class="panel fold">
            <summary>"Rotate"</summary>
            <div class="fold-inner">
                <form method="post" action=format!("{at}/rotate") autocomplete="off" class="form">
                    <p class="muted">
                        "The new secret is checked first. When you seal it, answers switch to it at "
                        "once; name, models and history stay."
                    </p>
                    <KeyField/>
                    <div><button type="submit" class="button primary">"Check the new secret"</button></div>
                </form>
                {back}
            </div>
        </details>
    }
}

/// What stops, and the password.
#[component]
fn Delete(at: String, used_by: Vec<String>, name: String) -> impl IntoView {
    let stops = if used_by.is_empty() {
        "No model is routed to it, so nothing stops.".to_owned()
    } else {
        format!(
            "Without it these models lose a target, and stop where it is the only one: {}.",
            used_by.join(", ")
        )
    };
    view! {
        <details class="panel fold danger">
            <summary>"Delete"</summary>
            <div class="fold-inner">
                <form method="post" action=format!("{at}/delete") class="confirm">
                    <p>"The secret of “" {name} "” is erased for good. What it paid for stays in the record. " {stops}</p>
                    <Password id="delete-password"/>
                    <button type="submit" class="button small danger">"Delete the key"</button>
                </form>
            </div>
        </details>
    }
}

/// Proof that the person who signed in is the one who acts.
#[component]
pub(crate) fn Password(id: &'static str) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>"Password"</label>
            <input id=id class="input" type="password" name="password" required autocomplete="current-password"/>
        </div>
    }
}
