//! Refuses every change that another site's page asks a signed-in browser to make.
//!
//! Cookies are `SameSite=Lax`, but a server function reads a body whatever its content type, so a
//! form on a foreign page could reach it. Therefore every request that is not a plain read must
//! prove that it comes from a page of the same host: by `Sec-Fetch-Site`, which scripts cannot
//! forge, or else by `Origin`. A request with neither is refused.

use super::host::Arrival;
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Method};

/// Whether a request may go on.
#[must_use]
pub(super) fn comes_from_own_page(method: &Method, headers: &HeaderMap, arrival: &Arrival) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    if let Some(site) = headers.get("sec-fetch-site")
        && site != "same-origin"
    {
        return false;
    }
    let expected = format!("{}://{}", arrival.scheme.as_str(), arrival.authority);
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(origin), None) => origin.as_bytes().eq_ignore_ascii_case(expected.as_bytes()),
        (None, _) => headers.contains_key("sec-fetch-site"),
        (Some(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::comes_from_own_page;
    use crate::config::Scheme;
    use crate::http::host::Arrival;
    use axum::http::{HeaderMap, Method};

    fn allowed(method: &Method, pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        let arrival = Arrival {
            host: "a.localhost".to_owned(),
            authority: "a.localhost:3000".to_owned(),
            scheme: Scheme::Http,
            address: "127.0.0.1".parse().unwrap(),
        };
        comes_from_own_page(method, &headers, &arrival)
    }

    #[test]
    fn reads_pass() {
        assert!(allowed(&Method::GET, &[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn changes_need_proof() {
        let post = &Method::POST;
        assert!(allowed(post, &[("origin", "http://a.localhost:3000")]));
        assert!(allowed(
            post,
            &[
                ("origin", "http://a.localhost:3000"),
                ("sec-fetch-site", "same-origin")
            ]
        ));
        assert!(allowed(post, &[("sec-fetch-site", "same-origin")]));
        for refused in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "http://b.localhost:3000")],
            &[("origin", "https://a.localhost:3000")],
            &[("origin", "http://a.localhost:3001")],
            &[("origin", "http://a.localhost:3000.evil.example")],
            &[
                ("origin", "http://a.localhost:3000"),
                ("origin", "http://evil.example"),
            ],
            &[("sec-fetch-site", "same-site")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "http://a.localhost:3000"),
            ],
            &[("sec-fetch-site", "none")],
        ] {
            assert!(!allowed(post, refused), "{refused:?}");
        }
        assert!(!allowed(&Method::DELETE, &[]));
    }
}
