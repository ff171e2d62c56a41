//! Reading rows: typed ids and money out of columns, so that no row struct holds a bare UUID.

use crate::error::{StoreError, StoreResult};
use contract::{
    AgencyId, AttemptId, ConnectionId, ConversationId, GuestId, InvitationId, KeyId, MemberId,
    MessageId, NanoUsd, Role, SessionId, StaffId, StaffSessionId, TeamId, TenantId, VirtualKeyId,
};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// An id type of the contract, made from what a `uuid` column holds.
pub(crate) trait TypedId: Sized {
    /// Wraps the column's value.
    fn of(id: Uuid) -> Self;
}

macro_rules! typed {
    ($($name:ident),+ $(,)?) => {$(
        impl TypedId for $name {
            fn of(id: Uuid) -> Self {
                Self::from_uuid(id)
            }
        }
    )+};
}

typed!(
    AgencyId,
    AttemptId,
    ConnectionId,
    ConversationId,
    GuestId,
    InvitationId,
    KeyId,
    MemberId,
    MessageId,
    SessionId,
    StaffId,
    StaffSessionId,
    TeamId,
    TenantId,
    VirtualKeyId,
);

/// Typed reads by column name.
pub(crate) trait Columns {
    /// A `uuid not null`.
    fn id<T: TypedId>(&self, column: &str) -> StoreResult<T>;
    /// A `uuid`.
    fn id_opt<T: TypedId>(&self, column: &str) -> StoreResult<Option<T>>;
    /// A nano-USD `bigint not null`.
    fn nano(&self, column: &str) -> StoreResult<NanoUsd>;
    /// A nano-USD `bigint`; missing is not zero.
    fn nano_opt(&self, column: &str) -> StoreResult<Option<NanoUsd>>;
    /// A role's name.
    fn role(&self, column: &str) -> StoreResult<Role>;
    /// Any other type the driver reads.
    fn get_as<'r, T>(&'r self, column: &str) -> StoreResult<T>
    where
        T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>;
}

impl Columns for PgRow {
    fn id<T: TypedId>(&self, column: &str) -> StoreResult<T> {
        Ok(T::of(self.try_get(column)?))
    }

    fn id_opt<T: TypedId>(&self, column: &str) -> StoreResult<Option<T>> {
        Ok(self.try_get::<Option<Uuid>, _>(column)?.map(T::of))
    }

    fn nano(&self, column: &str) -> StoreResult<NanoUsd> {
        Ok(NanoUsd::new(self.try_get(column)?))
    }

    fn nano_opt(&self, column: &str) -> StoreResult<Option<NanoUsd>> {
        Ok(self.try_get::<Option<i64>, _>(column)?.map(NanoUsd::new))
    }

    fn role(&self, column: &str) -> StoreResult<Role> {
        let name: &str = self.try_get(column)?;
        Role::parse(name).ok_or_else(|| StoreError::Inconsistent(format!("role {name:?}")))
    }

    fn get_as<'r, T>(&'r self, column: &str) -> StoreResult<T>
    where
        T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        Ok(self.try_get(column)?)
    }
}

/// Reads every row with `read`.
pub(crate) fn read_all<T>(
    rows: &[PgRow],
    read: impl Fn(&PgRow) -> StoreResult<T>,
) -> StoreResult<Vec<T>> {
    rows.iter().map(read).collect()
}
