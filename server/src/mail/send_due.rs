//! Sending the letters whose time has come, one after the other.

use super::deliver::{Letter, Mailer};
use super::dress::{self, Dress, Light};
use super::notice::{GUEST, INVITATION, Notices, SEALING, claim_of, is_reader, last_outcome};
use super::write_letter::{self, Between, Invited, KeyFacts, Words};
use crate::brand::{self, Brand};
use crate::config::ServerSection;
use crate::identity::token::Token;
use crate::kms::Custody;
use crate::vault::Vault;
use contract::keys::{KeyEnvironment, KeyProvider};
use contract::{InvitationId, KeyId, Role};
use secrecy::ExposeSecret as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use store::platform::claims::{self, ClaimRow};
use store::platform::letters::LetterRow;
use store::platform::workspaces::{WorkspaceRow, WorkspaceState};
use store::provider_keys::ProviderKeyRow;
use store::{MemberRow, Store, StoreError};
use tokio_util::sync::CancellationToken;

/// Letters that others put there, and those that are tried again, are looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Troubles are looked at again this often.
const REVIEW_EVERY: Duration = Duration::from_secs(20);
/// A letter that could not be delivered for so long is given up, in milliseconds.
const GIVE_UP_AFTER_MS: i64 = 3 * 24 * 60 * 60 * 1_000;

/// Sends letters.
pub struct Post {
    /// Storage.
    pub store: Store,
    /// For what is wrong with a sealed workspace.
    pub vault: Vault,
    /// The same.
    pub custody: Custody,
    /// Where troubles begin and end.
    pub notices: Notices,
    /// The way out.
    pub mailer: Mailer,
    /// For the addresses of workspaces.
    pub server: ServerSection,
}

/// What became of a letter.
enum Fate {
    /// Taken by the server, or not to be sent any more.
    Done,
    /// It waits.
    Waits,
}

impl Post {
    /// Runs until the server stops. A letter that is being handed over is handed over.
    pub async fn run(self, stop: CancellationToken) {
        let mut reviewed = Instant::now();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.notices.woken() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            if reviewed.elapsed() >= REVIEW_EVERY {
                self.notices.review().await;
                reviewed = Instant::now();
            }
            self.send_due(&stop).await;
        }
    }

    /// Stops at the first one that has to wait: the server is not to be had, and the others are due
    /// in their turn.
    async fn send_due(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let letter = match self.store.take_letter().await {
                Ok(Some(letter)) => letter,
                Ok(None) => return,
                Err(error) => return tracing::warn!(%error, "letters could not be read"),
            };
            match self.send(&letter).await {
                Ok(Fate::Done) => {
                    if let Err(error) = self.store.remove_letter(letter.id).await {
                        // It is sent once more; readers' programs know it by its id.
                        return tracing::warn!(%error, "a letter could not be removed");
                    }
                }
                Ok(Fate::Waits) => return,
                Err(error) => return tracing::warn!(%error, "a letter could not be written"),
            }
        }
    }

    async fn send(&self, letter: &LetterRow) -> Result<Fate, StoreError> {
        let Some(written) = self.write(letter).await? else {
            return Ok(Fate::Done);
        };
        let Err(error) = self.mailer.deliver(&written).await else {
            return Ok(Fate::Done);
        };
        let too_old = now_ms() - letter.created_ms > GIVE_UP_AFTER_MS;
        // Without the server's words: they name people.
        if error.is_final() || too_old {
            tracing::error!(letter = %letter.id, workspace = %letter.tenant, attempts = letter.attempts,
                too_old, "a letter to an administrator is given up");
            return Ok(Fate::Done);
        }
        tracing::warn!(letter = %letter.id, workspace = %letter.tenant, attempts = letter.attempts,
            "the mail server did not take a letter; it is tried again");
        Ok(Fate::Waits)
    }

    /// From what is true now. `None`: there is nobody to be told, or nothing to tell, any more.
    async fn write(&self, letter: &LetterRow) -> Result<Option<Letter>, StoreError> {
        let workspace = self.store.workspace(letter.tenant).await?;
        let stay = letter.subject.strip_prefix(GUEST);
        // Guests come to a workspace that is closed for now, too.
        let active = |row: &WorkspaceRow| match row.state {
            WorkspaceState::Active => true,
            WorkspaceState::Suspended => stay.is_some(),
            WorkspaceState::Deleting => false,
        };
        let Some(workspace) = workspace.filter(active) else {
            return Ok(None);
        };
        let worn = brand::worn(&workspace.brand, workspace.agency_brand.as_ref());
        let name = worn.name_or(&workspace.name);
        let address = workspace.primary_host.as_deref();
        let address = address.map(|host| self.server.address_of(host));
        if letter.subject == INVITATION {
            let id = InvitationId::from_uuid(letter.member.uuid());
            let to = (worn, name, address);
            return self.write_invitation(letter, id, to).await;
        }
        if !letter.over
            && !self
                .store
                .in_trouble(letter.tenant, &letter.subject)
                .await?
        {
            // What comes next says that it was, and is over.
            return Ok(None);
        }
        let key: Option<KeyId> = letter.subject.parse().ok();
        let mut tx = self.store.enter(letter.tenant).await?;
        let member = store::members::get(&mut tx, letter.member).await?;
        let row = match key {
            Some(key) => store::provider_keys::get(&mut tx, key).await?,
            None => None,
        };
        let claim = match claim_of(&letter.subject) {
            Some(claim) => claims::of_id(&mut tx, claim).await?,
            None => None,
        };
        let guest = match stay.and_then(|id| id.parse().ok()) {
            Some(id) => store::guests::get(&mut tx, id).await?,
            None => None,
        };
        tx.commit().await?;
        let told = |member: &MemberRow| match stay {
            Some(_) => member.role.may_receive_guests(),
            None => is_reader(member.role),
        };
        let Some(member) = member.filter(told) else {
            return Ok(None);
        };
        let between = Between {
            workspace: &name,
            reader: &member.name,
            role: role_in_words(&member),
            address: address.as_deref(),
        };
        let written = match (guest, letter.subject.as_str(), row, claim) {
            (Some(guest), ..) => {
                let since = in_words(guest.begun_ms);
                write_letter::guest_came(&between, &guest, &since)
            }
            (None, SEALING, ..) => self.about_sealing(letter, &between).await?,
            (None, _, Some(row), _) => about_key(letter, &between, &row),
            (None, _, None, Some(claim)) => about_domain(letter, &between, &claim),
            (None, _, None, None) => return Ok(None),
        };
        let look = Dress {
            brand: &worn,
            name: &name,
            origin: address.as_deref(),
        };
        Ok(Some(dressed(letter, &written, look, member.email)))
    }

    /// The link is made now, beside the one that whoever invited has: no letter that waits holds one.
    async fn write_invitation(
        &self,
        letter: &LetterRow,
        id: InvitationId,
        (worn, name, address): (Brand, String, Option<String>),
    ) -> Result<Option<Letter>, StoreError> {
        let Some(address) = address else {
            return Ok(None);
        };
        let mut tx = self.store.enter(letter.tenant).await?;
        let Some(row) = store::invitations::open(&mut tx, id).await? else {
            return Ok(None);
        };
        let inviter = match row.invited_by {
            Some(member) => store::members::get(&mut tx, member).await?,
            None => None,
        };
        let token = Token::fresh();
        store::invitations::set_mailed_hash(&mut tx, id, &token.hash()).await?;
        tx.commit().await?;
        let by = inviter.map_or_else(|| name.clone(), |member| member.name);
        let words = write_letter::invitation(
            &name,
            Invited {
                by: &by,
                role: as_in_words(row.role),
                link: format!("{address}/invite/{}", token.secret().expose_secret()),
                until: &in_words(row.expires_ms),
            },
        );
        let look = Dress {
            brand: &worn,
            name: &name,
            origin: Some(&address),
        };
        Ok(Some(dressed(letter, &words, look, row.email)))
    }

    async fn about_sealing(
        &self,
        letter: &LetterRow,
        between: &Between<'_>,
    ) -> Result<Words<'static>, StoreError> {
        let since = in_words(letter.since_ms);
        if letter.over {
            return Ok(write_letter::open_again(between, &since));
        }
        let told = self.custody.tell(&self.vault, letter.tenant, false).await?;
        Ok(write_letter::sealed(
            between,
            told.trouble.as_deref(),
            &since,
        ))
    }
}

