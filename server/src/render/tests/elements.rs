//! A checker that knows the elements and attributes an answer may consist of, written apart from
//! the renderer: it reads the output as a browser would.

/// Elements and the attributes each may carry.
const ALLOWED: [(&str, &[&str]); 29] = [
    ("a", &["href", "rel", "target"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &["class"]),
    ("del", &[]),
    ("div", &["class", "tabindex", "role", "aria-label"]),
    ("em", &[]),
    ("figcaption", &[]),
    ("figure", &["class", "data-lang"]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("hr", &[]),
    ("input", &["type", "disabled", "checked", "aria-label"]),
    ("li", &["class"]),
    ("ol", &["start"]),
    ("p", &["class"]),
    ("pre", &["tabindex"]),
    ("span", &["class"]),
    ("strong", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["class"]),
    ("th", &["scope", "class"]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
    ("math", &["display"]),
];

const CLASSES: [&str; 18] = [
    "code",
    "math-source",
    "table-scroll",
    "math-block",
    "task",
    "cut-notice",
    "math",
    "link-host",
    "blocked-image",
    "num",
    "k",
    "s",
    "c",
    "n",
    "t",
    "f",
    "o",
    "p",
];

/// Panics unless `html` is well-formed and made of allowed parts only.
pub(super) fn assert_safe(html: &str, source: &str) {
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest
            .find('>')
            .unwrap_or_else(|| panic!("tag without end for {source:?}"));
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "for {source:?}: {html}");
            continue;
        }
        let name = tag.split(' ').next().unwrap_or("");
        let in_math = name == "math" || open.iter().any(|it| it == "math");
        check_attributes(tag, name, in_math, source);
        if !matches!(name, "br" | "hr" | "input") {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "{open:?} left open for {source:?}");
}

fn check_attributes(tag: &str, name: &str, in_math: bool, source: &str) {
    let listed = ALLOWED.iter().find(|(it, _)| *it == name);
    let names = listed.map_or(&[][..], |(_, names)| names);
    if listed.is_none() {
        let known = in_math && (name.starts_with('m') || name == "none");
        assert!(known, "element {name} for {source:?}");
        let loads = matches!(name, "maction" | "mglyph" | "merror");
        assert!(!loads, "{name} for {source:?}");
    }
    for (key, value) in attributes(&tag[name.len()..]) {
        assert!(
            in_math || names.contains(&key),
            "{name} {key} for {source:?}"
        );
        let banned = key.starts_with("on") || matches!(key, "style" | "id" | "src" | "srcset");
        assert!(!banned, "{key} for {source:?}");
        match key {
            "href" => assert!(
                ["http://", "https://", "mailto:"]
                    .iter()
                    .any(|it| value.starts_with(it))
                    && name == "a",
                "{value} for {source:?}"
            ),
            "rel" => assert_eq!(value, "noopener noreferrer nofollow ugc"),
            "class" if !in_math => assert!(CLASSES.contains(&value), "{value} for {source:?}"),
            _ => {}
        }
    }
    if name == "a" {
        assert!(
            tag.contains(" rel=") && tag.contains(" target=\"_blank\""),
            "{tag}"
        );
    }
}

fn attributes(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let key = &rest[..end];
        rest = &rest[end..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let close = quoted.find('"').expect("a closing quote");
            value = &quoted[..close];
            rest = &quoted[close + 1..];
        }
        assert!(!rest.starts_with('='), "unquoted value in {text}");
        found.push((key, value));
        rest = rest.trim_start();
    }
    found
}
