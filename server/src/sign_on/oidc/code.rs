//! The code flow: where a browser is sent, and what the code that it brings back is exchanged for.
//!
//! OpenID Connect Core 1.0, section 3.1; RFC 7636 with S256 only. Verifier and nonce are made of what only
//! the browser has and of the state, so they are stored nowhere.

use super::claims::{judge_audience, judge_issuer, judge_tenant, judge_time, text};
use super::fetch::{Ask, fetch};
use super::provider::Provider;
use super::settings::{ClientAuthentication, OidcSettings};
use super::signed::{ALGORITHMS, Claims, Unjudged};
use crate::identity::token::Token;
use crate::sign_on::fault::{Fault, quoted};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::Egress;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Response};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenVerifier, CoreTokenResponse,
};
use openidconnect::{
    AccessToken, AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret,
    CsrfToken, EndpointNotSet, EndpointSet, HttpRequest, IssuerUrl, LoginHint, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use std::pin::Pin;

/// Bytes of a token endpoint's or a userinfo endpoint's answer that are read.
const ANSWER_MAX_BYTES: usize = 256 * 1024;
/// Scopes that are always asked for beside `openid`.
const SCOPES: [&str; 2] = ["email", "profile"];

/// What one sign-on is held together by, on our side of it.
pub(crate) struct Secrets {
    /// Only the browser that began has it.
    pub(crate) browser: Token,
    /// Comes back with the answer.
    pub(crate) state: Token,
}

impl Secrets {
    fn derived(&self, purpose: &str) -> String {
        let digest = Sha256::new()
            .chain_update(purpose)
            .chain_update([0])
            .chain_update(self.browser.secret().expose_secret())
            .chain_update([0])
            .chain_update(self.state.secret().expose_secret())
            .finalize();
        URL_SAFE_NO_PAD.encode(digest)
    }

    fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.derived("sign-on verifier"))
    }

    fn nonce(&self) -> Nonce {
        Nonce::new(self.derived("sign-on nonce"))
    }
}

/// What the code was exchanged for, proven.
pub(crate) struct Grant {
    /// Of the ID token, and what the userinfo endpoint adds to them.
    pub(crate) claims: Claims,
}

type Ready = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
>;

fn unusable(what: &str) -> Fault {
    Fault::new(
        "settings",
        format!("{what} of the connection cannot be used."),
    )
}

fn client(
    provider: &Provider,
    settings: &OidcSettings,
    redirect: &str,
    secret: Option<&SecretString>,
) -> Result<Ready, Fault> {
    let issuer = IssuerUrl::new(settings.token_issuer()).map_err(|_| unusable("The issuer"))?;
    let client_id = ClientId::new(settings.client_id.clone());
    let found = &provider.found;
    let ask = AuthUrl::new(found.authorization_endpoint.clone());
    let token = TokenUrl::new(found.token_endpoint.clone());
    let redirect = RedirectUrl::new(redirect.to_owned());
    let mut client = CoreClient::new(client_id, issuer, (*provider.keys()).clone())
        .set_auth_uri(ask.map_err(|_| unusable("The authorization endpoint"))?)
        .set_token_uri(token.map_err(|_| unusable("The token endpoint"))?)
        .set_redirect_uri(redirect.map_err(|_| unusable("The callback"))?);
    client = match settings.client_authentication {
        ClientAuthentication::Basic => client.set_auth_type(AuthType::BasicAuth),
        ClientAuthentication::Post | ClientAuthentication::None => {
            client.set_auth_type(AuthType::RequestBody)
        }
    };
    match (settings.client_authentication, secret) {
        (ClientAuthentication::None, _) => Ok(client),
        (_, Some(secret)) => {
            Ok(client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned())))
        }
        (_, None) => Err(Fault::new(
            "secret_missing",
            "The connection has no client secret, and the provider asks for one.",
        )),
    }
}

/// Where the browser is sent.
pub(crate) fn ask_address(
    provider: &Provider,
    settings: &OidcSettings,
    (redirect, secrets): (&str, &Secrets),
    hint: Option<&str>,
) -> Result<String, Fault> {
    // No secret is needed to ask.
    let public = OidcSettings {
        client_authentication: ClientAuthentication::None,
        ..settings.clone()
    };
    let client = client(provider, &public, redirect, None)?;
    let state = secrets.state.secret().expose_secret().to_owned();
    let nonce = secrets.nonce();
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&secrets.verifier());
    let scopes = SCOPES.into_iter().map(str::to_owned);
    let scopes = scopes
        .chain(settings.scopes.iter().cloned())
        .map(Scope::new);
    let mut asked = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || nonce,
        )
        .add_scopes(scopes)
        .set_pkce_challenge(challenge);
    if let Some(hint) = hint {
        asked = asked.set_login_hint(LoginHint::new(hint.to_owned()));
    }
    Ok(asked.url().0.into())
}

