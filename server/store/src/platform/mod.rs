//! What the installation knows about its workspaces: schema `platform`.
//!
//! Refuses content: nothing a member wrote, no key, no address of a member is stored here. The people
//! of the platform host are ([`staff`]); none of them is a member of a workspace.

pub mod agencies;
pub mod audit_anchors;
pub mod base_domains;
pub mod cache;
pub mod certificates;
pub mod changes;
pub mod claims;
pub mod clients;
pub mod domains;
pub mod guest_codes;
pub mod health;
pub mod letters;
pub mod mail_domains;
pub mod price_book;
pub mod sealing;
pub mod staff;
pub mod staff_log;
pub mod workspaces;
