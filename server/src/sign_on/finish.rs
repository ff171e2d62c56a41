//! What a browser brings back from a provider: judged, and then one of three things follows.

use super::begin::{Purpose, Waiting, callback, oidc_settings};
use super::fault::{Fault, quoted};
use super::oidc::settings::OidcSettings;
use super::oidc::{Claims, Grant, Secrets, exchange, text, texts};
use super::role_map::RoleMap;
use super::settle::{Refusal, Vouched, newcomer};
use super::{SignOn, failed, now_s};
use crate::identity::NewSession;
use crate::identity::token::Token;
use contract::sign_on::{ConnectionState, TestedView};
use contract::{AppError, AppResult, Caller, ConnectionId, ErrorCode, MemberId, TenantId};
use serde_json::Value;
use store::sign_on_connections::ConnectionRow;
use store::{StoreError, sign_on_connections, sign_on_requests};

/// Longest value of a claim that is shown, in characters.
const LONGEST_SHOWN: usize = 400;
/// Claims that are shown.
const MOST_SHOWN: usize = 100;

/// What came back with the browser, as the address held it.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Returned {
    /// What was sent along.
    pub state: Option<String>,
    /// What is exchanged.
    pub code: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
    /// What went wrong there.
    pub error: Option<String>,
    /// The same in words of the provider's.
    pub error_description: Option<String>,
}

/// What followed.
pub enum Finished {
    /// A session has begun.
    SignedIn(NewSession, String),
    /// It was a test of this connection.
    Tested(ConnectionId, Box<TestedView>),
    /// The caller is linked.
    Linked,
}

/// Why nothing followed.
pub struct NotFinished {
    /// For the person.
    pub error: AppError,
    /// Where they wanted to go.
    pub next: Option<String>,
    /// They came from their account page.
    pub linking: bool,
}

impl NotFinished {
    fn plain(error: AppError) -> Self {
        Self {
            error,
            next: None,
            linking: false,
        }
    }
}

fn stray() -> NotFinished {
    NotFinished::plain(AppError::new(
        ErrorCode::Denied,
        "This sign-in is not waited for: it took too long, was used already, or began in another browser. \
         Begin again.",
    ))
}

impl SignOn {
    /// Finishes the sign-on that `returned` belongs to, on the host with this address and in the browser
    /// that kept `browser`.
    ///
    /// # Errors
    /// [`NotFinished`].
    pub async fn finish(
        &self,
        tenant: TenantId,
        address: &str,
        returned: Returned,
        (browser, caller): (Option<Token>, Option<&Caller>),
        user_agent: &str,
    ) -> Result<Finished, NotFinished> {
        let state = returned.state.as_deref().and_then(Token::presented);
        let (Some(state), Some(browser)) = (state, browser) else {
            return Err(stray());
        };
        let secrets = Secrets { browser, state };
        let taken = self.take(tenant, &secrets, address).await;
        let (row, waiting) = taken.map_err(NotFinished::plain)?.ok_or_else(stray)?;
        let granted = self
            .judge(tenant, (&row, address), &returned, &secrets)
            .await;
        match waiting.purpose {
            Purpose::Test { session } => {
                let own = caller.filter(|caller| caller.session() == session);
                let own = own.filter(|caller| caller.role().may_manage_sign_on());
                let caller = own.ok_or_else(stray)?;
                let view = self.tested(caller, &row, granted).await;
                let view = view.map_err(NotFinished::plain)?;
                Ok(Finished::Tested(row.id, Box::new(view)))
            }
            Purpose::Link { session } => {
                let own = caller.filter(|caller| caller.session() == session);
                let caller = own.ok_or_else(stray)?;
                let linked = self.link(caller, &row, granted).await;
                linked
                    .map(|()| Finished::Linked)
                    .map_err(|error| NotFinished {
                        error,
                        next: None,
                        linking: true,
                    })
            }
            Purpose::SignIn { next } => {
                let begun = self.sign_in(tenant, &row, granted, user_agent).await;
                let kept = next.clone();
                begun
                    .map(|session| Finished::SignedIn(session, next))
                    .map_err(|error| NotFinished {
                        error,
                        next: (!kept.is_empty()).then_some(kept),
                        linking: false,
                    })
            }
        }
    }

    /// Takes what was waited for, if this is the browser and the host that it began with.
    async fn take(
        &self,
        tenant: TenantId,
        secrets: &Secrets,
        address: &str,
    ) -> AppResult<Option<(ConnectionRow, Waiting)>> {
        let taken = async {
            let mut tx = self.store.enter(tenant).await?;
            let request = sign_on_requests::take(&mut tx, &secrets.state.hash()).await?;
            let row = match &request {
                Some(request) => sign_on_connections::get(&mut tx, request.connection).await?,
                None => None,
            };
            tx.commit().await?;
            Ok::<_, StoreError>(request.zip(row))
        };
        let Some((request, row)) = taken.await.map_err(failed)? else {
            return Ok(None);
        };
        let waiting: Waiting = serde_json::from_value(request.payload)
            .map_err(|error| crate::fault::internal("finishing a sign-on", error))?;
        let test = matches!(waiting.purpose, Purpose::Test { .. });
        let expected = request.browser_hash == secrets.browser.hash()
            && waiting.address == address
            && waiting.version == row.version
            && (test || row.state == ConnectionState::On);
        Ok(expected.then_some((row, waiting)))
    }

