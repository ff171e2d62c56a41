//! Who may do what with a key: the one place that says so.

use super::Keys;
use contract::keys::{KeyRights, KeyScope};
use contract::{AppError, AppResult, Caller, ErrorCode, KeyId, Said, said};
use store::provider_keys::ProviderKeyRow;

/// What `caller` may do with a key of this scope; `None`: it does not exist for them.
pub(super) fn rights(caller: &Caller, scope: KeyScope) -> Option<KeyRights> {
    let role = caller.role();
    let (manages, sees) = (role.may_manage_keys(), role.may_see_keys());
    match scope {
        KeyScope::Member(member) if member == caller.member() => Some(KeyRights::Change),
        KeyScope::Member(_) if manages => Some(KeyRights::Stop),
        KeyScope::Workspace | KeyScope::Team(_) if manages => Some(KeyRights::Change),
        _ if sees => Some(KeyRights::See),
        _ => None,
    }
}

/// Refuses whoever may not see the workspace's keys.
pub(super) fn may_see(caller: &Caller) -> AppResult<()> {
    if caller.role().may_see_keys() {
        return Ok(());
    }
    Err(denied(said!(
        "Provider keys are for owners, admins and auditors of this workspace."
    )))
}

/// Refuses whoever may not change the workspace's keys.
pub(super) fn may_manage(caller: &Caller) -> AppResult<()> {
    if caller.role().may_manage_keys() {
        return Ok(());
    }
    Err(denied(said!(
        "Only an owner or an admin of this workspace may change provider keys."
    )))
}

/// Refuses a new key of this scope.
pub(super) fn may_bring(caller: &Caller, scope: KeyScope) -> AppResult<()> {
    match scope {
        KeyScope::Workspace | KeyScope::Team(_) => may_manage(caller),
        KeyScope::Member(member) if member == caller.member() && caller.role().may_chat() => Ok(()),
        KeyScope::Member(_) => Err(denied(said!(
            "A key of one's own is brought by the member who chats with it."
        ))),
    }
}

impl Keys {
    /// The key, where the caller has at least these rights, and whether it is still a draft.
    pub(super) async fn with_rights(
        &self,
        caller: &Caller,
        id: KeyId,
        needed: KeyRights,
    ) -> AppResult<(ProviderKeyRow, bool)> {
        let found = self.draft_or_sealed(caller.tenant(), id).await;
        let held = found
            .as_ref()
            .ok()
            .and_then(|(row, _)| rights(caller, row.scope));
        match held {
            Some(held) if held >= needed => found,
            Some(KeyRights::Stop) => Err(denied(said!(
                "This key is a member's own. You can take it out of use or delete it."
            ))),
            Some(_) => {
                may_manage(caller)?;
                found
            }
            // Whether there is such a key is not told to whoever may see none.
            None => {
                may_see(caller)?;
                found.and(Err(AppError::not_found()))
            }
        }
    }
}

fn denied(words: impl Into<Said>) -> AppError {
    AppError::new(ErrorCode::Denied, words)
}

#[cfg(test)]
mod tests {
    use super::{may_bring, rights};
    use contract::keys::{KeyRights, KeyScope};
    use contract::{Caller, MemberId, Role, SessionId, TeamId, TenantId};
    use uuid::Uuid;

    fn caller(role: Role) -> Caller {
        let id = Uuid::from_u128(1);
        let (tenant, member) = (TenantId::from_uuid(id), MemberId::from_uuid(id));
        let (name, email) = (String::new(), String::new());
        Caller::new(tenant, member, SessionId::from_uuid(id), role, name, email)
    }

    #[test]
    fn every_role_and_scope_has_its_answer() {
        let team = KeyScope::Team(TeamId::from_uuid(Uuid::from_u128(5)));
        let own = KeyScope::Member(MemberId::from_uuid(Uuid::from_u128(1)));
        let other = KeyScope::Member(MemberId::from_uuid(Uuid::from_u128(2)));
        let (see, stop, change) = (
            Some(KeyRights::See),
            Some(KeyRights::Stop),
            Some(KeyRights::Change),
        );
        for (role, shared, foreign) in [
            (Role::Owner, change, stop),
            (Role::Admin, change, stop),
            (Role::Auditor, see, see),
            (Role::Member, None, None),
        ] {
            let caller = caller(role);
            assert_eq!(rights(&caller, KeyScope::Workspace), shared);
            assert_eq!(rights(&caller, team), shared);
            assert_eq!(rights(&caller, other), foreign);
            assert_eq!(rights(&caller, own), change);
            assert!(may_bring(&caller, other).is_err());
            assert_eq!(may_bring(&caller, own).is_ok(), role.may_chat());
            assert_eq!(may_bring(&caller, team).is_ok(), shared == change);
        }
    }
}
