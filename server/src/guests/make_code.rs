//! On the platform host: a code for somebody who may open this client.

use super::{CODE, Guests};
use crate::fault;
use crate::identity::token::Token;
use crate::staff::deed;
use contract::{AppError, AppResult, ErrorCode, Staff, said};
use secrecy::SecretString;
use serde_json::json;
use store::platform::clients::ClientRecord;
use store::platform::guest_codes::NewGuestCode;

/// Longest reason, in characters.
const REASON_CHARS: usize = 300;

impl Guests {
    /// A code that opens `client` once, within a minute. Needs a grant that says so, and a reason.
    pub async fn make_code(
        &self,
        staff: &Staff,
        client: &ClientRecord,
        reason: &str,
    ) -> AppResult<SecretString> {
        let grant = staff.grant_for(client.agency, client.id);
        let grant = grant.ok_or_else(AppError::not_found)?;
        if !grant.may_open {
            return Err(AppError::new(
                ErrorCode::Denied,
                "Opening a client as an administrator is not part of what you may do. An owner of the \
                 agency, or the operator, can allow it.",
            ));
        }
        let reason = reason_of(reason)?;
        let house = grant.agency.as_ref().map(|(_, name)| name.clone());
        let code = Token::fresh();
        let new = NewGuestCode {
            code_hash: code.hash(),
            tenant: client.id,
            staff: staff.id(),
            house: house.unwrap_or_default(),
            reason: reason.clone(),
            lifetime: CODE,
        };
        let deed = deed(staff, "client.opened", &client.slug)
            .with(json!({ "workspace": client.id, "reason": reason }));
        let made = self.store.make_guest_code(&new, &deed).await;
        if made.map_err(|error| fault::internal("making a guest's code", error))? {
            return Ok(code.secret());
        }
        Err(AppError::new(
            ErrorCode::Conflict,
            "This client lets nobody come in from here. An owner of the workspace can allow it, on its \
             page “Workspace”.",
        ))
    }
}

/// A reason that says something, on one line.
///
/// # Errors
/// [`ErrorCode::Invalid`]: none, or too long.
pub(crate) fn reason_of(typed: &str) -> AppResult<String> {
    let reason = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = reason.chars().count();
    if !(3..=REASON_CHARS).contains(&length) || reason.contains(char::is_control) {
        return Err(AppError::new(
            ErrorCode::Invalid,
            said!(
                "Say why, in at most {most} characters. The client can read it.",
                most = REASON_CHARS
            ),
        ));
    }
    Ok(reason)
}

#[cfg(test)]
mod tests {
    use super::reason_of;

    #[test]
    fn a_reason_is_there_and_stands_on_one_line() {
        assert_eq!(reason_of(" set up\n routes ").unwrap(), "set up routes");
        for none in ["", "  ", "-", "\n\n"] {
            assert!(reason_of(none).is_err(), "{none:?}");
        }
        assert!(reason_of(&"a".repeat(301)).is_err());
    }
}
