//! Pages and server functions: hands the placed request to the user interface.

use super::edge::RequestPlace;
use super::{BODY_LIMIT, choose_language, cookie, headers, landing};
use crate::installation::Installation;
use app::ApiError;
use app::request::{PageNotice, Place, Platform, Theme, Visit, Workspace};
use axum::Json;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Extension, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, LOCATION, REFERRER_POLICY};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use contract::keys::KeyEnvironment;
use contract::{AppError, ErrorCode, Language, Staff};
use leptos::prelude::{expect_context, provide_context, use_context};
use leptos_axum::ResponseOptions;

/// No error of a server function is longer, in bytes.
const LONGEST_ERROR: usize = 64 * 1024;

/// Tells the pages' reactive runtime to work on tokio. Once per process, before the first page.
pub(super) fn prepare() {
    // The second call in one process, as tests make it, finds it done already.
    let _ = any_spawner::Executor::init_tokio();
}

/// Any address a person may open. What there is and what is a 404 is decided by the pages.
pub(super) async fn page(
    State(installation): State<Installation>,
    Extension(place): Extension<RequestPlace>,
    request: Request,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let Some(response) = redirect_by_session(&installation, &place, request.uri().path()) {
        return response;
    }
    render(installation, place, request, None).await
}

/// A page again, after a form was posted to it and had something to say.
pub(super) async fn page_with_notice(
    installation: Installation,
    place: RequestPlace,
    headers: &HeaderMap,
    path: &str,
    notice: PageNotice,
    status: StatusCode,
) -> Response {
    page_again(installation, place, headers, path, Some(notice), status).await
}

/// The page at `path`, whatever was asked for.
pub(super) async fn page_again(
    installation: Installation,
    place: RequestPlace,
    headers: &HeaderMap,
    path: &str,
    notice: Option<PageNotice>,
    status: StatusCode,
) -> Response {
    let mut request = Request::new(Body::empty());
    if let Ok(uri) = path.parse() {
        *request.uri_mut() = uri;
    }
    *request.headers_mut() = headers.clone();
    let noticed = notice.is_some();
    let mut response = render(installation, place, request, notice).await;
    if noticed {
        *response.status_mut() = status;
    }
    response
}

/// A server function, called by a page of this host.
pub(super) async fn server_function(
    State(installation): State<Installation>,
    Extension(place): Extension<RequestPlace>,
    request: Request,
) -> Response {
    if request.body().size_hint().lower() > BODY_LIMIT as u64 {
        return too_long(place.language);
    }
    let ports = installation.ports();
    let visit = visit(&installation, &place, request.headers(), None).await;
    let response = leptos_axum::handle_server_fns_with_context(
        move || {
            provide_context(visit.clone());
            provide_context(ports.clone());
        },
        request,
    )
    .await
    .into_response();
    with_status_of_its_error(response).await
}

/// Arguments that cannot be read are the caller's fault, but leave the framework as a 500: the
/// status follows the class that the body names.
async fn with_status_of_its_error(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, LONGEST_ERROR).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(ApiError::Refused(error)) = serde_json::from_slice(&bytes)
        && let Ok(status) = StatusCode::from_u16(error.code.status())
    {
        head.status = status;
    }
    Response::from_parts(head, Body::from(bytes))
}

/// The answer to a body that would not be read to its end, in the words of a server function.
fn too_long(language: Language) -> Response {
    let error = AppError::new(
        ErrorCode::Invalid,
        "This is longer than one request may be. Shorten it or send it in parts.",
    );
    (
        StatusCode::PAYLOAD_TOO_LARGE,
        Json(ApiError::Refused(error.settled(language))),
    )
        .into_response()
}

async fn render(
    installation: Installation,
    place: RequestPlace,
    request: Request,
    notice: Option<PageNotice>,
) -> Response {
    let ports = installation.ports();
    let options = installation.site().leptos_options().clone();
    let small_scripts = installation.site().small_scripts().clone();
    let mut visit = visit(&installation, &place, request.headers(), notice).await;
    super::kit::show(&installation, request.uri(), &mut visit);
    let frames = request.uri().path() == "/admin/branding";
    let landing_form_targets = landing::form_targets(&installation, &place);
    let handler = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(visit.clone());
            provide_context(ports.clone());
            provide_context(small_scripts.clone());
            set_page_policy(&landing_form_targets, frames);
        },
        move || app::shell(options.clone()),
    );
    handler(request).await
}

