//! Which palette entries match what was typed, best first. Pure, so that it can be tested.

/// How well `text` matches `query`: lower is better, `None` is no match. Words may come in any
/// order; a word at the start of a word counts more than one inside.
pub(super) fn rank(query: &str, text: &str) -> Option<u32> {
    let text = text.to_lowercase();
    query
        .to_lowercase()
        .split_whitespace()
        .map(|word| rank_word(word, &text))
        .try_fold(0, |sum, word| Some(sum + word?))
}

fn rank_word(word: &str, text: &str) -> Option<u32> {
    if text.starts_with(word) {
        return Some(0);
    }
    let inside = text.find(word)?;
    let starts_word = text
        .match_indices(word)
        .any(|(at, _)| text[..at].ends_with(|before: char| !before.is_alphanumeric()));
    let late = u32::try_from(inside.min(50)).unwrap_or(50);
    Some(if starts_word { 10 } else { 100 } + late)
}

/// The matching items, best first, equal ones in the order they came.
pub(super) fn matching<T>(query: &str, items: Vec<T>, text: impl Fn(&T) -> &str) -> Vec<T> {
    let mut ranked: Vec<(u32, T)> = items
        .into_iter()
        .filter_map(|item| Some((rank(query, text(&item))?, item)))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::{matching, rank};

    #[test]
    fn words_match_in_any_order_and_any_case() {
        assert!(rank("lease NOTICE", "Notice periods in the Hansen lease").is_some());
        assert!(rank("lease boat", "Notice periods in the Hansen lease").is_none());
        assert_eq!(rank("", "anything"), Some(0));
    }

    #[test]
    fn starts_come_before_insides() {
        let items = vec!["Renew chat plans", "A new draft", "New chat"];
        assert_eq!(
            matching("new", items, |item| item),
            ["New chat", "A new draft", "Renew chat plans"]
        );
    }

    #[test]
    fn letters_of_several_bytes_are_safe() {
        assert!(rank("ßen", "Straßenbahn für Köln").is_some());
        assert!(rank("köln", "Straßenbahn für Köln").is_some());
    }
}