    async fn judge(
        &self,
        tenant: TenantId,
        (row, address): (&ConnectionRow, &str),
        returned: &Returned,
        secrets: &Secrets,
    ) -> AppResult<Result<(Grant, OidcSettings), Fault>> {
        let settings = oidc_settings(row)?;
        let place = (tenant, row.id, row.version);
        let provider = match self.providers.of(place, &settings).await {
            Ok(provider) => provider,
            Err(fault) => return Ok(Err(fault)),
        };
        let required = provider
            .found
            .authorization_response_iss_parameter_supported;
        let named = [settings.token_issuer(), settings.discovered_issuer()];
        if let Err(fault) = judge_sender(returned, required, &named) {
            return Ok(Err(fault));
        }
        let code = match code_of(returned) {
            Ok(code) => code,
            Err(fault) => return Ok(Err(fault)),
        };
        let secret = self.open_secret(tenant, row).await?;
        let redirect = callback(address);
        let granted = exchange(
            self.providers.egress(),
            (&provider, &settings),
            (&redirect, secrets, code),
            secret.as_ref(),
            now_s(),
        )
        .await;
        Ok(granted.map(|grant| (grant, settings)))
    }

    async fn sign_in(
        &self,
        tenant: TenantId,
        row: &ConnectionRow,
        granted: AppResult<Result<(Grant, OidcSettings), Fault>>,
        user_agent: &str,
    ) -> AppResult<NewSession> {
        let (grant, settings) = match granted? {
            Ok(granted) => granted,
            Err(fault) => return Err(self.refuse_fault(tenant, row, &fault).await),
        };
        let vouched = vouched_by(&grant.claims, row, &settings);
        match self.let_in(tenant, row, &vouched, user_agent).await? {
            Ok(session) => Ok(session),
            Err(refused) => Err(self.refuse_person(tenant, row, refused).await),
        }
    }

    async fn link(
        &self,
        caller: &Caller,
        row: &ConnectionRow,
        granted: AppResult<Result<(Grant, OidcSettings), Fault>>,
    ) -> AppResult<()> {
        let tenant = caller.tenant();
        let (grant, settings) = match granted? {
            Ok(granted) => granted,
            Err(fault) => return Err(self.refuse_fault(tenant, row, &fault).await),
        };
        let vouched = vouched_by(&grant.claims, row, &settings);
        if !super::is_subject(&vouched.subject) {
            return Err(self.refuse_person(tenant, row, Refusal::NoSubject).await);
        }
        self.alter(tenant, async |tx| {
            let linked = store::identities::link(tx, row.id, &vouched.subject, caller.member());
            match linked.await {
                Err(StoreError::Taken(_)) => {
                    return Ok(Err(AppError::new(
                        ErrorCode::Conflict,
                        "That account is linked to somebody already, or you are linked to another one. \
                         Nothing was changed.",
                    )));
                }
                linked => linked?,
            }
            let who = (Some(caller.member()), caller.name());
            store::audit::append(tx, who, "sign_on.linked", &row.name).await?;
            Ok(Ok(()))
        })
        .await
    }

    /// What a test shows. Nobody is signed in and nothing is linked; that it worked is noted.
    async fn tested(
        &self,
        caller: &Caller,
        row: &ConnectionRow,
        granted: AppResult<Result<(Grant, OidcSettings), Fault>>,
    ) -> AppResult<TestedView> {
        let (grant, settings) = match granted? {
            Ok(granted) => granted,
            Err(fault) => {
                return Ok(TestedView {
                    said: format!("{} ({})", fault.explained, fault.code),
                    ..TestedView::default()
                });
            }
        };
        let vouched = vouched_by(&grant.claims, row, &settings);
        let outcome = self.outcome(caller.tenant(), row, &vouched).await?;
        self.alter(caller.tenant(), async |tx| {
            if sign_on_connections::note_tested(tx, row.id, row.version).await? {
                let who = (Some(caller.member()), caller.name());
                store::audit::append(tx, who, "sign_on.tested", &row.name).await?;
            }
            Ok(Ok(()))
        })
        .await?;
        let (said, role) = outcome;
        Ok(TestedView {
            claims: shown(&grant.claims),
            good: true,
            said,
            role,
        })
    }

