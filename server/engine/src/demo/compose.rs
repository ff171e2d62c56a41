//! Choosing and putting together a demo answer.
//!
//! Owns the choice by the words of the question, and by its hash where no word tells.

use crate::demo::sections;
use crate::prompt::Prompt;
use sha2::{Digest, Sha256};
use wire::chat::Speaker;

/// Longest part of the question that is repeated, in characters.
const QUOTE_MAX_CHARS: usize = 90;

/// The kinds of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Tour,
    Code(sections::Language),
    Comparison,
    Mathematics,
    Letter,
    Plan,
    Summary,
}

/// The whole answer to `prompt`, in Markdown.
pub(super) fn compose(prompt: &Prompt) -> String {
    let question = prompt.question();
    let turn = prompt
        .request()
        .messages
        .iter()
        .filter(|message| message.speaker == Speaker::User)
        .count();
    let opening = opening(question, turn);
    let body = match choose(question) {
        Kind::Tour => sections::tour(),
        Kind::Code(language) => sections::code(language),
        Kind::Comparison => sections::comparison(),
        Kind::Mathematics => sections::mathematics(),
        Kind::Letter => sections::letter(),
        Kind::Plan => sections::plan(),
        Kind::Summary => sections::summary(),
    };
    format!("{opening}\n\n{body}\n")
}

fn opening(question: &str, turn: usize) -> String {
    let quote = quote(question);
    let reference = if turn > 1 {
        format!("This is turn {turn} of our conversation, and you now asked about “{quote}”.")
    } else {
        format!("You asked about “{quote}”.")
    };
    format!(
        "**This is a demo answer.** It is written by a built-in sample model, not by a real one, \
         and costs nothing. {reference} Here is what an answer of this kind looks like."
    )
}

/// The beginning of the question as plain text: no markup, no line breaks.
fn quote(question: &str) -> String {
    let plain: String = question
        .chars()
        .map(|character| match character {
            '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '|' | '$' | '\\' | '!' | '~' | '&' => {
                ' '
            }
            character if character.is_control() => ' ',
            character => character,
        })
        .collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut quote: String = words.chars().take(QUOTE_MAX_CHARS).collect();
    if quote.len() < words.len() {
        quote.push('…');
    }
    if quote.is_empty() {
        "nothing in words".to_owned()
    } else {
        quote
    }
}

fn choose(question: &str) -> Kind {
    use sections::Language::{Python, Rust, Sql};
    let question = question.to_lowercase();
    let words: Vec<&str> = question
        .split(|character: char| !character.is_alphanumeric())
        .collect();
    let table: [(&[&str], Kind); 9] = [
        (&["rust", "cargo"], Kind::Code(Rust)),
        (
            &["sql", "query", "database", "postgres", "postgresql"],
            Kind::Code(Sql),
        ),
        (
            &[
                "python", "code", "script", "function", "program", "programm",
            ],
            Kind::Code(Python),
        ),
        (
            &["math", "formula", "equation", "integral", "proof", "formel"],
            Kind::Mathematics,
        ),
        (
            &["compare", "comparison", "versus", "vs", "table", "tabelle"],
            Kind::Comparison,
        ),
        (
            &["mail", "email", "letter", "reply", "brief", "invite"],
            Kind::Letter,
        ),
        (
            &[
                "plan",
                "steps",
                "roadmap",
                "launch",
                "campaign",
                "checklist",
            ],
            Kind::Plan,
        ),
        (
            &["summarise", "summarize", "summary", "tldr", "key"],
            Kind::Summary,
        ),
        (
            &["tour", "demo", "show", "hello", "hi", "help", "hallo"],
            Kind::Tour,
        ),
    ];
    for (names, kind) in table {
        if words.iter().any(|word| names.contains(word)) {
            return kind;
        }
    }
    let kinds = [Kind::Tour, Kind::Plan, Kind::Comparison, Kind::Summary];
    let digest = Sha256::digest(question.as_bytes());
    kinds[usize::from(digest[0]) % kinds.len()]
}

#[cfg(test)]
mod tests {
    use super::{Kind, choose, compose, quote};
    use crate::demo::sections::Language;
    use crate::prompt::{Ask, AskMessage, Asker, Broken, compose as compose_prompt};

    const QUESTIONS: [&str; 9] = [
        "Hello, show me around",
        "Write a Rust function",
        "A SQL query please",
        "Some Python code",
        "Explain a formula",
        "Compare two offers",
        "Write an e-mail",
        "Plan a launch",
        "Summarise this",
    ];

    fn answer(question: &str) -> String {
        let prompt = compose_prompt(Ask {
            system: None,
            conversation: crate::prompt::Conversation::Chat(vec![AskMessage {
                role: Asker::User,
                text: question.into(),
            }]),
            bypass_cache: false,
            broken: Broken::Abort,
        });
        compose(&prompt.unwrap())
    }

    #[test]
    fn every_answer_says_what_it_is_and_has_a_fair_length() {
        for question in QUESTIONS {
            let answer = answer(question);
            let words = answer.split_whitespace().count();
            assert!((120..=350).contains(&words), "{question}: {words} words");
            assert!(
                answer.lines().next().unwrap().contains("demo answer"),
                "{question}"
            );
            assert!(answer.contains(&quote(question)), "{question}");
        }
    }

    #[test]
    fn the_tour_shows_everything_a_page_can_render() {
        let tour = answer("hello");
        for part in [
            "\n## ",
            "\n- ",
            "\n1. ",
            "\n|--",
            "\n```python\n",
            "$$\n",
            " $",
            "](https://",
            "\n> ",
        ] {
            assert!(tour.contains(part), "{part:?}");
        }
    }

    #[test]
    fn words_choose_and_parts_of_words_do_not() {
        assert_eq!(choose("Is rust hard?"), Kind::Code(Language::Rust));
        assert_ne!(choose("I trust you"), Kind::Code(Language::Rust));
        assert_eq!(choose("SQL!"), Kind::Code(Language::Sql));
        assert_eq!(choose("xyzzy"), choose("xyzzy"));
    }

    #[test]
    fn quoted_questions_carry_no_markup() {
        assert_eq!(quote("a **b** <script>\n\n# c"), "a b script c");
        assert_eq!(quote("```"), "nothing in words");
        assert_eq!(quote(&"x".repeat(200)).chars().count(), 91);
    }
}
