//! Every statement that cannot be a literal with bound parameters, because PostgreSQL binds
//! neither identifiers nor passwords. The only file that may say `AssertSqlSafe`.
//!
//! What goes in: [`TenantName`] (hex digits only), numbers, identifiers and literals quoted here.

use crate::schema::name::TenantName;
use sqlx::AssertSqlSafe;
use std::time::Duration;

/// Statement text that was put together here.
type Composed = AssertSqlSafe<String>;

/// Begins a transaction without any workspace's role.
pub(crate) const BEGIN: &str = "begin";

/// Commits, and says so when the transaction had failed: in a failed one the `select` is refused
/// and the batch ends there, where a bare `commit` would quietly roll back.
pub(crate) const COMMIT: &str = "select 1; commit";

/// Ends any transaction and tells the role that is left; `none` is the login itself.
pub(crate) const SCRUB: &str = "rollback; select current_setting('role') as role";

/// Begins a transaction in a workspace: role, schema and limits in one round trip, all of them
/// for this transaction only, so that it also holds behind a pooler in transaction mode.
pub(crate) fn begin_in_tenant(name: TenantName, statement_timeout: Duration) -> Composed {
    let limit = statement_timeout.as_millis();
    AssertSqlSafe(format!(
        "begin; select set_config('role', '{name}', true), \
         set_config('search_path', '\"{name}\"', true), \
         set_config('statement_timeout', '{limit}ms', true), \
         set_config('idle_in_transaction_session_timeout', '60s', true)"
    ))
}

/// Lays the workspace's role down for a while, inside its transaction.
pub(crate) const LEAVE_TENANT: &str = "select set_config('role', 'none', true)";

/// Takes it on again.
pub(crate) fn return_to_tenant(name: TenantName) -> Composed {
    AssertSqlSafe(format!("select set_config('role', '{name}', true)"))
}

/// Points the rest of the transaction at a workspace's schema without taking on its role: what
/// migrations create then belongs to the owner's login.
pub(crate) fn build_in_tenant(name: TenantName) -> Composed {
    AssertSqlSafe(format!(
        "select set_config('search_path', '\"{name}\"', true)"
    ))
}

/// Creates a workspace's role and schema. `roles_have_options`: PostgreSQL 16 or newer, where a
/// creator has to grant itself the new role and inheritance is a property of each grant.
pub(crate) fn create_tenant(
    name: TenantName,
    owner: &str,
    app: &str,
    roles_have_options: bool,
) -> Composed {
    let (owner, app) = (quote_identifier(owner), quote_identifier(app));
    let (to_owner, to_app) = if roles_have_options {
        (
            " with inherit true, set true",
            " with inherit false, set true",
        )
    } else {
        ("", "")
    };
    AssertSqlSafe(format!(
        "create role \"{name}\" nologin nosuperuser nocreatedb nocreaterole nobypassrls; \
         grant \"{name}\" to {owner}{to_owner}; \
         create schema \"{name}\" authorization \"{name}\"; \
         grant usage, create on schema \"{name}\" to {owner}; \
         grant \"{name}\" to {app}{to_app}"
    ))
}

/// Gives the workspace's role its rights after migrations: rows, not structure. Records can be
/// added but not changed, spending can be settled but not removed.
pub(crate) fn grant_tenant(name: TenantName) -> Composed {
    AssertSqlSafe(format!(
        "grant select, insert, update, delete on all tables in schema \"{name}\" to \"{name}\"; \
         grant usage on all sequences in schema \"{name}\" to \"{name}\"; \
         revoke update, delete on \"{name}\".audit from \"{name}\"; \
         revoke insert, update, delete on \"{name}\".audit_head from \"{name}\"; \
         grant update (seq, hash) on \"{name}\".audit_head to \"{name}\"; \
         revoke delete on \"{name}\".ledger from \"{name}\"; \
         revoke update, delete on \"{name}\".guests from \"{name}\"; \
         grant update (token_hash, ended_ms, noted_ms) on \"{name}\".guests to \"{name}\""
    ))
}

/// Removes a workspace's schema and role with everything in them.
pub(crate) fn drop_tenant(name: TenantName) -> Composed {
    AssertSqlSafe(format!(
        "drop schema if exists \"{name}\" cascade; \
         drop role \"{name}\""
    ))
}

