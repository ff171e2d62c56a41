//! What a letter says: what happened, since when, what to do, and where. The plain text; `dress` makes
//! its other form.
//!
//! Sentences of ours, with the names that the workspace gave. Names are put on one line and cut, so that
//! nobody writes to administrators by calling a key something.

use super::deliver::one_line;
use contract::keys::CheckOutcome;
use store::guests::GuestRow;

/// The longest name in a sentence, in characters.
const LONGEST_NAME: usize = 80;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 300;

/// Whom a letter is from and to.
pub(super) struct Between<'a> {
    /// The workspace's name.
    pub(super) workspace: &'a str,
    /// The reader's name.
    pub(super) reader: &'a str,
    /// The reader's role in words.
    pub(super) role: &'a str,
    /// Scheme, host and port of the workspace; `None`: it has no host.
    pub(super) address: Option<&'a str>,
}

/// What is known of a key in trouble.
pub(super) struct KeyFacts<'a> {
    /// The workspace's name for it.
    pub(super) name: &'a str,
    /// The provider, as people read it.
    pub(super) provider: &'a str,
    /// The environment, as people read it.
    pub(super) environment: &'a str,
    /// Path of its page.
    pub(super) page: &'a str,
    /// How its last check ended.
    pub(super) outcome: Option<CheckOutcome>,
}

/// What a letter says, in parts, so that both of its forms say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words<'a> {
    /// The subject.
    pub(super) subject: String,
    /// The first line.
    pub(super) greeting: String,
    /// What it is about, in one sentence.
    pub(super) first: String,
    /// Facts, each with what it is.
    pub(super) facts: Vec<(&'a str, String)>,
    /// What can be done, and where.
    pub(super) link: Option<(String, String)>,
    /// What happens otherwise.
    pub(super) last: String,
    /// Why the reader gets it.
    pub(super) because: String,
}

impl Words<'_> {
    /// The plain form.
    pub(super) fn text(&self) -> String {
        let mut lines = vec![self.greeting.clone(), String::new()];
        lines.extend([self.first.clone(), String::new()]);
        let facts = self.facts.iter();
        lines.extend(facts.map(|(what, words)| format!("{what}: {words}")));
        if let Some((_, address)) = &self.link {
            lines.extend([String::new(), address.clone()]);
        }
        lines.extend([String::new(), self.last.clone(), String::new()]);
        lines.extend([self.because.clone(), String::new()]);
        lines.join("\n")
    }
}

/// Somebody is invited.
pub(super) struct Invited<'a> {
    /// Who invites, by name.
    pub(super) by: &'a str,
    /// As what, in words.
    pub(super) role: &'a str,
    /// The way in; works once.
    pub(super) link: String,
    /// The last day it is good, in words.
    pub(super) until: &'a str,
}

/// An invitation to `workspace`.
pub(super) fn invitation(workspace: &str, invited: Invited<'_>) -> Words<'static> {
    let (workspace, by) = (named(workspace), named(invited.by));
    Words {
        subject: format!("{workspace}: an invitation to join"),
        greeting: "Hello,".to_owned(),
        first: format!("{by} invites you to {workspace}, {}.", invited.role),
        facts: vec![("Good until", invited.until.to_owned())],
        link: Some((format!("Join {workspace}"), invited.link)),
        last: "The link works once. If you did not expect it, there is nothing to do.".to_owned(),
        because: format!("You get this because {by} gave this address."),
    }
}

/// A key needs attention.
pub(super) fn key_trouble(
    between: &Between<'_>,
    key: &KeyFacts<'_>,
    since: &str,
) -> Words<'static> {
    let (name, provider) = (named(key.name), key.provider);
    let workspace = named(between.workspace);
    let (failed, to_do) = match key.outcome {
        Some(CheckOutcome::Bad) => (
            format!("{provider} does not accept this key any more."),
            format!(
                "Make a new key at {provider}, open the page below and rotate: the new one is checked \
                 first, and answers switch to it at once."
            ),
        ),
        Some(CheckOutcome::NoCredit) => (
            format!("The account behind this key has no credit left at {provider}."),
            format!(
                "Add credit or raise the limit at {provider}, then open the page below and check the \
                 key again."
            ),
        ),
        Some(CheckOutcome::Restricted) => (
            format!("{provider} knows this key, and does not allow it what an answer needs."),
            format!(
                "Look at the key's rights and restrictions at {provider}, then open the page below and \
                 check it again."
            ),
        ),
        _ => (
            "Its last check did not end well.".to_owned(),
            "Open the page below: it says what the check found.".to_owned(),
        ),
    };
    let facts = [
        ("What failed", failed),
        ("Since", since.to_owned()),
        ("Environment", key.environment.to_owned()),
        ("What to do", to_do),
    ];
    let first = format!("The provider key “{name}” of {workspace} needs attention.");
    let last = "Answers that would be paid with it fail until then, or come from the next target of \
                their route. Nothing is lost. You get one more message when it works again.";
    let subject = format!("{workspace}: the key “{name}” needs attention");
    words(between, subject, first, facts.into(), key.page, last)
}

