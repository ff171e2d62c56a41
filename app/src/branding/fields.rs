//! The fields with words and colours, in groups, each saying where its value comes from.

use super::pictures::Pictures;
use super::words;
use contract::branding::{
    BRAND_FIELDS, BrandField, BrandTrouble, BrandingView, CORNERS, FieldKind,
};
use leptos::prelude::*;

const GROUPS: [(&str, &[&str]); 5] = [
    (
        "Name and colour",
        &["name", "mark", "colour", "second_colour", "corners"],
    ),
    (
        "Sign-in",
        &["sign_in_title", "sign_in_text", "tagline", "tagline_detail"],
    ),
    ("Chat", &["greeting", "starters", "payer"]),
    (
        "Links and help",
        &["privacy_url", "terms_url", "support_email"],
    ),
    ("Mail", &["sender_name"]),
];

/// Every group; the pictures stand behind the name.
#[component]
pub(super) fn Sections(view: BrandingView, troubles: Vec<BrandTrouble>) -> impl IntoView {
    GROUPS
        .iter()
        .enumerate()
        .map(|(place, (heading, names))| {
            let id = format!("brand-group-{}", heading.replace(' ', "-").to_lowercase());
            let known = BRAND_FIELDS
                .iter()
                .filter(|field| names.contains(&field.name));
            let shown = known
                .map(|field| one(*field, &view, &troubles))
                .collect_view();
            let mail = (*heading == "Mail").then(|| mail_line(view.mail_from.as_deref()));
            let heading_id = id.clone();
            let pictures = (place == 0).then(|| {
                view! { <Pictures view=view.clone() troubles=troubles.clone()/> }
            });
            view! {
                <section class="panel" aria-labelledby=heading_id>
                    <div class="panel-head"><h2 id=id>{*heading}</h2></div>
                    <div class="brand-group">{shown} {mail}</div>
                </section>
                {pictures}
            }
        })
        .collect_view()
}

/// Whether and from where mail is sent.
fn mail_line(from: Option<&str>) -> impl IntoView + use<> {
    let words = match from {
        Some(from) => format!("Sent from {from}, the installation's address."),
        None => "This installation sends no mail. Invitations are links to pass on.".to_owned(),
    };
    view! { <p class="hint">{words}</p> }
}

fn one(field: BrandField, view: &BrandingView, troubles: &[BrandTrouble]) -> AnyView {
    let Some(said) = words::words_of(field.name) else {
        return ().into_any();
    };
    let id = format!("brand-{}", field.name);
    let value = view.fields.get(field.name).to_owned();
    let trouble = troubles.iter().find(|it| it.field == field.name);
    let problem_id = format!("{id}-problem");
    let problem = trouble.map(|it| {
        view! { <p class="field-problem" id=problem_id.clone()>{crate::words::spoken(&it.message)}</p> }
    });
    let hint_id = format!("{id}-hint");
    let described = if trouble.is_some() {
        format!("{problem_id} {hint_id}")
    } else {
        hint_id.clone()
    };
    let place = Place {
        id: id.clone(),
        described,
        invalid: trouble.map(|_| "true"),
        placeholder: placeholder(field, view),
    };
    let control = control(field, place, value.clone());
    let origin = field.inherits.then(|| origin(field, &value, view));
    view! {
        <div class="field">
            <label for=id>{said.label}</label>
            {control}
            {problem}
            <p class="hint" id=hint_id>{said.hint}</p>
            {origin}
        </div>
    }
    .into_any()
}

/// What ties a control to its words.
struct Place {
    id: String,
    described: String,
    invalid: Option<&'static str>,
    placeholder: String,
}

fn placeholder(field: BrandField, view: &BrandingView) -> String {
    let agency = view.agency.get(field.name);
    if agency.is_empty() {
        let name = view.fields.get("name").trim();
        let name = if name.is_empty() {
            &view.workspace_name
        } else {
            name
        };
        return words::usual_of(field.name, name);
    }
    agency.to_owned()
}

fn control(field: BrandField, place: Place, value: String) -> AnyView {
    let Place {
        id,
        described,
        invalid,
        placeholder,
    } = place;
    let longest = field.longest.to_string();
    match field.kind {
        FieldKind::Corners => {
            let usual = CORNERS.iter().find(|(name, _)| *name == placeholder);
            let usual = usual.map_or(CORNERS[0].1, |(_, label)| *label);
            let unset = format!("Not set here ({})", usual.to_lowercase());
            let shapes = CORNERS.map(|(name, label)| (name, label.to_owned()));
            let shapes = std::iter::once(("", unset)).chain(shapes);
            let options = shapes.map(|(name, label)| {
                let chosen = name == value;
                view! { <option value=name selected=chosen>{label}</option> }
            });
            view! {
                <select id=id class="input" name=field.name aria-describedby=described aria-invalid=invalid>
                    {options.collect_view()}
                </select>
            }
            .into_any()
        }
        FieldKind::Lines => view! {
            <textarea
                id=id class="input" name=field.name rows="4" placeholder=placeholder
                aria-describedby=described aria-invalid=invalid
            >
                {value}
            </textarea>
        }
        .into_any(),
        FieldKind::Colour => {
            let known = [&value, &placeholder].into_iter().find(|it| it.len() == 7);
            let shown = known.map_or("#808080", String::as_str).to_owned();
            let label = format!("Pick: {}", words::label_of(field.name));
            view! {
                <div class="colour-field">
                    // Comes alive with the script, and is in nobody's way without it.
                    <input type="color" class="colour-pick" data-picks=field.name value=shown aria-label=label hidden/>
                    <input
                        id=id class="input mono" name=field.name type="text" maxlength=longest
                        autocomplete="off" spellcheck="false" value=value placeholder=placeholder
                        aria-describedby=described aria-invalid=invalid
                    />
                </div>
            }
            .into_any()
        }
        FieldKind::Line | FieldKind::Url | FieldKind::Email | FieldKind::Picture => {
            let kind = match field.kind {
                FieldKind::Url => "url",
                FieldKind::Email => "email",
                _ => "text",
            };
            view! {
                <input
                    id=id class="input" name=field.name type=kind maxlength=longest
                    autocomplete="off" value=value placeholder=placeholder
                    aria-describedby=described aria-invalid=invalid
                />
            }
            .into_any()
        }
    }
}

/// Where the value comes from, and the way back to the agency's.
fn origin(field: BrandField, value: &str, view: &BrandingView) -> Option<impl IntoView + use<>> {
    if !view.has_agency {
        return None;
    }
    let theirs = !view.agency.get(field.name).is_empty();
    let own = !value.trim().is_empty();
    let (words, way_back) = match (own, theirs) {
        (true, _) => ("Set here.", theirs),
        (false, true) => ("From your agency.", false),
        (false, false) => ("Nobody set it.", false),
    };
    let label = format!("Use the agency’s: {}", words::label_of(field.name));
    let button = way_back.then(|| {
        view! {
            <button type="submit" name="leave" value=field.name class="link-button" aria-label=label formnovalidate>
                "Use the agency’s"
            </button>
        }
    });
    Some(view! { <p class="hint origin">{words} " " {button}</p> })
}
