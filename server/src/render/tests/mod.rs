//! The renderer from outside: what it gives, how it grows, what it withstands.

mod answers;
mod elements;
mod expected;
mod formulas;
mod growing;
mod hostile;

use super::{StreamRenderer, markdown};

/// All blocks of a text as one string.
fn html(text: &str) -> String {
    markdown(text).concat()
}

/// What is on the screen after `text` has arrived and more may come.
fn screen(text: &str) -> String {
    let mut renderer = StreamRenderer::new();
    renderer.push(text);
    let mut html: String = renderer.frozen().iter().map(AsRef::as_ref).collect();
    html.push_str(&renderer.open());
    html
}

/// The text a person reads: tags gone, the five references resolved.
fn visible(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