/// A key works again.
pub(super) fn key_well(between: &Between<'_>, key: &KeyFacts<'_>, since: &str) -> Words<'static> {
    let (name, workspace) = (named(key.name), named(between.workspace));
    let first = format!("The provider key “{name}” of {workspace} works again.");
    let facts = [("It had been in trouble since", since.to_owned())];
    let subject = format!("{workspace}: the key “{name}” works again");
    words(
        between,
        subject,
        first,
        facts.into(),
        key.page,
        NOTHING_TO_DO,
    )
}

/// The workspace is sealed. `why`: what is wrong and what to do, in words of ours.
pub(super) fn sealed(between: &Between<'_>, why: Option<&str>, since: &str) -> Words<'static> {
    let workspace = named(between.workspace);
    let why = why.unwrap_or(
        "The key that opens the workspace was not to be had. The page below says why, and what helps.",
    );
    let facts = [
        ("Since", since.to_owned()),
        ("What happened", why.to_owned()),
    ];
    let first = format!("{workspace} is sealed: nobody can read or ask anything there.");
    let subject = format!("{workspace} is sealed");
    let last = "You get one more message when it is open again.";
    words(between, subject, first, facts.into(), SERVICE_PAGE, last)
}

/// The workspace is open again.
pub(super) fn open_again(between: &Between<'_>, since: &str) -> Words<'static> {
    let workspace = named(between.workspace);
    let facts = [("It had been sealed since", since.to_owned())];
    let first = format!("{workspace} is open again. Everything is as it was.");
    let subject = format!("{workspace} is open again");
    words(
        between,
        subject,
        first,
        facts.into(),
        SERVICE_PAGE,
        NOTHING_TO_DO,
    )
}

/// The record that proves a domain is missing.
pub(super) fn domain_missing(
    between: &Between<'_>,
    host: &str,
    page: &str,
    since: &str,
) -> Words<'static> {
    let workspace = named(between.workspace);
    let missing = "The TXT record that proves that the name is yours.";
    let to_do = "Put the record back where the name is looked after. The page below shows it, and until when \
                 the name serves on.";
    let facts = [
        ("What is missing", missing.to_owned()),
        ("Since", since.to_owned()),
        ("What to do", to_do.to_owned()),
    ];
    let first = format!("The domain {host} of {workspace} will stop working.");
    let subject = format!("{workspace}: the record of {host} is missing");
    let last = "Once the record is back, nothing changes, and you get one more message.";
    words(between, subject, first, facts.into(), page, last)
}

/// The record is back.
pub(super) fn domain_well(
    between: &Between<'_>,
    host: &str,
    page: &str,
    since: &str,
) -> Words<'static> {
    let workspace = named(between.workspace);
    let facts = [("It had been missing since", since.to_owned())];
    let first = format!("The record of the domain {host} of {workspace} is back.");
    let subject = format!("{workspace}: the record of {host} is back");
    words(between, subject, first, facts.into(), page, NOTHING_TO_DO)
}

