//! Letters that carry a link: an invitation. The link is in the letter and nowhere else, so such a letter
//! does not wait in the database: it is handed over at once, or the link is shown instead.

use super::deliver::{Letter, Mailer, one_line};
use std::time::Duration;
use uuid::Uuid;

/// Whoever invites waits so long for the mail server, at most.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest name in a sentence, in characters.
const LONGEST_NAME: usize = 80;

impl Letter {
    /// An invitation to the platform host `sender`, by somebody, into an agency.
    pub(crate) fn invitation(
        sender: &str,
        (by, agency): (&str, Option<&str>),
        to: &str,
        link: &str,
    ) -> Self {
        let (sender, by) = (one_line(sender, LONGEST_NAME), one_line(by, LONGEST_NAME));
        let place = agency.map_or_else(
            || sender.clone(),
            |agency| format!("{} at {sender}", one_line(agency, LONGEST_NAME)),
        );
        Self::with_link(sender, to, format!("Invitation to {place}"), &by, link)
    }

    fn with_link(sender: String, to: &str, subject: String, by: &str, link: &str) -> Self {
        let text = format!(
            "Hello,\n\n{by} invites you. {subject}.\n\nChoose your password here:\n\n{link}\n\n\
             The link works once and for seven days. If you did not expect it, you need not do \
             anything.\n"
        );
        Self {
            id: Uuid::now_v7(),
            sender,
            to: to.to_owned(),
            subject,
            text,
            html: String::new(),
        }
    }
}

impl Mailer {
    /// Whether the mail server took the letter, now.
    pub(crate) async fn hand_over(&self, letter: &Letter) -> bool {
        let sent = tokio::time::timeout(PATIENCE, self.deliver(letter)).await;
        let taken = matches!(sent, Ok(Ok(())));
        if !taken {
            // Without the server's words: they name people.
            tracing::warn!(letter = %letter.id, "the mail server did not take an invitation");
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::Letter;

    #[test]
    fn a_name_begins_no_line_and_the_link_has_one_of_its_own() {
        let by = "Lena\n\nSign in at https://evil.example";
        let link = "https://ai.example/invite/abc";
        let letter =
            Letter::invitation("Rooms", (by, Some("Northlight")), "tom@north.example", link);
        assert!(letter.text.lines().any(|line| line == link));
        assert!(!letter.text.lines().any(|line| line.starts_with("Sign in")));
        assert_eq!(letter.subject, "Invitation to Northlight at Rooms");
    }
}
