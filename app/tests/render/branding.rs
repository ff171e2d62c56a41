//! The branding page: its fields with where each value comes from, what comes back after an error, and
//! the documents of the preview.

use crate::fakes::Fixed;
use crate::{brand, render, visit};
use app::branding::{Surface, preview_document, surface_document};
use app::request::{PageNotice, Theme};
use async_trait::async_trait;
use contract::branding::{
    BrandChange, BrandFields, BrandRefusal, BrandTrouble, BrandVersion, BrandingView, ContrastLine,
};
use contract::{AppError, AppResult, BrandingPort, Caller, ErrorCode, Role};
use http::StatusCode;
use leptos::config::LeptosOptions;

const PAGE: &str = "/admin/branding";

fn view(typed: Option<BrandFields>) -> BrandingView {
    let mut kept = BrandFields::default();
    kept.set("tagline", "Ours </textarea><script>alert(1)</script>");
    kept.set("colour", "#f2b705");
    let mut agency = BrandFields::default();
    agency.set("tagline", "Theirs");
    agency.set("greeting", "From the agency");
    let version = |version, restored_from| BrandVersion {
        version,
        change: BrandChange {
            by: "Mia <Berg>".to_owned(),
            at_ms: 1_795_000_000_000,
        },
        restored_from,
        colour: "#f2b705".to_owned(),
    };
    BrandingView {
        fields: typed.unwrap_or(kept),
        agency,
        has_agency: true,
        workspace_name: "Nordwind Legal".to_owned(),
        seen: "2.0".to_owned(),
        draft: Some(BrandChange {
            by: "Jonas".to_owned(),
            at_ms: 1_795_000_000_000,
        }),
        versions: vec![version(2, Some(1)), version(1, None)],
        look: brand(),
        contrast: vec![ContrastLine {
            place: "Links and marks, light".to_owned(),
            asked: "#f2b705".to_owned(),
            used: "#8a6800".to_owned(),
            against: "#fdfdfb".to_owned(),
            ratio_asked: "1.80".to_owned(),
            ratio_used: "4.51".to_owned(),
            least: "4.5".to_owned(),
        }],
        mail_from: None,
    }
}

#[async_trait]
impl BrandingPort for Fixed {
    async fn branding(
        &self,
        caller: &Caller,
        typed: Option<BrandFields>,
    ) -> AppResult<BrandingView> {
        if !caller.role().may_manage_brand() {
            return Err(AppError::new(ErrorCode::Denied, "Branding is for owners."));
        }
        Ok(view(typed))
    }

    async fn save_draft(&self, _: &Caller, _: &str, _: BrandFields) -> Result<(), BrandRefusal> {
        Ok(())
    }

    async fn publish(&self, _: &Caller, _: &str, _: BrandFields) -> Result<(), BrandRefusal> {
        Ok(())
    }

    async fn discard_draft(&self, _: &Caller) -> AppResult<()> {
        Ok(())
    }

    async fn roll_back(&self, _: &Caller, _: u32) -> AppResult<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_field_says_where_it_comes_from() {
    let page = render(PAGE, visit(Some(Role::Admin))).await;
    page.is_plain()
        .shows("enctype=\"multipart/form-data\"")
        .shows("Ours &lt;/textarea&gt;&lt;script&gt;")
        .shows("aria-label=\"Use the agency’s: Sentence\"")
        .hides("aria-label=\"Use the agency’s: Greeting\"")
        .shows("placeholder=\"From the agency\"")
        .shows("From your agency.")
        .shows("Set here.")
        .shows("A draft by Jonas")
        .shows("1.80")
        .shows("#8a6800")
        .shows("the hue is yours")
        .shows("Version 2")
        .shows("brought back version 1")
        .shows("/admin/branding/versions/1/restore")
        .hides("/admin/branding/versions/2/restore")
        .shows("This installation sends no mail")
        .hides("<script>alert");
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn what_was_typed_comes_back_with_what_is_wrong() {
    let mut fields = BrandFields::default();
    fields.set("colour", "mauve");
    fields.set("greeting", "Typed <b>with</b> care");
    let mut refused = visit(Some(Role::Owner));
    refused.notice = Some(PageNotice::BrandNotKept {
        fields: Box::new(fields),
        troubles: vec![BrandTrouble {
            field: "colour".to_owned(),
            message: "Not a colour.".into(),
        }],
    });
    render(PAGE, refused)
        .await
        .shows("value=\"mauve\"")
        .shows("Typed &lt;b&gt;with&lt;/b&gt; care")
        .shows("href=\"#brand-colour\"")
        .shows("id=\"brand-colour-problem\"")
        .shows("aria-invalid=\"true\"");
}

#[tokio::test]
async fn nobody_else_sees_it() {
    for role in [Role::Member, Role::Auditor] {
        let page = render(PAGE, visit(Some(role))).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.hides("brand-form").hides("href=\"/admin/branding\"");
    }
}

#[tokio::test]
async fn every_surface_is_drawn_by_day_and_by_night_and_can_run_nothing() {
    let options = LeptosOptions::builder().output_name("client").build();
    for surface in Surface::ALL {
        let faces = [Theme::Light, Theme::Dark]
            .map(|theme| surface_document(&options, surface, &brand(), theme, "n0nce"));
        assert!(
            faces[0].contains("data-theme=\"light\"") && faces[1].contains("data-theme=\"dark\"")
        );
        for face in &faces {
            assert!(face.contains("--brand:#006654"), "{face}");
            assert!(face.contains("nonce=\"n0nce\""));
            assert!(
                !face.contains("<script")
                    && !face.contains(" style=")
                    && !face.contains("autofocus")
            );
        }
        let page = preview_document(&options, surface, &view(None), faces, "n0nce");
        assert_eq!(page.matches("srcdoc=\"").count(), 2);
        assert!(
            page.contains("id=\"contrast\"") && !page.contains("<script"),
            "{page}"
        );
    }
}
