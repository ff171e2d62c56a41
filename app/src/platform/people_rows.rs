//! People of an agency, and the form that brings one in.

use crate::ui::Field;
use contract::staff::StaffView;
use leptos::prelude::*;

/// Who they are, and what they may do.
#[component]
pub(super) fn PeopleRows(
    people: Vec<StaffView>,
    /// Id of their agency.
    #[prop(into)]
    agency: String,
    /// Address of the reader, who is not offered to be removed.
    #[prop(into)]
    own: String,
) -> impl IntoView {
    if people.is_empty() {
        return view! { <p class="row hint">"Nobody yet."</p> }.into_any();
    }
    let rows = people
        .into_iter()
        .map(|person| {
            let remove = (person.email != own).then(|| remove(&agency, &person));
            row(person, remove)
        })
        .collect_view();
    view! { <ul class="rows">{rows}</ul> }.into_any()
}

fn remove(agency: &str, person: &StaffView) -> impl IntoView + use<> {
    let label = format!("Remove {}", person.email);
    view! {
        <form method="post" action="/agency/team/remove">
            <input type="hidden" name="agency" value=agency.to_owned()/>
            <input type="hidden" name="email" value=person.email.clone()/>
            <button type="submit" class="button small" aria-label=label>"Remove"</button>
        </form>
    }
}

fn row(person: StaffView, remove: Option<impl IntoView>) -> impl IntoView {
    let role = if person.owner { "Owner" } else { "Staff" };
    let looks_after = match person.only {
        Some(1) => "Looks after one client".to_owned(),
        Some(count) => format!("Looks after {count} clients"),
        None => "Looks after all clients".to_owned(),
    };
    let opens = person
        .may_open
        .then_some(", and may open them as an administrator");
    let waits = (!person.accepted).then(|| view! { " " <span class="chip">"Invited"</span> });
    let (title, email) = if person.name.is_empty() {
        (person.email, None)
    } else {
        (person.name, Some(person.email))
    };
    let email = email.map(|email| view! { <p class="hint">{email}</p> });
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">{title} " " <span class="chip">{role}</span> {waits}</p>
                {email}
                <p class="hint">{looks_after} {opens} "."</p>
            </div>
            {remove}
        </li>
    }
}

/// Email, and what they may do.
#[component]
pub(super) fn InviteForm(
    action: String,
    /// Id of the agency, where the address does not name it.
    #[prop(optional, into)]
    agency: String,
    /// The ids of fields must differ where a page has several of these.
    number: usize,
) -> impl IntoView {
    let id = |field: &str| format!("invite-{field}-{number}");
    let (email, owner, open) = (id("email"), id("owner"), id("open"));
    let (for_email, for_owner, for_open) = (email.clone(), owner.clone(), open.clone());
    let agency =
        (!agency.is_empty()).then(|| view! { <input type="hidden" name="agency" value=agency/> });
    view! {
        <form method="post" action=action class="invite-form">
            {agency}
            <div class="field">
                <label for=for_email>"Email"</label>
                <input id=email class="input" type="email" name="email" required autocomplete="off"/>
            </div>
            <div class="ticks">
                <label class="tick" for=for_owner>
                    <input id=owner type="checkbox" name="owner" value="yes"/>
                    <span>"Owner: makes clients and brings in others"</span>
                </label>
                <label class="tick" for=for_open>
                    <input id=open type="checkbox" name="may_open" value="yes"/>
                    <span>"May open clients as an administrator"</span>
                </label>
            </div>
            <button type="submit" class="button">"Invite"</button>
        </form>
    }
}

/// Name and short name of a new agency.
#[component]
pub(super) fn AgencyForm() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="new-agency">
            <div class="panel-head"><h2 id="new-agency">"New agency"</h2></div>
            <form method="post" action="/operator/agencies" class="inline-form agency-form">
                <Field name="name" label="Name" kind="text" autocomplete="off"/>
                <Field name="slug" label="Short name" kind="text" autocomplete="off"/>
                <button type="submit" class="button primary">"Make it"</button>
            </form>
        </section>
    }
}
