//! The frame, the overview, the instructions, the sessions and the page of pieces.

use crate::fakes::Fixed;
use crate::{render, visit};
use app::request::{KitView, PageNotice};
use async_trait::async_trait;
use contract::keys::KeyEnvironment;
use contract::overview::{
    GuideStep, KeysHealth, MonthSpend, OVERVIEW_DAYS, OverviewDay, OverviewView, StepState,
};
use contract::prompt::{PromptDraft, PromptText, PromptVersion, PromptView};
use contract::{AppError, AppResult, Caller, ErrorCode, NanoUsd, OverviewPort, PromptPort, Role};
use http::StatusCode;

/// For an admin the start is being made, for an owner it is over.
#[async_trait]
impl OverviewPort for Fixed {
    async fn overview(&self, caller: &Caller) -> AppResult<OverviewView> {
        if !caller.role().may_see_overview() {
            return Err(AppError::new(ErrorCode::Denied, "Not for members."));
        }
        let starting = caller.role() == Role::Admin;
        let state = |step| match (step, starting) {
            (GuideStep::Brand, true) => StepState::Skipped,
            (GuideStep::Key | GuideStep::Invite, true) => StepState::Open,
            _ => StepState::Done,
        };
        let day = |at: usize| OverviewDay {
            day_ms: i64::try_from(at).unwrap() * 86_400_000,
            answers: if starting { 0 } else { 1_204 },
            failed_calls: 0,
        };
        Ok(OverviewView {
            steps: GuideStep::ALL.map(|step| (step, state(step))).into(),
            may_skip: caller.role() != Role::Auditor,
            environment: KeyEnvironment::Production,
            month: MonthSpend {
                spent: NanoUsd::from_usd(30),
                limit: Some(NanoUsd::from_usd(40)),
                pace: Some(NanoUsd::from_usd(60)),
                resets: "1 December".into(),
            },
            days: (0..OVERVIEW_DAYS).map(day).collect(),
            keys: KeysHealth {
                in_use: 2,
                healthy: 1,
                in_trouble: vec![("Firm </script>".to_owned(), "Refused".to_owned())],
                unknown: 0,
                due: Vec::new(),
            },
            members: 41,
            invitations: vec![("neu@nordwind.example".to_owned(), 0)],
            sealing_trouble: None,
        })
    }

    async fn skip_step(&self, _: &Caller, _: GuideStep, _: bool) -> AppResult<()> {
        Ok(())
    }
}

fn version(version: u32, author: Option<&str>, restores: Option<u32>) -> PromptVersion {
    PromptVersion {
        version,
        author: author.map(ToOwned::to_owned),
        at_ms: 0,
        restores,
    }
}

const FIRST: &str = "Answer in German.\nBe brief.";
const THIRD: &str = "\nAnswer in </textarea><b>English</b>.\nBe brief.";

#[async_trait]
impl PromptPort for Fixed {
    async fn prompt(&self, caller: &Caller, compare: Option<(u32, u32)>) -> AppResult<PromptView> {
        if !caller.role().may_see_prompt() {
            return Err(AppError::new(ErrorCode::Denied, "Not for members."));
        }
        let text = |version, text: &str| PromptText {
            version,
            text: text.to_owned(),
        };
        let (first, third) = (version(1, None, None), version(3, Some("Mia"), None));
        let compared = match compare {
            None => None,
            Some((1, 3)) => Some((text(first.clone(), FIRST), text(third.clone(), THIRD))),
            Some(_) => return Err(AppError::not_found()),
        };
        Ok(PromptView {
            active: Some(text(third.clone(), THIRD)),
            versions: vec![third, version(2, Some("Anna"), Some(1)), first],
            older: 0,
            compared,
            may_change: caller.role().may_manage_prompt(),
            programs_too: Vec::new(),
        })
    }

    async fn save_prompt(&self, _: &Caller, _: PromptDraft) -> AppResult<u32> {
        Ok(4)
    }

    async fn restore_prompt(&self, _: &Caller, _: u32) -> AppResult<u32> {
        Ok(4)
    }
}

