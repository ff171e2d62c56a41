//! The HTTP edge: from a socket to a port call and back.
//!
//! A request passes, in this order: arrival (which host, encrypted or not, from where), origin
//! (no change on behalf of another site), tenant (whose host), session (who). Only then a page,
//! a server function or a form handler sees it, with a [`RequestPlace`] it can rely on.

pub mod admin;
mod audit_export;
mod brand_files;
mod brand_forms;
mod brand_live;
mod brand_pictures;
mod brand_preview;
mod client_forms;
mod cookie;
mod demo_sign_in;
mod domain_forms;
mod edge;
mod forms;
mod frames;
mod guest_forms;
mod headers;
mod host;
mod key_checks;
mod key_fields;
mod key_forms;
mod kit;
mod landing;
mod maintenance;
mod model_forms;
mod operator_forms;
mod origin;
mod overview_forms;
mod pages;
mod places;
mod plain;
mod plain_door;
mod platform_clerk;
mod posted;
mod posted_brand;
mod program_forms;
mod programs;
mod prompt_forms;
mod savings_forms;
mod service_forms;
mod session_forms;
mod sign_on_door;
mod sign_on_forms;
mod sign_on_logout;
mod team_forms;
pub mod tls_door;
mod workspace_forms;

pub use edge::RequestPlace;
pub use host::{Arrival, host_name};
use key_forms::Desk;
pub use plain_door::let_in_or_send_on;

use crate::installation::Installation;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Extensions, HeaderMap};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate as _, SizeAbove};

/// Adds to a static file's headers what every answer carries.
pub fn complete_headers(headers: &mut axum::http::HeaderMap) {
    headers::complete(headers);
}

/// Largest body a form or a server function may have: the longest question as JSON, and room.
const BODY_LIMIT: usize = 512 * 1024;

/// The forms of the keys pages, and the page that is sent while a check runs: the same for the
/// workspace's keys and for one's own.
fn keys_routes(desk: Desk) -> Router<Installation> {
    let at = |rest: &str| format!("{}{rest}", desk.path());
    let form = || get(key_forms::back);
    Router::new()
        .route(&at("/check"), get(pages::page).post(key_forms::check))
        .route(&at("/checks/{id}"), get(key_checks::follow))
        .route(&at("/checks/{id}/seal"), post(key_forms::seal))
        .route(&at("/checks/{id}/discard"), post(key_forms::discard))
        .route(&at("/{id}/check"), form().post(key_forms::check_again))
        .route(&at("/{id}/rotate"), form().post(key_forms::rotate))
        .route(&at("/{id}/change"), form().post(key_forms::change))
        .route(&at("/{id}/remind"), form().post(key_forms::remind))
        .route(&at("/{id}/take-back"), form().post(key_forms::take_back))
        .route(&at("/{id}/delete"), form().post(key_forms::delete))
}

/// The forms of the members page.
fn member_routes() -> Router<Installation> {
    Router::new()
        .route("/admin/members/invite", post(forms::invite))
        .route(
            "/admin/members/invitations/{id}/revoke",
            post(forms::revoke_invitation),
        )
        .route("/admin/members/teams", post(team_forms::make))
        .route("/admin/members/teams/{id}/place", post(team_forms::place))
        .route("/admin/members/teams/{id}/remove", post(team_forms::remove))
}

/// The forms of the savings page.
fn savings_routes() -> Router<Installation> {
    Router::new()
        .route("/admin/savings/keep", post(savings_forms::keep))
        .route("/admin/savings/purge", post(savings_forms::purge))
}

/// The forms of the overview, the instructions and the sessions.
fn room_routes() -> Router<Installation> {
    Router::new()
        .route(
            "/admin/guide",
            get(overview_forms::back).post(overview_forms::step),
        )
        .route("/admin/prompt", get(pages::page).post(prompt_forms::save))
        .route(
            "/admin/prompt/restore",
            get(prompt_forms::back).post(prompt_forms::restore),
        )
        .route(
            "/admin/sessions/{id}/end",
            get(session_forms::back).post(session_forms::end),
        )
        .route(
            "/admin/sessions/members/{id}/end",
            get(session_forms::back).post(session_forms::end_all),
        )
}

/// The forms of the models pages.
fn model_routes() -> Router<Installation> {
    Router::new()
        .route(
            "/admin/models/change",
            get(model_forms::back).post(model_forms::change),
        )
        .route(
            "/admin/models/remove",
            get(model_forms::back).post(model_forms::remove),
        )
}

