//! The forms about teams on the members page.

use super::key_forms::Asker;
use super::posted::Form;
use app::request::PageNotice;
use axum::extract::Path;
use axum::response::Response;
use contract::{AppError, AppResult};
use serde::Deserialize;

const MEMBERS: &str = "/admin/members";

/// A new team.
#[derive(Deserialize)]
pub(super) struct TeamForm {
    name: String,
}

/// Who joins or leaves.
#[derive(Deserialize)]
pub(super) struct PlaceForm {
    member: String,
    inside: String,
}

/// `POST /admin/members/teams`
pub(super) async fn make(asker: Asker, Form(form): Form<TeamForm>) -> Response {
    let made = asker.people().make_team(&asker.caller, &form.name).await;
    answer(asker, made.map(|_| ())).await
}

/// `POST /admin/members/teams/<id>/place`
pub(super) async fn place(
    asker: Asker,
    Path(team): Path<String>,
    Form(form): Form<PlaceForm>,
) -> Response {
    let placed = match (team.parse(), form.member.parse()) {
        (Ok(team), Ok(member)) => {
            let inside = form.inside == "yes";
            let people = asker.people();
            people
                .put_into_team(&asker.caller, team, member, inside)
                .await
        }
        _ => Err(AppError::not_found()),
    };
    answer(asker, placed).await
}

/// `POST /admin/members/teams/<id>/remove`
pub(super) async fn remove(asker: Asker, Path(team): Path<String>) -> Response {
    let removed = match team.parse() {
        Ok(team) => asker.people().remove_team(&asker.caller, team).await,
        Err(_) => Err(AppError::not_found()),
    };
    answer(asker, removed).await
}

async fn answer(asker: Asker, done: AppResult<()>) -> Response {
    let refused = |message| PageNotice::MembersNotice { message };
    let done = done.map(|()| MEMBERS.to_owned());
    asker.answer_with(done, MEMBERS, refused).await
}
