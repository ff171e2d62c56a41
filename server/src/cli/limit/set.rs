//! `livery limit set`

use super::{Named, SetArgs, find, nano_usd};
use crate::cli::open::{self, Opened};
use crate::cli::{Common, Refused, output};
use crate::limits::{set_limit, set_workspace_month};
use contract::{LimitScope, NanoUsd, Pace, TenantId};
use serde_json::json;
use store::limits::LimitRow;

pub(super) async fn set(common: &Common, args: SetArgs) -> Result<(), Refused> {
    if args.per != "month" {
        return Err(format!("period `{}` is not known; use month", args.per).into());
    }
    let month = args.usd.as_deref().map(nano_usd).transpose()?;
    let pace = Pace {
        requests_per_minute: args.requests_per_minute,
        tokens_per_minute: args.tokens_per_minute,
        concurrent: args.concurrent,
    };
    if month.is_none() && pace.is_free() {
        return Err(
            "nothing to limit: name --usd, --requests-per-minute, --tokens-per-minute or \
                    --concurrent"
                .into(),
        );
    }
    if month.is_some() && args.model.is_some() {
        return Err("money is limited for all models together; leave --model away".into());
    }
    open::with_open(common, async |opened| {
        let row = opened.workspace(&args.whose.workspace).await?;
        let mut tx = opened.store.enter(row.id).await?;
        let named = find(&mut tx, &args.whose).await?;
        if let Some(alias) = &args.model {
            let routes = store::routes::list(&mut tx, &row.environment).await?;
            if !routes.iter().any(|route| route.alias == *alias) {
                return Err(format!("there is no model `{alias}`").into());
            }
        }
        // What the workspace as a whole may spend is not in its own schema.
        let own = month.filter(|_| named.scope != LimitScope::Workspace);
        let limit = LimitRow {
            scope: named.scope,
            model: args.model.clone().unwrap_or_default(),
            month: own,
            pace,
        };
        let said = in_words(&named, month, &limit);
        set_limit(&mut tx, (None, "operator"), &limit, &said).await?;
        if own.is_none() && month.is_some() {
            set_workspace_month(&mut tx, month).await?;
        }
        tx.commit().await?;
        tell(common, opened, row.id, &args, month, &said).await
    })
    .await
}

async fn tell(
    common: &Common,
    opened: &Opened,
    tenant: TenantId,
    args: &SetArgs,
    month: Option<NanoUsd>,
    said: &str,
) -> Result<(), Refused> {
    opened.store.announce_change(tenant).await?;
    if common.json {
        return output::document(&json!({
            "workspace": args.whose.workspace,
            "team": args.whose.team,
            "member": args.whose.member,
            "virtual_key": args.whose.virtual_key,
            "model": args.model,
            "nano_usd": month,
            "requests_per_minute": args.requests_per_minute,
            "tokens_per_minute": args.tokens_per_minute,
            "concurrent": args.concurrent,
        }));
    }
    output::line(format_args!("{said}."))
}

/// "Team Legal: $ 5.00 a month, 20 questions a minute with fast"
fn in_words(named: &Named, month: Option<NanoUsd>, limit: &LimitRow) -> String {
    let with = if limit.model.is_empty() {
        String::new()
    } else {
        format!(" with {}", limit.model)
    };
    let parts = super::list::parts(month, limit.pace);
    format!("{}: {}{with}", named.name, parts.join(", "))
}
