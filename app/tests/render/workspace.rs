//! The page of the workspace itself, for its owners and for those who may not end it.

use crate::fakes::Fixed;
use crate::{render, visit};
use app::request::PageNotice;
use async_trait::async_trait;
use contract::keys::Proof;
use contract::workspace::{Deletion, WorkspaceView};
use contract::{AppError, AppResult, Caller, ErrorCode, Role, WorkspacePort};
use http::StatusCode;

const PAGE: &str = "/admin/workspace";

#[async_trait]
impl WorkspacePort for Fixed {
    async fn workspace(&self, caller: &Caller) -> AppResult<WorkspaceView> {
        if !caller.role().may_delete_workspace() {
            return Err(AppError::new(ErrorCode::Denied, "Owners only."));
        }
        Ok(WorkspaceView {
            name: "Nordwind <b>Legal</b>".to_owned(),
            hosts: vec!["ai.nordwind.example".to_owned()],
            members: 41,
            conversations: 1_733,
            keys: 2,
            records: 977,
            own_key: false,
            may_be_deleted: true,
        })
    }

    async fn delete_workspace(&self, _: &Caller, _: &str, _: Proof) -> AppResult<Deletion> {
        Err(AppError::not_found())
    }
}

#[tokio::test]
async fn an_owner_reads_what_the_end_destroys_and_what_remains() {
    let page = render(PAGE, visit(Some(Role::Owner))).await;
    assert_eq!(page.status, StatusCode::OK);
    page.is_plain()
        .shows("1733")
        .shows("ai.nordwind.example")
        .shows("What is destroyed")
        .shows("What remains")
        .shows("Type “Nordwind &lt;b&gt;Legal&lt;/b&gt;” to confirm")
        .shows("action=\"/admin/workspace/delete\"")
        .shows("autocomplete=\"current-password\"")
        .shows("href=\"/admin/workspace\" aria-current=\"page\"")
        .hides("<b>Legal");
}

#[tokio::test]
async fn nobody_else_finds_or_opens_it() {
    for role in [Role::Admin, Role::Auditor, Role::Member] {
        let page = render(PAGE, visit(Some(role))).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?}");
        page.hides("1733").hides("<form");
        let account = render("/account", visit(Some(role))).await;
        account.hides("href=\"/admin/workspace\"");
    }
    render("/account", visit(Some(Role::Owner)))
        .await
        .shows("href=\"/admin/workspace\"");
}

#[tokio::test]
async fn a_refusal_is_said_beside_the_open_form() {
    let mut refused = visit(Some(Role::Owner));
    refused.notice = Some(PageNotice::WorkspaceRefused {
        message: "That password is not right.".into(),
    });
    render(PAGE, refused)
        .await
        .shows("That password is not right.")
        .shows("role=\"alert\"")
        .shows("<details open class=\"panel fold danger\"");
}
