//! Teams: who is in which, and the form for another one.

use crate::words::t;
use contract::identity::{MemberView, TEAM_NAME_MAX_CHARS, TeamView};
use leptos::prelude::*;

/// Every team with its people, and the form.
#[component]
pub(super) fn Teams(teams: Vec<TeamView>, members: Vec<MemberView>) -> impl IntoView {
    let rows = teams
        .into_iter()
        .map(|team| view! { <Team team members=members.clone()/> })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="teams-heading">
            <div class="panel-head">
                <h2 id="teams-heading">{t!("Teams")}</h2>
                <span class="hint">{t!("A provider key can be for one team alone")}</span>
            </div>
            <form method="post" action="/admin/members/teams" class="inline-form">
                <div class="field">
                    <label for="team-name">{t!("Name")}</label>
                    <input
                        id="team-name" class="input" name="name" required autocomplete="off"
                        maxlength=TEAM_NAME_MAX_CHARS.to_string() placeholder=t!("For example: Research")
                    />
                </div>
                <button type="submit" class="button">{t!("Make the team")}</button>
            </form>
            <ul class="rows">{rows}</ul>
        </section>
    }
}

/// One team: its people, each with the way out; who else can join; and its end.
#[component]
fn Team(team: TeamView, members: Vec<MemberView>) -> impl IntoView {
    let (inside, outside): (Vec<_>, Vec<_>) = members
        .into_iter()
        .partition(|member| member.teams.contains(&team.id));
    let at = format!("/admin/members/teams/{}", team.id);
    let place = format!("{at}/place");
    let count = match inside.len() {
        0 => t!("Nobody yet").to_owned(),
        1 => t!("1 member").to_owned(),
        many => t!("{count} members", count = many),
    };
    let people = inside
        .into_iter()
        .map(|member| view! { <Inside place=place.clone() team=team.name.clone() member/> })
        .collect_view();
    let join = (!outside.is_empty())
        .then(|| view! { <Join place=place.clone() team=team.name.clone() outside/> });
    let label = t!("Remove team {team}", team = &team.name);
    view! {
        <li>
            <details class="fold team">
                <summary>{team.name} <span class="hint">" " {count}</span></summary>
                <div class="fold-inner">
                    <ul class="rows">{people}</ul>
                    {join}
                    <form method="post" action=format!("{at}/remove")>
                        <button type="submit" class="button small quiet" aria-label=label>{t!("Remove the team")}</button>
                    </form>
                </div>
            </details>
        </li>
    }
}

#[component]
fn Inside(place: String, team: String, member: MemberView) -> impl IntoView {
    let label = t!(
        "Take {name} out of {team}",
        name = &member.name,
        team = team
    );
    view! {
        <li class="row">
            <p class="row-text">{member.name} <span class="hint">" " {member.email}</span></p>
            <form method="post" action=place>
                <input type="hidden" name="member" value=member.id.to_string()/>
                <button type="submit" class="button small" name="inside" value="no" aria-label=label>{t!("Take out")}</button>
            </form>
        </li>
    }
}

#[component]
fn Join(place: String, team: String, outside: Vec<MemberView>) -> impl IntoView {
    let options = outside
        .into_iter()
        .map(|member| {
            let label = format!("{}, {}", member.name, member.email);
            view! { <option value=member.id.to_string()>{label}</option> }
        })
        .collect_view();
    view! {
        <form method="post" action=place class="inline-form">
            <label class="field">
                <span>{t!("Add to {team}", team = team)}</span>
                <select name="member" class="input">{options}</select>
            </label>
            <button type="submit" class="button small" name="inside" value="yes">{t!("Add")}</button>
        </form>
    }
}
