//! The form that changes where a name leads. Buttons that rearrange it are answered with the same
//! form, so that it works without a script and nothing typed is lost.

use super::sharing_fields::SharingFields;
use super::target_lines::TargetLines;
use super::{MODELS, page_of};
use crate::keys::environment_chip;
use crate::request::PageNotice;
use crate::ui::Problem;
use contract::keys::KeyEnvironment;
use contract::models::{ALIAS_MAX_CHARS, LABEL_MAX_CHARS, RouteForm};
use contract::models_form::{RouteFields, TargetFields};
use contract::{AppError, Ports};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// What a form that was not saved says.
struct NotSaved {
    fields: RouteFields,
    line: Option<usize>,
    message: Option<contract::Said>,
}

/// The form for the alias that the address names, or for a new one.
#[component]
pub(crate) fn RoutePage() -> impl IntoView {
    let (environment, alias) =
        use_params_map().with_untracked(|params| (params.get("environment"), params.get("alias")));
    // What was typed a moment ago goes before what is stored, which may be gone by now.
    let typed = use_context::<crate::request::Visit>()
        .is_some_and(|visit| matches!(visit.notice, Some(PageNotice::RouteNotSaved { .. })));
    page_of(
        move |ports: Ports, caller| async move {
            let which = match (environment, alias) {
                _ if typed => None,
                (Some(environment), Some(alias)) => {
                    let known = KeyEnvironment::parse(&environment);
                    Some((known.ok_or_else(AppError::not_found)?, alias))
                }
                _ => None,
            };
            ports.models.route_form(&caller, which).await
        },
        |visit, form| {
            let not_saved = match visit.notice {
                Some(PageNotice::RouteNotSaved {
                    fields,
                    line,
                    message,
                }) => NotSaved {
                    fields: *fields,
                    line,
                    message,
                },
                _ => NotSaved {
                    fields: RouteFields::of(&form.draft),
                    line: None,
                    message: None,
                },
            };
            show(form, not_saved)
        },
    )
}

fn show(form: RouteForm, not_saved: NotSaved) -> impl IntoView {
    let NotSaved {
        mut fields,
        line,
        message,
    } = not_saved;
    if fields.targets.is_empty() {
        fields.targets.push(TargetFields::default());
    }
    let is_new = fields.changes.is_empty();
    let title = if is_new {
        "New name".to_owned()
    } else {
        let label = fields.label.trim();
        let name = if label.is_empty() {
            &fields.changes
        } else {
            label
        };
        format!("Change {name}")
    };
    let environment = fields.environment.clone();
    let remove = (!is_new)
        .then(|| view! { <Remove alias=fields.changes.clone() environment=environment.clone()/> });
    let whole = message.clone().filter(|_| line.is_none());
    let of_line = line.zip(message);
    view! {
        <div class="page-head">
            <div>
                <p class="hint"><a href=MODELS>"Models"</a></p>
                <h1>{title}</h1>
            </div>
        </div>
        {whole.map(|message| view! { <Problem message/> })}
        {of_line.is_some().then(|| view! { <Problem message="Not saved yet: see below what is wrong.".to_owned()/> })}
        <form method="post" action="/admin/models/change" class="route-form" autocomplete="off">
            // Return in a field presses the first button of a form; that must not rearrange it.
            <button type="submit" name="act" value="save" class="sr-only" tabindex="-1" aria-hidden="true">"Save"</button>
            <input type="hidden" name="changes" value=fields.changes.clone()/>
            <input type="hidden" name="seen" value=fields.seen.clone()/>
            <Names fields=fields.clone() is_new/>
            <TargetLines targets=fields.targets.clone() keys=form.keys problem=of_line/>
            <Choice chosen=fields.strategy.clone() strategies=form.strategies/>
            <Options fields=fields.clone()/>
            <SharingFields fields has_encoder=form.has_encoder embeddings=form.embeddings/>
            <div class="actions">
                <span class="hint">"Answers that are being written go on as they began."</span>
                <a class="button" href=MODELS>"Cancel"</a>
                <button type="submit" name="act" value="save" class="button primary">"Save"</button>
            </div>
        </form>
        {remove}
    }
}

