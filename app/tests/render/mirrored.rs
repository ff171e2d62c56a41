//! Pages in the mirrored language: what is not mirrored was not said through the catalogue.

use super::{render, visit};
use app::request::Visit;
use contract::words::is_mirrored;
use contract::{Language, Role};

/// Pages whose texts are all in the catalogue. A room is added when it is.
const CONVERTED: [(&str, Option<Role>); 5] = [
    ("/sign-in", None),
    ("/invite/good", None),
    ("/nothing-here", Some(Role::Member)),
    ("/", Some(Role::Member)),
    ("/", Some(Role::Auditor)),
];

/// Words that belong to the workspace, to its people and to its models, and names that languages have for
/// themselves.
const OWN: [&str; 21] = [
    "N",
    "Nordwind Legal",
    "it@nordwind.example",
    "Welcome back",
    "Sign in with your Nordwind account.",
    "Ask the file before you ask the library.",
    "Your questions stay with Nordwind.",
    "What would you like to look into?",
    "Summarise the lease",
    "Notice &lt;/script&gt; periods",
    "AL",
    "Anna Lorenz",
    "English",
    "Deutsch",
    "Mirrored",
    // Keys, as they are printed on keyboards.
    "C",
    "J",
    "K",
    "Enter",
    "Shift",
    "Esc",
];

fn mirrored(role: Option<Role>) -> Visit {
    Visit {
        language: Language::Mirrored,
        ..visit(role)
    }
}

#[tokio::test]
async fn every_text_goes_through_the_catalogue() {
    let mut plain = Vec::new();
    for (path, role) in CONVERTED {
        let page = render(path, mirrored(role)).await;
        assert!(page.html.contains("lang=\"ar-XB\" dir=\"rtl\""), "{path}");
        let said = seen(&page.html);
        assert!(said.iter().any(|text| text.contains('⟦')), "{path}");
        let missing = said.into_iter().filter(|text| !is_said(text));
        plain.extend(missing.map(|text| format!("{path}: {text}")));
    }
    assert!(plain.is_empty(), "not said: {plain:#?}");
}

#[tokio::test]
async fn german_pages_say_so() {
    let german = Visit {
        language: Language::German,
        ..visit(None)
    };
    let page = render("/sign-in", german).await;
    page.shows("<html lang=\"de\" dir=\"ltr\"")
        .shows(">Passwort<")
        .shows(">Anmelden<");
}

fn is_said(text: &str) -> bool {
    // Where a link stands inside of a sentence, its brackets are on both sides of the link.
    let sides = match (text.contains('⟦'), text.contains('⟧')) {
        (true, false) => format!("{text}⟧"),
        (false, true) => format!("⟦{text}"),
        _ => text.to_owned(),
    };
    OWN.contains(&text) || text.starts_with("Ctrl") || is_mirrored(&sides)
}

/// Everything a person can see or hear of a page: texts, and the attributes that are read out.
fn seen(html: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut rest = html;
    while let Some((text, tag)) = rest.split_once('<') {
        push(&mut seen, text);
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        for name in ["aria-label=\"", "placeholder=\"", " title=\"", "alt=\""] {
            let value = tag
                .split_once(name)
                .and_then(|(_, rest)| rest.split_once('"'));
            if let Some((value, _)) = value {
                push(&mut seen, value);
            }
        }
        rest = after;
        for silent in ["script", "style"] {
            if tag.starts_with(silent) {
                let end = format!("</{silent}>");
                rest = after.split_once(&end).map_or("", |(_, rest)| rest);
            }
        }
    }
    seen
}

fn push(seen: &mut Vec<String>, text: &str) {
    let text = text.trim().replace("&amp;", "&").replace("&#x27;", "'");
    if !text.is_empty() {
        seen.push(text);
    }
}
