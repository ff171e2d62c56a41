//! "Back in a moment", in the workspace's dress: the database cannot be asked, the look is in memory.
//!
//! Needs no file of ours but the logo, because whatever is in front may answer those from a cache or not
//! at all.

use crate::identity::token::Token;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, RETRY_AFTER};
use axum::response::{Html, IntoResponse as _, Response};
use contract::BrandView;
use secrecy::ExposeSecret as _;

const STYLE: &str = "body{margin:0;min-height:100vh;display:grid;place-items:center;\
    background:var(--page);color:var(--text);font:16px/1.6 system-ui,sans-serif}\
    main{max-width:420px;padding:24px}h1{font-size:24px;line-height:1.3}p{color:var(--muted)}\
    a{color:var(--brand)}.mark{display:inline-block;min-width:28px;padding:2px 0;margin-right:10px;\
    border-radius:8px;background:var(--brand);color:var(--on-brand);text-align:center;font-weight:600}\
    img{height:28px;max-width:200px}";

/// The page. `reference`: under which the log has the details.
pub(super) fn page(brand: &BrandView, reference: &str) -> Response {
    let nonce = Token::fresh().secret().expose_secret().to_owned();
    let name = escaped(&brand.name);
    let face = match &brand.logo_light {
        Some(logo) => format!("<img src=\"{}\" alt=\"{name}\">", escaped(logo)),
        None => {
            let mark = escaped(&brand.mark);
            format!("<span class=\"mark\" aria-hidden=\"true\">{mark}</span><b>{name}</b>")
        }
    };
    let help = brand.support_email.as_ref().map(|email| {
        let email = escaped(email);
        format!("<p>Help: <a href=\"mailto:{email}\">{email}</a></p>")
    });
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Back in a moment · {name}</title>\
         <style nonce=\"{nonce}\">{css}{STYLE}</style></head><body><main>{face}\
         <h1>Back in a moment</h1><p>The service is starting or busy. Nothing is lost. Reload in a few \
         seconds; if it stays, tell your administrator: {reference}</p>{help}</main></body></html>",
        css = brand.css,
        reference = escaped(reference),
        help = help.unwrap_or_default(),
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; img-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (CONTENT_SECURITY_POLICY, policy),
        (RETRY_AFTER, "5".to_owned()),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, headers, Html(html)).into_response()
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::brand::Brand;

    #[tokio::test]
    async fn it_wears_the_dress_and_runs_nothing() {
        let brand = Brand {
            colour: "#006652".to_owned(),
            support_email: Some("it@nordwind.example".to_owned()),
            ..Brand::default()
        };
        let view = brand.view("Nordwind </style><script>", false);
        let response = page(&view, "a1b2");
        assert_eq!(response.status(), 503);
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(!policy.contains("script"), "{policy}");
        let body = axum::body::to_bytes(response.into_body(), 65_536)
            .await
            .unwrap();
        let html = String::from_utf8(body.to_vec()).unwrap();
        assert!(
            html.contains("Nordwind &lt;/style&gt;") && html.contains("#006652"),
            "{html}"
        );
        assert!(html.contains("a1b2") && html.contains("it@nordwind.example"));
        assert!(!html.contains("<script"));
    }
}
