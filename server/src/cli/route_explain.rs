//! `livery route explain`: which targets an alias is answered by, and why not by the others.

use super::{Common, Need, Refused, RouteExplainArgs, open, output};
use crate::routes::{Place, explain, in_words, options_from};
use contract::models_shape::options_in_words;
use engine::{Needs, Strategy};

pub(super) async fn show(common: &Common, args: RouteExplainArgs) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let workspace = opened.workspace(&args.workspace).await?;
        let mut tx = opened.store.enter(workspace.id).await?;
        let keys = store::provider_keys::list(&mut tx).await?;
        let routes = store::routes::list(&mut tx, &args.environment).await?;
        let member = match &args.member {
            Some(email) => Some(
                store::members::find_by_email(&mut tx, email)
                    .await?
                    .ok_or_else(|| format!("there is no member `{email}`"))?,
            ),
            None => None,
        };
        let limits = store::limits::list(&mut tx).await?;
        tx.commit().await?;
        let route = routes.iter().find(|route| route.alias == args.alias);
        let route = route.ok_or_else(|| {
            let known: Vec<&str> = routes.iter().map(|route| route.alias.as_str()).collect();
            format!(
                "there is no alias `{}` in {}; there are: {}",
                args.alias,
                args.environment,
                known.join(", ")
            )
        })?;
        let strategy = Strategy::parse(&route.strategy).unwrap_or(Strategy::Priority);
        let mut prices = Vec::new();
        let mut providers: Vec<&str> = keys.iter().map(|row| row.provider.as_str()).collect();
        providers.sort_unstable();
        providers.dedup();
        for provider in providers {
            prices.extend(opened.store.prices_of_provider(provider).await?);
        }
        let place = Place {
            keys: &keys,
            member_keys: workspace.member_keys,
            budget: workspace.budget,
            limits: &limits,
            member: member.as_ref().map(|row| (row.id, row.teams.as_slice())),
            needs: needs(&args),
        };
        let judged = explain(route, &place, |provider, model| {
            let known = prices
                .iter()
                .find(|row| row.provider == provider && row.model == model);
            known.map(|row| row.price)
        });
        let options = options_from(&route.options);
        if common.json {
            return output::document(&serde_json::json!({
                "alias": route.alias,
                "strategy": strategy.as_str(),
                "options": options,
                "targets": judged,
            }));
        }
        output::line(format_args!(
            "{}: {}, {}",
            route.alias,
            strategy.as_str(),
            in_words(strategy)
        ))?;
        for line in options_in_words(&options) {
            output::line(line)?;
        }
        for (number, one) in judged.iter().enumerate() {
            let verdict = match (&one.pays, one.taken) {
                (Some(key), true) => format!("paid by {key}: "),
                (None, true) => String::new(),
                (_, false) => "skipped: ".to_owned(),
            };
            output::line(format_args!(
                "{:>3}. {:<32} {verdict}{}",
                number + 1,
                one.target,
                one.why
            ))?;
        }
        Ok(())
    })
    .await
}

fn needs(args: &RouteExplainArgs) -> Needs {
    let has = |need| args.needs.contains(&need);
    Needs {
        input: args.tokens.unwrap_or(0),
        images: has(Need::Images),
        tools: has(Need::Tools),
        structured: has(Need::Structured),
        reasoning: has(Need::Reasoning),
        language: None,
        longer_than: None,
    }
}