/// Announces the nonce that this page's own scripts and styles carry.
fn set_page_policy(form_targets: &str, frames: bool) {
    let Some(nonce) = use_context::<leptos::nonce::Nonce>() else {
        return;
    };
    let response = expect_context::<ResponseOptions>();
    let policy = headers::page_policy(&nonce, frames).replace(
        "form-action 'self'",
        &format!("form-action 'self'{form_targets}"),
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, value);
    }
    if !form_targets.is_empty() {
        // The landing page's forms must say where they come from.
        response.insert_header(REFERRER_POLICY, HeaderValue::from_static("origin"));
    }
}

async fn visit(
    installation: &Installation,
    place: &RequestPlace,
    headers: &HeaderMap,
    notice: Option<PageNotice>,
) -> Visit {
    let language = place.language;
    let theme = cookie::theme(headers).map_or(Theme::System, |theme| Theme::parse(&theme));
    let place = match &place.workspace {
        Some(workspace) => Place::Workspace(Workspace {
            brand: workspace.brand.clone(),
            tenant: workspace.id,
            caller: place.caller.clone(),
            suspended: workspace.suspended,
            member_keys: workspace.member_keys,
            guest: workspace.guest.clone(),
            environment: KeyEnvironment::parse(workspace.environment.as_str())
                .unwrap_or(KeyEnvironment::Production),
            address: format!(
                "{}://{}",
                place.arrival.scheme.as_str(),
                place.arrival.authority
            ),
        }),
        None => Place::Platform(Platform {
            name: installation.config().server.platform_name.clone(),
            staff: place.staff.clone(),
            landing: landing::view(installation, &place.arrival).await,
        }),
    };
    Visit {
        place,
        theme,
        language,
        languages: choose_language::offered(installation),
        notice,
        kit: None,
    }
}

/// Sends people where they have to be: the signed-out to sign-in, the signed-in away from it.
fn redirect_by_session(
    installation: &Installation,
    place: &RequestPlace,
    path: &str,
) -> Option<Response> {
    let Some(workspace) = place.workspace.as_ref() else {
        return redirect_staff(installation, place, path);
    };
    let guest = place
        .caller
        .as_ref()
        .is_some_and(|caller| caller.stay().is_some());
    if workspace.suspended && !guest {
        return None;
    }
    let needs_session = path == "/"
        || path.starts_with("/account")
        || path.starts_with("/c/")
        || path.starts_with("/admin");
    match &place.caller {
        None if needs_session => Some(see_other(&sign_in_address(path))),
        Some(_) if path == "/sign-in" => Some(see_other("/")),
        _ => None,
    }
}

/// The same on the platform host, for its own people.
fn redirect_staff(
    installation: &Installation,
    place: &RequestPlace,
    path: &str,
) -> Option<Response> {
    let needs_session = path.starts_with("/agency") || path.starts_with("/operator");
    // In demo mode this is where everybody begins.
    let begins = path == "/" && !installation.config().server.demo;
    match &place.staff {
        None if needs_session => Some(see_other(&sign_in_address(path))),
        None if begins => Some(see_other("/sign-in")),
        Some(staff) if begins || path == "/sign-in" => Some(see_other(home_of(staff))),
        _ => None,
    }
}

/// Where somebody of the platform host begins.
pub(super) fn home_of(staff: &Staff) -> &'static str {
    if staff.is_operator() {
        "/operator"
    } else {
        "/agency"
    }
}

fn sign_in_address(path: &str) -> String {
    // Only plain paths of ours come here; the query is built from the path alone.
    if path == "/" {
        "/sign-in".to_owned()
    } else {
        format!("/sign-in?next={}", urlencode(path))
    }
}

fn urlencode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// 303 to an address on this host.
pub(super) fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path.to_owned())]).into_response()
}
