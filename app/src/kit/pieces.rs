//! The pieces themselves.

use crate::brand::Mark;
use crate::keys::environment_chip;
use crate::ui::{Environments, Field, Icon, Problem, Shape, initials};
use contract::keys::KeyEnvironment;
use leptos::prelude::*;

/// Controls, states, lists and figures.
#[component]
pub(super) fn Pieces() -> impl IntoView {
    view! {
        <Shown title="Buttons"><Buttons/></Shown>
        <Shown title="Fields"><Fields/></Shown>
        <Shown title="States"><States/></Shown>
        <Shown title="Problems"><Problems/></Shown>
        <Shown title="Icons"><Icons/></Shown>
        <Lists/>
    }
}

#[component]
fn Shown(title: &'static str, children: Children) -> impl IntoView {
    let id = format!("kit-{}", title.to_lowercase());
    let heading = id.clone();
    view! {
        <section class="panel" aria-labelledby=id>
            <div class="panel-head"><h2 id=heading>{title}</h2></div>
            <div class="kit-pieces">{children()}</div>
        </section>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    view! {
        <button type="button" class="button primary">"Seal this key"</button>
        <button type="button" class="button primary" disabled>"Seal this key"</button>
        <button type="button" class="button">"Check again"</button>
        <button type="button" class="button" disabled>"Check again"</button>
        <button type="button" class="button quiet">"Leave out"</button>
        <button type="button" class="button small">"Sign out"</button>
        <a class="button" href="#kit-buttons">"A link"</a>
        <button type="button" class="icon-button" aria-label="Close"><Icon shape=Shape::Close/></button>
        <button type="button" class="icon-button" aria-label="Close" disabled><Icon shape=Shape::Close/></button>
        <kbd>"Ctrl K"</kbd>
    }
}

#[component]
fn Fields() -> impl IntoView {
    view! {
        <div class="kit-fields">
            <Field name="kit-name" label="Name" kind="text" autocomplete="off" value="Claude, firm account"/>
            <Field
                name="kit-hint" label="Name" kind="text" autocomplete="off" value=""
                hint="At most 60 characters."
            />
            <Field name="kit-fixed" label="Address" kind="text" autocomplete="off" value="Shown, not changed" readonly=true/>
            <div class="field">
                <label for="kit-choice">"Who may use it"</label>
                <select id="kit-choice" class="input"><option>"Everyone"</option><option>"A team"</option></select>
            </div>
            <div class="field">
                <label for="kit-wrong">"Limit"</label>
                <input id="kit-wrong" class="input" value="minus five" aria-invalid="true" aria-describedby="kit-wrong-why"/>
                <p class="hint" id="kit-wrong-why">"Give the limit as a number."</p>
            </div>
            <div class="field">
                <label for="kit-text">"Instructions"</label>
                <textarea id="kit-text" class="input prompt-text" rows="3"></textarea>
            </div>
        </div>
        <form><Environments chosen=KeyEnvironment::Production/></form>
    }
}

#[component]
fn States() -> impl IntoView {
    let environments = KeyEnvironment::ALL
        .iter()
        .map(|environment| environment_chip(*environment))
        .collect_view();
    view! {
        {environments}
        <span class="chip">"member"</span>
        <span class="chip ok">"In force"</span>
        <span class="chip dot ok">"Healthy"</span>
        <span class="chip dot warn">"Rotate by 30 November"</span>
        <span class="chip dot bad">"Refused"</span>
        <Mark letters="N"/>
        <Mark letters="N" small=true/>
        <span class="avatar" aria-hidden="true">{initials("Anna Lorenz")}</span>
        <span class="bone kit-bone" aria-hidden="true"></span>
        <progress class="meter-bar" aria-label="A meter, one third" value="1" max="3"></progress>
        <progress class="meter-bar low" aria-label="A meter, nearly full" value="29" max="30"></progress>
        <p class="done" role="status">"Set. It holds from now on."</p>
    }
}

#[component]
fn Problems() -> impl IntoView {
    view! {
        <Problem message="The provider refused this key. Nothing was sealed." quiet=true/>
        <Problem message="This did not work on our side." reference="k7m3-p9xw".to_owned() quiet=true/>
        <Problem message="The connection is lost. What you typed is kept." quiet=true calm=true>
            <button type="button" class="button small">"Try again"</button>
        </Problem>
    }
}

#[component]
fn Icons() -> impl IntoView {
    Shape::ALL
        .into_iter()
        .map(|shape| view! { <span class="kit-icon"><Icon shape/> <code>{format!("{shape:?}")}</code></span> })
        .collect_view()
}

/// What stands in panels: rows, a table, figures, and nothing yet.
#[component]
fn Lists() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="kit-rows">
            <div class="panel-head"><h2 id="kit-rows">"Rows"</h2></div>
            <ul class="rows">
                <li class="row">
                    <div class="row-text">
                        <p class="row-title">"Firefox on Linux"</p>
                        <p class="hint">"Last used 22 November 2026, 14:05 UTC"</p>
                    </div>
                    <button type="button" class="button small">"Sign out"</button>
                </li>
            </ul>
        </section>
        <div class="panel table-panel" tabindex="0" role="region" aria-label="A table">
            <table class="records figures-table">
                <caption class="sr-only">"A table"</caption>
                <thead><tr><th scope="col">"Model"</th><th scope="col" class="number">"Answers"</th></tr></thead>
                <tbody><tr><th scope="row">"Careful"</th><td class="number">"18,402"</td></tr></tbody>
            </table>
        </div>
        <dl class="panel figures">
            <div><dt>"Spent"</dt><dd><span class="figure">"$ 360.21"</span><span class="hint">"62 % of $ 580.00"</span></dd></div>
            <div><dt>"Answers"</dt><dd><span class="figure">"18,402"</span><span class="hint">"last 7 days"</span></dd></div>
        </dl>
        <p class="panel empty">"Nothing yet. One sentence says what will stand here, and what to do."</p>
    }
}
