//! Finding words in unsealed text: every word of the query must occur, in any case.

/// Characters shown on each side of the first match.
const AROUND: usize = 48;

/// The words of a query, comparable. Empty when there is nothing to look for.
#[must_use]
pub(super) fn words_of(query: &str) -> Vec<String> {
    query
        .split_whitespace()
        .take(8)
        .map(str::to_lowercase)
        .collect()
}

/// An excerpt around the first match when `text` contains every word.
#[must_use]
pub(super) fn excerpt(text: &str, words: &[String]) -> Option<String> {
    // Most of what is searched does not match, and most letters keep their length.
    if text.is_ascii() && !contains_all(&text.to_ascii_lowercase(), words) {
        return None;
    }
    // Lower-casing can change lengths, so each byte remembers the character it came from.
    let mut lower = String::with_capacity(text.len());
    let mut came_from = Vec::with_capacity(text.len());
    for (index, letter) in text.chars().enumerate() {
        lower.extend(letter.to_lowercase());
        came_from.resize(lower.len(), index);
    }
    if words.is_empty() || !contains_all(&lower, words) {
        return None;
    }
    let position = *came_from.get(lower.find(words.first()?.as_str())?)?;
    let from = position.saturating_sub(AROUND);
    let count = AROUND * 2 + words.first()?.chars().count();
    let shown: String = text.chars().skip(from).take(count).collect();
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let before = if from > 0 { "…" } else { "" };
    let after = if text.chars().count() > from + count {
        "…"
    } else {
        ""
    };
    Some(format!("{before}{shown}{after}"))
}

fn contains_all(lower: &str, words: &[String]) -> bool {
    words.iter().all(|word| lower.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{excerpt, words_of};

    #[test]
    fn every_word_must_occur() {
        let words = words_of("  LEASE notice ");
        assert!(excerpt("The Lease has a NOTICE period", &words).is_some());
        assert!(excerpt("The lease has none", &words).is_none());
        assert!(excerpt("anything", &words_of(" ")).is_none());
    }

    #[test]
    fn excerpts_are_cut_around_the_match() {
        let text = format!("{} needle {}", "İ".repeat(300), "b".repeat(300));
        let found = excerpt(&text, &words_of("needle")).unwrap();
        assert!(found.starts_with('…') && found.ends_with('…'));
        assert!(found.chars().count() < 120);
    }
}
