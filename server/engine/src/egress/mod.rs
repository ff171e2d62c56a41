//! The way out: which addresses a provider may have.
//!
//! Owns the HTTP client, the judgement of addresses and the resolver that applies it to what is
//! really connected to. Refuses private, local and metadata addresses unless an operator allows
//! them, plain HTTP to anything else, redirects and proxies.

mod address;
mod client;
mod resolve;

pub use client::{Egress, refused_in};
pub use ipnet::IpNet;

/// An address that providers may not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EgressRefused {
    /// Not an absolute http or https address with a host, or it carries a name, query or fragment.
    #[error("the address is not a plain https address")]
    Malformed,
    /// Plain HTTP outside the networks the operator allows.
    #[error("plain http is allowed only inside networks the operator names")]
    Plain,
    /// The port belongs to something that does not speak HTTP.
    #[error("the port belongs to another kind of service")]
    Port,
    /// The address, or one it resolves to, is private, local or reserved.
    #[error("the address is private, local or reserved")]
    Private,
}