/// Gives the application's login its rights on the `platform` schema: no more than it uses.
pub(crate) fn grant_platform(app: &str) -> Composed {
    let app = quote_identifier(app);
    AssertSqlSafe(format!(
        "grant usage on schema platform to public; \
         grant select on all tables in schema platform to {app}; \
         grant insert, update on platform.agencies, platform.domains, platform.price_book to {app}; \
         grant insert, update (payload), delete on platform.ledger_inbox to {app}; \
         grant delete on platform.domains to {app}; \
         grant insert, update, delete on platform.domain_claims, platform.domain_facts, \
           platform.domain_tombstones to {app}; \
         grant insert, delete on platform.domain_history, platform.base_domains to {app}; \
         grant usage on all sequences in schema platform to {app}; \
         grant insert, delete, update (lost_ms) on platform.nodes to {app}; \
         grant insert, update, delete on platform.spend_accounts, platform.spend_slices to {app}; \
         grant insert on platform.audit_anchors to {app}; \
         grant insert, update, delete on platform.certificates, platform.acme_challenges to {app}; \
         grant insert, delete, update (state, ended_ms) on platform.acme_orders to {app}; \
         grant insert, update (sealed_key, url) on platform.acme_accounts to {app}; \
         grant insert, delete on platform.troubles, platform.letters to {app}; \
         grant update (attempts, due_ms) on platform.letters to {app}; \
         grant insert, delete on platform.key_services, platform.workspace_keys, \
           platform.workspace_sealing to {app}; \
         grant update (settings, sealed_access, signature) on platform.key_services to {app}; \
         grant update (wrapped, signature) on platform.workspace_keys to {app}; \
         grant update on platform.workspace_sealing to {app}; \
         grant insert, delete, update (name, password_hash) on platform.staff to {app}; \
         grant insert, update, delete on platform.staff_grants, platform.staff_throttle to {app}; \
         grant insert, delete, update (seen_ms) on platform.staff_sessions to {app}; \
         grant insert, delete on platform.staff_invitations, platform.guest_codes to {app}; \
         grant insert on platform.staff_log, platform.client_notes to {app}; \
         grant insert, update, delete on platform.mail_domains, \
           platform.mail_domain_tombstones to {app}; \
         grant update (seq, hash) on platform.staff_log_head to {app}; \
         grant update (name, state, brand, budget_nano, member_keys, environment, agency_id, \
           cache_ttl_s, cache_epoch, cache_purged, redirect_hosts, suspended_ms, suspended_by, \
           suspended_reason, guests_allowed, guest_until_ms) on platform.workspaces to {app}"
    ))
}

/// Creates or updates a login of the installation.
pub(crate) fn ensure_login(
    name: &str,
    password: &str,
    exists: bool,
    creates_roles: bool,
) -> Composed {
    let verb = if exists { "alter" } else { "create" };
    let rights = if creates_roles {
        "createrole inherit"
    } else {
        "nocreaterole noinherit"
    };
    AssertSqlSafe(format!(
        "{verb} role {} with login nosuperuser nocreatedb noreplication nobypassrls {rights} \
         password {}",
        quote_identifier(name),
        quote_literal(password)
    ))
}

/// Creates the installation's database.
pub(crate) fn create_database(name: &str, owner: &str) -> Composed {
    AssertSqlSafe(format!(
        "create database {} owner {} encoding 'UTF8' template template0",
        quote_identifier(name),
        quote_identifier(owner)
    ))
}

/// Lets nobody but the two logins into the installation's database.
pub(crate) fn close_database(name: &str, owner: &str, app: &str) -> Composed {
    let (name, owner, app) = (
        quote_identifier(name),
        quote_identifier(owner),
        quote_identifier(app),
    );
    AssertSqlSafe(format!(
        "revoke all on database {name} from public; \
         grant connect, temporary, create on database {name} to {owner}; \
         grant connect on database {name} to {app}"
    ))
}

fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('\0', "").replace('"', "\"\""))
}

/// A literal that means the same whatever `standard_conforming_strings` says.
fn quote_literal(text: &str) -> String {
    let text = text
        .replace('\0', "")
        .replace('\\', "\\\\")
        .replace('\'', "''");
    format!("E'{text}'")
}

#[cfg(test)]
mod tests {
    use super::{quote_identifier, quote_literal};

    #[test]
    fn quotes_cannot_be_left() {
        assert_eq!(
            quote_identifier("a\"; drop role b"),
            "\"a\"\"; drop role b\""
        );
        assert_eq!(
            quote_literal("a'; drop role b; --\\"),
            "E'a''; drop role b; --\\\\'"
        );
        assert_eq!(quote_literal("\\'"), "E'\\\\'''");
    }
}
