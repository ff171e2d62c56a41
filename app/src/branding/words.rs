//! What the branding page calls its fields, and what it says afterwards.

/// A field in words.
pub(super) struct Words {
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
}

/// What is said after a form was taken; an unknown word says nothing.
pub(super) fn done(word: &str) -> Option<&'static str> {
    Some(match word {
        "published" => "Published. Every open page follows within two seconds.",
        "kept" => "Kept as a draft. Nobody else sees it yet.",
        "discarded" => "The draft is gone. The form shows what is published.",
        "restored" => "The older look is back, as a new version.",
        _ => return None,
    })
}

/// The label of a field; empty: there is no such field.
pub(super) fn label_of(field: &str) -> &'static str {
    words_of(field).map_or("", |words| words.label)
}

/// A field in words.
pub(super) fn words_of(field: &str) -> Option<Words> {
    let (label, hint) = match field {
        "name" => (
            "Name",
            "Title of every page, and what mails call the workspace.",
        ),
        "mark" => (
            "Letters",
            "One or two, for the mark where there is no logo.",
        ),
        "colour" => (
            "Colour",
            "For buttons, links and the mark, as # and six digits.",
        ),
        "second_colour" => (
            "Second colour",
            "For the large calm surfaces only: half of the sign-in page, the head of a mail.",
        ),
        "corners" => ("Corners", "Of buttons, fields and panels."),
        "sign_in_title" => ("Heading", "Above the sign-in form."),
        "sign_in_text" => ("Line below it", "What to sign in with."),
        "tagline" => ("Sentence", "Large, on the coloured half."),
        "tagline_detail" => ("Detail", "One or two more sentences."),
        "greeting" => ("Greeting", "Above an empty chat."),
        "starters" => ("Questions to begin with", "One on each line, four at most."),
        "payer" => (
            "Who pays",
            "Whose key answers are given on, as answers tell it.",
        ),
        "privacy_url" => ("Privacy notice", "An https address."),
        "terms_url" => ("Terms", "An https address."),
        "support_email" => ("Help", "An e-mail address for members with a question."),
        "sender_name" => ("Sender", "The name mails come from."),
        "logo_light" => ("Logo", "For light pages. PNG, JPEG or WebP, up to 1 MB."),
        "logo_dark" => (
            "Logo for dark pages",
            "Where the first one cannot be seen on dark.",
        ),
        "icon" => ("Icon", "Square. For tabs and home screens."),
        _ => return None,
    };
    Some(Words { label, hint })
}

/// What stands in an empty field where the agency gives nothing either.
pub(super) fn usual_of(field: &str, name: &str) -> String {
    match field {
        "name" | "payer" | "sender_name" => name.to_owned(),
        "mark" => name.chars().take(1).collect(),
        "colour" => "#3d5a6c".to_owned(),
        "sign_in_title" => "Welcome back".to_owned(),
        "sign_in_text" => format!("Sign in with your {name} account."),
        "tagline" => format!("{name}’s own assistant."),
        "greeting" => "What can I help with?".to_owned(),
        _ => String::new(),
    }
}
