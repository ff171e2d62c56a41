//! LaTeX to `MathML`, and the gate every piece of `MathML` passes before it is shown.
//!
//! Refuses macro definitions (they can grow without bound), errors, and any element that is not
//! presentation `MathML`; drops every attribute it does not know. What is refused is shown as
//! source.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};

use super::escape::push_text;

const SOURCE_MAX_BYTES: usize = 4096;
const EVENTS_MAX: usize = 20_000;
const NESTING_MAX: usize = 40;
const OUTPUT_MAX_BYTES: usize = 512 * 1024;

/// Commands that define others.
const DEFINING: [&str; 8] = [
    "\\def",
    "\\gdef",
    "\\edef",
    "\\xdef",
    "\\let",
    "\\futurelet",
    "\\newcommand",
    "\\renewcommand",
];

const ELEMENTS: [&str; 27] = [
    "math",
    "mrow",
    "mi",
    "mo",
    "mn",
    "mtext",
    "mspace",
    "mfrac",
    "msqrt",
    "mroot",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mtable",
    "mtr",
    "mtd",
    "mpadded",
    "mphantom",
    "mstyle",
    "menclose",
    "mmultiscripts",
    "mprescripts",
    "none",
    "ms",
];

const ATTRIBUTES: [&str; 27] = [
    "accent",
    "accentunder",
    "class",
    "columnalign",
    "columnspan",
    "depth",
    "display",
    "displaystyle",
    "fence",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "notation",
    "rowspan",
    "rspace",
    "scriptlevel",
    "separator",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
];

/// Appends inline math, as `MathML` or as its source.
pub(super) fn push_inline(out: &mut String, latex: &str) {
    match to_mathml(latex, DisplayMode::Inline) {
        Some(mathml) => {
            out.push_str("<span class=\"math\">");
            out.push_str(&mathml);
            out.push_str("</span>");
        }
        None => push_source(out, latex),
    }
}

/// Appends display math that stands inside a line of text.
pub(super) fn push_display_inline(out: &mut String, latex: &str) {
    match to_mathml(latex, DisplayMode::Block) {
        Some(mathml) => {
            out.push_str("<span class=\"math\">");
            out.push_str(&mathml);
            out.push_str("</span>");
        }
        None => push_source(out, latex),
    }
}

/// Appends display math as a block of its own.
pub(super) fn push_block(out: &mut String, latex: &str) {
    out.push_str("<div class=\"math-block\" tabindex=\"0\">");
    match to_mathml(latex, DisplayMode::Block) {
        Some(mathml) => out.push_str(&mathml),
        None => push_source(out, latex),
    }
    out.push_str("</div>");
}

/// Appends a block whose end has not arrived.
pub(super) fn push_unfinished_block(out: &mut String, latex: &str) {
    out.push_str("<div class=\"math-block\" tabindex=\"0\">");
    push_source(out, latex);
    out.push_str("</div>");
}

/// Appends the source, for math that cannot be shown (yet).
pub(super) fn push_source(out: &mut String, latex: &str) {
    out.push_str("<code class=\"math-source\">");
    push_text(out, latex.trim());
    out.push_str("</code>");
}

fn to_mathml(latex: &str, display_mode: DisplayMode) -> Option<String> {
    let latex = latex.trim();
    if latex.is_empty() || latex.len() > SOURCE_MAX_BYTES || too_nested(latex) || defines(latex) {
        return None;
    }
    // The library upholds its own invariants by panicking in a few places; one answer's formula
    // must not end the task that writes it.
    let drawn = catch_unwind(AssertUnwindSafe(|| draw(latex, display_mode)));
    admit(&drawn.ok()??)
}

fn draw(latex: &str, display_mode: DisplayMode) -> Option<String> {
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(latex, &storage) {
        if events.len() == EVENTS_MAX {
            return None;
        }
        events.push(Ok::<_, std::fmt::Error>(event.ok()?));
    }
    let config = RenderConfig {
        display_mode,
        ..RenderConfig::default()
    };
    let mut mathml = String::new();
    push_mathml(&mut mathml, events.into_iter(), config).ok()?;
    (mathml.len() <= OUTPUT_MAX_BYTES).then_some(mathml)
}

