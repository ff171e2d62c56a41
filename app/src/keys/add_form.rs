//! The form for a key. Which fields are shown follows from the chosen provider, by style alone.

use super::Desk;
use super::fields::{Field, SecretField};
use crate::request::KeyFields;
use crate::ui::Environments;
use contract::identity::TeamView;
use contract::keys::{KEY_NAME_MAX_CHARS, KeyEnvironment, KeyProvider};
use leptos::prelude::*;

/// What the form is about.
pub(super) struct FormOf {
    pub(super) desk: Desk,
    /// The environment that the workspace's chat runs in.
    pub(super) environment: KeyEnvironment,
    pub(super) workspace: String,
    /// Under what the key will be sealed.
    pub(super) sealing: String,
    pub(super) teams: Vec<TeamView>,
}

/// Environment, key, provider and what it needs, name. Beside it: what the check will do.
#[component]
pub(super) fn AddForm(fields: KeyFields, form: FormOf) -> impl IntoView {
    let chosen = KeyEnvironment::parse(&fields.environment).unwrap_or(form.environment);
    let name = fields.name.clone();
    let team = fields.team.clone();
    let sealing = form.sealing;
    let environments = match form.desk {
        Desk::Workspace => view! { <Environments chosen/> }.into_any(),
        // A key of one's own is for the chat alone.
        Desk::Own => {
            let value = form.environment.as_str();
            view! { <input type="hidden" name="environment" value=value/> }.into_any()
        }
    };
    let who = match form.desk {
        Desk::Workspace => {
            view! { <Who workspace=form.workspace teams=form.teams chosen=team/> }.into_any()
        }
        Desk::Own => {
            view! { <p class="hint">"It pays for your own answers, where a model is routed to the same provider and address."</p> }
                .into_any()
        }
    };
    view! {
        <section class="panel vault" aria-labelledby="add-heading">
            <form method="post" action=format!("{}/check", form.desk.path()) class="vault-form" autocomplete="off">
                <div class="vault-head">
                    <h2 id="add-heading">"Add a key"</h2>
                    {environments}
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
                {who}
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

/// Everybody, or one team.
#[component]
fn Who(workspace: String, teams: Vec<TeamView>, chosen: String) -> impl IntoView {
    if teams.is_empty() {
        return view! { <p class="hint">"Everyone in " {workspace} " may use it through the models you route to it."</p> }
            .into_any();
    }
    let options = teams
        .into_iter()
        .map(|team| {
            let id = team.id.to_string();
            let selected = id == chosen;
            let name = format!("Team {}", team.name);
            view! { <option value=id selected=selected>{name}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for="key-team">"Who may use it"</label>
            <select id="key-team" class="input" name="team">
                <option value="">{format!("Everyone in {workspace}")}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
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

/// The field that a key is pasted into.
#[component]
pub(super) fn KeyField() -> impl IntoView {
    view! {
        <SecretField id="key-secret" name="secret" label="Key"
            hint="Paste it as the provider shows it. It leaves this page once, and no page shows it again."/>
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
        <Field form="key" on="for-azure for-openai-compatible" name="base_url" label="Address" value=place.base_url.unwrap_or_default()
            hint="Where its API is, like https://models.example.com/v1 or https://my-resource.openai.azure.com"/>
        <Field form="key" on="for-azure" name="deployment" label="Deployment" value=place.deployment.unwrap_or_default()
            hint="A deployment of the resource that the check asks."/>
        <Field form="key" on="for-azure" name="api_version" label="API version" value=place.api_version.unwrap_or_default()
            hint="Only for resources that still need one, like 2024-10-21."/>
        <Field form="key" on="for-bedrock" name="region" label="Region" value=place.region.unwrap_or_default()
            hint="Like eu-central-1."/>
        <Field form="key" on="for-bedrock" name="access_key_id" label="Access key id" value=place.access_key_id.unwrap_or_default()
            hint="Only for an access key: then its secret goes into the field above. A bearer key of Bedrock has none."/>
        <Field form="key" on="for-openai" name="organisation" label="Organisation id" value=place.organisation.unwrap_or_default()
            hint="Only where the account has several."/>
        <Field form="key" on="for-openai" name="project" label="Project id" value=place.project.unwrap_or_default()
            hint="Only where the key is not bound to one."/>
    }
}
