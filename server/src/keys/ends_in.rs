//! What may be shown of a key.

/// Shortest key of which anything is shown, in characters.
const SHOWN_FROM: usize = 16;

/// The last four characters of a key; nothing of a short one, of which they would tell too much.
#[must_use]
pub fn ends_in(secret: &str) -> String {
    let length = secret.chars().count();
    if length < SHOWN_FROM {
        return String::new();
    }
    secret.chars().skip(length - 4).collect()
}

#[cfg(test)]
mod tests {
    use super::ends_in;

    #[test]
    fn four_characters_of_a_long_key_and_none_of_a_short_one() {
        assert_eq!(ends_in("sk-demo-0123456789k7Qd"), "k7Qd");
        assert_eq!(ends_in("short-key"), "");
    }
}