/// The forms about names of the workspace's own, and where a host shows whose it is.
fn domain_routes() -> Router<Installation> {
    let form = || get(domain_forms::back);
    Router::new()
        .route("/admin/domains", get(pages::page).post(domain_forms::claim))
        .route(
            "/admin/domains/redirect",
            form().post(domain_forms::redirect),
        )
        .route(
            "/admin/domains/{host}/check",
            form().post(domain_forms::check),
        )
        .route(
            "/admin/domains/{host}/primary",
            form().post(domain_forms::make_primary),
        )
        .route(
            "/admin/domains/{host}/remove",
            form().post(domain_forms::remove),
        )
        .route(
            "/.well-known/workspace-check/{question}",
            get(domain_forms::answer_check),
        )
}

/// The forms about identity providers, and the ways in through them.
fn sign_on_routes() -> Router<Installation> {
    let form = || get(sign_on_forms::back);
    let own = || get(sign_on_forms::back_to_account);
    Router::new()
        .route("/sign-on", post(sign_on_door::lead_home))
        .route("/sign-on/{id}", get(sign_on_door::begin))
        .route("/sign-on/{id}/go", get(sign_on_door::go))
        .route("/auth/oidc/callback", get(sign_on_door::callback))
        .route(
            "/admin/sign-on/new-oidc",
            get(pages::page).post(sign_on_forms::make_oidc),
        )
        .route(
            "/admin/sign-on/domains",
            form().post(sign_on_forms::add_domain),
        )
        .route(
            "/admin/sign-on/domains/{domain}/check",
            form().post(sign_on_forms::check_domain),
        )
        .route(
            "/admin/sign-on/domains/{domain}/remove",
            form().post(sign_on_forms::remove_domain),
        )
        .route(
            "/admin/sign-on/{id}",
            get(pages::page).post(sign_on_forms::change_oidc),
        )
        .route(
            "/admin/sign-on/{id}/admission",
            form().post(sign_on_forms::admission),
        )
        .route("/admin/sign-on/{id}/deed", form().post(sign_on_forms::deed))
        .route("/admin/sign-on/{id}/test", form().post(sign_on_forms::test))
        .route(
            "/account/sign-on/{id}/link",
            own().post(sign_on_forms::link),
        )
        .route(
            "/account/sign-on/{id}/unlink",
            own().post(sign_on_forms::unlink),
        )
}

/// The forms of the branding page, and what follows a change of dress.
fn brand_routes() -> Router<Installation> {
    let roomy = || DefaultBodyLimit::max(posted_brand::FORM_MAX_BYTES);
    Router::new()
        .route(
            "/admin/branding",
            get(pages::page).post(brand_forms::change).layer(roomy()),
        )
        .route(
            "/admin/branding/preview",
            get(brand_preview::show_kept)
                .post(brand_preview::show)
                .layer(roomy()),
        )
        .route(
            "/admin/branding/versions/{version}/restore",
            get(brand_forms::back).post(brand_forms::restore),
        )
        .route("/favicon.svg", get(brand_files::favicon))
        .route("/favicon.ico", get(brand_files::favicon))
        .route("/icon-180.png", get(brand_pictures::icon_180))
        .route("/icon-192.png", get(brand_pictures::icon_192))
        .route("/icon-512.png", get(brand_pictures::icon_512))
        .route("/social.png", get(brand_pictures::social))
        .route("/manifest.webmanifest", get(brand_files::manifest))
        .route("/brand/live", get(brand_live::follow))
        .route("/brand/{file}", get(brand_files::logo))
}

/// The forms about keys for programs.
fn program_routes() -> Router<Installation> {
    Router::new()
        .route(
            "/admin/virtual-keys",
            get(pages::page).post(program_forms::make),
        )
        .route(
            "/admin/virtual-keys/{id}/rotate",
            get(program_forms::back).post(program_forms::rotate),
        )
        .route(
            "/admin/virtual-keys/{id}/revoke",
            get(program_forms::back).post(program_forms::revoke),
        )
        .route(
            "/account/tokens",
            get(pages::page).post(program_forms::mint),
        )
}

