//! The lexical shape of a language, as plain data.

/// How a kind of string begins and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// A backslash takes the meaning of the next character away.
    pub(super) escapes: bool,
    /// Goes on after the end of the line.
    pub(super) lines: bool,
}

impl Quote {
    pub(super) const fn line(mark: &'static str) -> Self {
        Self {
            open: mark,
            close: mark,
            escapes: true,
            lines: false,
        }
    }

    pub(super) const fn lines(mark: &'static str) -> Self {
        Self {
            open: mark,
            close: mark,
            escapes: true,
            lines: true,
        }
    }

    pub(super) const fn raw(open: &'static str, close: &'static str) -> Self {
        Self {
            open,
            close,
            escapes: false,
            lines: true,
        }
    }
}

/// What the scanner has to know of a language.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a table of independent properties of languages"
)]
pub(super) struct Grammar {
    /// Space-separated, in lower case where `ignore_case`.
    pub(super) keywords: &'static str,
    /// Built-in types, space-separated.
    pub(super) types: &'static str,
    /// Words that are values: `true`, `null`.
    pub(super) constants: &'static str,
    pub(super) line_comments: &'static [&'static str],
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    pub(super) nested_comments: bool,
    pub(super) quotes: &'static [Quote],
    pub(super) ignore_case: bool,
    /// Characters of words besides letters, digits and `_`.
    pub(super) word_characters: &'static str,
    /// A word that begins with a capital letter is a type.
    pub(super) capitals_are_types: bool,
    /// `'a` without a closing quote is a lifetime, not a string.
    pub(super) lifetimes: bool,
    /// Characters that begin a variable or an attribute: `$x`, `@x`.
    pub(super) sigils: &'static str,
    /// A word or string before one of these is a key: `:` or `=`; empty: no keys.
    pub(super) key_marks: &'static str,
    /// Keys stand only at the beginning of a line.
    pub(super) keys_lead: bool,
    /// Comments begin only at the start of a word.
    pub(super) comment_after_space: bool,
    /// Whole lines are coloured by their first character.
    pub(super) diff: bool,
    /// Read by the scanner for tags instead.
    pub(super) markup: bool,
}

impl Grammar {
    /// A language without anything: the base of all others.
    pub(super) const NONE: Self = Self {
        keywords: "",
        types: "",
        constants: "",
        line_comments: &[],
        block_comment: None,
        nested_comments: false,
        quotes: &[],
        ignore_case: false,
        word_characters: "",
        capitals_are_types: false,
        lifetimes: false,
        sigils: "",
        key_marks: "",
        keys_lead: false,
        comment_after_space: false,
        diff: false,
        markup: false,
    };

    /// A language of the C family.
    pub(super) const C_LIKE: Self = Self {
        line_comments: &["//"],
        block_comment: Some(("/*", "*/")),
        quotes: &[Quote::line("\""), Quote::line("'")],
        capitals_are_types: true,
        constants: "true false null",
        ..Self::NONE
    };
}
