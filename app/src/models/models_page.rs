//! Every alias, its targets in order, and what becomes of each.

use super::{MODELS, page_of};
use crate::keys::environment_chip;
use crate::request::PageNotice;
use crate::ui::Problem;
use contract::MemberId;
use contract::models::{Asker, ModelsView, RouteView, TargetView};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page; `?as=<member>` looks at it as that member.
#[component]
pub(crate) fn ModelsPage() -> impl IntoView {
    let seen_as = use_query_map().with_untracked(|query| query.get("as"));
    let seen_as = seen_as.and_then(|id| id.parse::<MemberId>().ok());
    page_of(
        move |ports, caller| async move { ports.models.models(&caller, seen_as).await },
        |visit, models| {
            let message = match visit.notice {
                Some(PageNotice::ModelsNotice { message }) => Some(message),
                _ => None,
            };
            show(models, message)
        },
    )
}

fn show(models: ModelsView, message: Option<contract::Said>) -> impl IntoView {
    let ModelsView {
        routes,
        environment,
        members,
        seen_as,
        has_keys,
    } = models;
    let (here, elsewhere): (Vec<_>, Vec<_>) = routes
        .into_iter()
        .partition(|route| route.environment == environment);
    let nothing = here.is_empty().then(|| view! { <Nothing has_keys/> });
    let rest = (!elsewhere.is_empty()).then(|| {
        view! {
            <h2 class="section-title">"In other environments"</h2>
            <p class="hint">"Members chat in " {environment.label()} ". These are for other work."</p>
            {elsewhere.into_iter().map(|route| view! { <Alias route/> }).collect_view()}
        }
    });
    view! {
        <div class="page-head">
            <div>
                <h1>"Models"</h1>
                <p class="lead">
                    "The names your members choose from, and the models behind each. To change the "
                    "provider, change where a name leads; nothing else notices."
                </p>
            </div>
            <div class="actions">
                <a class="button primary" href="/admin/models/new">"New name"</a>
            </div>
        </div>
        {message.map(|message| view! { <Problem message/> })}
        <SeenAs members seen_as/>
        {nothing}
        {here.into_iter().map(|route| view! { <Alias route/> }).collect_view()}
        {rest}
        <p class="hint">
            "Prices are those of this installation; its operator sets them. What cools does so on the "
            "process that answered this page."
        </p>
    }
}

/// Whose keys count while the page is looked at.
#[component]
fn SeenAs(members: Vec<Asker>, seen_as: Option<MemberId>) -> impl IntoView {
    let options = members
        .into_iter()
        .map(|member| {
            let label = format!("{}, {}", member.name, member.email);
            let selected = Some(member.id) == seen_as;
            view! { <option value=member.id.to_string() selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <form method="get" action=MODELS class="seen-as">
            <label for="seen-as">"As met by"</label>
            <select id="seen-as" class="input" name="as">
                <option value="">"Anybody, with the workspace’s keys alone"</option>
                {options}
            </select>
            <button type="submit" class="button">"Look"</button>
        </form>
    }
}

#[component]
fn Nothing(has_keys: bool) -> impl IntoView {
    let (words, to, verb) = if has_keys {
        (
            "No name leads anywhere yet, so members have no model to choose.",
            "/admin/models/new",
            "Make the first name",
        )
    } else {
        (
            "No name leads anywhere yet. A name needs a provider key to lead to; bring one first.",
            "/admin/keys",
            "Bring a provider key",
        )
    };
    view! {
        <div class="panel empty">
            <p>{words}</p>
            <p><a class="button small" href=to>{verb}</a></p>
        </div>
    }
}

/// One alias.
#[component]
fn Alias(route: RouteView) -> impl IntoView {
    let at = format!("{MODELS}/{}/{}", route.environment.as_str(), route.alias);
    let heading = format!("alias-{}-{}", route.environment.as_str(), route.alias);
    let labelled_by = heading.clone();
    let label = format!("Change {}", route.label);
    let usable = route.targets.iter().any(|target| target.taken);
    let warning = (!usable).then(|| {
        view! { <p class="alias-warning" role="status">"Nobody answers under this name: every target is skipped."</p> }
    });
    let how = std::iter::once(format!("{}.", capital(&route.strategy)))
        .chain(route.options)
        .collect::<Vec<_>>()
        .join(" ");
    let sharing = route
        .sharing
        .map(|words| view! { <p class="alias-how">{words}</p> });
    let trouble = route
        .sharing_trouble
        .map(|words| view! { <p class="alias-warning" role="status">{words}</p> });
    let targets = route
        .targets
        .into_iter()
        .enumerate()
        .map(|(index, target)| view! { <Target number={index + 1} target/> })
        .collect_view();
    view! {
        <section class="panel alias" aria-labelledby=labelled_by>
            <div class="panel-head">
                <h2 id=heading>{route.label} " " <code class="alias-name">{route.alias}</code></h2>
                <div class="chips">
                    {environment_chip(route.environment)}
                    <a class="button small" href=at aria-label=label>"Change"</a>
                </div>
            </div>
            <p class="alias-how">{how}</p>
            {sharing}
            {trouble}
            {warning}
            <ol class="targets">{targets}</ol>
        </section>
    }
}

/// One target: what it is, what becomes of it, what it costs.
#[component]
fn Target(number: usize, target: TargetView) -> impl IntoView {
    let (class, word) = match (target.taken, &target.cooling) {
        (true, None) => ("chip dot ok", "Taken"),
        (true, Some(_)) => ("chip dot warn", "Cooling"),
        (false, _) => ("chip dot", "Skipped"),
    };
    let pays = target
        .pays
        .map(|pays| view! { <span>" · paid by " {pays}</span> });
    let price = match target.price {
        Some((read, written)) => view! {
            <p class="target-price">
                <span class="tabular">{read} " / " {written}</span>
                <span class="hint">"read / written, per million"</span>
            </p>
        }
        .into_any(),
        None => view! { <p class="target-price"><span class="hint">"No price known"</span></p> }
            .into_any(),
    };
    let said = [
        (!target.why.is_empty()).then(|| capital(&target.why)),
        target.cooling,
    ];
    let said = said.into_iter().flatten().chain(
        target
            .notes
            .iter()
            .map(|note| capital(note))
            .collect::<Vec<_>>(),
    );
    let said = said
        .map(|words| view! { <li>{sentence(&words)}</li> })
        .collect_view();
    view! {
        <li class="target" class:skipped={!target.taken}>
            <span class="target-number" aria-hidden="true">{number}</span>
            <div class="target-text">
                <p class="target-model mono">{target.model}</p>
                <p class="hint">{target.key} {pays}</p>
                <ul class="target-notes">{said}</ul>
            </div>
            {price}
            <span class=class>{word}</span>
        </li>
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn sentence(text: &str) -> String {
    if text.ends_with('.') {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
