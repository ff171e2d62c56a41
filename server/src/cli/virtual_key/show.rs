//! `livery virtual-key list` and `livery virtual-key show`

use super::{OneKey, keys};
use crate::cli::open::Opened;
use crate::cli::{Common, Refused, limit, output};
use contract::programs::{ProgramState, ProgramView};
use jiff::Timestamp;
use serde_json::json;

pub(super) async fn list(common: &Common, opened: &Opened, slug: &str) -> Result<(), Refused> {
    let row = opened.workspace(slug).await?;
    let all = keys(opened).list(row.id).await;
    let all = all.map_err(|error| error.message.to_string())?;
    if common.json {
        return output::document(&json!({ "virtual_keys": all }));
    }
    for key in &all {
        output::line(format_args!(
            "{}  {:<11}  {:<24}  {}…{}  {}",
            key.id,
            key.environment.as_str(),
            key.name,
            key.begins_with,
            key.ends_in,
            state(key),
        ))?;
    }
    Ok(())
}

pub(super) async fn show(common: &Common, opened: &Opened, key: &OneKey) -> Result<(), Refused> {
    let row = opened.workspace(&key.workspace).await?;
    let all = keys(opened).list(row.id).await;
    let found = all.map_err(|error| error.message.to_string())?.into_iter();
    let found = found.into_iter().find(|view| view.id == key.id);
    let found = found
        .ok_or_else(|| format!("workspace {} has no virtual key {}", key.workspace, key.id))?;
    if common.json {
        return output::document(&found);
    }
    for (label, value) in facts(&found) {
        output::line(format_args!("{label:<14} {value}"))?;
    }
    Ok(())
}

fn facts(key: &ProgramView) -> Vec<(&'static str, String)> {
    let anything = |list: &Option<Vec<String>>, none: &str| {
        list.as_ref()
            .map_or_else(|| none.to_owned(), |list| list.join(", "))
    };
    let at = |ms: Option<i64>, none: &str| ms.map_or_else(|| none.to_owned(), moment);
    let limits = limit::parts(key.cap, key.pace);
    vec![
        ("Name", key.name.clone()),
        ("Environment", key.environment.as_str().to_owned()),
        ("Token", format!("{}…{}", key.begins_with, key.ends_in)),
        ("State", state(key)),
        ("Member", key.member.clone().unwrap_or_else(|| "-".into())),
        ("Team", key.team.clone().unwrap_or_else(|| "-".into())),
        ("Models", anything(&key.models, "all of the environment")),
        ("Networks", anything(&key.networks, "anywhere")),
        ("Expires", at(key.expires_ms, "never")),
        ("Old token", at(key.previous_until_ms, "-")),
        ("Last used", at(key.last_used_ms, "never")),
        (
            "This month",
            format!("{} in {} calls", key.month.display_usd(), key.month_calls),
        ),
        (
            "Limits",
            if limits.is_empty() {
                "-".into()
            } else {
                limits.join(", ")
            },
        ),
        (
            "Made",
            format!("{} by {}", moment(key.made_ms), key.made_by),
        ),
    ]
}

fn state(key: &ProgramView) -> String {
    match &key.state {
        ProgramState::Live => "live".to_owned(),
        ProgramState::Expired => "expired".to_owned(),
        ProgramState::MemberGone => "its member is gone".to_owned(),
        ProgramState::Revoked { at_ms, by } => format!("revoked {} by {by}", moment(*at_ms)),
    }
}

fn moment(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| "-".to_owned(), |at| at.to_string())
}
