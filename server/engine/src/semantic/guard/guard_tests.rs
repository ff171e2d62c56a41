use super::{Difference, Facts, agree};

fn verdict(one: &str, other: &str) -> Result<(), Difference> {
    agree(&Facts::of(one).unwrap(), &Facts::of(other).unwrap())
}

#[track_caller]
fn same(one: &str, other: &str) {
    assert_eq!(verdict(one, other), Ok(()), "{one} / {other}");
}

#[track_caller]
fn differ(difference: Difference, one: &str, other: &str) {
    assert_eq!(verdict(one, other), Err(difference), "{one} / {other}");
}

#[test]
fn numbers_are_the_same_however_they_are_written() {
    same("Is 4,000 kWh a lot?", "Is 4000 kWh a lot?");
    same("Are three days enough?", "Are 3 days enough?");
    same("Reichen drei Tage?", "Reichen 3 Tage?");
    same("Is 5kW a lot?", "Is 5 kW a lot?");
    differ(
        Difference::Numbers,
        "Is 4,000 kWh a lot?",
        "Is 4.5 kWh a lot?",
    );
    differ(Difference::Numbers, "Is it at 14:30?", "Is it at 13:40?");
    differ(Difference::Numbers, "Sort two lists.", "Sort three lists.");
}

#[test]
fn units_currencies_and_times_count() {
    same("What is 5 € in dollars?", "What is 5 EUR in dollars?");
    differ(Difference::Values, "Is 5 mg too much?", "Is 5 ml too much?");
    differ(Difference::Values, "Is 5€ too much?", "Is $5 too much?");
    differ(
        Difference::Values,
        "Is it open today?",
        "Is it open tomorrow?",
    );
    differ(
        Difference::Values,
        "Ist es heute offen?",
        "Ist es morgen offen?",
    );
    differ(
        Difference::Values,
        "Is it after 6 weeks?",
        "Is it after 6 months?",
    );
}

#[test]
fn code_must_be_the_same_to_the_letter() {
    differ(
        Difference::Code,
        "What does `parse_date` do?",
        "What does `parse_time` do?",
    );
    differ(
        Difference::Code,
        "Where is a.toml read?",
        "Where is a.yaml read?",
    );
    differ(Difference::Code, "What is E0502?", "What is E0505?");
    differ(
        Difference::Code,
        "Why does x == y fail?",
        "Why does x != y fail?",
    );
    differ(
        Difference::Code,
        "Explain --force.",
        "Explain --force-with-lease.",
    );
}

#[test]
fn names_count_wherever_a_capital_is_no_habit() {
    same("How do I use the VPN?", "How do I use the vpn?");
    differ(Difference::Names, "Who is Maria?", "Who is Marta?");
    differ(
        Difference::Names,
        "Is product A good?",
        "Is product B good?",
    );
    differ(
        Difference::Names,
        "Explain JavaScript.",
        "Explain TypeScript.",
    );
    differ(Difference::Wording, "Wo ist Hamburg?", "Wo ist Bremen?");
}

#[test]
fn a_no_and_an_opposite_turn_the_question_round() {
    same("My laptop doesn't start.", "My laptop won't start.");
    differ(
        Difference::Negation,
        "Which costs are paid?",
        "Which costs are not paid?",
    );
    differ(
        Difference::Negation,
        "Geht es mit Strom?",
        "Geht es ohne Strom?",
    );
    differ(
        Difference::Opposites,
        "How do I enable it?",
        "How do I turn it off?",
    );
    differ(
        Difference::Opposites,
        "Is this food safe?",
        "Is this food unsafe?",
    );
    differ(
        Difference::Opposites,
        "Ist das zulässig?",
        "Ist das unzulässig?",
    );
    differ(
        Difference::Opposites,
        "Wie schalte ich es ein?",
        "Wie schalte ich es aus?",
    );
}

#[test]
fn the_kind_of_answer_asked_for_counts() {
    same("Where can I report it?", "How can I report it?");
    differ(
        Difference::Kind,
        "When is the party?",
        "Where is the party?",
    );
    differ(
        Difference::Kind,
        "Must I work here?",
        "Am I allowed to work here?",
    );
    differ(
        Difference::Kind,
        "What is my number?",
        "What is your number?",
    );
    differ(
        Difference::Kind,
        "When did she begin?",
        "When will she begin?",
    );
}

#[test]
fn who_does_what_to_whom_counts() {
    same(
        "What is the difference between TCP and UDP?",
        "How do UDP and TCP differ?",
    );
    differ(
        Difference::Roles,
        "Translate from English to German.",
        "Translate from German to English.",
    );
    differ(
        Difference::Roles,
        "Can Tom see Eva's calendar?",
        "Can Eva see Tom's calendar?",
    );
    differ(
        Difference::Roles,
        "Is gas cheaper than oil?",
        "Is oil cheaper than gas?",
    );
    differ(
        Difference::Roles,
        "Wie komme ich von Köln nach Bonn?",
        "Wie komme ich von Bonn nach Köln?",
    );
}

#[test]
fn the_language_counts() {
    differ(
        Difference::Language,
        "How do I make an appointment?",
        "Wie mache ich einen Termin?",
    );
    differ(
        Difference::Language,
        "Was ist ein Mutex?",
        "What is a mutex?",
    );
}

#[test]
fn words_that_are_left_over_count() {
    same(
        "How do I reset my password?",
        "How can I reset the password, please?",
    );
    same(
        "Wie setze ich mein Passwort zurück?",
        "Wie kann ich mein Passwort zurücksetzen?",
    );
    differ(
        Difference::Wording,
        "How do I reset my password?",
        "How do I reset my phone?",
    );
    differ(
        Difference::Wording,
        "What is the notice period?",
        "What is the notice period of managers?",
    );
}

#[test]
fn what_is_no_short_question_has_no_facts() {
    assert!(Facts::of("").is_none());
    assert!(Facts::of(" ?! ").is_none());
    assert!(Facts::of(&"word ".repeat(500)).is_none());
}

/// Whatever people type, reading it ends and never panics.
#[test]
fn any_text_can_be_read() {
    for text in [
        "`",
        "a`b",
        "''''",
        "n't",
        "l'",
        "€",
        "%%%5€",
        "--",
        "5-",
        "-5",
        "1.2.3.4",
        "ß",
        "🦀 🦀?",
        "a_b::c()",
        "\u{130}x",
    ] {
        if let Some(facts) = Facts::of(text) {
            assert_eq!(agree(&facts, &facts), Ok(()), "{text}");
        }
    }
}
