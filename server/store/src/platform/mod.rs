//! What the installation knows about its workspaces: schema `platform`.
//!
//! Refuses content: nothing a member wrote, no key, no address of a person is stored here.

pub mod agencies;
pub mod audit_anchors;
pub mod base_domains;
pub mod cache;
pub mod certificates;
pub mod changes;
pub mod claims;
pub mod domains;
pub mod letters;
pub mod price_book;
pub mod sealing;
pub mod workspaces;
