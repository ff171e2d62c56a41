//! Workspaces as documents: written down, read, compared, applied.
//!
//! Owns the form of a document and its published schema, every check of one, the plan from a state to
//! a document, and doing it in one transaction. Refuses secrets in either direction: a document says
//! where one comes from, an export not even that.

mod apply;
mod carry_out;
mod describe;
mod export;
mod judge;
mod normalise;
mod plan;
mod problem;
mod read;
mod schema;
mod secrets;
mod select;
mod shape;
mod state;
mod step;
mod tree;
mod write;

pub use apply::{Job, Outcome, apply, plan_new};
pub use export::export;
pub use normalise::normalise;
pub use plan::Choices;
pub use problem::{Problem, Problems};
pub use read::{Written, read_documents};
pub use schema::schema;
pub use select::{Selector, refuse_singular};
pub use shape::{
    AllowsPart, BrandPart, Document, HostPart, KeyPart, LimitPart, MemberPart, ModelPart,
    PricePart, SecretPart, SemanticPart, TargetPart,
};
pub use step::{Kind, Step};
pub use tree::{Tree, read_trees};
pub use write::to_yaml;