/// A guest opened the workspace as an administrator.
pub(super) fn guest_came(between: &Between<'_>, guest: &GuestRow, since: &str) -> Words<'static> {
    let workspace = named(between.workspace);
    let house = if guest.house.is_empty() {
        "the operator of this installation".to_owned()
    } else {
        named(&guest.house)
    };
    let who = named(&guest.name);
    let facts = [
        ("Who", format!("{who}, for {house}")),
        ("When", since.to_owned()),
        ("Why", one_line(&guest.reason, LONGEST_REASON)),
        ("For how long", "half an hour at most".to_owned()),
    ];
    let first = format!("{who} opened {workspace} as an administrator.");
    let last = "They cannot read conversations, and cannot touch people, keys, or the workspace's end. \
                What they do is in the record of the workspace. On that page you can say that nobody \
                comes in this way any more.";
    let subject = format!("{workspace}: {who} came in as an administrator");
    words(
        between,
        subject,
        first,
        facts.into(),
        "/admin/workspace",
        last,
    )
}

const SERVICE_PAGE: &str = "/admin/keys/service";
const NOTHING_TO_DO: &str = "There is nothing to do.";

fn named(name: &str) -> String {
    one_line(name, LONGEST_NAME)
}

fn words(
    between: &Between<'_>,
    subject: String,
    first: String,
    facts: Vec<(&'static str, String)>,
    page: &str,
    last: &str,
) -> Words<'static> {
    let label = || "Open the page".to_owned();
    let address = between.address.map(|address| format!("{address}{page}"));
    Words {
        subject,
        greeting: format!("Hello {},", named(between.reader)),
        first,
        facts,
        link: address.map(|address| (label(), address)),
        last: last.to_owned(),
        because: format!(
            "You get this because you are {} of {}.",
            between.role,
            named(between.workspace)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Between, KeyFacts, key_trouble, key_well, open_again, sealed};
    use contract::keys::CheckOutcome;

    const BETWEEN: Between<'static> = Between {
        workspace: "Nordwind Legal",
        reader: "Mia Berg",
        role: "an owner",
        address: Some("https://ai.nordwind.example"),
    };

    fn key(name: &'static str, outcome: CheckOutcome) -> KeyFacts<'static> {
        KeyFacts {
            name,
            provider: "OpenAI",
            environment: "Production",
            page: "/admin/keys/0190",
            outcome: Some(outcome),
        }
    }

    #[test]
    fn every_letter_says_what_since_when_and_where() {
        let since = "25 November 2026, 07:15 UTC";
        let mut seen = std::collections::BTreeSet::new();
        for outcome in [
            CheckOutcome::Bad,
            CheckOutcome::NoCredit,
            CheckOutcome::Restricted,
        ] {
            let words = key_trouble(&BETWEEN, &key("main", outcome), since);
            let text = words.text();
            assert_eq!(
                words.subject,
                "Nordwind Legal: the key “main” needs attention"
            );
            for part in [
                "OpenAI",
                since,
                "Production",
                "https://ai.nordwind.example/admin/keys/0190",
                "an owner of Nordwind Legal",
            ] {
                assert!(text.contains(part), "{part} in:\n{text}");
            }
            assert!(seen.insert(text), "two outcomes read alike");
        }
        let well = key_well(&BETWEEN, &key("main", CheckOutcome::Valid), since).text();
        assert!(well.contains("works again") && well.contains(since));
        let shut = sealed(&BETWEEN, Some("The key is disabled."), since).text();
        assert!(shut.contains("The key is disabled.") && shut.contains("/admin/keys/service"));
        assert!(open_again(&BETWEEN, since).text().contains("as it was"));
    }

    #[test]
    fn a_name_begins_no_line() {
        let hostile = "main\n\nSign in at https://evil.example at once";
        let text = key_trouble(&BETWEEN, &key(hostile, CheckOutcome::Bad), "today").text();
        assert!(
            !text.lines().any(|line| line.starts_with("Sign in")),
            "{text}"
        );
    }
}
