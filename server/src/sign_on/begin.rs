//! Beginning a sign-on: what is waited for, and where the browser is sent.
//!
//! The answer is bound to the browser, the workspace, the host, the connection in the state it has now, and
//! to what it was begun for. It comes once.

use super::fault::Fault;
use super::oidc::settings::OidcSettings;
use super::oidc::{Secrets, ask_address};
use super::{SignOn, failed, require_rights};
use crate::identity::token::Token;
use contract::sign_on::{ConnectionKind, ConnectionState};
use contract::{AppError, AppResult, Caller, ConnectionId, ErrorCode, Said, SessionId, TenantId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::sign_on_connections::ConnectionRow;
use store::sign_on_requests::NewRequest;
use store::{StoreError, sign_on_connections, sign_on_requests};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_mins(10);

/// What a sign-on is begun for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A session, and on to a path of this host.
    SignIn {
        /// Where to; empty: the first page.
        next: String,
    },
    /// Nothing but to be shown what comes, to this session's person.
    Test {
        /// The session.
        session: SessionId,
    },
    /// A link of this session's person.
    Link {
        /// The session.
        session: SessionId,
    },
}

/// What is remembered until the answer comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waiting {
    pub(super) purpose: Purpose,
    /// Scheme and host of this workspace that it began on.
    pub(super) address: String,
    /// The state of the connection.
    pub(super) version: i32,
}

/// A sign-on that has begun.
pub struct Begun {
    /// Where the browser is sent.
    pub url: String,
    /// What the browser keeps; stored nowhere else.
    pub browser: Token,
}

/// The callback on the host with this scheme and name.
pub(super) fn callback(address: &str) -> String {
    format!("{address}/auth/oidc/callback")
}

/// The settings of a connection over OpenID Connect.
pub(super) fn oidc_settings(row: &ConnectionRow) -> AppResult<OidcSettings> {
    if row.kind != ConnectionKind::Oidc {
        return Err(AppError::not_found());
    }
    serde_json::from_value(row.settings.clone())
        .map_err(|error| crate::fault::internal("reading a connection", error))
}

impl SignOn {
    /// Begins a sign-on at a connection. `came_with`: what the browser kept of one before.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`]: there is no such way in; [`ErrorCode::Denied`]: the provider cannot be
    /// used, and the record says why.
    pub async fn begin(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        purpose: Purpose,
        (address, hint): (&str, Option<&str>),
        came_with: Option<Token>,
    ) -> AppResult<Begun> {
        let row = self.connection_of(tenant, id).await?;
        let test = matches!(purpose, Purpose::Test { .. });
        if !test && row.state != ConnectionState::On {
            return Err(AppError::not_found());
        }
        let settings = oidc_settings(&row)?;
        let place = (tenant, id, row.version);
        if test {
            self.providers.forget(place).await;
        }
        let secrets = Secrets {
            browser: came_with.unwrap_or_else(Token::fresh),
            state: Token::fresh(),
        };
        let asked = async {
            let provider = self.providers.of(place, &settings).await?;
            ask_address(&provider, &settings, (&callback(address), &secrets), hint)
        };
        let url = match asked.await {
            Ok(url) => url,
            Err(fault) => return Err(self.not_begun(tenant, &row, &fault, test).await),
        };
        let waiting = Waiting {
            purpose,
            address: address.to_owned(),
            version: row.version,
        };
        let new = NewRequest {
            id_hash: secrets.state.hash(),
            connection: id,
            browser_hash: secrets.browser.hash(),
            payload: serde_json::to_value(waiting)
                .map_err(|error| crate::fault::internal("beginning a sign-on", error))?,
            lifetime: PATIENCE,
        };
        let stored = async {
            let mut tx = self.store.enter(tenant).await?;
            sign_on_requests::begin(&mut tx, &new).await?;
            tx.commit().await
        };
        stored.await.map_err(failed)?;
        Ok(Begun {
            url,
            browser: secrets.browser,
        })
    }

    /// The same to try it, for somebody who may change it.
    pub async fn begin_test(
        &self,
        caller: &Caller,
        id: ConnectionId,
        address: &str,
        came_with: Option<Token>,
    ) -> AppResult<Begun> {
        require_rights(caller)?;
        let purpose = Purpose::Test {
            session: caller.session(),
        };
        self.begin(caller.tenant(), id, purpose, (address, None), came_with)
            .await
    }

    /// The same to link the caller, who says so by it.
    pub async fn begin_link(
        &self,
        caller: &Caller,
        id: ConnectionId,
        address: &str,
        came_with: Option<Token>,
    ) -> AppResult<Begun> {
        if caller.stay().is_some() {
            return Err(AppError::not_found());
        }
        let purpose = Purpose::Link {
            session: caller.session(),
        };
        self.begin(caller.tenant(), id, purpose, (address, None), came_with)
            .await
    }

    /// A connection of the workspace.
    pub(super) async fn connection_of(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> AppResult<ConnectionRow> {
        let found = async {
            let mut tx = self.store.enter(tenant).await?;
            let found = sign_on_connections::get(&mut tx, id).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(found)
        };
        found.await.map_err(failed)?.ok_or_else(AppError::not_found)
    }

    /// Whoever tries it reads what is wrong; whoever stands at the door that it does not work now.
    async fn not_begun(
        &self,
        tenant: TenantId,
        row: &ConnectionRow,
        fault: &Fault,
        test: bool,
    ) -> AppError {
        if test {
            return AppError::new(ErrorCode::Invalid, Said::verbatim(fault.explained.clone()));
        }
        let said = "This way in does not work at the moment. Try again in a few minutes, or ask your \
                    administrator and tell them the id below.";
        self.refuse(tenant, &row.name, (fault.code, &fault.explained), said)
            .await
    }
}
