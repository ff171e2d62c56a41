//! The forms of an agency's pages: clients, and its people.

use super::forms::{said, status_of};
use super::platform_clerk::{Clerk, shown};
use super::posted::Form;
use super::{pages, plain};
use crate::clients::{ClientDraft, Step};
use crate::installation::Installation;
use crate::staff::StaffGrant;
use app::request::{ClientFields, PageNotice};
use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use contract::staff::Grant;
use contract::{AgencyId, AppError, AppResult, TenantId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

const CLIENTS: &str = "/agency/clients";
const NEW: &str = "/agency/clients/new";
const TEAM: &str = "/agency/team";

/// Somebody of the platform host, about the client that the address names.
pub(super) struct AboutClient {
    clerk: Clerk,
    id: TenantId,
}

impl FromRequestParts<Installation> for AboutClient {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        installation: &Installation,
    ) -> Result<Self, Response> {
        let clerk = Clerk::from_request_parts(parts, installation).await?;
        let id = Path::<String>::from_request_parts(parts, installation).await;
        let id = id.ok().and_then(|Path(id)| id.parse().ok());
        let id = id.ok_or_else(plain::nowhere)?;
        Ok(Self { clerk, id })
    }
}

impl AboutClient {
    fn page(&self) -> String {
        format!("{CLIENTS}/{}", self.id)
    }

    /// On to the client's page, or the same with what is wrong.
    async fn answer(self, done: AppResult<()>) -> Response {
        let page = self.page();
        match done {
            Ok(()) => pages::see_other(&page),
            Err(error) => self.clerk.refuse(&page, error).await,
        }
    }
}

/// The form for a new client.
#[derive(Deserialize)]
pub(super) struct CreateForm {
    agency: String,
    name: String,
    slug: String,
    colour: String,
    owner_email: String,
}

/// The name, repeated, the password, and why.
#[derive(Deserialize)]
pub(super) struct SuspendForm {
    reason: String,
    name: String,
    password: SecretString,
}

/// What is written down.
#[derive(Deserialize)]
pub(super) struct NoteForm {
    text: String,
}

/// Why somebody comes in.
#[derive(Deserialize)]
pub(super) struct OpenForm {
    reason: String,
}

/// Somebody for an agency.
#[derive(Deserialize)]
pub(super) struct InviteForm {
    #[serde(default)]
    pub(super) agency: String,
    email: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    may_open: String,
}

/// Somebody who is to leave an agency.
#[derive(Deserialize)]
pub(super) struct RemoveForm {
    agency: String,
    email: String,
}

impl InviteForm {
    /// What they are to be allowed; in which agency is said elsewhere.
    pub(super) fn wanted(self) -> StaffGrant {
        StaffGrant {
            grant: Grant {
                agency: None,
                owner: self.owner == "yes",
                only: None,
                may_open: self.may_open == "yes",
            },
            email: self.email,
        }
    }
}

/// `POST /agency/clients/new`
pub(super) async fn create(clerk: Clerk, Form(form): Form<CreateForm>) -> Response {
    let fields = ClientFields {
        agency: form.agency.clone(),
        name: form.name.clone(),
        slug: form.slug.clone(),
        colour: form.colour.clone(),
        owner_email: form.owner_email.clone(),
    };
    let draft = ClientDraft {
        name: form.name,
        slug: form.slug,
        colour: form.colour,
        owner_email: form.owner_email,
    };
    let made = match form.agency.parse::<AgencyId>() {
        Ok(agency) => {
            let clients = clerk.installation.clients();
            clients.create(&clerk.staff, agency, draft).await
        }
        Err(_) => Err(AppError::not_found()),
    };
    match made {
        Ok(made) => {
            let page = format!("{CLIENTS}/{}", made.id);
            let notice = PageNotice::Invited(Box::new(shown(made.owner)));
            clerk.page(&page, notice, StatusCode::OK).await
        }
        Err(error) if error.code == contract::ErrorCode::NotFound => clerk.refuse(NEW, error).await,
        Err(error) => {
            let notice = PageNotice::ClientNotMade {
                fields: Box::new(fields),
                message: said(&error),
            };
            clerk.page(NEW, notice, status_of(&error)).await
        }
    }
}

