//! Bringing somebody in: a grant, and a link with which they choose a password, once. And out again.

use super::{Roster, deed};
use crate::fault;
use crate::identity::token::Token;
use crate::identity::{NewSession, address_of, name_of, password::PasswordError};
use crate::mail::Letter;
use contract::staff::Grant;
use contract::{AgencyId, AppError, AppResult, ErrorCode, Staff, StaffId};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use std::time::Duration;
use store::platform::staff::{Invited, NewStaff};
use store::platform::staff_log::Deed;
use uuid::Uuid;

/// How long a link is good.
const LIFETIME: Duration = Duration::from_hours(168);

/// What somebody is to be allowed.
pub struct StaffGrant {
    /// Their sign-in address, as typed.
    pub email: String,
    /// What they may do.
    pub grant: Grant,
}

/// How somebody who was invited gets in.
pub enum NewLink {
    /// It was mailed to them.
    Mailed(String),
    /// Nobody mailed it; it is shown this once.
    Shown {
        /// For whom.
        email: String,
        /// The link.
        link: SecretString,
        /// There is mail, and it was not taken.
        mail_failed: bool,
    },
    /// They have a password already and need none.
    None(String),
}

impl Roster {
    /// Invites somebody into an agency. Needs [`Staff::may_run`]; making operators is for the command
    /// line.
    pub async fn invite(
        &self,
        by: &Staff,
        agency: (AgencyId, String),
        wanted: StaffGrant,
    ) -> AppResult<NewLink> {
        if !by.may_run(agency.0) {
            return Err(AppError::not_found());
        }
        let email = address_of(&wanted.email)?;
        if email == by.email() && !by.is_operator() {
            return Err(AppError::new(
                ErrorCode::Invalid,
                "What you may do yourself is for somebody else to change.",
            ));
        }
        let opens = by.scope_of(agency.0).is_some_and(|grant| grant.may_open);
        if wanted.grant.may_open && !opens && !by.is_operator() {
            return Err(AppError::new(
                ErrorCode::Denied,
                "You may not open clients as an administrator yourself, so you cannot allow it to others. \
                 The operator can.",
            ));
        }
        let deed = deed(by, "staff.invited", &email).with(json!({
            "agency": agency.0, "owner": wanted.grant.owner, "may_open": wanted.grant.may_open,
        }));
        let grant = Grant {
            agency: Some(agency),
            ..wanted.grant
        };
        self.invite_as((by.name(), by.is_operator()), email, grant, &deed)
            .await
    }

    /// Takes somebody out of an agency. Needs [`Staff::may_run`]; nobody takes out themselves.
    pub async fn remove(&self, by: &Staff, agency: AgencyId, email: &str) -> AppResult<()> {
        if !by.may_run(agency) {
            return Err(AppError::not_found());
        }
        let email = address_of(email)?;
        if email == by.email() {
            return Err(AppError::new(
                ErrorCode::Invalid,
                "What you may do yourself is for somebody else to change.",
            ));
        }
        let deed = deed(by, "staff.removed", &email).with(json!({ "agency": agency }));
        let removed = self.store.remove_grant(&email, agency, &deed).await;
        if removed.map_err(|error| fault::internal("removing staff", error))? {
            return Ok(());
        }
        Err(AppError::not_found())
    }

    /// Invites somebody on behalf of the command line.
    pub async fn invite_by_command(&self, wanted: StaffGrant) -> AppResult<NewLink> {
        let email = address_of(&wanted.email)?;
        let agency = wanted.grant.agency.as_ref().map(|(id, _)| *id);
        let deed = Deed::new(None, "operator", "staff.invited", &email).with(json!({
            "agency": agency, "owner": wanted.grant.owner, "may_open": wanted.grant.may_open,
        }));
        self.invite_as(("The operator", true), email, wanted.grant, &deed)
            .await
    }

    /// Makes an account with a password at once, or gives one another password.
    pub async fn set_password(
        &self,
        wanted: StaffGrant,
        name: &str,
        password: SecretString,
    ) -> AppResult<()> {
        let email = address_of(&wanted.email)?;
        let name = name_of(name)?;
        let hash = self.hash(password).await?;
        let deed = Deed::new(None, "operator", "staff.password_set", &email);
        let new = row("", &email, wanted.grant, Token::fresh().hash());
        let set = self.store.set_staff(&new, (&name, &hash), &deed).await;
        set.map_err(|error| fault::internal("making a staff account", error))
    }

    /// Uses a link up: the account has a name and a password, and is signed in.
    pub async fn accept(
        &self,
        token: &str,
        (name, password): (&str, SecretString),
        user_agent: &str,
    ) -> AppResult<NewSession> {
        let token = Token::presented(token).ok_or_else(gone)?;
        let name = name_of(name)?;
        let failed = |error| fault::internal("accepting a staff invitation", error);
        // Looked at before hashing, so that guessing links is not a way to make us work.
        let offer = self.store.staff_offer(&token.hash()).await;
        let offer = offer.map_err(failed)?.ok_or_else(gone)?;
        let hash = self.hash(password).await?;
        let given = (name.as_str(), hash.as_str());
        let accepted = self.store.accept_staff_offer(&token.hash(), given).await;
        let id = accepted.map_err(failed)?.ok_or_else(gone)?;
        let deed = Deed::new(Some(id), &name, "staff.signed_in", &offer.email);
        let begun = self.begin_session(id, user_agent, &deed).await;
        begun.map_err(failed)
    }

    async fn invite_as(
        &self,
        (by, may_replace): (&str, bool),
        email: String,
        grant: Grant,
        deed: &Deed,
    ) -> AppResult<NewLink> {
        let token = Token::fresh();
        let house = grant.agency.as_ref().map(|(_, name)| name.clone());
        let new = NewStaff {
            may_replace,
            ..row(by, &email, grant, token.hash())
        };
        let invited = self.store.invite_staff(&new, deed).await;
        match invited.map_err(|error| fault::internal("inviting staff", error))? {
            Invited::ByLink => {}
            Invited::HasPassword => return Ok(NewLink::None(email)),
            Invited::Waiting => {
                return Err(AppError::new(
                    ErrorCode::Conflict,
                    "Another invitation waits for this person. They have to accept that one first; \
                     then invite them again.",
                ));
            }
        }
        let link = format!("{}/invite/{}", self.address, token.secret().expose_secret());
        let letter = Letter::invitation(&self.name, (by, house.as_deref()), &email, &link);
        Ok(match &self.mailer {
            Some(mailer) if mailer.hand_over(&letter).await => NewLink::Mailed(email),
            mailer => NewLink::Shown {
                email,
                link: link.into(),
                mail_failed: mailer.is_some(),
            },
        })
    }

    async fn hash(&self, password: SecretString) -> AppResult<String> {
        let hashed = self.passwords.hash(password).await;
        hashed.map_err(|error| match error {
            PasswordError::Unsuitable(text) => AppError::new(ErrorCode::Invalid, text),
            PasswordError::Failed(text) => fault::internal("hashing a password", text),
        })
    }
}

fn row(by: &str, email: &str, grant: Grant, token_hash: [u8; 32]) -> NewStaff {
    NewStaff {
        id: StaffId::from_uuid(Uuid::now_v7()),
        email: email.to_owned(),
        grant,
        token_hash,
        lifetime: LIFETIME,
        invited_by: by.to_owned(),
        may_replace: false,
    }
}

pub(super) fn gone() -> AppError {
    AppError::new(
        ErrorCode::NotFound,
        "This invitation is not valid any more. It works once and for seven days. Ask the person \
         who invited you for a new one.",
    )
}
