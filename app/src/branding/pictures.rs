//! Logo for light and for dark pages, and the icon: what is there, another one, or none.

use super::words;
use contract::branding::{BRAND_FIELDS, BrandTrouble, BrandingView, FieldKind};
use leptos::prelude::*;

/// The three pictures.
#[component]
pub(super) fn Pictures(view: BrandingView, troubles: Vec<BrandTrouble>) -> impl IntoView {
    let pictures = BRAND_FIELDS
        .iter()
        .filter(|it| it.kind == FieldKind::Picture);
    let rows = pictures
        .map(|field| one(field.name, view.fields.get(field.name), &troubles))
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="brand-group-pictures">
            <div class="panel-head"><h2 id="brand-group-pictures">"Logo and icon"</h2></div>
            <div class="brand-group">{rows}</div>
        </section>
    }
}

fn one(field: &'static str, value: &str, troubles: &[BrandTrouble]) -> AnyView {
    let Some(said) = words::words_of(field) else {
        return ().into_any();
    };
    let id = format!("brand-{field}");
    let trouble = troubles.iter().find(|it| it.field == field);
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
    let invalid = trouble.map(|_| "true");
    let known = value.len() == 64 && value.bytes().all(|it| it.is_ascii_hexdigit());
    let there = known.then(|| {
        let address = format!("/brand/{value}.png");
        let alt = format!("{} as it is now", said.label);
        let kept = value.to_owned();
        let dark = field == "logo_dark";
        view! {
            <div class="picture-there">
                <span class="picture-ground" class:dark=dark><img src=address alt=alt/></span>
                <input type="hidden" name=field value=kept/>
                <label class="check"><input type="checkbox" name="leave" value=field/> "Take it away"</label>
            </div>
        }
    });
    let name = format!("file_{field}");
    view! {
        <div class="field">
            <label for=id.clone()>{said.label}</label>
            {there}
            <input
                id=id class="input file" type="file" name=name accept="image/png,image/jpeg,image/webp"
                aria-describedby=described aria-invalid=invalid
            />
            {problem}
            <p class="hint" id=hint_id>{said.hint}</p>
        </div>
    }
    .into_any()
}
