//! The mirrored language: English made strange at run time, so that what was not said through the
//! catalogue stands out.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

pub(super) const OPEN: char = '⟦';
const CLOSE: char = '⟧';

/// `english` in strange letters, its named places as they are.
pub(super) fn mirrored(english: &str) -> String {
    let mut strange = String::with_capacity(english.len() * 2);
    strange.push(OPEN);
    let mut inside = false;
    for letter in english.chars() {
        match letter {
            '{' => inside = true,
            '}' => inside = false,
            _ => {}
        }
        strange.push(if inside { letter } else { other(letter) });
    }
    strange.push(CLOSE);
    strange
}

/// `true` where all of `text` was said through the catalogue of the mirrored language.
#[must_use]
pub fn is_mirrored(text: &str) -> bool {
    let mut depth = 0_i32;
    for letter in text.chars() {
        match letter {
            OPEN => depth += 1,
            CLOSE => depth -= 1,
            _ if depth == 0 && letter.is_alphabetic() => return false,
            _ => {}
        }
    }
    depth == 0
}

const fn other(letter: char) -> char {
    match letter {
        'a' => 'á',
        'c' => 'ç',
        'e' => 'é',
        'i' => 'í',
        'n' => 'ñ',
        'o' => 'ó',
        'u' => 'ú',
        'y' => 'ý',
        'A' => 'Á',
        'E' => 'É',
        'I' => 'Í',
        'O' => 'Ó',
        'U' => 'Ú',
        other => other,
    }
}

/// The same, made once for each text of the program and kept: there are as many as there are texts.
pub(super) fn kept(english: &'static str) -> &'static str {
    static KEPT: Mutex<BTreeMap<&'static str, &'static str>> = Mutex::new(BTreeMap::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.entry(english)
        .or_insert_with(|| Box::leak(mirrored(english).into_boxed_str()))
}

#[cfg(test)]
mod tests {
    use super::{is_mirrored, kept, mirrored};

    #[test]
    fn letters_change_and_places_stay() {
        assert_eq!(mirrored("Sign in as {name}."), "⟦Sígñ íñ ás {name}.⟧");
        assert!(std::ptr::eq(kept("Join"), kept("Join")));
    }

    #[test]
    fn what_was_not_said_stands_out() {
        assert!(is_mirrored("⟦Jóíñ⟧"));
        assert!(is_mirrored("⟦á⟧ · ⟦b⟧ 12"));
        assert!(is_mirrored("12 %"));
        assert!(!is_mirrored("Join"));
        assert!(!is_mirrored("⟦Jóíñ⟧ now"));
    }
}
