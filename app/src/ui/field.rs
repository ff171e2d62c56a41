//! A labelled text field of a plain form.

use leptos::prelude::*;

/// Label, field and, where given, a hint that belongs to it.
#[component]
pub(crate) fn Field(
    /// The form field's name; also makes its id.
    name: &'static str,
    /// The visible label.
    label: &'static str,
    /// The input's `type`.
    kind: &'static str,
    /// What a password manager may fill in.
    autocomplete: &'static str,
    /// What stands in it.
    #[prop(optional, into)]
    value: String,
    /// One line below.
    #[prop(optional, into)]
    hint: String,
    /// Takes the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// Shown, not changed.
    #[prop(optional)]
    readonly: bool,
) -> impl IntoView {
    let id = format!("field-{name}");
    let hint_id = format!("{id}-hint");
    let described = (!hint.is_empty()).then(|| hint_id.clone());
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> });
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                class="input"
                name=name
                type=kind
                autocomplete=autocomplete
                value=value
                autofocus=autofocus
                readonly=readonly
                required=!readonly
                aria-describedby=described
            />
            {hint}
        </div>
    }
}
