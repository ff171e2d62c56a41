//! The page of what giving answers again saves, for everybody who may open it and those who may not.

use crate::{render, visit};
use app::request::PageNotice;
use contract::Role;
use http::StatusCode;

const PAGE: &str = "/admin/savings";

#[tokio::test]
async fn an_owner_sees_what_was_saved_and_can_change_it() {
    let page = render(PAGE, visit(Some(Role::Owner))).await;
    page.is_plain()
        .shows("1,200")
        .shows("360 · 30 %")
        .shows("$ 12.00")
        .shows("$ 4.00")
        .shows("480,000 tokens not asked for")
        .shows("gpt &lt;b&gt;5&lt;/b&gt;")
        .shows("3 answers from the cache had no known price")
        .shows("role=\"img\"")
        .shows("value=\"120\"")
        .shows("Answers under instructions version 7")
        .shows("Done 2 times so far")
        .shows("href=\"/admin/savings\" aria-current=\"page\"")
        .hides("Demo money")
        .hides("style=\"");
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn before_the_first_answer_the_page_says_what_will_be_here() {
    let page = render(PAGE, visit(Some(Role::Admin))).await;
    page.shows("Ask the same thing twice")
        .shows("How long answers are kept")
        .hides("Basis:")
        .hides("<svg viewBox=\"0 0 48");
}

#[tokio::test]
async fn an_auditor_looks_and_a_member_does_not() {
    let page = render(PAGE, visit(Some(Role::Auditor))).await;
    page.shows("360 · 30 %")
        .shows("The installation keeps no answers.")
        .hides("<form");
    let page = render(PAGE, visit(Some(Role::Member))).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.hides("360").hides("href=\"/admin/savings\"");
}

#[tokio::test]
async fn what_was_done_and_what_was_refused_is_said() {
    let page = render("/admin/savings?done=purged", visit(Some(Role::Owner))).await;
    page.shows("is asked anew from now on");
    let page = render("/admin/savings?done=%3Cscript%3E", visit(Some(Role::Owner))).await;
    page.hides("role=\"status\"").hides("<script>");
    let mut refused = visit(Some(Role::Owner));
    refused.notice = Some(PageNotice::SavingsRefused {
        message: "Give the time in whole minutes.".into(),
    });
    render(PAGE, refused)
        .await
        .shows("Give the time in whole minutes.");
}
