//! What is wrong with a key before it is made.

use crate::config::Network;
use contract::programs::{MOST_NETWORKS, MOST_PROGRAMS, PROGRAM_NAME_MAX_CHARS, ProgramDraft};
use contract::{AppError, AppResult, ErrorCode, MemberId, Said, said};
use engine::IpNet;
use store::{StoreError, TenantTx};

/// The longest a key is good: ten years, in milliseconds.
const LONGEST_LIFE_MS: i64 = 3_653 * 86_400_000;

/// Whom a key is for, with their name.
pub(super) type Bound = Option<(MemberId, String)>;

/// Trims what people type around their fields, and refuses what cannot be meant.
///
/// # Errors
/// [`ErrorCode::Invalid`], naming the field.
pub(super) fn shape(mut draft: ProgramDraft, now: i64) -> AppResult<ProgramDraft> {
    draft.name = draft.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = draft.name.chars().count();
    if length == 0 || length > PROGRAM_NAME_MAX_CHARS || draft.name.contains(char::is_control) {
        return Err(invalid(said!(
            "Name: use between 1 and {most} characters.",
            most = PROGRAM_NAME_MAX_CHARS
        )));
    }
    draft.networks = networks(&draft.networks)?;
    draft.models.sort();
    draft.models.dedup();
    match draft.expires_ms {
        Some(until) if until <= now => Err(invalid(said!("Expires: this moment is over."))),
        Some(until) if until > now.saturating_add(LONGEST_LIFE_MS) => {
            Err(invalid(said!("Expires: ten years from now at the latest.")))
        }
        _ => Ok(draft),
    }
}

/// As they are stored, each once.
fn networks(typed: &[String]) -> AppResult<Vec<String>> {
    let mut read = Vec::new();
    for text in typed.iter().map(|text| text.trim()) {
        let network = Network::try_from(text.to_owned());
        let network =
            network.map_err(|words| invalid(said!("Networks: {words}.", words = &words)))?;
        let written = IpNet::new(network.base(), network.prefix());
        // As it is meant: what stands behind the prefix says nothing.
        let written = written.map_err(|_| invalid(said!("Networks: the prefix is too long.")))?;
        let written = written.trunc().to_string();
        if !read.contains(&written) {
            read.push(written);
        }
    }
    if read.len() > MOST_NETWORKS {
        return Err(invalid(said!(
            "Networks: name at most {most}.",
            most = MOST_NETWORKS
        )));
    }
    Ok(read)
}

/// Looks up in the workspace what the draft names, and whether there is room for one more.
pub(super) async fn fits(
    tx: &mut TenantTx,
    draft: &ProgramDraft,
) -> Result<AppResult<Bound>, StoreError> {
    if store::virtual_keys::count_live(tx).await? >= MOST_PROGRAMS {
        return Ok(Err(AppError::new(
            ErrorCode::Conflict,
            said!(
                "There are {most} keys already. Revoke one that is not used any more.",
                most = MOST_PROGRAMS
            ),
        )));
    }
    let environment = draft.environment.as_str();
    let routes = store::routes::list(tx, environment).await?;
    for model in &draft.models {
        if !routes.iter().any(|route| route.alias == *model) {
            let words = said!(
                "Models: there is no model “{model}” in {environment}.",
                model = model,
                environment = environment
            );
            return Ok(Err(invalid(words)));
        }
    }
    if let Some(team) = draft.team {
        let teams = store::teams::list(tx).await?;
        if !teams.iter().any(|row| row.id == team) {
            return Ok(Err(invalid(said!("Team: there is no such team."))));
        }
    }
    let Some(member) = draft.member else {
        return Ok(Ok(None));
    };
    let found = store::members::get(tx, member).await?;
    Ok(match found {
        None => Err(invalid(said!("Member: there is no such member."))),
        Some(row) if !row.role.may_chat() => Err(invalid(said!(
            "Member: an auditor asks nothing, so no key can be for them."
        ))),
        Some(row) if draft.team.is_some_and(|team| !row.teams.contains(&team)) => {
            Err(invalid(said!("Member: they are not in that team.")))
        }
        Some(row) => Ok(Some((member, row.name))),
    })
}

pub(super) fn invalid(words: impl Into<Said>) -> AppError {
    AppError::new(ErrorCode::Invalid, words)
}

#[cfg(test)]
mod tests {
    use super::shape;
    use contract::keys::KeyEnvironment;
    use contract::programs::ProgramDraft;

    fn draft() -> ProgramDraft {
        ProgramDraft::new("  Nightly \n report ", KeyEnvironment::Production)
    }

    #[test]
    fn what_people_type_is_tidied() {
        let typed = ProgramDraft {
            networks: vec![" 10.1.2.3/8".into(), "::1".into(), "10.0.0.0/8".into()],
            models: vec!["fast".into(), "careful".into(), "fast".into()],
            ..draft()
        };
        let tidy = shape(typed, 0).unwrap();
        assert_eq!(tidy.name, "Nightly report");
        assert_eq!(tidy.networks, ["10.0.0.0/8", "::1/128"]);
        assert_eq!(tidy.models, ["careful", "fast"]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_name() {
        let refused = |draft: ProgramDraft| shape(draft, 1_000).unwrap_err().message.to_string();
        let name = ProgramDraft {
            name: " ".into(),
            ..draft()
        };
        assert!(refused(name).starts_with("Name:"));
        let network = ProgramDraft {
            networks: vec!["ten".into()],
            ..draft()
        };
        assert!(refused(network).starts_with("Networks:"));
        for until in [0, 1_000, i64::MAX] {
            let over = ProgramDraft {
                expires_ms: Some(until),
                ..draft()
            };
            assert!(refused(over).starts_with("Expires:"));
        }
    }
}