/// Alias, label and environment. The first and the last stay as they are once they are made.
#[component]
fn Names(fields: RouteFields, is_new: bool) -> impl IntoView {
    let chosen = KeyEnvironment::parse(&fields.environment).unwrap_or(KeyEnvironment::Production);
    let environment = if is_new {
        let options = KeyEnvironment::ALL
            .iter()
            .map(|one| {
                let selected = *one == chosen;
                view! { <option value=one.as_str() selected=selected>{one.label()}</option> }
            })
            .collect_view();
        view! {
            <div class="field">
                <label for="route-environment">"Environment"</label>
                <select id="route-environment" class="input" name="environment">{options}</select>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="field">
                <span class="field-name">"Environment"</span>
                <p>{environment_chip(chosen)}</p>
                <input type="hidden" name="environment" value=chosen.as_str()/>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="panel form-panel" aria-labelledby="names-heading">
            <h2 id="names-heading">"Name"</h2>
            <div class="form-columns">
                <div class="field">
                    <label for="route-label">"Members see"</label>
                    <input
                        id="route-label" class="input" name="label" value=fields.label
                        maxlength=LABEL_MAX_CHARS.to_string() placeholder="For example: Careful"
                    />
                </div>
                <div class="field">
                    <label for="route-alias">"Alias"</label>
                    <input
                        id="route-alias" class="input mono" name="alias" value=fields.alias required
                        readonly={!is_new} maxlength=ALIAS_MAX_CHARS.to_string()
                        autocapitalize="off" spellcheck="false" aria-describedby="route-alias-hint"
                    />
                    <p class="hint" id="route-alias-hint">"Programs use it. It stays as it is; the name that members see can change."</p>
                </div>
                {environment}
            </div>
        </section>
    }
}

/// How a target is chosen.
#[component]
fn Choice(chosen: String, strategies: Vec<(String, String)>) -> impl IntoView {
    let options = strategies
        .into_iter()
        .map(|(name, words)| {
            let selected = name == chosen;
            let label = format!("{name}: {words}");
            view! { <option value=name selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <section class="panel form-panel" aria-labelledby="choice-heading">
            <h2 id="choice-heading">"How a target is chosen"</h2>
            <div class="field">
                <label for="route-strategy" class="sr-only">"Strategy"</label>
                <select id="route-strategy" class="input" name="strategy" aria-describedby="route-strategy-hint">{options}</select>
                <p class="hint" id="route-strategy-hint">
                    "Of several keys for the same model, a conversation stays with the one it had: providers "
                    "charge less for what they read before. With “priority” the written order is kept to."
                </p>
            </div>
        </section>
    }
}

/// What the route allows beside. Nothing that is not ticked.
#[component]
fn Options(fields: RouteFields) -> impl IntoView {
    let ticks = [
        (
            "declined",
            "What one provider declines for its policy may be asked of the next target",
        ),
        (
            "longer",
            "A conversation too long for one target may go to one that is declared to read more",
        ),
        (
            "goes-on",
            "An answer that breaks off is gone on with by the next model, where that is known to be able to",
        ),
        (
            "instructs-programs",
            "The workspace's instructions hold for programs as well as for people",
        ),
        (
            "priced",
            "Leave out targets without a known price, also where no limit applies",
        ),
    ];
    let on = fields.options;
    let ticks = ticks
        .into_iter()
        .map(|(name, words)| {
            let checked = on.iter().any(|one| one == name);
            view! {
                <label class="tick">
                    <input type="checkbox" name="option" value=name checked=checked/>
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <section class="panel form-panel" aria-labelledby="options-heading">
            <h2 id="options-heading">"What it allows"</h2>
            <div class="ticks">{ticks}</div>
            <div class="field">
                <label for="route-regions">"Only in these regions"</label>
                <input
                    id="route-regions" class="input" name="regions" value=fields.regions
                    autocapitalize="off" spellcheck="false" placeholder="For example: eu, ch"
                    aria-describedby="route-regions-hint"
                />
                <p class="hint" id="route-regions-hint">"With commas between them. Targets that do not say where they run are then left out. Empty: anywhere."</p>
            </div>
        </section>
    }
}

/// The end of a name.
#[component]
fn Remove(alias: String, environment: String) -> impl IntoView {
    let words = format!(
        "Members can choose “{alias}” no more. Conversations that used it stay readable, and go on with another name."
    );
    view! {
        <details class="panel fold danger">
            <summary>"Remove this name"</summary>
            <div class="fold-inner">
                <form method="post" action="/admin/models/remove" class="confirm">
                    <p>{words}</p>
                    <input type="hidden" name="alias" value=alias/>
                    <input type="hidden" name="environment" value=environment/>
                    <button type="submit" class="button small danger">"Remove the name"</button>
                </form>
            </div>
        </details>
    }
}
