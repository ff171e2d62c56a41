//! Every page as the server sends it: what stands in it, which status it has, and that nothing
//! in it would be blocked by the content security policy.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its request or read its page stops there"
)]

mod audit;
mod branding;
mod domains;
mod fakes;
mod keys;
mod mirrored;
mod models;
mod platform;
mod programs;
mod rooms;
mod savings;
mod sign_on;
mod workspace;

use any_spawner::Executor;
use app::request::{
    LandingPerson, LandingView, LandingWorkspace, PageNotice, Place, Platform, Theme,
};
use app::request::{Visit, Workspace};
use app::shell;
use axum::body::{Body, to_bytes};
use contract::keys::KeyEnvironment;
use contract::{AppError, BrandView, ErrorCode, Ports, Role};
use fakes::{Fixed, QUESTION, caller, conversation_id, tenant};
use http::{HeaderMap, Request, StatusCode, header};
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use std::sync::Arc;

/// One rendered page.
struct Page {
    status: StatusCode,
    headers: HeaderMap,
    html: String,
}

impl Page {
    #[track_caller]
    fn shows(&self, text: &str) -> &Self {
        assert!(
            self.html.contains(text),
            "{text:?} is missing in {}",
            self.html
        );
        self
    }

    #[track_caller]
    fn hides(&self, text: &str) -> &Self {
        assert!(
            !self.html.contains(text),
            "{text:?} stands in {}",
            self.html
        );
        self
    }

    /// The browser downloads nothing that runs.
    #[track_caller]
    fn is_plain(&self) -> &Self {
        self.hides("client.js").hides("client.wasm")
    }
}

fn brand() -> BrandView {
    BrandView {
        name: "Nordwind Legal".to_owned(),
        mark: "N".to_owned(),
        logo_light: None,
        logo_dark: None,
        icon: None,
        css: ":root{--brand:#006654}".to_owned(),
        theme_light: "#fbfdfc".to_owned(),
        theme_dark: "#101413".to_owned(),
        sign_in_title: "Welcome back".to_owned(),
        sign_in_text: "Sign in with your Nordwind account.".to_owned(),
        tagline: "Ask the file before you ask the library.".to_owned(),
        tagline_detail: "Your questions stay with Nordwind.".to_owned(),
        greeting: "What would you like to look into?".to_owned(),
        starters: vec!["Summarise the lease".to_owned()],
        privacy_url: Some("https://nordwind.example/privacy".to_owned()),
        terms_url: None,
        support_email: Some("it@nordwind.example".to_owned()),
        payer: "Nordwind".to_owned(),
        sender_name: "Nordwind".to_owned(),
        demo: true,
        version: "abc".to_owned(),
    }
}

fn visit(role: Option<Role>) -> Visit {
    Visit {
        place: Place::Workspace(Workspace {
            brand: Arc::new(brand()),
            tenant: tenant(),
            caller: role.map(caller),
            suspended: false,
            member_keys: true,
            environment: KeyEnvironment::Production,
            address: "https://ai.nordwind.example".to_owned(),
            guest: None,
        }),
        theme: Theme::System,
        language: contract::Language::English,
        languages: contract::Language::ALL,
        notice: None,
        kit: None,
    }
}

async fn render(path: &str, visit: Visit) -> Page {
    // Every test asks for it; the first one wins, and all mean the same one.
    Executor::init_tokio().ok();
    let options = LeptosOptions::builder()
        .output_name("client")
        .site_pkg_dir("assets")
        .build();
    let ports = Ports {
        chat: Arc::new(Fixed),
        people: Arc::new(Fixed),
        keys: Arc::new(Fixed),
        sealing: Arc::new(Fixed),
        savings: Arc::new(Fixed),
        models: Arc::new(Fixed),
        programs: Arc::new(Fixed),
        audit: Arc::new(Fixed),
        workspace: Arc::new(Fixed),
        domains: Arc::new(Fixed),
        guests: Arc::new(Fixed),
        platform: Arc::new(Fixed),
        overview: Arc::new(Fixed),
        prompt: Arc::new(Fixed),
        branding: Arc::new(Fixed),
        sign_on: Arc::new(Fixed),
    };
    let context = move || {
        provide_context(visit.clone());
        provide_context(ports.clone());
    };
    let handler =
        leptos_axum::render_app_async_with_context(context, move || shell(options.clone()));
    let request = Request::builder()
        .uri(path)
        .header(header::ACCEPT, "text/html")
        .body(Body::empty())
        .unwrap();
    let response = handler(request).await;
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let html = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(!html.contains(" style="), "an inline style in {html}");
    Page {
        status: head.status,
        headers: head.headers,
        html,
    }
}

