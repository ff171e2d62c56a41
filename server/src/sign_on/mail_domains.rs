//! Domains of e-mail addresses: said to be the workspace's own, proven by a record of its own, looked at
//! again every day, given up with a quarantine.
//!
//! Until its record was seen a domain decides nothing. Refuses what nobody can own alone: public suffixes,
//! providers of mailboxes for everybody, and the installation's own names.

use super::typed::read_domain;
use super::{SignOn, failed, require_rights};
use crate::domains::dns::{Kind, Replies};
use crate::domains::records::proof_name;
use crate::identity::token::Token;
use contract::{AppError, AppResult, Caller, ErrorCode, TenantId};
use secrecy::ExposeSecret as _;
use store::platform::mail_domains::{self, MailDomainRow, Proven};
use store::{StoreError, TenantTx};
use uuid::Uuid;

/// Domains of one workspace.
const MOST: usize = 50;
/// Nobody looks at one more often than this, in milliseconds.
const GAP_MS: i64 = 5_000;
/// Proven ones are looked at again after this time, in milliseconds.
const DAILY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Proven ones that are looked at in one round.
const ROUND: i64 = 100;
/// What the record holds before its token, so that it stands out among others of the name.
const PREFIX: &str = "workspace-mail=";
/// How the record names the installation itself.
const SYSTEM: (Option<contract::MemberId>, &str) = (None, "system");

/// Where everybody can have a mailbox. A workspace that could say one is its own could take in whoever has
/// an address there.
const FOR_EVERYBODY: [&str; 60] = [
    "126.com",
    "163.com",
    "aim.com",
    "aol.com",
    "bk.ru",
    "bluewin.ch",
    "btinternet.com",
    "comcast.net",
    "duck.com",
    "email.com",
    "fastmail.com",
    "fastmail.fm",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.fr",
    "hushmail.com",
    "icloud.com",
    "inbox.ru",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.com",
    "live.de",
    "mac.com",
    "mail.com",
    "mail.de",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rocketmail.com",
    "t-online.de",
    "tutanota.com",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yandex.com",
    "yandex.ru",
    "ymail.com",
];

fn conflict(words: &'static str) -> AppError {
    AppError::new(ErrorCode::Conflict, words)
}

/// What the record of a domain holds.
pub(super) fn value_of(row: &MailDomainRow) -> String {
    format!("{PREFIX}{}", row.token)
}

/// Name of the record of a domain.
pub(super) fn record_of(row: &MailDomainRow) -> String {
    proof_name(&row.domain)
}

impl SignOn {
    /// Says that a domain is the workspace's own. It decides nothing yet.
    pub async fn add_mail_domain(&self, caller: &Caller, typed: &str) -> AppResult<()> {
        require_rights(caller)?;
        let domain = read_domain(typed, self.rules.test_names)?;
        if let Some(words) = self.nobodys(&domain) {
            return Err(AppError::new(ErrorCode::Invalid, words));
        }
        let token = Token::fresh();
        self.alter(caller.tenant(), async |tx| {
            if mail_domains::list(tx).await?.len() >= MOST {
                return Ok(Err(conflict(
                    "There are 50 domains here, and no more can be added.",
                )));
            }
            let secret = token.secret();
            let new = (domain.as_str(), secret.expose_secret());
            match mail_domains::begin(tx, Uuid::now_v7(), new, caller.name()).await {
                Err(StoreError::Taken(_)) => {
                    return Ok(Err(conflict("That domain has been added already.")));
                }
                begun => begun?,
            }
            let who = (Some(caller.member()), caller.name());
            store::audit::append(tx, who, "sign_on.mail_domain_added", &domain).await?;
            Ok(Ok(()))
        })
        .await
    }

