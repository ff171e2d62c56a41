//! Writes docs/CONFIGURATION.md from the commented defaults, so that the page cannot drift.

use super::DEFAULTS;
use std::fmt::Write as _;

/// The page's whole text.
#[must_use]
pub fn configuration_page() -> String {
    let mut page = String::from(
        "# Configuration\n\nWritten from the commented defaults by `livery check-config --page`; \
         do not edit by hand.\n\nA TOML file given with `--config FILE` overrides the defaults, the \
         environment overrides the file.\nUnknown keys and wrong types are errors, and all of them \
         are told at once. `livery check-config` tells without starting.\n",
    );
    let mut section = String::new();
    let mut comment: Vec<&str> = Vec::new();
    for line in DEFAULTS.lines() {
        let line = line.trim();
        if let Some(text) = line.strip_prefix('#') {
            comment.push(text.trim());
        } else if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            name.clone_into(&mut section);
            comment.clear();
            let _ = write!(
                page,
                "\n## `[{section}]`\n\n| key | default | environment | meaning |\n|--|--|--|--|\n"
            );
        } else if let Some((key, value)) = line.split_once(" = ") {
            let name = format!("LIVERY_{}__{}", section.to_uppercase(), key.to_uppercase());
            let meaning = comment.join(" ").replace('|', "\\|");
            let _ = writeln!(page, "| `{key}` | `{value}` | `{name}` | {meaning} |");
            comment.clear();
        } else {
            comment.clear();
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::configuration_page;

    #[test]
    fn the_committed_page_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/CONFIGURATION.md");
        let committed = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            committed,
            configuration_page(),
            "run: livery check-config --page > docs/CONFIGURATION.md"
        );
    }
}
