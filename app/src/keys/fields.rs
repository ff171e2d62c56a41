//! Fields that the forms about keys share.

use leptos::prelude::*;

/// A field with its hint. `on`: shown only for the choices with these classes.
#[component]
pub(super) fn Field(
    form: &'static str,
    #[prop(optional)] on: &'static str,
    name: &'static str,
    label: &'static str,
    value: String,
    hint: &'static str,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let id = format!("{form}-{name}");
    let hint_id = format!("{id}-hint");
    let class = if on.is_empty() {
        "field".to_owned()
    } else {
        format!("field extra {on}")
    };
    view! {
        <div class=class>
            <label for=id.clone()>{label}</label>
            <input
                id=id class="input" name=name value=value required=required
                autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-describedby=hint_id.clone()
            />
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
}

/// A field that a secret is pasted into. Never filled in by the server or a password manager.
#[component]
pub(super) fn SecretField(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id class="input mono" type="password" name=name required
                autocomplete="off" autocapitalize="off" spellcheck="false"
                data-1p-ignore="" data-lpignore="true" data-bwignore=""
                aria-describedby=hint_id.clone()
            />
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
}
