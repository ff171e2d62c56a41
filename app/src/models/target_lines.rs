//! The lines of the form for a route, one target each.

use contract::keys::KeyEnvironment;
use contract::models::{MODEL_MAX_CHARS, RoutableKey, TARGETS_MAX};
use contract::models_form::{DEMO, TargetFields};
use leptos::prelude::*;

/// Fields behind a line that are typed: name, label, what stands in it while it is empty.
const TYPED: [(&str, &str, &str); 7] = [
    ("first", "To the first text", "12s, or 60s for the last"),
    ("head", "To the first sign", "8s, or 30s for the last"),
    ("stall", "Silence in between", "30s"),
    ("total", "The whole answer", "10m"),
    ("connect", "To a connection", "5s"),
    ("context", "Reads, in tokens", "for example 128k"),
    ("region", "Runs in", "for example eu"),
];
/// Facts that are yes, no or not said.
const FACTS: [(&str, &str); 4] = [
    ("images", "Reads images"),
    ("tools", "Calls tools"),
    ("structured", "Keeps to a given form"),
    ("reasoning", "Reasons first"),
];
/// Ways to go on with a half answer.
const PREFILLS: [(&str, &str); 4] = [
    ("", "Only if it is known to"),
    ("last-line", "Yes, from a last line of its own"),
    ("prefix", "Yes, from a line marked as prefix"),
    ("vllm", "Yes, as vLLM does"),
];

/// Every line, and the way to another one. `problem`: of which line, and what.
#[component]
pub(super) fn TargetLines(
    targets: Vec<TargetFields>,
    keys: Vec<RoutableKey>,
    problem: Option<(usize, contract::Said)>,
) -> impl IntoView {
    let full = targets.len() >= TARGETS_MAX;
    let last = targets.len().saturating_sub(1);
    let models = keys
        .iter()
        .flat_map(|key| key.models.iter().map(move |model| (model, &key.name)))
        .map(|(model, key)| view! { <option value=model.clone()>{format!("{model}, {key}")}</option> })
        .collect_view();
    let lines = targets
        .into_iter()
        .enumerate()
        .map(|(index, target)| {
            let problem = problem.clone().filter(|(line, _)| *line == index);
            let problem = problem.map(|(_, words)| words);
            view! { <Line index last target keys=keys.clone() problem/> }
        })
        .collect_view();
    view! {
        <section class="panel form-panel" aria-labelledby="targets-heading">
            <h2 id="targets-heading">"Where it leads"</h2>
            <p class="hint">
                "The first that can answers; the others are what is fallen back to. Name models as their "
                "provider does, with a date where it has one, so that they stay the same."
            </p>
            <datalist id="known-models">{models}</datalist>
            <ol class="lines">{lines}</ol>
            <div>
                <button type="submit" name="act" value="more" class="button small" formnovalidate disabled=full>"Another target"</button>
            </div>
        </section>
    }
}

#[component]
fn Line(
    index: usize,
    last: usize,
    target: TargetFields,
    keys: Vec<RoutableKey>,
    problem: Option<contract::Said>,
) -> impl IntoView {
    let number = index + 1;
    let id = |name: &str| format!("line-{index}-{name}");
    let name = |name: &str| format!("{name}.{index}");
    let problem_id = id("problem");
    let described = problem.is_some().then(|| problem_id.clone());
    let invalid = problem.is_some().then_some("true");
    let problem = problem.map(|words| {
        view! { <p class="line-problem" id=problem_id role="alert">{crate::words::spoken(&words)}</p> }
    });
    let filled = target
        .more
        .iter()
        .any(|(_, value)| !value.trim().is_empty());
    view! {
        <li class="line">
            <div class="line-main">
                <span class="target-number" aria-hidden="true">{number}</span>
                <div class="field line-key">
                    <label for=id("key")>"Key"</label>
                    <select
                        id=id("key") class="input" name=name("key")
                        aria-invalid=invalid aria-describedby=described.clone()
                    >
                        <Keys keys chosen=target.key.clone()/>
                    </select>
                </div>
                <div class="field line-model">
                    <label for=id("model")>"Model"</label>
                    <input
                        id=id("model") class="input mono" name=name("model") value=target.model.clone()
                        list="known-models" maxlength=MODEL_MAX_CHARS.to_string()
                        autocapitalize="off" spellcheck="false"
                        aria-invalid=invalid aria-describedby=described
                    />
                </div>
                <div class="field line-weight">
                    <label for=id("weight")>"Weight"</label>
                    <input id=id("weight") class="input tabular" name=name("weight") value=target.weight.clone() inputmode="numeric" placeholder="1"/>
                </div>
                <div class="line-moves">
                    <Move act="up" index number disabled={index == 0} sign="↑" verb="Move up"/>
                    <Move act="down" index number disabled={index == last} sign="↓" verb="Move down"/>
                    <Move act="drop" index number disabled=false sign="×" verb="Remove"/>
                </div>
            </div>
            {problem}
            <details class="line-more" open=filled>
                <summary>"Times and facts of its own"</summary>
                <More index target/>
            </details>
        </li>
    }
}