/// Every place and who finds it.
const PLACES: [(&str, &[Role]); 13] = {
    use Role::{Admin, Auditor, Member, Owner};
    [
        ("/admin", &[Owner, Admin, Auditor]),
        ("/admin/members", &[Owner, Admin]),
        ("/admin/keys", &[Owner, Admin, Auditor]),
        ("/admin/models", &[Owner, Admin]),
        ("/admin/prompt", &[Owner, Admin, Auditor]),
        ("/admin/virtual-keys", &[Owner, Admin, Auditor]),
        ("/admin/savings", &[Owner, Admin, Auditor]),
        ("/admin/audit", &[Owner, Admin, Auditor]),
        ("/admin/sessions", &[Owner, Admin]),
        ("/admin/workspace", &[Owner]),
        ("/account", &[Owner, Admin, Member, Auditor]),
        ("/account/keys", &[Owner, Admin, Member]),
        ("/account/tokens", &[Owner, Admin, Member]),
    ]
};

#[tokio::test]
async fn the_frame_lists_what_one_may_open_and_nothing_else() {
    for role in Role::ALL {
        let account = render("/account", visit(Some(role))).await;
        for (place, roles) in PLACES {
            let link = format!("<li><a href=\"{place}\"");
            let in_palette = format!("data-href=\"{place}\"");
            let page = render(place, visit(Some(role))).await;
            if roles.contains(&role) {
                account.shows(&link).shows(&in_palette);
                assert_eq!(page.status, StatusCode::OK, "{role:?} at {place}");
                page.shows(&format!("href=\"{place}\" aria-current=\"page\""));
                assert_eq!(page.html.matches("aria-current=\"page\"").count(), 1);
            } else {
                account.hides(&link).hides(&in_palette);
            }
        }
    }
}

#[tokio::test]
async fn the_frame_can_be_used_by_keyboard_and_without_a_script() {
    let page = render("/account", visit(Some(Role::Owner))).await;
    page.is_plain()
        .shows("<a href=\"#content\" class=\"skip\">")
        .shows("id=\"content\"")
        .shows("popovertarget=\"places\"")
        .shows("popover=\"auto\"")
        .shows("aria-label=\"Settings\"")
        .shows("Members chat in");
    // The button of the palette is there once a script that can open it is.
    let button = page.html.split("id=\"palette-open\"").nth(1).unwrap();
    let tag = button.split('>').next().unwrap();
    assert!(tag.contains("hidden"), "{tag}");
    assert!(page.html.find("class=\"skip\"") < page.html.find("class=\"brand-link\""));
    render("/account", visit(Some(Role::Member)))
        .await
        .hides("Members chat in");
}

#[tokio::test]
async fn a_start_shows_the_next_step_and_lets_none_be_a_wall() {
    let page = render("/admin", visit(Some(Role::Admin))).await;
    assert_eq!(page.status, StatusCode::OK);
    page.is_plain()
        .shows("Getting started")
        .shows("2 steps left")
        .shows("data-step=\"key\"")
        .shows("aria-label=\"Leave out: Invite somebody\"")
        .shows("aria-label=\"Take up again: Dress the workspace\"")
        .shows("href=\"/admin/keys\" class=\"button primary\"")
        .shows("Nothing was asked in the last seven days.")
        .hides("Leave out: Ask the first question");
    render("/admin", visit(Some(Role::Auditor)))
        .await
        .hides("Leave out");
}