/// `POST /agency/clients/<id>/suspend`
pub(super) async fn suspend(about: AboutClient, Form(form): Form<SuspendForm>) -> Response {
    let step = Step {
        name: form.name,
        password: form.password,
    };
    let (clerk, why) = (&about.clerk, form.reason.as_str());
    let clients = clerk.installation.clients();
    let done = clients.suspend(&clerk.staff, about.id, (why, step)).await;
    about.answer(done).await
}

/// `POST /agency/clients/<id>/resume`
pub(super) async fn resume(about: AboutClient) -> Response {
    let clerk = &about.clerk;
    let clients = clerk.installation.clients();
    let done = clients.resume(&clerk.staff, about.id).await;
    about.answer(done).await
}

/// `POST /agency/clients/<id>/note`
pub(super) async fn note(about: AboutClient, Form(form): Form<NoteForm>) -> Response {
    let clerk = &about.clerk;
    let clients = clerk.installation.clients();
    let done = clients.note(&clerk.staff, about.id, &form.text).await;
    about.answer(done).await
}

/// `POST /agency/clients/<id>/open`: a page that leads on to the client's own host.
pub(super) async fn open(about: AboutClient, Form(form): Form<OpenForm>) -> Response {
    let (clerk, page) = (&about.clerk, about.page());
    let made = async {
        let clients = clerk.installation.clients();
        let client = clients.reach(&clerk.staff, about.id).await?;
        let host = client.host.clone().ok_or_else(AppError::not_found)?;
        let guests = clerk.installation.guests();
        let code = guests
            .make_code(&clerk.staff, &client, &form.reason)
            .await?;
        let base = clients.address_of(&host);
        let url = format!("{base}/guest/{}", code.expose_secret());
        Ok((url, client.name))
    };
    match made.await {
        Ok((url, name)) => {
            let notice = PageNotice::Opening { url, name };
            about.clerk.page(&page, notice, StatusCode::OK).await
        }
        Err(error) => about.clerk.refuse(&page, error).await,
    }
}

/// `POST /agency/team`
pub(super) async fn invite(clerk: Clerk, Form(form): Form<InviteForm>) -> Response {
    let agency = form.agency.parse::<AgencyId>().ok().and_then(|wanted| {
        let mut theirs = clerk.staff.agencies().filter(|(id, ..)| *id == wanted);
        theirs.next().map(|(id, name, _)| (id, name.to_owned()))
    });
    let page = agency
        .as_ref()
        .map_or_else(|| TEAM.to_owned(), |(id, _)| format!("{TEAM}?of={id}"));
    let invited = match agency {
        Some(agency) => {
            let roster = clerk.installation.roster();
            roster.invite(&clerk.staff, agency, form.wanted()).await
        }
        None => Err(AppError::not_found()),
    };
    match invited {
        Ok(link) => {
            let notice = PageNotice::Invited(Box::new(shown(link)));
            clerk.page(&page, notice, StatusCode::OK).await
        }
        Err(error) => clerk.refuse(&page, error).await,
    }
}

/// `POST /agency/team/remove`
pub(super) async fn remove(clerk: Clerk, Form(form): Form<RemoveForm>) -> Response {
    let (removed, own) = match form.agency.parse::<AgencyId>() {
        Ok(id) => {
            let own = clerk.staff.agencies().any(|(theirs, ..)| theirs == id);
            let roster = clerk.installation.roster();
            (roster.remove(&clerk.staff, id, &form.email).await, own)
        }
        Err(_) => (Err(AppError::not_found()), false),
    };
    let page = if own || !clerk.staff.is_operator() {
        format!("{TEAM}?of={}", form.agency)
    } else {
        super::operator_forms::AGENCIES.to_owned()
    };
    match removed {
        Ok(()) => pages::see_other(&page),
        // The address is typed by nobody here: it is not repeated.
        Err(error) if error.code == contract::ErrorCode::NotFound => {
            clerk.refuse(TEAM, error).await
        }
        Err(error) => clerk.refuse(&page, error).await,
    }
}

/// `GET` at the address of the form that removes somebody.
pub(super) async fn back_to_team() -> Response {
    pages::see_other(TEAM)
}

/// `GET` at the address of a form, where a browser stands after it was refused.
pub(super) async fn back(about: AboutClient) -> Response {
    pages::see_other(&about.page())
}