/// Rearranges the form.
#[component]
fn Move(
    act: &'static str,
    index: usize,
    number: usize,
    disabled: bool,
    sign: &'static str,
    verb: &'static str,
) -> impl IntoView {
    let label = format!("{verb}: target {number}");
    view! {
        <button
            type="submit" name="act" value=format!("{act}.{index}") class="button small quiet"
            formnovalidate disabled=disabled aria-label=label
        >
            <span aria-hidden="true">{sign}</span>
        </button>
    }
}

/// Keys by environment, the demo model, and one that is not to be had any more where it is chosen.
#[component]
fn Keys(keys: Vec<RoutableKey>, chosen: String) -> impl IntoView {
    let known =
        chosen.is_empty() || chosen == DEMO || keys.iter().any(|key| key.id.to_string() == chosen);
    let lost = (!known).then(|| {
        view! { <option value=chosen.clone() selected=true>"A key that is not there any more"</option> }
    });
    let groups = KeyEnvironment::ALL
        .iter()
        .rev()
        .filter_map(|environment| {
            let of = |key: &&RoutableKey| key.environment == *environment;
            let of: Vec<_> = keys.iter().filter(of).cloned().collect();
            (!of.is_empty()).then(|| group(*environment, of, &chosen))
        })
        .collect_view();
    view! {
        <option value="" selected={chosen.is_empty()}>"Choose a key"</option>
        {lost}
        {groups}
        <option value=DEMO selected={chosen == DEMO}>"Demo model, needs no key"</option>
    }
}

fn group(
    environment: KeyEnvironment,
    keys: Vec<RoutableKey>,
    chosen: &str,
) -> impl IntoView + use<> {
    let options = keys
        .into_iter()
        .map(|key| {
            let id = key.id.to_string();
            let selected = id == chosen;
            let off = if key.disabled { ", disabled" } else { "" };
            let label = format!("{}, {}{off}", key.name, key.provider);
            view! { <option value=id selected=selected>{label}</option> }
        })
        .collect_view();
    view! { <optgroup label=environment.label()>{options}</optgroup> }
}

/// Times, facts, and the way to go on.
#[component]
fn More(index: usize, target: TargetFields) -> impl IntoView {
    let id = |name: &str| format!("line-{index}-{name}");
    let name = |name: &str| format!("{name}.{index}");
    let typed = TYPED
        .into_iter()
        .map(|(field, label, placeholder)| {
            let value = target.more(field).to_owned();
            view! {
                <div class="field">
                    <label for=id(field)>{label}</label>
                    <input id=id(field) class="input" name=name(field) value=value placeholder=placeholder autocapitalize="off" spellcheck="false"/>
                </div>
            }
        })
        .collect_view();
    let facts = FACTS
        .into_iter()
        .map(|(field, label)| {
            let choices = [("", "As far as is known"), ("yes", "Yes"), ("no", "No")];
            view! { <Select id=id(field) name=name(field) label choices=choices.to_vec() chosen=target.more(field).to_owned()/> }
        })
        .collect_view();
    view! {
        <div class="line-fields">
            {typed}
            {facts}
            <Select id=id("prefill") name=name("prefill") label="Goes on with a half answer" choices=PREFILLS.to_vec() chosen=target.more("prefill").to_owned()/>
        </div>
        <p class="hint">"Times like 20s or 5m. A target is left sooner while another can take over; a time of its own holds always."</p>
    }
}

#[component]
fn Select(
    id: String,
    name: String,
    label: &'static str,
    choices: Vec<(&'static str, &'static str)>,
    chosen: String,
) -> impl IntoView {
    let options = choices
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id class="input" name=name>{options}</select>
        </div>
    }
}
