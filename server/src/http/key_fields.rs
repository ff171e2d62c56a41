//! What the forms of the keys pages send, and a draft made of it.

use app::request::KeyFields;
use contract::keys::{KeyDraft, KeyEnvironment, KeyPlace, KeyProvider, KeyScope, TypedSecret};
use contract::{AppError, AppResult, ErrorCode, Said, said};
use serde::Deserialize;

/// Fields of the terms' form.
#[derive(Deserialize)]
pub(super) struct TermsForm {
    pub(super) version: String,
}

/// Fields of the form for a key.
#[derive(Deserialize)]
pub(super) struct CheckForm {
    pub(super) secret: TypedSecret,
    #[serde(default)]
    pub(super) provider: String,
    pub(super) environment: String,
    pub(super) name: String,
    /// A team's id; empty: everybody.
    #[serde(default)]
    pub(super) team: String,
    pub(super) base_url: Option<String>,
    pub(super) deployment: Option<String>,
    pub(super) api_version: Option<String>,
    pub(super) region: Option<String>,
    pub(super) access_key_id: Option<String>,
    pub(super) organisation: Option<String>,
    pub(super) project: Option<String>,
}

/// Whether members may bring keys of their own.
#[derive(Deserialize)]
pub(super) struct MembersForm {
    pub(super) allow: String,
}

/// Fields of the form that seals.
#[derive(Deserialize)]
pub(super) struct SealForm {
    pub(super) password: TypedSecret,
    pub(super) anyway: String,
    #[serde(default)]
    pub(super) keep_hours: u32,
}

/// A new secret for a key.
#[derive(Deserialize)]
pub(super) struct RotateForm {
    pub(super) secret: TypedSecret,
}

/// A change that can be undone.
#[derive(Deserialize)]
pub(super) struct ChangeForm {
    pub(super) change: String,
}

/// Dates to be reminded of.
#[derive(Deserialize)]
pub(super) struct RemindForm {
    pub(super) expires: String,
    pub(super) rotate_by: String,
}

/// A proof and nothing else.
#[derive(Deserialize)]
pub(super) struct ProofForm {
    pub(super) password: TypedSecret,
}

impl CheckForm {
    /// What the form is filled with again.
    pub(super) fn fields(&self) -> KeyFields {
        KeyFields {
            provider: self.provider.clone(),
            environment: self.environment.clone(),
            name: self.name.clone(),
            team: self.team.clone(),
            place: self.place(),
        }
    }

    fn place(&self) -> KeyPlace {
        let given = |value: &Option<String>| value.clone().filter(|value| !value.trim().is_empty());
        KeyPlace {
            base_url: given(&self.base_url),
            deployment: given(&self.deployment),
            api_version: given(&self.api_version),
            region: given(&self.region),
            access_key_id: given(&self.access_key_id),
            organisation: given(&self.organisation),
            project: given(&self.project),
            probe_model: None,
        }
    }

    /// The draft, its provider recognised where none was chosen. Fields of other providers, which
    /// the page does not show, count for nothing. `own`: the scope where the caller cannot choose.
    pub(super) fn draft(self, own: Option<KeyScope>) -> AppResult<KeyDraft> {
        let invalid = |message: Said| AppError::new(ErrorCode::Invalid, message);
        let secret = TypedSecret::new(self.secret.expose().trim().to_owned());
        let provider = if self.provider.is_empty() {
            contract::keys_shape::guess(secret.expose()).ok_or_else(|| {
                invalid(said!(
                    "Provider: keys of this shape are used by several. Choose whose it is and \
                     paste the key again; it was not kept."
                ))
            })?
        } else {
            KeyProvider::parse(&self.provider)
                .ok_or_else(|| invalid(said!("Provider: choose one of the list.")))?
        };
        contract::keys_shape::shape(provider, secret.expose())
            .map_err(|words| invalid(said!("Key: {words}", words = words)))?;
        let scope = match (own, self.team.as_str()) {
            (Some(own), _) => own,
            (None, "") => KeyScope::Workspace,
            (None, team) => KeyScope::Team(
                team.parse()
                    .map_err(|_| invalid(said!("Who may use it: choose one of the list.")))?,
            ),
        };
        let mut place = self.place();
        if !matches!(provider, KeyProvider::Azure | KeyProvider::OpenAiCompatible) {
            place.base_url = None;
        }
        Ok(KeyDraft {
            provider,
            secret,
            environment: KeyEnvironment::parse(&self.environment)
                .ok_or_else(|| invalid(said!("Environment: choose one of the three.")))?,
            name: self.name,
            scope,
            place,
            replaces: None,
        })
    }
}
