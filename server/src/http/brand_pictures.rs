//! Pictures that are drawn from the brand: icons for home screens, the picture of a shared link.

use super::{RequestPlace, plain};
use crate::branding::Drawing;
use crate::installation::Installation;
use axum::extract::{Extension, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

type App = State<Installation>;
type Placed = Extension<RequestPlace>;

/// `GET /icon-180.png`
pub(super) async fn icon_180(app: App, place: Placed) -> Response {
    drawn(app, place, Drawing::Icon(180)).await
}

/// `GET /icon-192.png`
pub(super) async fn icon_192(app: App, place: Placed) -> Response {
    drawn(app, place, Drawing::Icon(192)).await
}

/// `GET /icon-512.png`
pub(super) async fn icon_512(app: App, place: Placed) -> Response {
    drawn(app, place, Drawing::Icon(512)).await
}

/// `GET /social.png`
pub(super) async fn social(app: App, place: Placed) -> Response {
    drawn(app, place, Drawing::Social).await
}

async fn drawn(State(installation): App, Extension(place): Placed, what: Drawing) -> Response {
    let Some(workspace) = place.workspace else {
        return plain::nowhere();
    };
    match installation.drawn().of(&workspace, what).await {
        Ok(picture) => {
            let headers = [
                (CONTENT_TYPE, "image/png"),
                (CACHE_CONTROL, "private, max-age=300"),
            ];
            (headers, picture.to_vec()).into_response()
        }
        Err(error) => plain::unavailable(&error.reference),
    }
}
