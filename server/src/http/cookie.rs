//! The session cookie, and the cookies of theme and language.
//!
//! Over TLS the session cookie carries the `__Host-` prefix: the browser then guarantees that it
//! was set by this very host, for this host only, over TLS. Over plain http that prefix is not
//! allowed, so development on `localhost` and `*.localhost` uses a twin name. Any other host
//! without TLS gets no session at all.

use super::host::Arrival;
use crate::config::Scheme;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use contract::Language;
use secrecy::{ExposeSecret, SecretString};

const SECURE_NAME: &str = "__Host-session";
const LOCAL_NAME: &str = "session";
const SECURE_SIGN_ON: &str = "__Host-sign-on";
const LOCAL_SIGN_ON: &str = "sign-on";
/// How long a sign-on is waited for, in seconds.
const SIGN_ON_SECONDS: u32 = 600;
const THEME_NAME: &str = "theme";
const LANGUAGE_NAME: &str = "language";
const YEAR_SECONDS: u64 = 31_536_000;

/// The cookie name a session may use on this arrival; `None` where nobody may sign in.
#[must_use]
pub(super) fn session_name(arrival: &Arrival) -> Option<&'static str> {
    match arrival.scheme {
        Scheme::Https => Some(SECURE_NAME),
        Scheme::Http if is_local(&arrival.host) => Some(LOCAL_NAME),
        Scheme::Http => None,
    }
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

/// The session token the browser sent. A name sent twice is nobody: one of the two is planted.
#[must_use]
pub(super) fn session_token(headers: &HeaderMap, arrival: &Arrival) -> Option<String> {
    only(headers, session_name(arrival)?)
}

fn sign_on_name(arrival: &Arrival) -> Option<&'static str> {
    session_name(arrival).map(|name| {
        if name == SECURE_NAME {
            SECURE_SIGN_ON
        } else {
            LOCAL_SIGN_ON
        }
    })
}

/// What the browser kept of a sign-on that it began. Sent twice it is nothing.
#[must_use]
pub(super) fn sign_on_token(headers: &HeaderMap, arrival: &Arrival) -> Option<String> {
    only(headers, sign_on_name(arrival)?)
}

/// `Set-Cookie` for a sign-on that begins. `None` where nobody may sign in.
#[must_use]
pub(super) fn set_sign_on(arrival: &Arrival, token: &SecretString) -> Option<String> {
    let name = sign_on_name(arrival)?;
    let secure = if arrival.scheme == Scheme::Https {
        "; Secure"
    } else {
        ""
    };
    let token = token.expose_secret();
    Some(format!(
        "{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={SIGN_ON_SECONDS}{secure}"
    ))
}

/// The chosen theme: "light" or "dark"; everything else is the system's.
#[must_use]
pub(super) fn theme(headers: &HeaderMap) -> Option<String> {
    only(headers, THEME_NAME).filter(|theme| theme == "light" || theme == "dark")
}

/// The chosen language. A name sent twice is no choice.
#[must_use]
pub(super) fn language(headers: &HeaderMap) -> Option<Language> {
    Language::parse(&only(headers, LANGUAGE_NAME)?)
}

/// `Set-Cookie` for a choice of language, kept for a year. Also for people who are not signed in.
#[must_use]
pub(super) fn set_language(arrival: &Arrival, language: Language) -> String {
    let tag = language.tag();
    let secure = if arrival.scheme == Scheme::Https {
        "; Secure"
    } else {
        ""
    };
    format!("{LANGUAGE_NAME}={tag}; Path=/; HttpOnly; SameSite=Lax; Max-Age={YEAR_SECONDS}{secure}")
}

/// `Set-Cookie` for a fresh session. `None` where nobody may sign in.
#[must_use]
pub(super) fn set_session(
    arrival: &Arrival,
    token: &SecretString,
    max_age_seconds: u64,
) -> Option<String> {
    let name = session_name(arrival)?;
    let secure = if arrival.scheme == Scheme::Https {
        "; Secure"
    } else {
        ""
    };
    let token = token.expose_secret();
    Some(format!(
        "{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}"
    ))
}

/// `Set-Cookie` that takes the session back.
#[must_use]
pub(super) fn clear_session(arrival: &Arrival) -> Option<String> {
    let name = session_name(arrival)?;
    let secure = if arrival.scheme == Scheme::Https {
        "; Secure"
    } else {
        ""
    };
    Some(format!(
        "{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}"
    ))
}

fn only(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name);
    let (_, value) = found.next()?;
    found.next().is_none().then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{session_token, set_session, theme};
    use crate::config::Scheme;
    use crate::http::host::Arrival;
    use axum::http::HeaderMap;

    fn arrival(host: &str, scheme: Scheme) -> Arrival {
        Arrival {
            host: host.to_owned(),
            authority: host.to_owned(),
            scheme,
            address: "127.0.0.1".parse().unwrap(),
        }
    }

    fn cookies(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(axum::http::header::COOKIE, text.parse().unwrap())])
    }

    #[test]
    fn tls_gets_the_host_prefix_and_plain_http_only_on_localhost() {
        let token = "t".to_owned().into();
        let tls = set_session(&arrival("ai.example", Scheme::Https), &token, 60).unwrap();
        assert!(tls.starts_with("__Host-session=t; Path=/; HttpOnly; SameSite=Lax"));
        assert!(tls.ends_with("; Secure"));
        assert!(
            set_session(&arrival("a.localhost", Scheme::Http), &token, 60)
                .unwrap()
                .starts_with("session=")
        );
        assert!(set_session(&arrival("ai.example", Scheme::Http), &token, 60).is_none());
        assert!(set_session(&arrival("evil-localhost", Scheme::Http), &token, 60).is_none());
    }

    #[test]
    fn planted_twins_are_nobody() {
        let host = arrival("ai.example", Scheme::Https);
        assert_eq!(
            session_token(&cookies("a=b; __Host-session=x"), &host),
            Some("x".to_owned())
        );
        assert_eq!(session_token(&cookies("session=x"), &host), None);
        assert_eq!(
            session_token(&cookies("__Host-session=x; __Host-session=y"), &host),
            None
        );
    }

    #[test]
    fn only_known_themes_count() {
        assert_eq!(theme(&cookies("theme=dark")), Some("dark".to_owned()));
        assert_eq!(theme(&cookies("theme=\"><script>")), None);
    }
}
