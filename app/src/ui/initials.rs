//! A person's letters, where there is no picture of them.

/// First letters of the first and the last word of a name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_of_all_kinds_of_names() {
        assert_eq!(initials("Anna Lorenz"), "AL");
        assert_eq!(initials("Jo"), "J");
        assert_eq!(initials("ada king noel byron"), "AB");
        assert_eq!(initials("  "), "");
    }
}