    /// Why a domain is nobody's to say; `None`: it may be.
    fn nobodys(&self, domain: &str) -> Option<&'static str> {
        if FOR_EVERYBODY.contains(&domain) {
            return Some(
                "Everybody can have a mailbox there, so nobody can say that its addresses are theirs.",
            );
        }
        self.rules
            .is_own(domain)
            .then_some("That name belongs to this installation itself.")
    }

    /// Looks for the record of a domain now.
    pub async fn look_at_mail_domain(&self, caller: &Caller, domain: &str) -> AppResult<()> {
        require_rights(caller)?;
        let who = (Some(caller.member()), caller.name());
        let taken = self
            .alter(caller.tenant(), async |tx| {
                let known = mail_domains::list(tx).await?;
                if !known.iter().any(|row| row.domain == domain) {
                    return Ok(Err(AppError::not_found()));
                }
                let taken = mail_domains::take_turn(tx, domain, GAP_MS).await?;
                Ok(taken.ok_or_else(|| {
                    let words = "It was looked at a moment ago. Wait five seconds and press again.";
                    AppError::new(ErrorCode::Throttled, words).retry_after(5)
                }))
            })
            .await?;
        self.look(&taken, who).await
    }

    async fn look(&self, row: &MailDomainRow, who: crate::domains::Who<'_>) -> AppResult<()> {
        let replies = self.dns.ask(&record_of(row), Kind::Txt).await;
        let (missing, found) = judged(&replies, &value_of(row));
        let quarantine = self.rules.quarantine_ms();
        let grace = self.rules.grace_ms();
        self.alter(row.tenant, async |tx| {
            let mut found = found.to_owned();
            if missing == Some(false) && row.proven_ms.is_none() {
                match mail_domains::prove(tx, row.id, quarantine).await? {
                    Proven::Done => {
                        store::audit::append(tx, who, "sign_on.mail_domain_proven", &row.domain)
                            .await?;
                    }
                    Proven::Gone => return Ok(Err(AppError::not_found())),
                    Proven::Elsewhere => {
                        "The record is there, but the domain is, or was a short time ago, another \
                         workspace’s of this installation. Have it removed there first."
                            .clone_into(&mut found);
                    }
                }
            }
            if mail_domains::record(tx, row.id, &found, missing, grace).await? {
                store::audit::append(tx, SYSTEM, "sign_on.mail_domain_lost", &row.domain).await?;
            }
            Ok(Ok(()))
        })
        .await
    }

    /// Gives a domain up. People who came in by it stay; nobody else is taken in below it.
    pub async fn remove_mail_domain(&self, caller: &Caller, domain: &str) -> AppResult<()> {
        require_rights(caller)?;
        self.alter(caller.tenant(), async |tx: &mut TenantTx| {
            if !mail_domains::remove(tx, domain).await? {
                return Ok(Err(AppError::not_found()));
            }
            let who = (Some(caller.member()), caller.name());
            store::audit::append(tx, who, "sign_on.mail_domain_removed", domain).await?;
            Ok(Ok(()))
        })
        .await
    }

    /// Looks again at proven domains whose day is over. One that cannot be looked at is tried next time.
    pub async fn look_at_due_mail_domains(&self) {
        let due = match self.store.mail_domains_due(DAILY_MS, ROUND).await {
            Ok(due) => due,
            Err(error) => {
                let _ = failed(error);
                return;
            }
        };
        for row in due {
            if let Err(error) = self.look(&row, SYSTEM).await {
                tracing::warn!(
                    reference = error.reference,
                    "a domain of addresses stays as it is"
                );
            }
        }
    }

    /// Proves a domain without a look: the operator has seen for themselves, at the command line.
    pub async fn vouch_for_mail_domain(&self, tenant: TenantId, typed: &str) -> AppResult<()> {
        let domain = read_domain(typed, self.rules.test_names)?;
        let quarantine = self.rules.quarantine_ms();
        let token = Token::fresh();
        self.alter(tenant, async |tx| {
            let secret = token.secret();
            let known = mail_domains::list(tx).await?;
            let id = match known.iter().find(|row| row.domain == domain) {
                Some(row) => row.id,
                None => {
                    let id = Uuid::now_v7();
                    let new = (domain.as_str(), secret.expose_secret());
                    mail_domains::begin(tx, id, new, "operator").await?;
                    id
                }
            };
            if mail_domains::prove(tx, id, quarantine).await? != Proven::Done {
                return Ok(Err(conflict(
                    "The domain is, or was a short time ago, another workspace’s.",
                )));
            }
            let who = (None, "operator");
            store::audit::append(tx, who, "sign_on.mail_domain_proven", &domain).await?;
            Ok(Ok(()))
        })
        .await
    }
}

/// Whether the record is missing, and what is said about it. Every server that answers has to show it.
fn judged(replies: &Replies, value: &str) -> (Option<bool>, &'static str) {
    if replies.is_silent() {
        return (None, "No name server answered. It is looked at again.");
    }
    if replies.answers().all(|records| records.contains(value)) {
        return (Some(false), "The record is there.");
    }
    if replies.all().contains(value) {
        return (
            None,
            "Some name servers show the record and some do not yet. It takes a while to arrive everywhere.",
        );
    }
    (
        Some(true),
        "The record is not there, or holds something else.",
    )
}

#[cfg(test)]
mod tests {
    use super::{FOR_EVERYBODY, judged};
    use crate::domains::dns::{Replies, Reply};

    fn records(values: &[&str]) -> Reply {
        Reply::Records(values.iter().map(|it| (*it).to_owned()).collect())
    }

    #[test]
    fn a_record_is_there_when_every_server_shows_it() {
        let judged = |replies: Vec<Reply>| judged(&Replies(replies), "a").0;
        assert_eq!(judged(vec![records(&["a", "b"])]), Some(false));
        assert_eq!(judged(vec![records(&["a"]), records(&[])]), None);
        assert_eq!(judged(vec![records(&["ab"])]), Some(true));
        assert_eq!(judged(vec![Reply::Failed("down")]), None);
        assert_eq!(
            judged(vec![Reply::Failed("down"), records(&["a"])]),
            Some(false)
        );
    }

    #[test]
    fn mailboxes_for_everybody_are_named_once_and_in_order() {
        assert!(FOR_EVERYBODY.is_sorted());
    }
}
