//! The chat: conversation list, transcript, composer, palette, and what keeps them in step.
//!
//! Refuses rules of its own about money, models and rights: it shows what the server says.

mod announce;
mod answer;
mod answer_again;
mod answer_block;
mod cannot_open;
mod choose_model;
mod composer;
mod conversation;
mod copy_text;
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
mod switch_branch;
mod transcript;
mod trouble;
mod turn_state;

pub(crate) use space::{ChatSpace, EmptyRoute};