fn about_key(letter: &LetterRow, between: &Between<'_>, row: &ProviderKeyRow) -> Words<'static> {
    let page = format!("/admin/keys/{}", row.id);
    let provider = KeyProvider::parse(&row.provider).map_or("The provider", KeyProvider::label);
    let environment = KeyEnvironment::parse(&row.environment).map_or("", KeyEnvironment::label);
    let key = KeyFacts {
        name: &row.name,
        provider,
        environment,
        page: &page,
        outcome: last_outcome(row),
    };
    let since = in_words(letter.since_ms);
    if letter.over {
        write_letter::key_well(between, &key, &since)
    } else {
        write_letter::key_trouble(between, &key, &since)
    }
}

fn about_domain(letter: &LetterRow, between: &Between<'_>, claim: &ClaimRow) -> Words<'static> {
    let page = format!("/admin/domains/{}", claim.host);
    let since = in_words(letter.since_ms);
    if letter.over {
        write_letter::domain_well(between, &claim.host, &page, &since)
    } else {
        write_letter::domain_missing(between, &claim.host, &page, &since)
    }
}

/// Both forms of a letter.
fn dressed(letter: &LetterRow, words: &Words<'_>, look: Dress<'_>, to: String) -> Letter {
    let sender = look.brand.sender_name.trim();
    let sender = if sender.is_empty() { look.name } else { sender };
    Letter {
        id: letter.id,
        sender: sender.to_owned(),
        to,
        subject: words.subject.clone(),
        text: words.text(),
        html: dress::html(words, look, Light::Readers, ""),
    }
}

/// As what somebody is invited.
pub(super) const fn as_in_words(role: Role) -> &'static str {
    match role {
        Role::Owner => "as an owner",
        Role::Admin => "as an admin",
        Role::Member => "as a member",
        Role::Guest => "as a guest",
        Role::Auditor => "as an auditor",
    }
}

const fn role_in_words(member: &MemberRow) -> &'static str {
    match member.role {
        Role::Owner => "an owner",
        _ => "an admin",
    }
}

/// `25 November 2026, 07:15 UTC`
fn in_words(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|at| {
            let at = at.to_zoned(jiff::tz::TimeZone::UTC);
            at.strftime("%-d %B %Y, %H:%M UTC").to_string()
        })
        .unwrap_or_default()
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
