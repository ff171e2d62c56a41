//! The chat: conversation list, transcript, composer, palette, and what keeps them in step.
//!
//! Refuses rules of its own about money, models and rights: it shows what the server says.

mod announce;
mod answer;
mod composer;
mod conversation;
mod draft;
mod endpoints;
mod follow_turn;
pub(crate) mod group_by_day;
mod help;
mod live_regions;
mod palette;
mod question;
mod receipt;
mod scroll;
mod send_message;
mod shortcuts;
mod side;
mod skeleton;
mod space;
mod transcript;
mod trouble;
mod turn_state;

pub(crate) use space::{ChatSpace, EmptyRoute};
