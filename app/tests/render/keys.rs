//! The pages of provider keys, for everybody who may open them and those who may not.

use crate::fakes::key_id;
use crate::{render, visit};
use app::keys::{OUTCOME_HERE, STEPS_HERE, step_began, step_ended};
use app::request::{KeyFields, PageNotice};
use contract::Role;
use contract::keys::{CheckStep, KeyPlace, StepState};
use http::StatusCode;

#[tokio::test]
async fn an_owner_sees_form_drafts_and_keys() {
    let page = render("/admin/keys", visit(Some(Role::Owner))).await;
    page.is_plain()
        .shows("Add a key")
        .shows("Waiting to be sealed")
        .shows("Firm &lt;/script&gt; account")
        .shows("Trial &lt;b&gt;key&lt;/b&gt;")
        .shows("Healthy")
        .shows("$ 318.00")
        .shows("autocomplete=\"off\"")
        .shows("Terms accepted by");
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn the_terms_come_before_the_first_key() {
    let page = render("/admin/keys", visit(Some(Role::Admin))).await;
    page.shows("Your key stays yours.")
        .shows("Accept and go on")
        .shows("No key is sealed yet.")
        .hides("Check this key");
}

#[tokio::test]
async fn an_auditor_looks_and_a_member_does_not() {
    let page = render("/admin/keys", visit(Some(Role::Auditor))).await;
    page.shows("Healthy").hides("<form");
    let at = format!("/admin/keys/{}", key_id());
    let page = render(&at, visit(Some(Role::Auditor))).await;
    page.shows("Nordwind Partnerschaft").hides("<form");
    let page = render("/admin/keys", visit(Some(Role::Member))).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.hides("9tQ2");
}

#[tokio::test]
async fn a_key_has_a_page_of_its_own() {
    let at = format!("/admin/keys/{}", key_id());
    let page = render(&at, visit(Some(Role::Owner))).await;
    page.is_plain()
        .shows("Careful")
        .shows("Routes of development and staging cannot use it.")
        .shows("Check again")
        .shows("Rotate")
        .shows("stop where it is the only one: Careful.");
    let page = render("/admin/keys/0000", visit(Some(Role::Owner))).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_typed_stays_but_for_the_key() {
    let mut again = visit(Some(Role::Owner));
    again.notice = Some(PageNotice::KeyDraftRefused {
        draft: Box::new(KeyFields {
            provider: "azure".to_owned(),
            environment: "staging".to_owned(),
            name: "Kept <name>".to_owned(),
            team: String::new(),
            place: KeyPlace {
                deployment: Some("our-deployment".to_owned()),
                ..KeyPlace::default()
            },
        }),
        message: "Address: it is missing.".into(),
    });
    let page = render("/admin/keys/check", again).await;
    page.shows("Address: it is missing.")
        .shows("Kept &lt;name&gt;")
        .shows("our-deployment");
    let secret = page.html.split("name=\"secret\"").nth(1).unwrap();
    assert!(!secret.split('>').next().unwrap().contains("value"));
}

#[tokio::test]
async fn the_page_of_a_check_has_room_for_what_happens() {
    let at = format!("/admin/keys/checks/{:032x}", 0xd1);
    let page = render(&at, visit(Some(Role::Owner))).await;
    page.shows(STEPS_HERE).shows(OUTCOME_HERE).shows("Xa91");
    assert!(page.html.find(STEPS_HERE) < page.html.find(OUTCOME_HERE));
    let step =
        step_began(CheckStep::Accept) + &step_ended(StepState::Failed, Some(84), "<i>no</i>");
    assert!(step.starts_with("<li") && step.ends_with("</li>"));
    assert!(step.contains("84") && step.contains("&lt;i&gt;no") && !step.contains("<i>"));
}

#[tokio::test]
async fn a_member_finds_their_own_keys_and_no_others() {
    let page = render("/account/keys", visit(Some(Role::Member))).await;
    page.is_plain()
        .shows("Personal keys")
        .shows("My own")
        .shows("/account/keys/check")
        .shows("type=\"hidden\" name=\"environment\" value=\"production\"")
        .hides("How sealing works")
        .hides("/admin/keys");
    let at = format!("/account/keys/{}", key_id());
    let page = render(&at, visit(Some(Role::Member))).await;
    page.shows("Rotate").shows(&format!("{at}/delete"));
}

#[tokio::test]
async fn a_key_can_be_for_a_team_and_members_can_be_allowed_theirs() {
    let page = render("/admin/keys", visit(Some(Role::Owner))).await;
    page.shows("Who may use it")
        .shows("Team Research &lt;i&gt;")
        .shows("Allow members’ own keys");
    let page = render("/admin/members", visit(Some(Role::Owner))).await;
    page.shows("Make the team")
        .shows("1 member")
        .shows("Take Anna Lorenz out of");
}