/// The forms about a client's own key.
fn service_routes() -> Router<Installation> {
    Router::new()
        .route(
            "/admin/keys/service/attach",
            get(service_forms::back).post(service_forms::attach),
        )
        .route(
            "/admin/keys/service/access",
            get(service_forms::back).post(service_forms::access),
        )
        .route(
            "/admin/keys/service/rotate",
            get(service_forms::back).post(service_forms::rotate),
        )
        .route(
            "/admin/keys/service/detach",
            get(service_forms::back).post(service_forms::detach),
        )
}

/// The forms of the platform host, and of guests that come from it.
fn platform_routes() -> Router<Installation> {
    Router::new()
        .route(
            "/agency/clients/new",
            get(pages::page).post(client_forms::create),
        )
        .route(
            "/agency/clients/{id}/suspend",
            get(client_forms::back).post(client_forms::suspend),
        )
        .route(
            "/agency/clients/{id}/resume",
            get(client_forms::back).post(client_forms::resume),
        )
        .route(
            "/agency/clients/{id}/note",
            get(client_forms::back).post(client_forms::note),
        )
        .route(
            "/agency/clients/{id}/open",
            get(client_forms::back).post(client_forms::open),
        )
        .route("/agency/team", get(pages::page).post(client_forms::invite))
        .route(
            "/agency/team/remove",
            get(client_forms::back_to_team).post(client_forms::remove),
        )
        .route(
            "/operator/agencies",
            get(pages::page).post(operator_forms::create),
        )
        .route(
            "/operator/agencies/{id}/invite",
            get(operator_forms::back).post(operator_forms::invite),
        )
        .route("/guest/leave", post(guest_forms::leave))
        .route("/guest/{code}", get(pages::page).post(guest_forms::come_in))
        .route("/admin/workspace/guests", post(guest_forms::allow))
        .route("/admin/workspace/guests/read", post(guest_forms::read))
}

/// Answers for a handler that panicked, without its words: neither in the answer nor in the log.
#[must_use]
pub fn catch_panics() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    CatchPanicLayer::custom(plain::panicked)
}

/// Every route of the workspaces and the platform host.
pub fn router(installation: Installation) -> Router {
    pages::prepare();
    let site = installation.site().clone();
    // Streams must leave at once, so they are never compressed; assets are compressed at build.
    let unbuffered =
        |_, _, headers: &HeaderMap, _: &Extensions| !headers.contains_key(key_checks::UNBUFFERED);
    let compression = CompressionLayer::new().compress_when(SizeAbove::new(512).and(unbuffered));
    let dynamic = Router::new()
        .route("/api/{function}", post(pages::server_function))
        .route("/turns/{answer}/frames", get(frames::follow))
        .route("/sign-in", get(pages::page).post(forms::sign_in))
        .route("/sign-out", post(forms::sign_out))
        .route("/account/sessions/{id}/end", post(forms::end_session))
        .route(
            "/account/sign-out-everywhere",
            post(forms::sign_out_everywhere),
        )
        .route(
            "/invite/{token}",
            get(pages::page).post(forms::accept_invitation),
        )
        .merge(member_routes())
        .merge(platform_routes())
        .route("/admin/keys/terms", post(key_forms::accept_terms))
        .route("/admin/keys/members", post(key_forms::members))
        .merge(keys_routes(Desk::Workspace))
        .merge(keys_routes(Desk::Own))
        .merge(program_routes())
        .merge(service_routes())
        .merge(savings_routes())
        .merge(model_routes())
        .merge(domain_routes())
        .merge(sign_on_routes())
        .merge(room_routes())
        .route(
            "/admin/audit/export",
            get(audit_export::back).post(audit_export::export),
        )
        .route(
            "/admin/audit/evidence",
            get(audit_export::back).post(audit_export::evidence),
        )
        .route(
            "/admin/workspace/delete",
            get(workspace_forms::back).post(workspace_forms::delete),
        )
        .route("/demo/sign-in", post(demo_sign_in::enter))
        .merge(brand_routes())
        .route("/robots.txt", get(brand_files::robots))
        .fallback(pages::page)
        .layer(compression)
        .layer(catch_panics())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(
            installation.clone(),
            edge::place_request,
        ))
        .with_state(installation.clone());
    let logout = sign_on_logout::routes(installation.clone());
    let programs = programs::routes(&installation).with_state(installation);
    Router::new()
        .merge(site.assets())
        .merge(programs)
        .merge(logout)
        .fallback_service(dynamic)
}
