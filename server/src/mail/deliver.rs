//! Handing a letter to the operator's mail server.

use crate::config::{MailSection, MailTls};
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The longest the server may take for one step of the conversation.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest a letter may take in all.
const WITHIN: Duration = Duration::from_mins(1);
/// The longest name in a header, in characters.
const LONGEST_NAME: usize = 80;
/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 160;

/// A letter, written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The same at every try, so that readers' programs see one letter.
    pub id: Uuid,
    /// The name beside the sender's address; empty: none.
    pub sender: String,
    /// The reader's address.
    pub to: String,
    /// In one line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as a document; empty: the text alone.
    pub html: String,
}

/// Why a letter was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Undelivered {
    /// The server is not to be had, or is not ready: again later.
    #[error("the mail server did not take it: {0}")]
    Later(String),
    /// The server refuses this letter for good, or it is no letter.
    #[error("the mail server refuses it: {0}")]
    Never(String),
}

impl Undelivered {
    /// For the log: without the server's words, which name people.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Never(_))
    }
}

/// The settings do not lead to a mail server.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// A file cannot be read.
    #[error("{setting}, {path}: {source}")]
    File {
        /// Which setting names it.
        setting: &'static str,
        /// Its path.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The certificate cannot be used.
    #[error("mail.ca_file: {0}")]
    Certificate(String),
    /// The sender's address cannot be used.
    #[error("mail.from is not an address")]
    From,
}

