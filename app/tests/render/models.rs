//! The models pages, for everybody who may open them and those who may not.

use crate::fakes::Fixed;
use crate::{render, visit};
use async_trait::async_trait;
use contract::keys::KeyEnvironment;
use contract::models::{
    ModelFacts, ModelsView, NotSaved, RouteDraft, RouteForm, RouteOptions, RouteView, TargetDraft,
    TargetView, TimeLimits,
};
use contract::{AppError, AppResult, Caller, ErrorCode, MemberId, ModelsPort, Role};
use http::StatusCode;

const PAGE: &str = "/admin/models";

fn target(model: &str, taken: bool, why: &str) -> TargetView {
    TargetView {
        key: "main <key>".to_owned(),
        model: model.to_owned(),
        pays: None,
        taken,
        why: why.to_owned(),
        price: Some(("$ 2.00".to_owned(), "$ 8.00".to_owned())),
        cooling: None,
        notes: Vec::new(),
    }
}

fn denied(caller: &Caller) -> AppResult<()> {
    if caller.role().may_manage_models() {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::Denied, "Models are for owners."))
}

/// An owner has one alias with two targets, an admin none.
#[async_trait]
impl ModelsPort for Fixed {
    async fn models(&self, caller: &Caller, seen_as: Option<MemberId>) -> AppResult<ModelsView> {
        denied(caller)?;
        let route = RouteView {
            alias: "careful".to_owned(),
            label: "Careful <b>".to_owned(),
            environment: KeyEnvironment::Production,
            strategy: "in this order".to_owned(),
            options: Vec::new(),
            sharing: Some("Shares answers among <b>.".to_owned()),
            sharing_trouble: Some("Nothing is shared yet".to_owned()),
            targets: vec![
                target("gpt-a", true, ""),
                target("gpt-b", false, "its key is disabled"),
            ],
        };
        Ok(ModelsView {
            routes: (caller.role() == Role::Owner)
                .then_some(route)
                .into_iter()
                .collect(),
            environment: KeyEnvironment::Production,
            members: Vec::new(),
            seen_as,
            has_keys: caller.role() == Role::Owner,
        })
    }

    async fn route_form(
        &self,
        caller: &Caller,
        which: Option<(KeyEnvironment, String)>,
    ) -> AppResult<RouteForm> {
        denied(caller)?;
        let alias = which.map(|(_, alias)| alias);
        Ok(RouteForm {
            draft: RouteDraft {
                changes: alias.clone(),
                alias: alias.unwrap_or_default(),
                label: String::new(),
                environment: KeyEnvironment::Production,
                strategy: "priority".to_owned(),
                targets: vec![TargetDraft {
                    key: None,
                    model: "demo".to_owned(),
                    weight: 1,
                    limits: TimeLimits::default(),
                    facts: ModelFacts::default(),
                }],
                options: RouteOptions::default(),
                sharing: None,
                seen: String::new(),
            },
            keys: Vec::new(),
            strategies: vec![("priority".to_owned(), "in this order".to_owned())],
            has_encoder: false,
            embeddings: vec![
                (
                    KeyEnvironment::Production,
                    "vectors".to_owned(),
                    "Vectors <b>".to_owned(),
                ),
                (
                    KeyEnvironment::Staging,
                    "elsewhere".to_owned(),
                    "Elsewhere".to_owned(),
                ),
            ],
        })
    }

    async fn save_route(&self, _: &Caller, _: RouteDraft) -> Result<(), NotSaved> {
        Ok(())
    }

    async fn remove_route(&self, _: &Caller, _: KeyEnvironment, _: &str) -> AppResult<()> {
        Ok(())
    }
}

#[tokio::test]
async fn an_owner_sees_which_targets_answer_and_why_the_others_do_not() {
    let page = render(PAGE, visit(Some(Role::Owner))).await;
    page.is_plain()
        .shows("Careful &lt;b&gt;")
        .shows("gpt-a")
        .shows("Shares answers among &lt;b&gt;.")
        .shows("Nothing is shared yet")
        .shows("$ 2.00")
        .shows("Its key is disabled")
        .hides("<key>");
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn the_form_keeps_the_name_and_the_targets() {
    let path = "/admin/models/production/careful";
    let page = render(path, visit(Some(Role::Owner))).await;
    page.is_plain().shows(r#"value="careful""#).shows("demo");
}

#[tokio::test]
async fn a_member_and_an_auditor_may_not_see_where_models_lead() {
    for role in [Role::Member, Role::Auditor] {
        let page = render(PAGE, visit(Some(role))).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.hides("gpt-a").hides("href=\"/admin/models\"");
    }
}
