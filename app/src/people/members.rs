//! Who is in the workspace, who is invited, and the form to invite somebody.

use super::teams::Teams;
use super::{SettingsFrame, Tab, dates};
use crate::refusal::{for_member, refuse};
use crate::request::{PageNotice, Visit, Workspace};
use crate::ui::{Field, Problem};
use crate::words::{say, t};
use contract::identity::{InvitationView, MemberView, TeamView};
use contract::{AppError, AppResult, Caller, Ports, Role, key};
use leptos::prelude::*;
use leptos_meta::Title;

/// Members and open invitations; for roles that manage them.
#[component]
pub(crate) fn MembersPage() -> impl IntoView {
    for_member(|visit, place, caller| {
        let ports = use_context::<Ports>();
        let page = Suspend::new(async move {
            match load(ports, &caller).await {
                Ok(lists) => members(visit, place, caller, lists).into_any(),
                Err(error) => refuse(Some(place), error),
            }
        });
        view! { <Suspense>{page}</Suspense> }.into_any()
    })
}

type Lists = (Vec<MemberView>, Vec<TeamView>, Vec<InvitationView>);

async fn load(ports: Option<Ports>, caller: &Caller) -> AppResult<Lists> {
    let people = ports.ok_or_else(AppError::not_found)?.people;
    Ok((
        people.members(caller).await?,
        people.teams(caller).await?,
        people.invitations(caller).await?,
    ))
}

fn members(visit: Visit, place: Workspace, caller: Caller, lists: Lists) -> impl IntoView {
    let (members, teams, invitations) = lists;
    let brand = place.brand.clone();
    let role = caller.role();
    view! {
        <Title text=t!("Members · {workspace}", workspace = &brand.name)/>
        <SettingsFrame place=place caller=caller tab=Tab::Members>
            <div class="page-head"><h1>{t!("Members")}</h1></div>
            {visit.notice.map(notice)}
            <InviteForm role/>
            <div class="panel table-panel" tabindex="0" role="region" aria-label=t!("Members")>
                <table class="records">
                    <caption class="sr-only">{t!("People in this workspace")}</caption>
                    <thead>
                        <tr><th scope="col">{t!("Name")}</th><th scope="col">{t!("Email")}</th><th scope="col">{t!("Role")}</th></tr>
                    </thead>
                    <tbody>
                        {members.iter().cloned().map(member_row).collect_view()}
                    </tbody>
                </table>
            </div>
            {(!invitations.is_empty()).then(|| view! { <OpenInvitations invitations/> })}
            <Teams teams members/>
        </SettingsFrame>
    }
}

fn member_row(member: MemberView) -> impl IntoView {
    view! {
        <tr>
            <td class="strong">{member.name}</td>
            <td>{member.email}</td>
            <td><span class="chip">{say(member.role.as_str())}</span></td>
        </tr>
    }
}

/// What the posted form has to say, above the lists.
fn notice(notice: PageNotice) -> AnyView {
    match notice {
        PageNotice::MembersNotice { message } => {
            crate::ssr::set_status(422);
            view! { <Problem message/> }.into_any()
        }
        PageNotice::InvitationLink { url, email, mailed } => view! {
            <div class="panel notice" role="status">
                <p class="row-title">{t!("Invitation for {email}", email = email)}</p>
                <p class="hint">{say(if mailed { MAILED } else { TO_SEND })}</p>
                <label class="sr-only" for="invitation-link">{t!("Invitation link")}</label>
                <input id="invitation-link" class="input mono" readonly value=url/>
            </div>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

const MAILED: &str = key!(
    "It is on its way by mail. This link opens the same invitation; it is shown only now, and the invitation works once."
);
const TO_SEND: &str = key!(
    "Send this link yourself: this installation sends no mail. It is shown only now and works once."
);

/// E-mail and role; only roles the caller may grant are offered.
#[component]
fn InviteForm(role: Role) -> impl IntoView {
    let options = [Role::Member, Role::Admin, Role::Auditor, Role::Owner]
        .into_iter()
        .filter(|other| role.may_grant(*other))
        .map(|other| view! { <option value=other.as_str()>{say(other.as_str())}</option> })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="invite-heading">
            <div class="panel-head"><h2 id="invite-heading">{t!("Invite somebody")}</h2></div>
            <form method="post" action="/admin/members/invite" class="inline-form">
                <Field name="email" label=t!("Email") kind="email" autocomplete="off"/>
                <div class="field">
                    <label for="field-role">{t!("Role")}</label>
                    <select id="field-role" name="role" class="input">{options}</select>
                </div>
                <button type="submit" class="button primary">{t!("Make the link")}</button>
            </form>
        </section>
    }
}

/// Invitations that wait, each with the way to withdraw it.
#[component]
fn OpenInvitations(invitations: Vec<InvitationView>) -> impl IntoView {
    let rows = invitations
        .into_iter()
        .map(|invitation| {
            let label = t!("Withdraw the invitation for {email}", email = &invitation.email);
            let action = format!("/admin/members/invitations/{}/revoke", invitation.id);
            view! {
                <li class="row">
                    <div class="row-text">
                        <p class="row-title">{invitation.email}</p>
                        <p class="hint">
                            {t!(
                                "{role}, good until {day}",
                                role = say(invitation.role.as_str()),
                                day = dates::day_in_words(invitation.expires_ms)
                            )}
                        </p>
                    </div>
                    <form method="post" action=action>
                        <button type="submit" class="button small" aria-label=label>{t!("Withdraw")}</button>
                    </form>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="open-heading">
            <div class="panel-head"><h2 id="open-heading">{t!("Open invitations")}</h2></div>
            <ul class="rows">{rows}</ul>
        </section>
    }
}