fn defines(latex: &str) -> bool {
    DEFINING.iter().any(|command| latex.contains(command))
}

/// Whether drawing could take more stack than a thread has. Nesting comes in two forms: groups
/// (braces, brackets, `\left`, `\begin`), and commands that wait for an argument, which is the
/// next command (`\frac\frac…`) or a script (`^^…`). Spaces end neither.
fn too_nested(latex: &str) -> bool {
    let (mut groups, mut waiting) = (0_usize, 0_usize);
    let mut rest = latex;
    while let Some(letter) = rest.chars().next() {
        let mut length = letter.len_utf8();
        match letter {
            '\\' => {
                let name: usize = rest[1..]
                    .bytes()
                    .take_while(u8::is_ascii_alphabetic)
                    .count();
                match &rest[1..=name] {
                    "left" | "begin" => groups += 1,
                    "right" | "end" => groups = groups.saturating_sub(1),
                    _ => {}
                }
                waiting += 1;
                // An escaped sign is one letter, whatever it is.
                length = 1 + name.max(rest[1..].chars().next().map_or(0, char::len_utf8));
            }
            '{' | '[' => groups += 1,
            '}' | ']' => {
                groups = groups.saturating_sub(1);
                waiting = 0;
            }
            '^' | '_' => waiting += 1,
            _ if letter.is_whitespace() => {}
            _ => waiting = 0,
        }
        if groups > NESTING_MAX || waiting > NESTING_MAX {
            return true;
        }
        rest = &rest[length..];
    }
    false
}

/// Copies `mathml` with known elements and attributes only. `None` when it is not well-formed or
/// contains an element that is not presentation `MathML`.
pub(super) fn admit(mathml: &str) -> Option<String> {
    let mut out = String::with_capacity(mathml.len());
    let mut open: Vec<&str> = Vec::new();
    let mut rest = mathml;
    while let Some(at) = rest.find('<') {
        push_characters(&mut out, &rest[..at]);
        rest = &rest[at + 1..];
        let end = tag_end(rest)?;
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            (open.pop()? == name.trim_end()).then_some(())?;
            out.push_str("</");
            out.push_str(name.trim_end());
            out.push('>');
        } else {
            open.extend(push_tag(&mut out, tag)?);
        }
    }
    push_characters(&mut out, rest);
    open.is_empty().then_some(out)
}

/// Index of the `>` that ends a tag, quoted values skipped.
fn tag_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    })
}

/// Appends an opening tag; answers its name, once when something has to close it.
fn push_tag<'a>(out: &mut String, tag: &'a str) -> Option<impl Iterator<Item = &'a str>> {
    let (tag, closed) = match tag.strip_suffix('/') {
        Some(tag) => (tag, true),
        None => (tag, false),
    };
    let (name, mut attributes) = match tag.split_once(char::is_whitespace) {
        Some((name, attributes)) => (name, attributes.trim()),
        None => (tag, ""),
    };
    ELEMENTS.contains(&name).then_some(())?;
    out.push('<');
    out.push_str(name);
    while !attributes.is_empty() {
        let (key, rest) = attributes.split_once("=\"")?;
        let (value, rest) = rest.split_once('"')?;
        attributes = rest.trim_start();
        let plain = |it: char| it.is_ascii_alphanumeric() || " .-+%".contains(it);
        if ATTRIBUTES.contains(&key) && value.chars().all(plain) {
            out.push(' ');
            out.push_str(key);
            out.push_str("=\"");
            out.push_str(value);
            out.push('"');
        }
    }
    if closed {
        out.push_str("></");
        out.push_str(name);
    }
    out.push('>');
    Some((!closed).then_some(name).into_iter())
}

/// Appends character data; only the references the renderer writes are let through.
fn push_characters(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '>']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#x27;"]
            .into_iter()
            .find(|name| rest.starts_with(name));
        if let Some(name) = known {
            out.push_str(name);
            rest = &rest[name.len()..];
        } else if let Some(after) = rest.strip_prefix("&nbsp;") {
            out.push('\u{a0}');
            rest = after;
        } else {
            push_text(out, &rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
}
