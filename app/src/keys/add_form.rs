//! The form for a key. Which fields are shown follows from the chosen provider, by style alone.

use crate::request::KeyFields;
use contract::keys::{KEY_NAME_MAX_CHARS, KeyEnvironment, KeyProvider};
use leptos::prelude::*;

/// Environment, key, provider and what it needs, name. Beside it: what the check will do.
#[component]
pub(super) fn AddForm(
    fields: KeyFields,
    environment: KeyEnvironment,
    workspace: String,
    sealing: String,
) -> impl IntoView {
    let chosen = KeyEnvironment::parse(&fields.environment).unwrap_or(environment);
    let name = fields.name.clone();
    view! {
        <section class="panel vault" aria-labelledby="add-heading">
            <form method="post" action="/admin/keys/check" class="vault-form" autocomplete="off">
                <div class="vault-head">
                    <h2 id="add-heading">"Add a key"</h2>
                    <Environments chosen/>
                </div>
                <KeyField/>
                <ProviderFields fields/>
                <div class="field">
                    <label for="key-name">"Name"</label>
                    <input
                        id="key-name" class="input" name="name" required value=name
                        maxlength=KEY_NAME_MAX_CHARS.to_string() autocomplete="off"
                        placeholder="For example: Firm account"
                    />
                </div>
                <p class="hint">"Everyone in " {workspace} " may use it through the models you route to it."</p>
                <div class="actions vault-actions">
                    <button type="submit" class="button primary">"Check this key"</button>
                    <span class="hint">"Nothing is used until you seal it."</span>
                </div>
            </form>
            <div class="vault-side">
                <h3>"What happens then"</h3>
                <ol class="check-steps">
                    <Coming words="Shape of the key" note="Nothing is sent."/>
                    <Coming words="Provider reached" note="Over TLS, still without the key."/>
                    <Coming words="Key accepted" note="With account and models, where it tells."/>
                    <Coming words="One-token answer" note="Costs a fraction of a cent."/>
                    <Coming words="Sealed" note=sealing/>
                </ol>
            </div>
        </section>
    }
}

#[component]
fn Coming(words: &'static str, #[prop(into)] note: String) -> impl IntoView {
    view! {
        <li class="check-step coming">
            <span class="step-mark" aria-hidden="true"></span>
            <span class="step-name">{words}</span>
            <p class="step-note">{note}</p>
        </li>
    }
}

/// The field that a key is pasted into. Never filled in by the server or a password manager.
#[component]
pub(super) fn KeyField() -> impl IntoView {
    view! {
        <div class="field">
            <label for="key-secret">"Key"</label>
            <input
                id="key-secret" class="input mono" type="password" name="secret" required
                autocomplete="off" autocapitalize="off" spellcheck="false"
                data-1p-ignore="" data-lpignore="true" data-bwignore=""
                aria-describedby="key-secret-hint"
            />
            <p class="hint" id="key-secret-hint">"Paste it as the provider shows it. It leaves this page once, and no page shows it again."</p>
        </div>
    }
}

/// Three environments, each with a mark of its own.
#[component]
fn Environments(chosen: KeyEnvironment) -> impl IntoView {
    let options = KeyEnvironment::ALL
        .iter()
        .map(|environment| {
            let class = format!("segment-label environment {}", environment.as_str());
            view! {
                <label class=class>
                    <input
                        type="radio" name="environment" value=environment.as_str()
                        checked={*environment == chosen}
                    />
                    <span>{environment.label()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="segmented">
            <legend class="sr-only">"Environment"</legend>
            {options}
        </fieldset>
    }
}

/// The provider, and the fields that belong to the chosen one.
#[component]
fn ProviderFields(fields: KeyFields) -> impl IntoView {
    let options = KeyProvider::ALL
        .iter()
        .map(|provider| {
            let selected = provider.as_str() == fields.provider;
            view! { <option value=provider.as_str() selected=selected>{provider.label()}</option> }
        })
        .collect_view();
    let place = fields.place;
    view! {
        <div class="field">
            <label for="key-provider">"Provider"</label>
            <select id="key-provider" class="input" name="provider">
                <option value="">"Recognise it from the key"</option>
                {options}
            </select>
        </div>
        <Extra on="for-azure for-openai-compatible" name="base_url" label="Address" value=place.base_url
            hint="Where its API is, like https://models.example.com/v1 or https://my-resource.openai.azure.com"/>
        <Extra on="for-azure" name="deployment" label="Deployment" value=place.deployment
            hint="A deployment of the resource that the check asks."/>
        <Extra on="for-azure" name="api_version" label="API version" value=place.api_version
            hint="Only for resources that still need one, like 2024-10-21."/>
        <Extra on="for-bedrock" name="region" label="Region" value=place.region
            hint="Like eu-central-1."/>
        <Extra on="for-bedrock" name="access_key_id" label="Access key id" value=place.access_key_id
            hint="Only for an access key: then its secret goes into the field above. A bearer key of Bedrock has none."/>
        <Extra on="for-openai" name="organisation" label="Organisation id" value=place.organisation
            hint="Only where the account has several."/>
        <Extra on="for-openai" name="project" label="Project id" value=place.project
            hint="Only where the key is not bound to one."/>
    }
}

/// A field that only some providers need.
#[component]
fn Extra(
    on: &'static str,
    name: &'static str,
    label: &'static str,
    value: Option<String>,
    hint: &'static str,
) -> impl IntoView {
    let id = format!("key-{name}");
    let hint_id = format!("{id}-hint");
    view! {
        <div class=format!("field extra {on}")>
            <label for=id.clone()>{label}</label>
            <input
                id=id class="input" name=name value=value.unwrap_or_default()
                autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-describedby=hint_id.clone()
            />
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
}
