//! Events to HTML. The only place that writes elements.
//!
//! Every element and attribute name is a literal of this crate; everything else passes
//! [`super::escape`]. No `style`, no `id`, no handler, no element that loads anything.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::code;
use super::escape::{push_attribute, push_text};
use super::links::{self, SafeUrl};
use super::math;
use super::repair::PENDING_MATH;
use super::table::{self, TableShape};

/// Deeper elements are not written; their text is.
const DEPTH_MAX: usize = 64;

/// What is known about the end of the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Ending {
    /// More may follow: what touches the end is not yet trusted.
    pub(super) growing: bool,
    /// Source of math that has begun and not ended; stands at [`PENDING_MATH`].
    pub(super) pending_math: Option<String>,
}

/// Appends the HTML of `events`.
pub(super) fn push_html(out: &mut String, events: &[Event<'_>], ending: &Ending) {
    let mut writer = Writer {
        out,
        events,
        at: 0,
        open: Vec::new(),
        in_link: false,
        plain: String::new(),
        tables: Vec::new(),
        pending_math: ending.pending_math.as_deref(),
        growing: ending.growing,
    };
    writer.run();
}

/// An element that has been opened.
enum Open {
    /// Closed with this text.
    Element(&'static str),
    /// Nothing was written for it.
    Silent,
    /// A link, and where its text begins in `plain`.
    Link(SafeUrl, usize),
}

struct Writer<'a, 'e> {
    out: &'a mut String,
    events: &'a [Event<'e>],
    at: usize,
    open: Vec<Open>,
    /// Whether a link is among `open`.
    in_link: bool,
    /// Text of the links being written, for the comparison with their host.
    plain: String,
    tables: Vec<TableShape>,
    pending_math: Option<&'a str>,
    growing: bool,
}

impl<'e> Writer<'_, 'e> {
    fn run(&mut self) {
        while let Some(event) = self.events.get(self.at) {
            self.at += 1;
            self.event(event);
        }
        while let Some(open) = self.open.pop() {
            self.close(open);
        }
    }

    fn event(&mut self, event: &Event<'e>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(*end),
            Event::Text(text) => self.text(text),
            Event::Code(code) => {
                self.plain_text(code);
                self.out.push_str("<code>");
                push_text(self.out, code);
                self.out.push_str("</code>");
            }
            Event::InlineMath(latex) => self.inline_math(latex),
            Event::DisplayMath(latex) => {
                self.plain_text(latex);
                math::push_display_inline(self.out, latex);
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(html),
            Event::SoftBreak => {
                self.plain_text(" ");
                self.out.push('\n');
            }
            Event::HardBreak => {
                self.plain_text(" ");
                self.out.push_str("<br>");
            }
            Event::Rule => self.out.push_str("<hr>"),
            Event::TaskListMarker(done) => self.out.push_str(if *done {
                "<input type=\"checkbox\" disabled checked aria-label=\"Done\"> "
            } else {
                "<input type=\"checkbox\" disabled aria-label=\"To do\"> "
            }),
            Event::FootnoteReference(label) => push_text(self.out, label),
        }
    }

    fn start(&mut self, tag: &Tag<'e>) {
        match tag {
            Tag::Paragraph => self.paragraph(),
            Tag::Heading { level, .. } => {
                let (open, close) = heading(*level);
                self.element(open, close);
            }
            Tag::BlockQuote(_) => self.element("<blockquote>", "</blockquote>"),
            Tag::CodeBlock(kind) => self.code_block(kind),
            Tag::HtmlBlock => self.element("<p>", "</p>"),
            Tag::List(None) => self.element("<ul>", "</ul>"),
            Tag::List(Some(1)) => self.element("<ol>", "</ol>"),
            Tag::List(Some(first)) => {
                let mut open = String::from("<ol");
                push_attribute(&mut open, "start", &first.to_string());
                open.push('>');
                self.element(&open, "</ol>");
            }
            Tag::Item => {
                let open = if self.is_task() {
                    "<li class=\"task\">"
                } else {
                    "<li>"
                };
                self.element(open, "</li>");
            }
            Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell => self.table(tag),
            Tag::Emphasis => self.element("<em>", "</em>"),
            Tag::Strong => self.element("<strong>", "</strong>"),
            Tag::Strikethrough => self.element("<del>", "</del>"),
            Tag::Link { dest_url, .. } => self.link(dest_url),
            Tag::Image { dest_url, .. } => self.image(dest_url),
            _ => self.open.push(Open::Silent),
        }
    }

    fn table(&mut self, tag: &Tag<'e>) {
        match tag {
            Tag::Table(alignments) => {
                let shape = TableShape::of(alignments, &self.events[self.at..]);
                self.tables.push(shape);
                self.element(table::OPEN, table::CLOSE);
            }
            Tag::TableHead => self.element("<thead><tr>", "</tr></thead>"),
            Tag::TableRow => {
                let first = self.tables.last_mut().is_some_and(TableShape::next_row);
                let open = if first { "<tbody><tr>" } else { "<tr>" };
                self.element(open, "</tr>");
            }
            Tag::TableCell => {
                let cell = self
                    .tables
                    .last_mut()
                    .map_or(("<td>", "</td>"), TableShape::next_cell);
                self.element(cell.0, cell.1);
            }
            _ => self.open.push(Open::Silent),
        }
    }

    fn end(&mut self, end: TagEnd) {
        if end == TagEnd::Table
            && let Some(shape) = self.tables.pop()
            && shape.has_body()
            && matches!(self.open.last(), Some(Open::Element(_)))
        {
            self.out.push_str("</tbody>");
        }
        if let Some(open) = self.open.pop() {
            self.close(open);
        }
    }

    fn close(&mut self, open: Open) {
        match open {
            Open::Element(close) => self.out.push_str(close),
            Open::Silent => {}
            Open::Link(url, from) => {
                url.push_close(self.out, &self.plain[from..]);
                self.plain.truncate(from);
                self.in_link = false;
            }
        }
    }

    /// Opens an element, unless it stands too deep to be written.
    fn element(&mut self, open: &str, close: &'static str) {
        if self.open.len() < DEPTH_MAX {
            self.out.push_str(open);
            self.open.push(Open::Element(close));
        } else {
            self.open.push(Open::Silent);
        }
    }

    fn paragraph(&mut self) {
        // Display math alone in its paragraph is a block of its own.
        if let [Event::DisplayMath(latex), Event::End(TagEnd::Paragraph), ..] =
            &self.events[self.at..]
        {
            self.at += 2;
            math::push_block(self.out, latex);
        } else {
            self.element("<p>", "</p>");
        }
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'_>) {
        let language = match kind {
            CodeBlockKind::Fenced(info) => code::language_of(info),
            CodeBlockKind::Indented => "",
        };
        let mut source = String::new();
        while let Some(event) = self.events.get(self.at) {
            self.at += 1;
            match event {
                Event::Text(text) => source.push_str(text),
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        code::push_figure(self.out, language, &source);
    }

    fn link(&mut self, dest: &str) {
        let allowed = !self.in_link && self.open.len() < DEPTH_MAX;
        match SafeUrl::parse(dest).filter(|_| allowed) {
            Some(url) => {
                self.in_link = true;
                url.push_open(self.out);
                self.open.push(Open::Link(url, self.plain.len()));
            }
            None => self.open.push(Open::Silent),
        }
    }

    /// An image is never loaded: its description and its host are shown instead.
    fn image(&mut self, dest: &str) {
        let mut alt = String::new();
        let mut depth = 1_usize;
        while let Some(event) = self.events.get(self.at) {
            self.at += 1;
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Text(text) | Event::Code(text) => alt.push_str(text),
                Event::SoftBreak | Event::HardBreak => alt.push(' '),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        let note = match links::host_of(dest) {
            Some(host) => format!("(image from {host})"),
            None => "(image)".to_owned(),
        };
        self.plain_text(&alt);
        self.out.push_str("<span class=\"blocked-image\">");
        if !alt.trim().is_empty() {
            push_text(self.out, alt.trim());
            self.out.push(' ');
        }
        push_text(self.out, &note);
        self.out.push_str("</span>");
    }

    fn text(&mut self, text: &str) {
        self.plain_text(text);
        if let Some(latex) = self.pending_math
            && let Some((before, after)) = text.split_once(PENDING_MATH)
        {
            self.pending_math = None;
            self.running_text(before, false);
            math::push_source(self.out, latex);
            self.running_text(after, true);
        } else {
            self.running_text(text, true);
        }
    }

    fn running_text(&mut self, text: &str, reaches_end: bool) {
        if self.in_link {
            push_text(self.out, text);
            return;
        }
        // Only closing tags may follow what touches the end.
        let last = reaches_end
            && self.events[self.at..]
                .iter()
                .all(|event| matches!(event, Event::End(_)));
        links::push_linked(self.out, text, self.growing && last);
    }

    fn inline_math(&mut self, latex: &str) {
        self.plain_text(latex);
        // `$5–$10` is money: a digit follows what would be the end of the formula.
        let digit_follows = matches!(self.events.get(self.at), Some(Event::Text(text))
            if text.starts_with(|it: char| it.is_ascii_digit()));
        if digit_follows {
            self.out.push('$');
            push_text(self.out, latex);
            self.out.push('$');
        } else {
            math::push_inline(self.out, latex);
        }
    }

    /// Raw HTML is text, except a line break, which people expect in table cells.
    fn html(&mut self, html: &str) {
        let name = html.trim_start_matches('<').trim_end_matches('>');
        if name.trim_end_matches('/').trim().eq_ignore_ascii_case("br") && html.starts_with('<') {
            self.out.push_str("<br>");
        } else {
            push_text(self.out, html);
        }
    }

    fn plain_text(&mut self, text: &str) {
        if self.in_link {
            self.plain.push_str(text);
        }
    }

    fn is_task(&self) -> bool {
        matches!(
            &self.events[self.at..],
            [Event::TaskListMarker(_), ..]
                | [Event::Start(Tag::Paragraph), Event::TaskListMarker(_), ..]
        )
    }
}

/// The page's own headings are h1 and h2; an answer's begin below them.
const fn heading(level: HeadingLevel) -> (&'static str, &'static str) {
    match level {
        HeadingLevel::H1 => ("<h3>", "</h3>"),
        HeadingLevel::H2 => ("<h4>", "</h4>"),
        HeadingLevel::H3 => ("<h5>", "</h5>"),
        _ => ("<h6>", "</h6>"),
    }
}
