//! Markdown to HTML that is safe to show, whole or while it is being written.
//!
//! Owns the dialect, the elements an answer may consist of, code colours, formulas, and the
//! cutting of an answer into blocks that never change once they are finished. Refuses raw HTML,
//! images, unknown address schemes, styles, ids and handlers: the output consists of literals of
//! this module and escaped text, so there is nothing to sanitise afterwards.
//!
//! # Dialect
//!
//! `CommonMark` with tables, strikethrough, task lists, bare http(s) addresses, and math in `$…$`,
//! `$$…$$`, `\(…\)` and `\[…\]`. It differs from the standard where a growing answer or safety
//! asks for it:
//!
//! - A reference (`[label]: address`) serves the block it stands in and those after it, not
//!   earlier ones: those are already on the screen and do not change.
//! - Raw HTML is text, except `<br>`. Images show their description and host.
//! - `#` is h3, `##` is h4 and so on: h1 and h2 belong to the page.
//! - Relative links, and links with other schemes than http, https and mailto, are text. Titles
//!   of links are dropped: what a link says must be visible.
//! - `\(` and `\[` begin math where a closing partner follows; `$` followed by a digit after its
//!   partner (`$5–$10`) is money.
//! - A block longer than 128 KiB goes on as another block. Beyond 64 containers on one line the
//!   rest of the line is text, and elements deeper than 64 are left out.
//! - Control characters become U+FFFD.

mod code;
mod escape;
mod highlight;
mod inline;
mod links;
mod math;
mod parse;
mod repair;
mod segment;
mod stream;
mod table;
mod write;

#[cfg(test)]
mod tests;

pub use self::stream::{ANSWER_MAX_BYTES, StreamRenderer};

/// Renders a whole text: its top-level blocks in order, each finished, safe HTML.
///
/// Gives exactly the blocks a [`StreamRenderer`] ends with for the same text.
#[must_use]
pub fn markdown(text: &str) -> Vec<String> {
    let mut renderer = StreamRenderer::new();
    renderer.push(text);
    let (blocks, _) = renderer.finish();
    blocks
        .iter()
        .map(|block| block.as_ref().to_owned())
        .collect()
}