#[tokio::test]
async fn after_the_start_it_says_how_the_workspace_fares() {
    let page = render("/admin", visit(Some(Role::Owner))).await;
    page.hides("Getting started")
        .shows("$ 30.00")
        .shows("75 % of $ 40.00, pace $ 60.00")
        .shows("8,428")
        .shows("1 of 2")
        .shows("Provider key Firm &lt;/script&gt;")
        .shows("This month’s limit will not last")
        .shows("Invitation for neu@nordwind.example");
    let denied = render("/admin", visit(Some(Role::Member))).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn instructions_are_written_where_they_are_read() {
    let page = render("/admin/prompt", visit(Some(Role::Owner))).await;
    page.is_plain()
        // The text area drops the first line break, and nothing of the text is markup.
        .shows(">\n\nAnswer in &lt;/textarea&gt;&lt;b&gt;English&lt;/b&gt;.\nBe brief.</textarea>")
        .shows("name=\"seen\" value=\"3\"")
        .shows("the operator")
        .shows("says again what version 1 said")
        .shows("aria-label=\"Go back to version 1\"")
        .hides("Go back to version 3")
        .shows("href=\"/admin/savings#purge-heading\"");
    render("/admin/prompt?done=3", visit(Some(Role::Owner)))
        .await
        .shows("Version 3 is in force.");
    // An address cannot make the page say what is not so.
    render("/admin/prompt?done=7", visit(Some(Role::Owner)))
        .await
        .hides("Version 7 is in force.");
    render("/admin/prompt", visit(Some(Role::Auditor)))
        .await
        .shows("&lt;b&gt;English&lt;/b&gt;")
        .hides("<textarea")
        .hides("Go back to");
    let denied = render("/admin/prompt", visit(Some(Role::Member))).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn two_versions_are_told_apart_in_words() {
    let page = render("/admin/prompt?older=1&newer=3", visit(Some(Role::Owner))).await;
    page.shows("From version 1 to version 3")
        .shows("Removed: ")
        .shows("<del>Answer in German.")
        .shows("Added: ")
        .shows("<ins>Answer in &lt;/textarea&gt;&lt;b&gt;English&lt;/b&gt;.")
        .shows("1 line removed, 2 lines added.");
    let missing = render("/admin/prompt?older=1&newer=9", visit(Some(Role::Owner))).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_typed_is_given_back_whatever_becomes_of_it() {
    let mut refused = visit(Some(Role::Owner));
    refused.notice = Some(PageNotice::PromptNotSaved {
        text: "Answer in French.\nBe brief.".to_owned(),
        overtaken: true,
        message: "Somebody was quicker.".into(),
    });
    render("/admin/prompt", refused)
        .await
        .shows("Somebody was quicker.")
        .shows(">Answer in French.\nBe brief.</textarea>")
        .shows("<ins>Answer in French.")
        .shows("name=\"seen\" value=\"3\"");
    for role in [None, Some(Role::Member)] {
        let mut kept = visit(role);
        kept.notice = Some(PageNotice::PromptKept {
            text: "A <i>draft</i>".to_owned(),
        });
        render("/admin/prompt", kept)
            .await
            .shows(">A &lt;i&gt;draft&lt;/i&gt;</textarea>")
            .hides("English");
    }
}

#[tokio::test]
async fn sessions_are_listed_and_one_own_browser_is_not_ended_from_here() {
    let page = render("/admin/sessions", visit(Some(Role::Admin))).await;
    page.is_plain()
        .shows("This browser")
        .shows("Only an owner can sign an owner out")
        .shows("aria-label=\"Sign out everywhere: Tim &lt;b&gt;\"")
        .shows("What guards the workspace")
        .hides("Tim <b>");
    for role in [Role::Member, Role::Auditor] {
        let denied = render("/admin/sessions", visit(Some(role))).await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN, "{role:?}");
    }
}

#[tokio::test]
async fn the_page_of_pieces_is_there_where_it_is_asked_for_and_nowhere_else() {
    let nowhere = render("/kit", visit(Some(Role::Owner))).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    nowhere.hides("Every piece");
    let mut there = visit(None);
    there.kit = Some(KitView {
        colour: "#ffe600".to_owned(),
        css: ":root{--brand:#123456}".to_owned(),
        refused: None,
    });
    let page = render("/kit", there).await;
    assert_eq!(page.status, StatusCode::OK);
    page.is_plain()
        .shows("--brand:#123456")
        .shows("value=\"#ffe600\"")
        .shows("Every piece in every state")
        .shows("Environment");
}
