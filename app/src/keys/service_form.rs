//! The form for a key service. Which fields are shown follows from the chosen one, by style alone.

use super::fields::{Field, SecretField};
use super::key_actions::Password;
use contract::sealing::{ServiceFields, ServiceKind};
use leptos::prelude::*;

/// Service, key, what it needs, access, password. Beside it: what will happen.
#[component]
pub(super) fn ServiceForm(fields: ServiceFields, held: u64) -> impl IntoView {
    let chosen = ServiceKind::parse(&fields.kind).unwrap_or(ServiceKind::Aws);
    let options = ServiceKind::ALL
        .iter()
        .map(|kind| {
            view! { <option value=kind.as_str() selected={*kind == chosen}>{kind.label()}</option> }
        })
        .collect_view();
    view! {
        <section class="panel vault" aria-labelledby="attach-heading">
            <form method="post" action="/admin/keys/service/attach" class="vault-form service-form" autocomplete="off">
                <h2 id="attach-heading">"Attach a key"</h2>
                <div class="field">
                    <label for="service-kind">"Key service"</label>
                    <select id="service-kind" class="input" name="kind">{options}</select>
                </div>
                <Field form="service" name="key" label="Key" value=fields.key required=true
                    hint="AWS: its ARN. Google: projects/…/cryptoKeys/…. Azure and transit: its name."/>
                <Field form="service" name="address" label="Address" value=fields.address
                    hint="Azure: the vault’s. Transit: the server’s. AWS and Google: only for a private endpoint."/>
                <Field form="service" on="for-kms-aws for-kms-azure" name="identity" label="Access key or client id" value=fields.identity
                    hint="AWS: id of the access key. Azure: client id of the application."/>
                <Field form="service" on="for-kms-azure" name="directory" label="Directory id" value=fields.directory
                    hint="The directory (tenant) of the application."/>
                <Field form="service" on="for-kms-transit" name="mount" label="Mount" value=fields.mount
                    hint="Where the engine is mounted; transit, if left empty."/>
                <Field form="service" on="for-kms-transit" name="namespace" label="Namespace" value=fields.namespace
                    hint="Only where there are some."/>
                <SecretField id="service-access" name="access" label="Access"
                    hint="Secret access key, client secret, token, or the whole key file of a service account. It leaves this page once, and no page shows it again."/>
                <Password id="attach-password"/>
                <div class="actions vault-actions">
                    <button type="submit" class="button primary">"Check and attach"</button>
                    <span class="hint">"Nothing changes unless the check passes."</span>
                </div>
            </form>
            <Then held/>
        </section>
    }
}

/// What the press does, in order.
#[component]
fn Then(held: u64) -> impl IntoView {
    let steps = [
        (
            "Key found",
            "It is on, and of a kind that can be used.".to_owned(),
        ),
        (
            "Key made and opened",
            "For this workspace alone.".to_owned(),
        ),
        (
            "Another workspace refused",
            "By your service, not by us.".to_owned(),
        ),
        (
            "Everything sealed anew",
            "In the background, in some minutes, while people work.".to_owned(),
        ),
        (
            "Your switch",
            format!("Off, and everything here is closed within {held} seconds."),
        ),
    ];
    let steps = steps
        .into_iter()
        .map(|(words, note)| {
            view! {
                <li class="check-step coming">
                    <span class="step-mark" aria-hidden="true"></span>
                    <span class="step-name">{words}</span>
                    <p class="step-note">{note}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="vault-side">
            <h3>"What happens then"</h3>
            <ol class="check-steps">{steps}</ol>
            <p class="hint">
                "If you delete the key at your service, nothing here can ever be opened again, by "
                "anybody. Disabling it can be undone."
            </p>
        </div>
    }
}