/// The operator's mail server. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl Mailer {
    /// As the settings say; `None`: there is to be no mail. Nothing is asked of the server yet.
    ///
    /// # Errors
    /// A file that cannot be read or used.
    pub fn open(mail: &MailSection) -> Result<Option<Self>, MailerError> {
        if mail.host.is_empty() {
            return Ok(None);
        }
        let from: Address = mail.from.parse().map_err(|_| MailerError::From)?;
        let tls = match mail.tls {
            MailTls::None => Tls::None,
            MailTls::Tls => Tls::Wrapper(encryption(mail)?),
            MailTls::StartTls => Tls::Required(encryption(mail)?),
        };
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
            .port(mail.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            // Servers write this name into the letter: the sender's, not this machine's.
            .hello_name(ClientId::Domain(from.domain().to_owned()));
        if !mail.user.is_empty() {
            let path = &mail.password_file;
            let password = std::fs::read_to_string(path).map_err(|source| MailerError::File {
                setting: "mail.password_file",
                path: path.display().to_string(),
                source,
            })?;
            let password = Zeroizing::new(password);
            let password = password.trim_end_matches(['\r', '\n']).to_owned();
            server = server.credentials(Credentials::new(mail.user.clone(), password));
        }
        Ok(Some(Self {
            transport: server.build(),
            from,
        }))
    }

    /// Hands the letter over. `Ok`: the server has taken it and answers for it from here on.
    ///
    /// # Errors
    /// Whether it makes sense to try again.
    pub async fn deliver(&self, letter: &Letter) -> Result<(), Undelivered> {
        let message = self.message(letter)?;
        let sent = tokio::time::timeout(WITHIN, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                let refused = error.status().map(u16::from);
                let words = error.to_string();
                // 550, 551, 553 and 556 are about this reader or this letter. Any other refusal, a
                // rejected password for one, is about the server and may pass.
                Err(match refused {
                    Some(550 | 551 | 553 | 556) => Undelivered::Never(words),
                    _ => Undelivered::Later(words),
                })
            }
            Err(_) => Err(Undelivered::Later("it took too long".to_owned())),
        }
    }

    fn message(&self, letter: &Letter) -> Result<Message, Undelivered> {
        let never = |error: &dyn std::error::Error| Undelivered::Never(error.to_string());
        let to: Address = letter.to.parse().map_err(|error| never(&error))?;
        let sender = one_line(&letter.sender, LONGEST_NAME);
        let sender = (!sender.is_empty()).then_some(sender);
        let id = format!("<{}@{}>", letter.id.simple(), self.from.domain());
        let message = Message::builder()
            .from(Mailbox::new(sender, self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(one_line(&letter.subject, LONGEST_SUBJECT))
            .message_id(Some(id))
            .date_now()
            .header(AutoSubmitted);
        let text = letter.text.clone();
        let written = if letter.html.is_empty() {
            message.header(ContentType::TEXT_PLAIN).body(text)
        } else {
            let both = MultiPart::alternative_plain_html(text, letter.html.clone());
            message.multipart(both)
        };
        written.map_err(|error| never(&error))
    }
}

fn encryption(mail: &MailSection) -> Result<TlsParameters, MailerError> {
    let unusable =
        |error: lettre::transport::smtp::Error| MailerError::Certificate(error.to_string());
    let mut parameters = TlsParameters::builder(mail.host.clone());
    if !mail.ca_file.as_os_str().is_empty() {
        let pem = std::fs::read(&mail.ca_file).map_err(|source| MailerError::File {
            setting: "mail.ca_file",
            path: mail.ca_file.display().to_string(),
            source,
        })?;
        parameters =
            parameters.add_root_certificate(Certificate::from_pem(&pem).map_err(unusable)?);
    }
    parameters.build().map_err(unusable)
}

/// Written by a program: nobody's absence is answered to it (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// A name as it may stand in a header or a sentence: one line, nothing that turns the direction of
/// writing around, at most so many characters. What others call themselves begins no line of ours.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let turns = |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    let text: String = text
        .chars()
        .filter(|letter| !turns(*letter))
        .map(|letter| if breaks(letter) { ' ' } else { letter })
        .collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= longest {
        return line;
    }
    let cut: String = line.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{Letter, Mailer, one_line};
    use crate::config::{MailSection, MailTls};
    use uuid::Uuid;

    fn mailer() -> Mailer {
        let mail = MailSection {
            host: "127.0.0.1".to_owned(),
            port: 25,
            tls: MailTls::None,
            ca_file: "".into(),
            user: String::new(),
            password_file: "".into(),
            from: "notices@agency.example".to_owned(),
        };
        Mailer::open(&mail).unwrap().unwrap()
    }

    fn letter() -> Letter {
        Letter {
            id: Uuid::from_u128(7),
            sender: "Nordwind Legal".to_owned(),
            to: "mia@nordwind.example".to_owned(),
            subject: "The key “main” needs attention".to_owned(),
            text: "One line.\nAnother.\n".to_owned(),
            html: "<p>One line.</p>".to_owned(),
        }
    }

    fn written(letter: &Letter) -> String {
        let message = mailer().message(letter).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    /// Names of the headers, as a reader's program splits them.
    fn headers(written: &str) -> Vec<&str> {
        let head = written.split_once("\r\n\r\n").unwrap().0;
        let starts = head.lines().filter(|line| !line.starts_with([' ', '\t']));
        starts.map(|line| line.split_once(':').unwrap().0).collect()
    }

    #[test]
    fn a_letter_is_plain_and_names_no_program() {
        let written = written(&letter());
        assert!(
            written.contains("From: \"Nordwind Legal\" <notices@agency.example>"),
            "{written}"
        );
        assert!(written.contains("Message-ID: <00000000000000000000000000000007@agency.example>"));
        assert!(written.contains("Auto-Submitted: auto-generated"));
        assert!(written.contains("multipart/alternative"));
        let plain = written.find("text/plain; charset=utf-8").unwrap();
        assert!(plain < written.find("text/html; charset=utf-8").unwrap());
        let lower = written.to_lowercase();
        for name in ["livery", "lettre", "x-mailer", "user-agent"] {
            assert!(!lower.contains(name), "{name} in:\n{written}");
        }
    }

    #[test]
    fn names_begin_no_header() {
        let plain = headers(&written(&letter())).join(" ");
        for hostile in [
            "Eve\r\nBcc: eve@evil.example",
            "Eve\nBcc: eve@evil.example\n\nAnother body",
            "Eve\r\n\r\n<html>",
            "Eve\u{2028}Bcc: eve@evil.example",
            "Eve\0\u{b}\u{85}Bcc: eve@evil.example",
            "\" <eve@evil.example>, \"",
            "=?utf-8?q?Eve=0ABcc:_eve=40evil.example?=",
            "\u{202e}elpmaxe.live@eve",
        ] {
            let written = written(&Letter {
                sender: hostile.to_owned(),
                subject: hostile.to_owned(),
                ..letter()
            });
            let names = headers(&written);
            assert_eq!(names.join(" "), plain, "{hostile:?}:\n{written}");
            assert_eq!(names.iter().filter(|name| **name == "From").count(), 1);
        }
        let long = "x".repeat(5_000);
        let written = written(&Letter {
            subject: long.clone(),
            sender: long,
            ..letter()
        });
        assert!(written.lines().all(|line| line.len() < 998), "{written}");
    }

    #[test]
    fn an_address_that_is_none_is_refused() {
        for to in [
            "",
            "mia",
            "mia@nordwind.example, eve@evil.example",
            "a@b\r\nRCPT TO:<eve@evil.example>",
        ] {
            let refused = mailer().message(&Letter {
                to: to.to_owned(),
                ..letter()
            });
            assert!(refused.unwrap_err().is_final(), "{to}");
        }
    }

    #[test]
    fn a_line_is_one_line_and_not_too_long() {
        assert_eq!(one_line(" a \r\n b\tc ", 80), "a b c");
        assert_eq!(one_line("ab\u{202e}cd", 80), "abcd");
        assert_eq!(one_line("Überlänge", 5), "Über…");
    }
}
