//! People of an agency, and the form that brings one in.

use crate::ui::Field;
use contract::staff::StaffView;
use leptos::prelude::*;

/// Who they are, and what they may do.
#[component]
pub(super) fn PeopleRows(people: Vec<StaffView>) -> impl IntoView {
    if people.is_empty() {
        return view! { <p class="row hint">"Nobody yet."</p> }.into_any();
    }
    let rows = people.into_iter().map(row).collect_view();
    view! { <ul class="rows">{rows}</ul> }.into_any()
}

fn row(person: StaffView) -> impl IntoView {
    let role = if person.owner { "Owner" } else { "Staff" };
    let mut may: Vec<String> = Vec::new();
    match person.only {
        Some(1) => may.push("looks after one client".to_owned()),
        Some(count) => may.push(format!("looks after {count} clients")),
        None => may.push("looks after all clients".to_owned()),
    }
    if person.may_open {
        may.push("may open them as an administrator".to_owned());
    }
    let waits = (!person.accepted).then(|| view! { " " <span class="chip">"Invited"</span> });
    let (title, email) = if person.name.is_empty() {
        (person.email, None)
    } else {
        (person.name, Some(person.email))
    };
    let email = email.map(|email| format!("{email}: "));
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">{title} " " <span class="chip">{role}</span> {waits}</p>
                <p class="hint">{email} {may.join(", ")} "."</p>
            </div>
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