/// Exchanges the code and proves what comes for it. `now_s`: seconds since 1970-01-01 UTC.
pub(crate) async fn exchange(
    egress: &Egress,
    (provider, settings): (&Provider, &OidcSettings),
    (redirect, secrets, code): (&str, &Secrets, &str),
    secret: Option<&SecretString>,
    now_s: i64,
) -> Result<Grant, Fault> {
    let client = client(provider, settings, redirect, secret)?;
    let http = WayOut(egress);
    let tokens: CoreTokenResponse = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .set_pkce_verifier(secrets.verifier())
        .request_async(&http)
        .await
        .map_err(told)?;
    let missing = || {
        let explained = "The provider sent no ID token. It has to know the scope openid.";
        Fault::new("token_missing", explained)
    };
    let id_token = tokens.id_token().ok_or_else(missing)?;
    let mut claims = prove(egress, (provider, settings), id_token, secrets, now_s).await?;
    if let Some(address) = &provider.found.userinfo_endpoint {
        let more = userinfo(egress, address, tokens.access_token()).await?;
        if text(&more, "sub") != text(&claims, "sub") {
            let explained = "The userinfo endpoint speaks of somebody else than the ID token.";
            return Err(Fault::new("userinfo", explained));
        }
        for (name, value) in more {
            claims.entry(name).or_insert(value);
        }
    }
    Ok(Grant { claims })
}

/// Ours looks first, because it says what does not fit; the library's judges again.
async fn prove(
    egress: &Egress,
    (provider, settings): (&Provider, &OidcSettings),
    id_token: &CoreIdToken,
    secrets: &Secrets,
    now_s: i64,
) -> Result<Claims, Fault> {
    let written = id_token.to_string();
    let claims = provider.open(egress, Unjudged::read(&written)?).await?;
    let issuer = settings.token_issuer();
    judge_issuer(&claims, &issuer)?;
    judge_audience(&claims, &settings.client_id)?;
    judge_time(&claims, now_s)?;
    judge_tenant(&claims, &settings.tenant_pin)?;
    let nonce = secrets.nonce();
    if text(&claims, "nonce") != Some(nonce.secret().as_str()) {
        let explained =
            "The token’s nonce is not the one that was sent: it belongs to another sign-in.";
        return Err(Fault::new("nonce", explained));
    }
    let issuer = IssuerUrl::new(issuer).map_err(|_| unusable("The issuer"))?;
    let client_id = ClientId::new(settings.client_id.clone());
    let keys = (*provider.keys()).clone();
    let verifier = CoreIdTokenVerifier::new_public_client(client_id, issuer, keys)
        .set_allowed_algs(ALGORITHMS);
    id_token
        .claims(&verifier, &nonce)
        .map_err(|error| Fault::new("id_token", format!("The ID token is refused: {error}.")))?;
    Ok(claims)
}

async fn userinfo(egress: &Egress, address: &str, token: &AccessToken) -> Result<Claims, Fault> {
    let unreadable = || {
        let explained = "The userinfo endpoint did not answer with claims that can be read.";
        Fault::new("userinfo", explained)
    };
    let mut bearer =
        HeaderValue::from_str(&format!("Bearer {}", token.secret())).map_err(|_| unreadable())?;
    bearer.set_sensitive(true);
    let mut ask = Ask::for_document(address, ANSWER_MAX_BYTES);
    ask.headers = HeaderMap::from_iter([(AUTHORIZATION, bearer)]);
    let answer = fetch(egress, ask).await?;
    if answer.status != 200 {
        return Err(unreadable());
    }
    serde_json::from_slice(&answer.body).map_err(|_| unreadable())
}

/// Our way out, as the library calls it.
struct WayOut<'a>(&'a Egress);

impl<'c> AsyncHttpClient<'c> for WayOut<'_> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, Fault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(send(self.0, request))
    }
}

/// The library's request, through our way out.
async fn send(egress: &Egress, request: HttpRequest) -> Result<Response<Vec<u8>>, Fault> {
    let (parts, body) = request.into_parts();
    let address = parts.uri.to_string();
    let ask = Ask {
        method: parts.method,
        address: &address,
        headers: parts.headers,
        body,
        most: ANSWER_MAX_BYTES,
    };
    let answer = fetch(egress, ask).await?;
    let mut response = Response::new(answer.body);
    *response.headers_mut() = answer.headers;
    *response.status_mut() =
        http::StatusCode::from_u16(answer.status).unwrap_or(http::StatusCode::BAD_GATEWAY);
    Ok(response)
}

/// What an administrator reads when the exchange failed.
fn told<T: openidconnect::ErrorResponse>(error: RequestTokenError<Fault, T>) -> Fault
where
    T: std::fmt::Display,
{
    match error {
        RequestTokenError::Request(fault) => fault,
        RequestTokenError::ServerResponse(said) => {
            let explained = format!(
                "The provider refused the code or us: {}. Check client id, secret and callback.",
                quoted(&said.to_string())
            );
            Fault::new("token_refused", explained)
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Fault::new(
            "token_unreadable",
            "The answer of the provider’s token endpoint cannot be read.",
        ),
    }
}
