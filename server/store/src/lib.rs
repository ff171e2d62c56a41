//! All SQL of the installation, one file per table group.
//!
//! Owns connections, schemas and roles, migrations, and every query. Two doors lead in:
//! [`Store`] for what the installation knows about its workspaces, and [`TenantTx`] for what is
//! inside one of them. A [`TenantTx`] runs as the workspace's own database role and sees the
//! workspace's own schema only, so a forgotten filter finds nothing of anybody else.
//!
//! Refuses plaintext of sealed columns (it stores and returns bytes), SQL made of input (the one
//! module that formats statements, `schema::statements`, formats UUIDs and quoted identifiers),
//! and any knowledge of HTTP, pages or providers.
//!
//! Conventions: times are milliseconds since 1970-01-01 UTC by the database's clock, money is
//! nano-USD, "not found" is `None` or `false` and never an error.

mod columns;
mod connections;
mod error;
pub mod ledger;
mod migrate;
mod nodes;
pub mod platform;
mod schema;
pub mod spend;
pub mod tenant;

pub use connections::addresses::{DatabaseUrl, DatabaseUrls};
pub use connections::store::{Store, StoreOptions};
pub use connections::tenant_tx::TenantTx;
pub use error::{StoreError, StoreResult};
pub use ledger::write::LedgerWriter;
pub use migrate::{Migration, MigrationReport, Migrations, TenantFailure};
pub use nodes::lease::{LifeProof, NodeLease};
pub use nodes::recover::Recovered;
pub use schema::bootstrap::{RolePasswords, prepare_database};
pub use tenant::connections as sign_on_connections;
pub use tenant::conversations::ConversationRow;
pub use tenant::invitations::{InvitationRow, NewInvitationRow};
pub use tenant::members::{MemberRow, NewMemberRow};
pub use tenant::messages::{EndedAnswer, MessageRow, MessageState, NewAnswerRow, NewQuestionRow};
pub use tenant::sessions::{NewSessionRow, SessionOrigin, SessionRow, SignedIn};
pub use tenant::{
    audit, brand_assets, brand_versions, conversations, extent, facts, guests, identities,
    invitations, learned, limits, members, messages, overview, prompts, provider_keys, resealing,
    routes, savings, sessions, sign_on_requests, stored_responses, teams, throttle, virtual_keys,
};

/// The sealed form of something, as the vault made it. Opaque here.
pub type Sealed = Vec<u8>;
