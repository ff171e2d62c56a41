//! The composition root: settings, HTTP edge, tenancy, identity, policy, vault, jobs and the
//! command line, put together over the store, the engine and the pages.
//!
//! A chat message passes through here as docs/walkthroughs/chat-message.md tells.

// The pages' view types are deep; see the same line in `app`.
#![recursion_limit = "256"]

pub mod audit;
pub mod billing;
pub mod brand;
pub mod branding;
pub mod cache;
pub mod certificates;
pub mod chat;
pub mod cli;
pub mod clients;
pub mod config;
pub mod convert;
pub mod database;
pub mod demo;
pub mod documents;
pub mod domains;
pub mod embeddings;
pub mod fault;
pub mod guests;
pub mod http;
pub mod identity;
pub mod installation;
pub mod jobs;
pub mod keys;
pub mod kms;
pub mod limits;
pub mod mail;
pub mod models;
pub mod overview;
pub mod policy;
pub mod programs;
pub mod prompts;
pub mod redis;
pub mod render;
pub mod routes;
pub mod sign_on;
pub mod site;
pub mod staff;
pub mod tenancy;
pub mod vault;
pub mod virtual_keys;
pub mod workspace;
