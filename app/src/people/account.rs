//! The caller's account: where they are signed in, and how to end that.

use super::{SettingsFrame, Tab, dates};
use crate::refusal::{for_member, refuse};
use crate::request::{PageNotice, Workspace};
use crate::ui::{LanguageChoice, Problem};
use crate::words::{say, t};
use contract::identity::SessionView;
use contract::sign_on::LinkView;
use contract::{AppError, Caller, Ports, Said};
use leptos::prelude::*;
use leptos_meta::Title;

/// Name, role, signed-in browsers.
#[component]
pub(crate) fn AccountPage() -> impl IntoView {
    for_member(|visit, place, caller| {
        let refused = match visit.notice {
            Some(PageNotice::LinkRefused { message }) => Some(message),
            _ => None,
        };
        let ports = use_context::<Ports>();
        let page = Suspend::new(async move {
            let read = match ports {
                Some(ports) => match ports.people.sessions(&caller).await {
                    Ok(sessions) => ports.sign_on.links(&caller).await.map(|it| (sessions, it)),
                    Err(error) => Err(error),
                },
                None => Err(AppError::not_found()),
            };
            match read {
                Ok((sessions, links)) => {
                    account(place, caller, sessions, (links, refused)).into_any()
                }
                Err(error) => refuse(Some(place), error),
            }
        });
        view! { <Suspense>{page}</Suspense> }.into_any()
    })
}

fn account(
    place: Workspace,
    caller: Caller,
    sessions: Vec<SessionView>,
    (links, refused): (Vec<LinkView>, Option<Said>),
) -> impl IntoView {
    let brand = place.brand.clone();
    let name = caller.name().to_owned();
    let email = caller.email().to_owned();
    let role = say(caller.role().as_str());
    let may_ask = caller.role().may_chat();
    view! {
        <Title text=t!("Account · {workspace}", workspace = &brand.name)/>
        <SettingsFrame place=place caller=caller tab=Tab::Account>
            <div class="page-head">
                <h1>{t!("Account")}</h1>
                <form method="post" action="/sign-out">
                    <button type="submit" class="button">{t!("Sign out")}</button>
                </form>
            </div>
            <dl class="facts panel">
                <div><dt>{t!("Name")}</dt><dd>{name}</dd></div>
                <div><dt>{t!("Email")}</dt><dd>{email}</dd></div>
                <div><dt>{t!("Role")}</dt><dd>{role}</dd></div>
            </dl>
            <section class="panel" aria-labelledby="language-heading">
                <div class="panel-head">
                    <h2 id="language-heading">{t!("Language")}</h2>
                    <LanguageChoice next="/account"/>
                </div>
            </section>
            {refused.map(|message| view! { <Problem message/> })}
            {(!links.is_empty()).then(|| view! { <Links links/> })}
            {may_ask.then(|| view! { <ForPrograms/> })}
            <section class="panel" aria-labelledby="sessions-heading">
                <div class="panel-head">
                    <h2 id="sessions-heading">{t!("Signed-in browsers")}</h2>
                    <form method="post" action="/account/sign-out-everywhere">
                        <button type="submit" class="button">{t!("Sign out everywhere")}</button>
                    </form>
                </div>
                <ul class="rows">
                    {sessions.into_iter().map(|session| view! { <SessionRow session/> }).collect_view()}
                </ul>
            </section>
        </SettingsFrame>
    }
}

/// Accounts at identity providers that are, or could be, the caller's.
#[component]
fn Links(links: Vec<LinkView>) -> impl IntoView {
    let rows = links.into_iter().map(link_row).collect_view();
    view! {
        <section class="panel" aria-labelledby="links-heading">
            <div class="panel-head"><h2 id="links-heading">"Company accounts"</h2></div>
            <ul class="rows">{rows}</ul>
        </section>
    }
}

fn link_row(link: LinkView) -> impl IntoView {
    let (words, deed, button) = match link.linked_ms {
        Some(at) => (
            format!("Linked since {}", dates::day_in_words(at)),
            "unlink",
            "Take the link away",
        ),
        None => (
            "Not linked. You are sent there to show that the account is yours.".to_owned(),
            "link",
            "Link",
        ),
    };
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">{link.name}</p>
                <p class="hint">{words}</p>
            </div>
            <form method="post" action=format!("/account/sign-on/{}/{deed}", link.id)>
                <button type="submit" class="button small">{button}</button>
            </form>
        </li>
    }
}

/// The way to a token of an hour.
#[component]
fn ForPrograms() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="programs-heading">
            <div class="panel-head">
                <h2 id="programs-heading">{t!("For your programs")}</h2>
                <a class="button" href="/account/tokens">{t!("Make a token")}</a>
            </div>
        </section>
    }
}

/// One signed-in browser.
#[component]
fn SessionRow(session: SessionView) -> impl IntoView {
    let label = t!("Sign out {device}", device = &session.device);
    let mark = if session.current {
        view! { <span class="chip ok">{t!("This browser")}</span> }.into_any()
    } else {
        view! {
            <form method="post" action=format!("/account/sessions/{}/end", session.id)>
                <button type="submit" class="button small" aria-label=label>{t!("Sign out")}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">{session.device}</p>
                <p class="hint">
                    {t!(
                        "Last used {seen}, signed in {day}",
                        seen = dates::in_words(session.seen_ms),
                        day = dates::day_in_words(session.created_ms)
                    )}
                </p>
            </div>
            {mark}
        </li>
    }
}
