//! A new client: the workspace, by the use case that the command line has, and an invitation for its
//! first owner.

use super::Clients;
use crate::brand::Brand;
use crate::fault;
use crate::identity::address_of;
use crate::staff::{NewLink, deed};
use crate::workspace::{NotCreated, Wanted, create_workspace};
use contract::{
    AgencyId, AppError, AppResult, ErrorCode, MemberId, Role, Said, Staff, TenantId, said,
};
use serde_json::json;
use store::StoreError;

/// Longest name of a client, in characters.
const NAME_CHARS: usize = 80;
/// Longest short name: what a label of a host name may have.
const SLUG_CHARS: usize = 63;
/// Short names that would pass for something of the platform's own.
const RESERVED: [&str; 12] = [
    "www", "admin", "agency", "operator", "api", "mail", "status", "support", "sign-in", "login",
    "static", "app",
];

/// The form, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct ClientDraft {
    /// The client's name.
    pub name: String,
    /// Short name in the address.
    pub slug: String,
    /// `#rrggbb`.
    pub colour: String,
    /// Who will own the workspace.
    pub owner_email: String,
}

/// What was made.
pub struct Made {
    /// The workspace.
    pub id: TenantId,
    /// How its owner gets in.
    pub owner: NewLink,
}

impl Clients {
    /// Makes a client for an agency. Needs [`Staff::may_run`].
    pub async fn create(
        &self,
        staff: &Staff,
        agency: AgencyId,
        draft: ClientDraft,
    ) -> AppResult<Made> {
        if !staff.may_run(agency) {
            return Err(AppError::not_found());
        }
        let (name, slug) = (name_of(&draft.name)?, slug_of(&draft.slug)?);
        let email = address_of(&draft.owner_email)?;
        let deed = deed(staff, "client.created", &slug).with(json!({ "agency": agency }));
        let wanted = Wanted {
            slug: slug.clone(),
            name,
            brand: Brand {
                colour: draft.colour.trim().to_lowercase(),
                ..Brand::default()
            },
            agency: Some(agency),
            extra_host: None,
            budget: None,
            demo: false,
        };
        let who = (Some(MemberId::from_uuid(staff.id().uuid())), staff.name());
        let made = create_workspace(&self.store, &self.server, wanted, (who, Some(&deed))).await;
        let (id, host) = made.map_err(|error| refused(error, &slug))?;
        let owner = self.invite_owner((id, &host), &email, staff).await?;
        Ok(Made { id, owner })
    }

    async fn invite_owner(
        &self,
        (id, host): (TenantId, &str),
        email: &str,
        staff: &Staff,
    ) -> AppResult<NewLink> {
        let by = staff.name();
        let made = self
            .people
            .invite_from_outside(id, by, email, Role::Owner)
            .await;
        let invitation = made?;
        let link = invitation.link(&self.address_of(host));
        let email = invitation.email.clone();
        Ok(if invitation.mailed {
            NewLink::Mailed(email)
        } else {
            NewLink::Shown {
                email,
                link: link.into(),
                mail_failed: false,
            }
        })
    }
}

fn refused(error: NotCreated, slug: &str) -> AppError {
    let invalid = |words: Said| AppError::new(ErrorCode::Invalid, words);
    match error {
        NotCreated::Brand(words) => invalid(Said::read(words)),
        NotCreated::Slug(_) => slug_rules(),
        NotCreated::Store(StoreError::Taken(_)) => AppError::new(
            ErrorCode::Conflict,
            said!(
                "The short name “{slug}” is in use. Choose another.",
                slug = &slug
            ),
        ),
        NotCreated::Store(StoreError::OwnerRequired) => AppError::new(
            ErrorCode::Conflict,
            "The server of this installation cannot make workspaces by itself; its operator can, with \
             the command line. Nothing was made.",
        ),
        other => fault::internal("creating a client", other),
    }
}

fn name_of(typed: &str) -> AppResult<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = name.chars().count();
    if length == 0 || length > NAME_CHARS || name.contains(char::is_control) {
        let words = said!(
            "Name: use between 1 and {most} characters.",
            most = NAME_CHARS
        );
        return Err(AppError::new(ErrorCode::Invalid, words));
    }
    Ok(name)
}

fn slug_of(typed: &str) -> AppResult<String> {
    let slug = typed.trim().to_lowercase();
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let sound = (1..=SLUG_CHARS).contains(&slug.len())
        && slug.chars().all(letters)
        && !slug.starts_with('-')
        && !slug.ends_with('-')
        && !slug.starts_with("xn--");
    if !sound {
        return Err(slug_rules());
    }
    if RESERVED.contains(&slug.as_str()) {
        return Err(AppError::new(
            ErrorCode::Invalid,
            said!(
                "Short name: “{slug}” is kept for the platform itself. Choose another.",
                slug = &slug
            ),
        ));
    }
    Ok(slug)
}

fn slug_rules() -> AppError {
    AppError::new(
        ErrorCode::Invalid,
        "Short name: use lower-case letters, digits and hyphens between them.",
    )
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn short_names_are_labels_and_nothing_of_the_platforms() {
        assert_eq!(slug_of(" Nordwind ").unwrap(), "nordwind");
        for wrong in ["", "a b", "-a", "a-", "a.b", "ä", "xn--a", "admin", "www"] {
            assert!(slug_of(wrong).is_err(), "{wrong}");
        }
        assert!(slug_of(&"a".repeat(64)).is_err());
    }
}