#[tokio::test]
async fn sign_in_is_plain_and_branded() {
    let page = render("/sign-in?next=/c/1", visit(None)).await;
    assert_eq!(page.status, StatusCode::OK);
    page.is_plain()
        .shows("<title>Sign in · Nordwind Legal</title>")
        .shows(":root{--brand:#006654}")
        .shows(r#"method="post""#)
        .shows(r#"action="/sign-in""#)
        .shows("Email")
        .shows("Password")
        .shows("Sign in")
        .shows(r#"value="/c/1""#)
        .shows("https://nordwind.example/privacy");
}

#[tokio::test]
async fn sign_in_never_leads_to_another_host() {
    for next in ["//evil.example", "https://evil.example", "/%5Cevil.example"] {
        let page = render(&format!("/sign-in?next={next}"), visit(None)).await;
        page.hides("evil.example").hides(r#"name="next""#);
    }
}

#[tokio::test]
async fn a_refused_sign_in_keeps_what_was_typed() {
    let mut visit = visit(None);
    visit.notice = Some(PageNotice::SignInFailed {
        email: "anna@nordwind.example".to_owned(),
        next: Some("/c/7".to_owned()),
        message: "E-mail or password is not right.".into(),
    });
    let page = render("/sign-in", visit).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("E-mail or password is not right.")
        .shows(r#"role="alert""#)
        .shows(r#"value="anna@nordwind.example""#)
        .shows(r#"value="/c/7""#);
}

#[tokio::test]
async fn the_chat_comes_with_its_conversation() {
    let path = format!("/c/{}", conversation_id());
    let page = render(&path, visit(Some(Role::Member))).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("client.js")
        .shows("<title>Nordwind Legal</title>")
        .shows(r#"aria-label="Question""#)
        .shows(r#"aria-label="Answer""#)
        .shows("What does &lt;b&gt;bold&lt;/b&gt; cost?")
        .shows("<p><strong>Nothing.</strong></p>")
        .shows("Demo answer, no key used")
        .shows("1.2 s to start")
        .shows(r#"aria-label="Conversations""#)
        .shows(r#"aria-label="Model""#)
        .hides(QUESTION)
        .hides("</script> periods");
}

#[tokio::test]
async fn an_empty_chat_greets_and_offers() {
    render("/", visit(Some(Role::Member)))
        .await
        .shows("What would you like to look into?")
        .shows("Summarise the lease")
        .shows("New chat");
}

#[tokio::test]
async fn somebody_elses_conversation_is_not_found() {
    let page = render(
        "/c/00000000000000000000000000000001",
        visit(Some(Role::Member)),
    )
    .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.shows("There is nothing at this address, or it is not yours.");
}

#[tokio::test]
async fn an_auditor_is_told_before_typing() {
    render("/", visit(Some(Role::Auditor)))
        .await
        .shows("You can read here, not ask.")
        .shows("readonly");
}

#[tokio::test]
async fn people_who_are_not_signed_in_are_led_to_the_door() {
    for path in ["/", "/c/1", "/account", "/admin/members"] {
        let page = render(path, visit(None)).await;
        assert_eq!(page.status, StatusCode::FOUND, "{path}");
        let target = page
            .headers
            .get(header::LOCATION)
            .unwrap()
            .to_str()
            .unwrap();
        assert!(target.starts_with("/sign-in"), "{path} leads to {target}");
        page.is_plain().hides("Anna");
    }
}

#[tokio::test]
async fn a_suspended_workspace_says_so_everywhere() {
    for path in ["/", "/sign-in", "/account"] {
        let mut visit = visit(Some(Role::Owner));
        if let Place::Workspace(place) = &mut visit.place {
            place.suspended = true;
        }
        let page = render(path, visit).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        page.is_plain()
            .shows("This workspace is suspended")
            .shows("it@nordwind.example");
    }
}

#[tokio::test]
async fn unknown_addresses_and_refusals_wear_the_brand() {
    let page = render("/nowhere", visit(Some(Role::Member))).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.is_plain()
        .shows("Nordwind Legal")
        .shows("Nothing here");
    let mut refused = visit(None);
    let error = AppError::new(ErrorCode::Throttled, "Try again in a minute.");
    refused.notice = Some(PageNotice::Refused(error.with_reference("t91zz")));
    let page = render("/sign-in", refused).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    page.shows("Try again in a minute.").shows("t91zz");
}

#[tokio::test]
async fn the_account_lists_browsers() {
    render("/account", visit(Some(Role::Member)))
        .await
        .is_plain()
        .shows("Firefox on Linux")
        .shows("This browser")
        .shows(r#"action="/account/sign-out-everywhere""#)
        .hides(r#"href="/admin/members""#);
}

#[tokio::test]
async fn members_are_for_those_who_manage_them() {
    let page = render("/admin/members", visit(Some(Role::Member))).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.shows("Members are managed by owners and admins.");
    render("/admin/members", visit(Some(Role::Admin)))
        .await
        .shows(r#"action="/admin/members/invite""#)
        .shows(r#"value="auditor""#)
        .hides(r#"value="owner""#);
    let mut owner = visit(Some(Role::Owner));
    owner.notice = Some(PageNotice::InvitationLink {
        url: "http://nordwind.localhost:3000/invite/once".to_owned(),
        email: "neu@nordwind.example".to_owned(),
        mailed: false,
    });
    render("/admin/members/invite", owner)
        .await
        .shows("http://nordwind.localhost:3000/invite/once")
        .shows(r#"value="owner""#);
}

#[tokio::test]
async fn an_invitation_opens_once_and_only_with_its_token() {
    render("/invite/good", visit(None))
        .await
        .is_plain()
        .shows(r#"action="/invite/good""#)
        .shows("Anna Lorenz invited you");
    let page = render("/invite/other", visit(None)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.shows("was used, was withdrawn or has expired");
}

#[tokio::test]
async fn the_landing_page_names_no_workspace_as_its_own() {
    let landing = LandingView {
        title: "Demo installation".to_owned(),
        workspaces: vec![LandingWorkspace {
            name: "Nordwind Legal".to_owned(),
            url: "http://nordwind.localhost:3000/".to_owned(),
            mark: "N".to_owned(),
            colour: "#006654".to_owned(),
            on_colour: "red;}</style>".to_owned(),
            people: vec![LandingPerson {
                name: "Anna Lorenz".to_owned(),
                role: "owner".to_owned(),
                email: "anna@nordwind.example".to_owned(),
                action: "/demo/sign-in/1".to_owned(),
            }],
        }],
    };
    let visit = Visit {
        place: Place::Platform(Platform {
            landing: Arc::new(landing),
            ..Platform::default()
        }),
        theme: Theme::Dark,
        language: contract::Language::English,
        languages: contract::Language::ALL,
        notice: None,
        kit: None,
    };
    render("/", visit.clone())
        .await
        .is_plain()
        .shows("<title>Demo installation</title>")
        .shows(r#"data-theme="dark""#)
        .shows(r#"action="/demo/sign-in/1""#)
        .hides("red;}");
    let page = render("/account", visit.clone()).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let closed = Visit {
        place: Place::Platform(Platform::default()),
        ..visit
    };
    let page = render("/", closed).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.is_plain().shows("Nothing here").hides("Demo");
}
