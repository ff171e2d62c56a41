//! The form for a new client.

use super::frame::Tab;
use super::{Desk, chosen, for_staff, refused_status};
use crate::request::{ClientFields, PageNotice};
use crate::ui::Problem;
use contract::{AgencyId, AppError};
use leptos::prelude::*;
use leptos_meta::Title;

/// The colour that stands in the form until somebody chooses.
const COLOUR: &str = "#0b6b57";

/// The page at `/agency/clients/new`.
#[component]
pub(crate) fn NewClientPage() -> impl IntoView {
    for_staff(
        Tab::Clients,
        |_, staff| {
            let agency = chosen(&staff);
            let agency = agency.filter(|(id, ..)| staff.may_run(*id));
            async move { agency.ok_or_else(AppError::not_found) }
        },
        |desk, (id, name, _)| page(desk, id, &name),
    )
}

fn page(desk: Desk, agency: AgencyId, agency_name: &str) -> AnyView {
    let (fields, problem) = match desk.notice {
        Some(PageNotice::ClientNotMade { fields, message }) => (*fields, Some(message)),
        _ => (ClientFields::default(), None),
    };
    refused_status(problem.is_some());
    let agency = if fields.agency.is_empty() {
        agency.to_string()
    } else {
        fields.agency
    };
    let colour = if fields.colour.is_empty() {
        COLOUR.to_owned()
    } else {
        fields.colour
    };
    view! {
        <Title text=format!("New client · {}", desk.platform.name)/>
        <div class="page-head">
            <div>
                <h1>"New client"</h1>
                <p class="lead">{format!("A workspace of its own, looked after by {agency_name}.")}</p>
            </div>
        </div>
        <section class="panel narrow-panel">
            <form method="post" action="/agency/clients/new" class="form form-panel" autocomplete="off">
                {problem.map(|message| view! { <Problem message/> })}
                <input type="hidden" name="agency" value=agency/>
                <div class="field">
                    <label for="client-name">"Name"</label>
                    <input
                        id="client-name" class="input" name="name" required maxlength="80"
                        value=fields.name aria-describedby="client-name-hint"
                    />
                    <p class="hint" id="client-name-hint">"As its people read it."</p>
                </div>
                <div class="field">
                    <label for="client-slug">"Short name"</label>
                    <input
                        id="client-slug" class="input" name="slug" required maxlength="63"
                        autocapitalize="off" spellcheck="false" value=fields.slug
                        aria-describedby="client-slug-hint"
                    />
                    <p class="hint" id="client-slug-hint">
                        "Part of its first address: lower-case letters, digits, hyphens. It stays."
                    </p>
                </div>
                <div class="field">
                    <label for="client-colour">"Colour"</label>
                    <input
                        id="client-colour" class="input colour-input" type="color" name="colour" value=colour
                        aria-describedby="client-colour-hint"
                    />
                    <p class="hint" id="client-colour-hint">"The client can choose another one later."</p>
                </div>
                <div class="field">
                    <label for="client-owner">"Owner’s email"</label>
                    <input
                        id="client-owner" class="input" type="email" name="owner_email" required
                        value=fields.owner_email aria-describedby="client-owner-hint"
                    />
                    <p class="hint" id="client-owner-hint">
                        "They get an invitation: by mail, where this installation sends mail, or as a link that "
                        "you send yourself."
                    </p>
                </div>
                <div class="actions">
                    <a class="button" href="/agency">"Cancel"</a>
                    <button type="submit" class="button primary">"Make this client"</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}
