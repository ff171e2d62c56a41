//! What the pack tells about the workspace as it is now: people, what each role may do, keys, instructions.
//! Never a secret and never content: of instructions only who wrote which version when.

use super::csv::{moment, row};
use contract::keys::KeyScope;
use contract::{Role, TeamId};
use std::collections::HashMap;
use store::{StoreResult, TenantTx};

/// Most rows of one sheet of keys or versions.
const MOST: u32 = 10_000;

/// File name and content.
pub(super) type Sheet = (&'static str, String);

/// All of them, as they are in one transaction.
pub(super) async fn sheets(tx: &mut TenantTx) -> StoreResult<Vec<Sheet>> {
    let teams = store::teams::list(tx).await?;
    let teams: HashMap<TeamId, String> = teams.into_iter().map(|it| (it.id, it.name)).collect();
    Ok(vec![
        ("people.csv", people(tx, &teams).await?),
        ("roles.csv", roles()),
        ("signed-in.csv", signed_in(tx).await?),
        ("provider-keys.csv", provider_keys(tx, &teams).await?),
        ("virtual-keys.csv", virtual_keys(tx, &teams).await?),
        ("instructions.csv", instructions(tx).await?),
    ])
}

async fn people(tx: &mut TenantTx, teams: &HashMap<TeamId, String>) -> StoreResult<String> {
    let mut text = String::new();
    row(
        &mut text,
        &["id", "name", "email", "role", "teams", "password", "since"],
    );
    for member in store::members::list(tx).await? {
        let of = member.teams.iter().filter_map(|team| teams.get(team));
        let of = of.map(String::as_str).collect::<Vec<_>>().join("; ");
        let password = if member.password_hash.is_some() {
            "yes"
        } else {
            "no"
        };
        row(
            &mut text,
            &[
                &member.id.to_string(),
                &member.name,
                &member.email,
                member.role.as_str(),
                &of,
                password,
                &moment(Some(member.created_ms)),
            ],
        );
    }
    Ok(text)
}

fn roles() -> String {
    let mut text = String::new();
    let names = Role::ALL.map(Role::as_str);
    row(&mut text, &[&["right"][..], &names[..]].concat());
    for (right, may) in Role::RIGHTS {
        let cells = Role::ALL.map(|role| if may(role) { "yes" } else { "no" });
        row(&mut text, &[&[right][..], &cells[..]].concat());
    }
    text
}

async fn signed_in(tx: &mut TenantTx) -> StoreResult<String> {
    let mut text = String::new();
    row(
        &mut text,
        &["email", "role", "browser", "since", "last used", "until"],
    );
    for owned in store::sessions::list_of_everybody(tx, MOST).await? {
        let session = &owned.session;
        row(
            &mut text,
            &[
                &owned.email,
                owned.role.as_str(),
                &session.user_agent,
                &moment(Some(session.created_ms)),
                &moment(Some(session.seen_ms)),
                &moment(Some(session.expires_ms)),
            ],
        );
    }
    Ok(text)
}

async fn provider_keys(tx: &mut TenantTx, teams: &HashMap<TeamId, String>) -> StoreResult<String> {
    let mut text = String::new();
    let heads = [
        "name",
        "environment",
        "provider",
        "for",
        "state",
        "added by",
        "added",
        "expires",
    ];
    row(&mut text, &heads);
    for key in store::provider_keys::list(tx).await? {
        let scope = match key.scope {
            KeyScope::Workspace => "the workspace".to_owned(),
            KeyScope::Team(team) => format!("team {}", teams.get(&team).map_or("", String::as_str)),
            KeyScope::Member(member) => format!("member {member}"),
        };
        row(
            &mut text,
            &[
                &key.name,
                &key.environment,
                &key.provider,
                &scope,
                if key.disabled { "disabled" } else { "in use" },
                &key.added_by_name,
                &moment(Some(key.created_ms)),
                &moment(key.expires_ms),
            ],
        );
    }
    Ok(text)
}

async fn virtual_keys(tx: &mut TenantTx, teams: &HashMap<TeamId, String>) -> StoreResult<String> {
    let mut text = String::new();
    let heads = [
        "id",
        "name",
        "environment",
        "member",
        "team",
        "models",
        "networks",
        "made by",
        "made",
        "expires",
        "last used",
        "revoked",
    ];
    row(&mut text, &heads);
    for key in store::virtual_keys::list(tx, MOST).await? {
        let list = |of: &Option<Vec<String>>| {
            of.as_ref()
                .map_or_else(|| "all".to_owned(), |it| it.join("; "))
        };
        row(
            &mut text,
            &[
                &key.id.to_string(),
                &key.name,
                &key.environment,
                key.member_name.as_deref().unwrap_or_default(),
                key.team
                    .and_then(|team| teams.get(&team))
                    .map_or("", String::as_str),
                &list(&key.models),
                &list(&key.networks),
                &key.made_by_name,
                &moment(Some(key.created_ms)),
                &moment(key.expires_ms),
                &moment(key.last_used_ms),
                &moment(key.revoked_ms),
            ],
        );
    }
    Ok(text)
}

async fn instructions(tx: &mut TenantTx) -> StoreResult<String> {
    let mut text = String::new();
    row(
        &mut text,
        &["version", "written by", "written", "says again"],
    );
    let (versions, _) = store::prompts::list(tx, MOST).await?;
    for version in versions {
        let again = version
            .restores
            .map(|it| it.to_string())
            .unwrap_or_default();
        row(
            &mut text,
            &[
                &version.version.to_string(),
                &version.author_name,
                &moment(Some(version.created_ms)),
                &again,
            ],
        );
    }
    Ok(text)
}
