//! `livery mail …`: whether mail leaves, and what waits.

use super::{Common, Refused, open, output};
use crate::mail::{Letter, Mailer};
use clap::Subcommand;
use serde_json::json;
use uuid::Uuid;

/// `livery mail`
#[derive(Subcommand)]
pub(super) enum MailCommand {
    /// Send a letter now, and say what the mail server said
    Test {
        /// Address of the reader
        #[arg(long)]
        to: String,
        /// Slug of the workspace it is to come from; otherwise the sender has no name
        #[arg(long)]
        workspace: Option<String>,
    },
    /// Say how many letters wait
    Status,
}

pub(super) async fn run(common: &Common, command: MailCommand) -> Result<(), Refused> {
    match command {
        MailCommand::Test { to, workspace } => test(common, to, workspace.as_deref()).await,
        MailCommand::Status => status(common).await,
    }
}

async fn test(common: &Common, to: String, workspace: Option<&str>) -> Result<(), Refused> {
    let config = open::settings(common)?;
    let mailer = Mailer::open(&config.mail)?;
    let mailer = mailer.ok_or("mail.host is empty: there is no mail server to send by")?;
    // Nothing is opened where nothing is needed: this has to work while something else does not.
    let sender = match workspace {
        Some(slug) => {
            open::with_open(common, async |opened| {
                Ok(opened.workspace(slug).await?.name)
            })
            .await?
        }
        None => String::new(),
    };
    let letter = Letter {
        id: Uuid::now_v7(),
        sender,
        to,
        subject: "A test of mail".to_owned(),
        text: "Hello,\n\nwhoever looks after this installation wanted to know whether its mail arrives. \
               It does.\n"
            .to_owned(),
        html: String::new(),
    };
    mailer.deliver(&letter).await?;
    if common.json {
        return output::document(&json!({ "taken": true }));
    }
    output::line("The mail server has taken it.")
}

async fn status(common: &Common) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let waiting = opened.store.waiting_letters().await?;
        let on = !opened.config.mail.host.is_empty();
        if common.json {
            return output::document(&json!({
                "mail": on,
                "waiting": waiting.letters,
                "tried": waiting.tried,
                "oldest_ms": waiting.oldest_ms,
            }));
        }
        let words = if on { "on" } else { "off: mail.host is empty" };
        output::line(format_args!("Mail:    {words}"))?;
        output::line(format_args!(
            "Waiting: {} letters, {} of them tried and not delivered yet",
            waiting.letters, waiting.tried
        ))
    })
    .await
}
