//! Numbers and months as a language writes them.

use super::{Language, Said};
use crate::said;

/// `1,234,567`, or `1.234.567` in German.
#[must_use]
pub fn grouped(number: u64, language: Language) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(match language {
                Language::German => '.',
                Language::English | Language::Mirrored => ',',
            });
        }
        text.push(digit);
    }
    text
}

/// A number written the English way (`1,234.5`), the way of `language` (`1.234,5`). Everything but points
/// and commas stays.
#[must_use]
pub fn decimal(english: &str, language: Language) -> String {
    match language {
        Language::English | Language::Mirrored => english.to_owned(),
        Language::German => english
            .chars()
            .map(|letter| match letter {
                '.' => ',',
                ',' => '.',
                other => other,
            })
            .collect(),
    }
}

/// The name of a month, 1 for January; nothing for what is none.
#[must_use]
pub fn month(number: u8) -> Said {
    match number {
        1 => said!("January"),
        2 => said!("February"),
        3 => said!("March"),
        4 => said!("April"),
        5 => said!("May"),
        6 => said!("June"),
        7 => said!("July"),
        8 => said!("August"),
        9 => said!("September"),
        10 => said!("October"),
        11 => said!("November"),
        12 => said!("December"),
        _ => Said::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, decimal, grouped};

    #[test]
    fn numbers_are_grouped() {
        for (number, english, german) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1_000, "1,000", "1.000"),
            (1_234_567, "1,234,567", "1.234.567"),
        ] {
            assert_eq!(grouped(number, Language::English), english);
            assert_eq!(grouped(number, Language::German), german);
        }
        assert_eq!(decimal("1,234.56", Language::German), "1.234,56");
        assert_eq!(decimal("0.5", Language::English), "0.5");
    }
}
