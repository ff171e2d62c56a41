//! The one name a workspace has in the database: schema and role `t_` + 32 hex digits.

use contract::TenantId;
use std::fmt;

/// The name of a workspace's schema and role. Can hold nothing but `t_` and hex digits, because
/// it is made from a UUID and from nothing else; that is why it may stand in formatted SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TenantName(TenantId);

impl TenantName {
    /// The name of this workspace.
    pub(crate) const fn of(tenant: TenantId) -> Self {
        Self(tenant)
    }
}

impl fmt::Display for TenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t_{}", self.0.uuid().simple())
    }
}

#[cfg(test)]
mod tests {
    use super::TenantName;
    use contract::TenantId;
    use uuid::Uuid;

    #[test]
    fn a_name_is_letters_and_digits_whatever_the_id() {
        for id in [Uuid::nil(), Uuid::max(), Uuid::from_u128(0x2722_3b5c)] {
            let name = TenantName::of(TenantId::from_uuid(id)).to_string();
            assert_eq!(name.len(), 34);
            assert!(name.starts_with("t_"));
            assert!(name[2..].bytes().all(|b| b.is_ascii_hexdigit()));
        }
    }
}
