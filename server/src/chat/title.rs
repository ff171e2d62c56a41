//! A conversation's title, taken from its first question without asking any model.

use contract::chat::TITLE_MAX_CHARS;

/// Longest title we make ourselves; people may write up to [`TITLE_MAX_CHARS`].
const OWN_CHARS: usize = 60;

/// The first line that says something, cut at a word.
#[must_use]
pub fn title_of(question: &str) -> String {
    let line = question
        .lines()
        .map(|line| {
            line.trim_start_matches(['#', '>', '-', '*', '`', ' ', '\t'])
                .trim()
        })
        .find(|line| line.chars().any(char::is_alphanumeric))
        .unwrap_or("New chat");
    cut_at_word(line, OWN_CHARS)
}

/// A title a person typed. `None` when nothing is left of it.
#[must_use]
pub(super) fn cleaned(title: &str) -> Option<String> {
    let words: Vec<&str> = title
        .split(|c: char| c.is_whitespace() || c.is_control())
        .collect();
    let title = words
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    (!title.is_empty()).then(|| title.chars().take(TITLE_MAX_CHARS).collect())
}

fn cut_at_word(line: &str, most: usize) -> String {
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most).collect();
    let end = cut
        .rfind(char::is_whitespace)
        .filter(|end| *end > most / 2)
        .unwrap_or(cut.len());
    format!(
        "{}…",
        cut[..end].trim_end_matches([' ', ',', ';', ':', '.'])
    )
}

#[cfg(test)]
mod tests {
    use super::{cleaned, title_of};

    #[test]
    fn titles_come_from_the_first_line_that_says_something() {
        assert_eq!(title_of("\n\n# Notice periods\nmore"), "Notice periods");
        assert_eq!(title_of("   \n---\n"), "New chat");
        let long = title_of(
            "Which notice periods apply if the tenant terminates part of the space early?",
        );
        assert_eq!(
            long,
            "Which notice periods apply if the tenant terminates part of…"
        );
        assert_eq!(title_of(&"ä".repeat(100)).chars().count(), 61);
    }

    #[test]
    fn typed_titles_lose_only_what_hurts() {
        assert_eq!(cleaned("  a \n b\u{7} "), Some("a b".to_owned()));
        assert_eq!(cleaned(" \t "), None);
        assert_eq!(cleaned(&"x".repeat(500)).unwrap().len(), 120);
    }
}
