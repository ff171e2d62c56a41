//! Refusing a login that could cross workspaces: the start-up check behind every promise here.

use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use sqlx::Row;

const QUESTION: &str = "
    select current_user::text as login,
           r.rolsuper, r.rolbypassrls, r.rolinherit, r.rolcreaterole, r.rolreplication,
           exists (select 1 from pg_namespace n
                   where n.nspowner = r.oid
                     and (n.nspname = 'platform' or n.nspname ~ '^t_[0-9a-f]{32}$')) as owns_schema,
           exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                   where c.relowner = r.oid
                     and (n.nspname = 'platform' or n.nspname ~ '^t_[0-9a-f]{32}$')) as owns_table,
           has_schema_privilege('platform', 'create') as builds_platform,
           exists (select 1 from pg_auth_members m join pg_roles g on g.oid = m.roleid
                   where m.member = r.oid and g.rolname !~ '^t_[0-9a-f]{32}$') as other_roles
    from pg_roles r where r.rolname = current_user";

impl Store {
    /// Fails with [`StoreError::Privileges`] when the application's login is superuser, skips row
    /// security, inherits or creates roles, owns any of our schemas or tables, or belongs to a
    /// role that is no workspace's. Call after [`Store::migrate`] and before serving.
    pub async fn check_privileges(&self) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(QUESTION).fetch_one(tx.conn()?).await?;
        let login: String = row.try_get("login")?;
        for (column, complaint) in [
            ("rolsuper", "is a superuser"),
            ("rolbypassrls", "has BYPASSRLS"),
            ("rolinherit", "has INHERIT (alter role … noinherit)"),
            ("rolcreaterole", "may create roles"),
            ("rolreplication", "may replicate"),
            ("owns_schema", "owns a schema of the installation"),
            ("owns_table", "owns a table of the installation"),
            ("builds_platform", "may create objects in schema platform"),
            (
                "other_roles",
                "is a member of a role that is no workspace's",
            ),
        ] {
            if row.try_get::<bool, _>(column)? {
                return Err(StoreError::Privileges(format!("{login:?} {complaint}")));
            }
        }
        tx.commit().await
    }
}
