//! An answer that is still being written: finished blocks, and the one that is open.

use std::sync::Arc;

use super::code::OpenFence;
use super::math;
use super::parse::{References, with_events};
use super::repair::settle;
use super::segment::{self, BLOCK_MAX_BYTES, Next, first_line};
use super::write::{Ending, push_html};

/// Longest answer that is shown, in bytes; what follows is dropped and the answer says so.
pub const ANSWER_MAX_BYTES: usize = 2 * 1024 * 1024;

/// Most quotes and lists opened on one line.
const NESTING_MAX: usize = 64;

const CUT_NOTICE: &str =
    "<p class=\"cut-notice\">The answer is longer than can be shown and was cut here.</p>";

/// Renders Markdown as it arrives.
///
/// The same text gives the same blocks however it was cut into pieces, and [`super::markdown`]
/// gives them too.
#[derive(Debug, Default)]
pub struct StreamRenderer {
    source: String,
    /// Where the open block begins in `source`.
    start: usize,
    frozen: Vec<Arc<str>>,
    references: References,
    fence: Option<Box<OpenFence>>,
    open: Option<Arc<str>>,
    /// The last piece ended with a carriage return, whose line feed may be the next one's first.
    after_return: bool,
    prefix: LinePrefix,
    cut: bool,
}

/// Counts the markers of quotes and lists at the beginning of the line being written.
#[derive(Debug)]
struct LinePrefix {
    markers: usize,
    last: char,
    over: bool,
}

impl Default for LinePrefix {
    fn default() -> Self {
        Self {
            markers: 0,
            last: '\n',
            over: false,
        }
    }
}

impl LinePrefix {
    /// Looks at the next character; `true` once, when so many containers have been opened on one
    /// line that the rest of it has to be text.
    fn nests_too_deep(&mut self, next: char) -> bool {
        let last = std::mem::replace(&mut self.last, next);
        if next == '\n' {
            *self = Self::default();
            return false;
        }
        if self.over {
            return false;
        }
        if next.is_whitespace() {
            self.markers += usize::from("-*+.)".contains(last));
            return false;
        }
        self.markers += usize::from(next == '>');
        let deep = self.markers > NESTING_MAX;
        self.over = deep || !"->*+.)0123456789".contains(next);
        deep
    }
}

impl StreamRenderer {
    /// An answer of which nothing has arrived.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece of text. Costs as much as the open block is long, not the answer.
    pub fn push(&mut self, delta: &str) {
        if delta.is_empty() {
            return;
        }
        self.take(delta);
        self.open = None;
        self.advance(false);
    }

    /// The finished blocks, safe HTML. What is in here never changes again.
    #[must_use]
    pub fn frozen(&self) -> &[Arc<str>] {
        &self.frozen
    }

    /// The block still being written, safe HTML; empty when there is none. Unfinished markup is
    /// completed or held back, so that it is never seen as characters.
    pub fn open(&mut self) -> Arc<str> {
        if let Some(html) = &self.open {
            return Arc::clone(html);
        }
        let html: Arc<str> = self.draw_open().into();
        self.open = Some(Arc::clone(&html));
        html
    }

    /// Everything so far as Markdown, line ends as `\n`.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Ends the answer: all blocks, and the Markdown they were made from.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Arc<str>>, String) {
        self.advance(true);
        if self.cut {
            self.frozen.push(CUT_NOTICE.into());
        }
        (self.frozen, self.source)
    }

    /// Appends `delta` with one kind of line end and without control characters.
    fn take(&mut self, delta: &str) {
        for character in delta.chars() {
            let follows_return = std::mem::replace(&mut self.after_return, character == '\r');
            let kept = match character {
                '\n' if follows_return => continue,
                '\r' => '\n',
                '\n' | '\t' => character,
                other if other.is_control() => '\u{fffd}',
                other => other,
            };
            if self.source.len() + kept.len_utf8() + 1 > ANSWER_MAX_BYTES {
                self.cut = true;
                return;
            }
            if self.prefix.nests_too_deep(kept) {
                self.source.push('\\');
            }
            self.source.push(kept);
        }
    }

    /// Freezes every block that is certain.
    fn advance(&mut self, complete: bool) {
        loop {
            if self.fence.is_some() {
                if !self.advance_fence(complete) {
                    return;
                }
                continue;
            }
            self.skip_blank_lines();
            if self.start == self.source.len() {
                return;
            }
            match segment::next(&self.source[self.start..], complete) {
                Next::Wait => return,
                Next::Fence(fence, length) => {
                    self.start += length;
                    self.fence = Some(fence);
                }
                Next::Math(source, length) => {
                    let mut html = String::new();
                    math::push_block(&mut html, &source);
                    self.freeze(html);
                    self.start += length;
                }
                Next::Block(length) => self.freeze_block(length),
            }
        }
    }

    /// Feeds complete lines to the open fence; `false` when it has to wait for more.
    fn advance_fence(&mut self, complete: bool) -> bool {
        let Some(mut fence) = self.fence.take() else {
            return true;
        };
        loop {
            let rest = &self.source[self.start..];
            let (line, whole) = first_line(rest);
            if !whole && !complete {
                self.fence = Some(fence);
                return false;
            }
            let length = line.len() + usize::from(whole);
            let closed = fence.is_closed_by(line);
            if !closed {
                fence.push_line(&rest[..length]);
            }
            self.start += length;
            if closed || self.start == self.source.len() && complete {
                self.freeze(fence.html());
                return true;
            }
            if fence.taken() > BLOCK_MAX_BYTES {
                let html = fence.restart();
                self.freeze(html);
            }
        }
    }

    fn skip_blank_lines(&mut self) {
        loop {
            let (line, whole) = first_line(&self.source[self.start..]);
            if !whole || !line.trim().is_empty() {
                return;
            }
            self.start += line.len() + 1;
        }
    }

    fn freeze_block(&mut self, length: usize) {
        let text = &self.source[self.start..self.start + length];
        let html = draw(text, &mut self.references);
        self.start += length;
        self.freeze(html);
    }

    fn freeze(&mut self, html: String) {
        if !html.is_empty() {
            self.frozen.push(html.into());
        }
    }

    fn draw_open(&self) -> String {
        let text = &self.source[self.start..];
        if let Some(fence) = &self.fence {
            return fence.open_html(text);
        }
        if text.trim().is_empty() {
            return String::new();
        }
        if let Some((latex, closed)) = segment::growing_math(text) {
            let mut html = String::new();
            if closed {
                math::push_block(&mut html, latex);
            } else if !latex.trim().is_empty() {
                math::push_unfinished_block(&mut html, latex);
            }
            return html;
        }
        let settled = settle(text, &self.references);
        // What a block that is not finished defines may still change: it is not learned.
        with_events(&settled.text, &self.references, |events| {
            let mut html = String::with_capacity(text.len() * 2);
            push_html(&mut html, events, &settled.ending);
            html
        })
        .0
    }
}

/// One finished piece of Markdown as HTML.
fn draw(text: &str, references: &mut References) -> String {
    let (html, learned) = with_events(text, references, |events| {
        let mut html = String::with_capacity(text.len() * 2);
        push_html(&mut html, events, &Ending::default());
        html
    });
    references.learn(learned);
    html
}
