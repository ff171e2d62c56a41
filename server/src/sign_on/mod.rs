//! Sign-on through the workspace's own identity providers.
//!
//! Owns who is trusted, and the step from what a provider vouched for to a member ([`settle_identity`]),
//! which every protocol shares. Refuses to find anybody by their address, to make anybody an owner, and to
//! take in whoever comes from a domain that this workspace has not proven.

pub mod role_map;
mod settle;

pub use settle::{
    LONGEST_SUBJECT, Refusal, Settled, Vouched, is_subject, newcomer, readable_address,
    settle_identity,
};
