//! Roles of members: given by whoever looks after the installation.

use contract::{MemberId, Role};
use store::{StoreError, TenantTx};

/// Gives a member another role, and records it in the same transaction. That somebody is left who owns
/// the workspace is the caller's to see to.
pub async fn give_role(
    tx: &mut TenantTx,
    who: (Option<MemberId>, &str),
    (member, email): (MemberId, &str),
    role: Role,
) -> Result<(), StoreError> {
    store::members::set_role(tx, member, role).await?;
    let said = format!("{email}: {}", role.as_str());
    store::audit::append(tx, who, "member.role_set", &said).await
}
