//! Signing out there when somebody signs out here, and here when they sign out there.
//!
//! OpenID Connect RP-Initiated Logout 1.0; OpenID Connect Back-Channel Logout 1.0, section 2.6.

use super::begin::oidc_settings;
use super::fault::Fault;
use super::oidc::{Claims, Unjudged, judge_audience, judge_issuer, judge_tenant, judge_time, text};
use super::{SignOn, failed, now_s};
use contract::{AppError, AppResult, Caller, ConnectionId, ErrorCode, SessionId, TenantId};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use store::sessions::OfConnection;
use store::{StoreError, sign_on_requests};
use url::Url;

/// What a logout token is about.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How long a logout token is remembered, in milliseconds; longer than any is good.
const REMEMBERED_MS: i64 = 25 * 60 * 60 * 1_000;

impl SignOn {
    /// Where the browser of somebody who signs out goes on to; `None`: nowhere. Asked before their session
    /// ends.
    pub async fn sign_out_there(&self, caller: &Caller, address: &str) -> Option<String> {
        let id = caller.connection()?;
        let row = self.connection_of(caller.tenant(), id).await.ok()?;
        let settings = oidc_settings(&row).ok()?;
        if !settings.sign_out_there {
            return None;
        }
        let place = (caller.tenant(), id, row.version);
        let provider = self.providers.of(place, &settings).await.ok()?;
        let mut url = Url::parse(provider.found.end_session_endpoint.as_deref()?).ok()?;
        url.query_pairs_mut()
            .append_pair("client_id", &settings.client_id)
            .append_pair("post_logout_redirect_uri", &format!("{address}/sign-in"));
        Some(url.into())
    }

    /// Ends the sessions that a provider says are over. Gives those that ended.
    ///
    /// # Errors
    /// [`ErrorCode::Invalid`]: the token is not a logout token for us.
    pub async fn end_by_provider(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        token: &str,
    ) -> AppResult<Vec<SessionId>> {
        let row = self.connection_of(tenant, id).await?;
        let settings = oidc_settings(&row)?;
        let place = (tenant, id, row.version);
        let judged = async {
            let provider = self.providers.of(place, &settings).await?;
            let unjudged = Unjudged::read(token)?;
            let kind = unjudged.kind.clone();
            let claims = provider.open(self.providers.egress(), unjudged).await?;
            judge_issuer(&claims, &settings.token_issuer())?;
            judge_audience(&claims, &settings.client_id)?;
            judge_time(&claims, now_s())?;
            judge_tenant(&claims, &settings.tenant_pin)?;
            judge_logout(&claims, kind.as_deref())?;
            Ok::<_, Fault>(claims)
        };
        let claims = match judged.await {
            Ok(claims) => claims,
            Err(fault) => {
                tracing::warn!(code = fault.code, "a logout token was refused");
                return Err(AppError::new(
                    ErrorCode::Invalid,
                    "The logout token is not one for this connection.",
                ));
            }
        };
        let spent: [u8; 32] = Sha256::new()
            .chain_update("logout token")
            .chain_update(id.uuid().as_bytes())
            .chain_update(text(&claims, "jti").unwrap_or_default())
            .finalize()
            .into();
        let ended = async {
            let mut tx = self.store.enter(tenant).await?;
            let until = now_s() * 1_000 + REMEMBERED_MS;
            if !sign_on_requests::spend(&mut tx, &spent, id, until).await? {
                return Ok(Vec::new());
            }
            let which = match (text(&claims, "sid"), text(&claims, "sub")) {
                (Some(sid), _) => Some(OfConnection::Named(sid)),
                (None, Some(sub)) => {
                    let member = store::identities::find(&mut tx, id, sub).await?;
                    member.map(OfConnection::Member)
                }
                (None, None) => None,
            };
            let ended = match which {
                Some(which) => store::sessions::remove_of_connection(&mut tx, id, which).await?,
                None => Vec::new(),
            };
            if !ended.is_empty() {
                let who = (None, row.name.as_str());
                let said = format!("{}: {}", row.name, ended.len());
                store::audit::append(&mut tx, who, "session.ended_by_provider", &said).await?;
            }
            tx.commit().await?;
            Ok::<_, StoreError>(ended)
        };
        ended.await.map_err(failed)
    }
}

/// Whether claims are those of a logout token: its event, somebody or some session, and no nonce, so that
/// an ID token is never taken for one.
fn judge_logout(claims: &Claims, kind: Option<&str>) -> Result<(), Fault> {
    let fault = |explained: &str| Err(Fault::new("logout_token", explained));
    if !matches!(kind, None | Some("jwt" | "logout+jwt")) {
        return fault("The token is of another kind.");
    }
    let event = claims.get("events").and_then(Value::as_object);
    if !event.is_some_and(|events| events.get(EVENT).is_some_and(Value::is_object)) {
        return fault("The token names no logout.");
    }
    if claims.contains_key("nonce") {
        return fault("The token has a nonce.");
    }
    if text(claims, "sid").is_none() && text(claims, "sub").is_none() {
        return fault("The token names nobody.");
    }
    if text(claims, "jti").is_none_or(str::is_empty) {
        return fault("The token has no name of its own (jti).");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Claims, EVENT, judge_logout};
    use serde_json::{Value, json};

    #[test]
    fn only_a_logout_token_is_one() {
        let judged = |change: Value, kind: Option<&str>| {
            let mut claims: Claims = Claims::new();
            claims.insert("events".to_owned(), json!({EVENT: {}}));
            claims.insert("sid".to_owned(), json!("s"));
            claims.insert("jti".to_owned(), json!("j"));
            if let Value::Object(change) = change {
                claims.extend(change);
            }
            judge_logout(&claims, kind).is_ok()
        };
        assert!(judged(json!({}), None) && judged(json!({}), Some("logout+jwt")));
        assert!(!judged(json!({}), Some("at+jwt")));
        assert!(!judged(json!({"nonce": "n"}), None));
        assert!(!judged(json!({"events": {}}), None));
        assert!(!judged(json!({"events": {EVENT: true}}), None));
        assert!(!judged(json!({"sid": null}), None));
        assert!(!judged(json!({"jti": ""}), None));
    }
}
