//! The page of who did what, in each of its states and for each role.

use crate::{render, visit};
use contract::Role;
use http::StatusCode;

#[tokio::test]
async fn an_auditor_reads_and_is_told_that_the_log_is_whole() {
    let page = render("/admin/audit", visit(Some(Role::Auditor))).await;
    page.is_plain()
        .shows("Whole")
        .shows("All 1\u{202f}234 records")
        .shows("Up to record 1200 they are signed")
        .shows("About 2 older ones")
        .shows("Sealed a provider key")
        .shows("Mia &lt;Berg&gt;")
        .shows("main &lt;/script&gt; key")
        .shows("2026-11-18")
        .shows("href=\"/admin/audit?kind=everything&amp;before=17\"")
        .shows("action=\"/admin/audit/export\"");
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn a_broken_log_is_named_and_a_long_one_is_waited_for() {
    let page = render("/admin/audit", visit(Some(Role::Owner))).await;
    page.shows("Record 17: it was changed.")
        .shows("role=\"alert\"")
        .hides("Whole");
    let page = render("/admin/audit", visit(Some(Role::Admin))).await;
    page.shows("Being checked").hides("Whole");
}

#[tokio::test]
async fn the_address_says_what_is_shown() {
    let asked = "/admin/audit?kind=keys&from=2026-11-01&until=2026-11-30&before=99";
    let page = render(asked, visit(Some(Role::Auditor))).await;
    page.shows("value=\"2026-11-01\"")
        .shows("value=\"2026-11-30\"")
        .shows("kind=keys&amp;from=2026-11-01&amp;until=2026-11-30&amp;before=17")
        .shows(">Newest<");
    let page = render("/admin/audit?kind=uses", visit(Some(Role::Auditor))).await;
    page.shows("No record is like this.")
        .shows("Show everything");
    // What cannot be read is not asked for, and nothing of it comes back.
    let page = render(
        "/admin/audit?kind=%22%3E%3Cb%3E&from=yesterday&before=-",
        visit(Some(Role::Auditor)),
    )
    .await;
    page.hides("yesterday")
        .hides("<b>")
        .shows("Sealed a provider key");
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn a_member_is_told_whose_it_is() {
    let page = render("/admin/audit", visit(Some(Role::Member))).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.hides("Sealed a provider key");
}