    /// What would follow of it, in words, and the role. Changes nothing.
    pub(crate) async fn outcome(
        &self,
        tenant: TenantId,
        row: &ConnectionRow,
        vouched: &Vouched,
    ) -> AppResult<(String, Option<String>)> {
        let asked = async {
            let mut tx = self.store.enter(tenant).await?;
            let linked = store::identities::find(&mut tx, row.id, &vouched.subject).await?;
            let outcome = match linked {
                Some(member) => Ok(known(&mut tx, member).await?),
                None => newcomer(&mut tx, row, vouched).await?.map(|(email, role)| {
                    let said = "This person would be taken in as a new member with this address:";
                    (format!("{said} {email}"), Some(role.as_str().to_owned()))
                }),
            };
            Ok::<_, StoreError>(outcome)
        };
        let outcome = asked.await.map_err(failed)?;
        Ok(outcome.unwrap_or_else(|refused| (refused.explained().to_owned(), None)))
    }

    pub(crate) async fn refuse_fault(
        &self,
        tenant: TenantId,
        row: &ConnectionRow,
        fault: &Fault,
    ) -> AppError {
        let said = "You could not be signed in. Nothing is wrong with your password. Ask your \
                    administrator, and tell them the id below.";
        self.refuse(tenant, &row.name, (fault.code, &fault.explained), said)
            .await
    }

    pub(crate) async fn refuse_person(
        &self,
        tenant: TenantId,
        row: &ConnectionRow,
        refused: Refusal,
    ) -> AppError {
        let told = (refused.code(), refused.explained());
        self.refuse(tenant, &row.name, told, refused.said()).await
    }
}

async fn known(
    tx: &mut store::TenantTx,
    member: MemberId,
) -> Result<(String, Option<String>), StoreError> {
    let person = store::members::get(tx, member).await?;
    Ok(match person {
        Some(person) if person.deactivated_ms.is_none() => (
            format!("This is a member already: {}", person.email),
            Some(person.role.as_str().to_owned()),
        ),
        _ => (Refusal::Deactivated.explained().to_owned(), None),
    })
}

/// Who answered must be who was asked (RFC 9207, section 2.4): before the code goes anywhere.
fn judge_sender(returned: &Returned, required: bool, named: &[String]) -> Result<(), Fault> {
    match returned.iss.as_deref() {
        None if required => Err(Fault::new(
            "iss_missing",
            "The provider says that it names itself in its answers (iss), and this answer does not.",
        )),
        Some(iss) if !named.iter().any(|it| it == iss) => Err(Fault::new(
            "iss_other",
            format!(
                "The answer came from {} and not from the provider that was asked.",
                quoted(iss)
            ),
        )),
        _ => Ok(()),
    }
}

fn code_of(returned: &Returned) -> Result<&str, Fault> {
    if let Some(error) = &returned.error {
        let more = returned.error_description.as_deref().unwrap_or_default();
        let explained = format!("The provider said {} {}.", quoted(error), quoted(more));
        return Err(Fault::new("provider_said", explained));
    }
    let code = returned.code.as_deref().filter(|code| !code.is_empty());
    code.ok_or_else(|| Fault::new("code_missing", "The provider’s answer holds no code."))
}

/// What the claims vouch for.
fn vouched_by(claims: &Claims, row: &ConnectionRow, settings: &OidcSettings) -> Vouched {
    let map = RoleMap::read(&row.role_map);
    // A claim that is there counts as what it is: only `true` is true.
    let email_verified = match claims.get("email_verified") {
        Some(said) => *said == Value::Bool(true),
        None => settings.trust_addresses,
    };
    Vouched {
        subject: text(claims, "sub").unwrap_or_default().to_owned(),
        email: text(claims, "email").map(str::to_owned),
        email_verified,
        name: text(claims, "name").map(str::to_owned),
        role_values: texts(claims, &map.claim),
        idp_session: text(claims, "sid")
            .filter(|sid| super::is_subject(sid))
            .map(str::to_owned),
        strength: texts(claims, "amr"),
    }
}

/// Claims as a page shows them.
fn shown(claims: &Claims) -> Vec<(String, String)> {
    let value = |value: &Value| {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let plain = text.chars().filter(|letter| !letter.is_control());
        plain.take(LONGEST_SHOWN).collect::<String>()
    };
    let all = claims.iter().take(MOST_SHOWN);
    all.map(|(name, it)| (name.chars().take(100).collect(), value(it)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Returned, code_of, judge_sender};

    #[test]
    fn t48_who_answers_is_who_was_asked() {
        let named = ["https://a".to_owned()];
        let judged = |iss: Option<&str>, required: bool| {
            let returned = Returned {
                iss: iss.map(str::to_owned),
                ..Returned::default()
            };
            judge_sender(&returned, required, &named).is_ok()
        };
        assert!(judged(Some("https://a"), true) && judged(Some("https://a"), false));
        assert!(judged(None, false) && !judged(None, true));
        assert!(!judged(Some("https://b"), false) && !judged(Some("https://a/"), true));
    }

    #[test]
    fn an_error_is_no_code() {
        let returned = Returned {
            code: Some("c".to_owned()),
            error: Some("access_denied".to_owned()),
            ..Returned::default()
        };
        assert!(code_of(&returned).is_err());
        assert!(code_of(&Returned::default()).is_err());
    }
}
