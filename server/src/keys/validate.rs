//! What is wrong with a typed key before anybody is asked.

use contract::keys::{KEY_MAX_BYTES, KEY_NAME_MAX_CHARS, KeyDraft, KeyPlace, KeyProvider};
use contract::{AppError, AppResult, ErrorCode, Said, said};

/// Longest field of a place, in bytes.
const FIELD_MAX_BYTES: usize = 400;

/// Trims what people paste around their fields, and refuses what cannot be meant.
///
/// # Errors
/// [`ErrorCode::Invalid`], naming the field.
pub(super) fn validate(mut draft: KeyDraft) -> AppResult<KeyDraft> {
    draft.name = key_name(&draft.name)?;
    let secret = draft.secret.expose();
    if secret.is_empty()
        || secret.len() > KEY_MAX_BYTES
        || !secret.bytes().all(|b| b.is_ascii_graphic())
    {
        return Err(invalid(said!(
            "Key: paste it as the provider shows it, without spaces or line breaks."
        )));
    }
    draft.place = key_place(draft.provider, draft.place)?;
    Ok(draft)
}

/// A name without stray spaces.
///
/// # Errors
/// [`ErrorCode::Invalid`]: empty, too long, or not plain text.
pub fn key_name(typed: &str) -> AppResult<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = name.chars().count();
    if length == 0 || length > KEY_NAME_MAX_CHARS || name.contains(|c: char| c.is_control()) {
        return Err(invalid(said!(
            "Name: use between 1 and {most} characters.",
            most = KEY_NAME_MAX_CHARS
        )));
    }
    Ok(name)
}

/// Where the key is used, without stray spaces.
///
/// # Errors
/// [`ErrorCode::Invalid`], naming the field.
pub fn key_place(provider: KeyProvider, place: KeyPlace) -> AppResult<KeyPlace> {
    let place = KeyPlace {
        base_url: field("Address", place.base_url)?,
        deployment: field("Deployment", place.deployment)?,
        api_version: field("API version", place.api_version)?,
        region: field("Region", place.region)?,
        access_key_id: field("Access key id", place.access_key_id)?,
        organisation: field("Organisation", place.organisation)?,
        project: field("Project", place.project)?,
        probe_model: field("Model", place.probe_model)?,
    };
    match provider {
        KeyProvider::Azure if place.base_url.is_none() => Err(invalid(said!(
            "Address: an Azure key needs the address of its resource, like \
             https://my-resource.openai.azure.com."
        ))),
        KeyProvider::OpenAiCompatible if place.base_url.is_none() => Err(invalid(said!(
            "Address: name the server, like https://models.example.com/v1."
        ))),
        KeyProvider::Bedrock if place.region.is_none() => Err(invalid(said!(
            "Region: name the AWS region, like eu-central-1."
        ))),
        _ => Ok(place),
    }
}

fn field(label: &str, value: Option<String>) -> AppResult<Option<String>> {
    let Some(value) = value.map(|value| value.trim().to_owned()) else {
        return Ok(None);
    };
    if value.len() > FIELD_MAX_BYTES || !value.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(invalid(said!(
            "{label}: use at most {most} plain characters without spaces.",
            label = &label,
            most = FIELD_MAX_BYTES
        )));
    }
    Ok(Some(value).filter(|value| !value.is_empty()))
}

fn invalid(message: impl Into<Said>) -> AppError {
    AppError::new(ErrorCode::Invalid, message)
}

#[cfg(test)]
mod tests {
    use super::validate;
    use contract::keys::{KeyDraft, KeyEnvironment, KeyPlace, KeyProvider, KeyScope, TypedSecret};

    fn draft(provider: KeyProvider, secret: &str, name: &str) -> KeyDraft {
        KeyDraft {
            provider,
            secret: TypedSecret::new(secret.to_owned()),
            name: name.to_owned(),
            environment: KeyEnvironment::Production,
            scope: KeyScope::Workspace,
            place: KeyPlace::default(),
            replaces: None,
        }
    }

    fn said(draft: KeyDraft) -> String {
        validate(draft).unwrap_err().message.to_string()
    }

    #[test]
    fn fields_are_named_and_the_key_is_never_repeated() {
        let canary = "sk-canary with space";
        let message = said(draft(KeyProvider::OpenAi, canary, "main"));
        assert!(message.starts_with("Key:") && !message.contains("canary"));
        assert!(said(draft(KeyProvider::OpenAi, "sk-x", "  ")).starts_with("Name:"));
        assert!(said(draft(KeyProvider::Azure, "x", "main")).starts_with("Address:"));
        assert!(said(draft(KeyProvider::Bedrock, "x", "main")).starts_with("Region:"));
        let mut spaced = draft(KeyProvider::OpenAi, "sk-x", "  firm   account ");
        spaced.place.project = Some("  ".to_owned());
        let kept = validate(spaced).unwrap();
        assert_eq!(
            (kept.name.as_str(), kept.place.project),
            ("firm account", None)
        );
    }
}
