//! `livery virtual-key rotate` and `livery virtual-key revoke`

use super::{OPERATOR, OneKey, keys, moment};
use crate::cli::open::Opened;
use crate::cli::{Common, Refused, output};
use crate::virtual_keys::Rotation;
use contract::{AppError, ErrorCode};
use secrecy::ExposeSecret as _;
use serde_json::json;

pub(super) async fn rotate(
    common: &Common,
    opened: &Opened,
    key: &OneKey,
    overlap: &str,
) -> Result<(), Refused> {
    let rotation = Rotation {
        id: key.id,
        overlap: moment::time(overlap)?,
        seen: None,
    };
    let row = opened.workspace(&key.workspace).await?;
    let issued = keys(opened).rotate(row.id, OPERATOR, rotation).await;
    let issued = issued.map_err(|error| said(key, error))?;
    if common.json {
        return output::document(&json!({
            "id": issued.id,
            "token": issued.token.expose_secret(),
            "previous_until_ms": issued.previous_until_ms,
        }));
    }
    output::line(format_args!("{}", issued.token.expose_secret()))
}

pub(super) async fn revoke(common: &Common, opened: &Opened, key: &OneKey) -> Result<(), Refused> {
    let row = opened.workspace(&key.workspace).await?;
    let name = keys(opened).revoke(row.id, OPERATOR, key.id).await;
    let name = name.map_err(|error| said(key, error))?;
    if common.json {
        return output::document(&json!({ "id": key.id, "revoked": true }));
    }
    output::line(format_args!("Revoked {name}."))
}

fn said(key: &OneKey, error: AppError) -> String {
    if error.code == ErrorCode::NotFound {
        return format!("workspace {} has no virtual key {}", key.workspace, key.id);
    }
    error.message.to_string()
}
