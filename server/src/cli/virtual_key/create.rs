//! `livery virtual-key create`

use super::{CreateArgs, OPERATOR, keys, moment};
use crate::cli::limit::nano_usd;
use crate::cli::open::Opened;
use crate::cli::{Common, Refused, output};
use contract::keys::KeyEnvironment;
use contract::programs::ProgramDraft;
use contract::{Pace, TenantId};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::json;

pub(super) async fn create(
    common: &Common,
    opened: &Opened,
    args: CreateArgs,
) -> Result<(), Refused> {
    if args.per != "month" {
        return Err(format!("period `{}` is not known; use month", args.per).into());
    }
    let row = opened.workspace(&args.workspace).await?;
    let draft = draft(opened, row.id, args).await?;
    let made = keys(opened).make(row.id, OPERATOR, draft).await;
    let made = made.map_err(|error| error.message.to_string())?;
    if common.json {
        let token = made.token.expose_secret();
        return output::document(&json!({ "id": made.id, "token": token }));
    }
    output::line(format_args!("{}", made.token.expose_secret()))
}

async fn draft(
    opened: &Opened,
    tenant: TenantId,
    args: CreateArgs,
) -> Result<ProgramDraft, Refused> {
    let environment = KeyEnvironment::parse(&args.environment).ok_or_else(|| {
        format!(
            "environment `{}` is not known; use development, staging or production",
            args.environment
        )
    })?;
    let mut draft = ProgramDraft::new(args.name, environment);
    let mut tx = opened.store.enter(tenant).await?;
    if let Some(name) = &args.team {
        let teams = store::teams::list(&mut tx).await?;
        let team = teams.into_iter().find(|row| row.name == *name);
        draft.team = Some(team.ok_or_else(|| format!("there is no team `{name}`"))?.id);
    }
    if let Some(email) = &args.member {
        let member = store::members::find_by_email(&mut tx, email).await?;
        draft.member = Some(
            member
                .ok_or_else(|| format!("there is no member `{email}`"))?
                .id,
        );
    }
    tx.commit().await?;
    let now = Timestamp::now().as_millisecond();
    let expires = args.expires.as_deref();
    draft.expires_ms = expires.map(|text| moment::moment(text, now)).transpose()?;
    draft.month = args.usd.as_deref().map(nano_usd).transpose()?;
    draft.models = args.model;
    draft.networks = args.network;
    draft.pace = Pace {
        requests_per_minute: args.requests_per_minute,
        tokens_per_minute: args.tokens_per_minute,
        concurrent: args.concurrent,
    };
    Ok(draft)
}
