//! The sidebar: conversations, models, and what was spent of the limit.

use super::Chat;
use crate::fault;
use crate::tenancy::TenantSnapshot;
use contract::chat::{Attention, ConversationSummary, MeterView, Sidebar};
use contract::keys::CheckOutcome;
use contract::{AppResult, Caller, ErrorCode, NanoUsd};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use store::StoreError;

impl Chat {
    /// Reads everything the sidebar shows in one transaction.
    pub(super) async fn read_sidebar(&self, caller: &Caller) -> AppResult<Sidebar> {
        let snapshot = self.snapshot(caller).await?;
        // A sealed workspace still knows who is here, and leads them to their account.
        let (sealed_text, sealed) = match self.sealed_text(caller).await {
            Ok(sealed_text) => (Some(sealed_text), None),
            Err(error) if error.code == ErrorCode::Sealed => (None, Some(error)),
            Err(error) => return Err(error),
        };
        self.seed_meter(caller).await?;
        let read = async {
            let mut tx = self.store.tenant(caller).await?;
            let conversations = store::conversations::list(&mut tx, caller.member()).await?;
            let own = Some(caller.member());
            let trouble = Trouble {
                // Members cannot do anything about a workspace's key, so nothing is asked for them.
                shared: caller.role().may_manage_keys()
                    && store::provider_keys::any_with(&mut tx, &REFUSED, None).await?,
                own: snapshot.scoped_keys.has_own(caller.member())
                    && store::provider_keys::any_with(&mut tx, &REFUSED, own).await?,
            };
            tx.commit().await?;
            Ok::<_, StoreError>((conversations, trouble))
        };
        let (rows, trouble) = read
            .await
            .map_err(|error| fault::internal("reading the sidebar", error))?;
        let mut conversations = Vec::with_capacity(rows.len());
        let opened = sealed_text
            .iter()
            .flat_map(|sealed_text| rows.iter().map(move |row| (sealed_text, row)));
        for (sealed_text, row) in opened {
            let title = sealed_text
                .open_title(row.id, &row.sealed_title)
                .map_err(|error| fault::internal("opening a title", error))?;
            conversations.push(ConversationSummary {
                id: row.id,
                title,
                updated_ms: row.updated_ms,
                pinned: row.pinned,
            });
        }
        Ok(Sidebar {
            conversations,
            attention: attention(caller, sealed.is_some(), &trouble),
            sealed,
            models: snapshot
                .models_of(caller)
                .map(|entry| entry.model.clone())
                .collect(),
            meter: self.meter(caller, &snapshot),
            member_name: caller.name().to_owned(),
            member_email: caller.email().to_owned(),
            may_chat: caller.role().may_chat(),
            may_manage_members: caller.role().may_manage_members(),
        })
    }

    fn meter(&self, caller: &Caller, snapshot: &TenantSnapshot) -> Option<MeterView> {
        let spent = self
            .engine
            .meters()
            .spent(caller.tenant())
            .unwrap_or(NanoUsd::ZERO);
        if snapshot.budget.is_none() && spent == NanoUsd::ZERO {
            return None;
        }
        Some(MeterView {
            spent,
            limit: snapshot.budget,
            resets: first_of_next_month(Timestamp::now()),
            raised_by: snapshot.raised_by.clone(),
        })
    }
}

/// How a check ends when the provider itself has something against the key. An address that is not
/// reached says nothing about it.
const REFUSED: [&str; 3] = [
    CheckOutcome::Bad.as_str(),
    CheckOutcome::NoCredit.as_str(),
    CheckOutcome::Restricted.as_str(),
];

/// Keys that a provider refused.
struct Trouble {
    /// One of the workspace's or a team's, as those are told who look after them.
    shared: bool,
    /// The caller's own.
    own: bool,
}

/// What leads somebody to a key they can do something about.
fn attention(caller: &Caller, sealed: bool, trouble: &Trouble) -> Option<Attention> {
    let (words, href) = match (sealed && caller.role().may_manage_keys(), trouble) {
        (true, _) => ("This workspace is sealed. See why.", "/admin/keys"),
        (_, Trouble { shared: true, .. }) => ("A provider key needs attention.", "/admin/keys"),
        (_, Trouble { own: true, .. }) => ("Your personal key needs attention.", "/account/keys"),
        _ => return None,
    };
    Some(Attention {
        words: words.to_owned(),
        href: href.to_owned(),
    })
}

/// E.g. "1 December": limits are per calendar month in UTC.
fn first_of_next_month(now: Timestamp) -> String {
    let today = now.to_zoned(TimeZone::UTC).date();
    let next = today
        .first_of_month()
        .checked_add(1.month())
        .unwrap_or(today);
    next.strftime("%-d %B").to_string()
}

#[cfg(test)]
mod tests {
    use super::first_of_next_month;

    #[test]
    fn limits_reset_on_the_first() {
        let at = |text: &str| first_of_next_month(text.parse().unwrap());
        assert_eq!(at("2026-11-22T10:00:00Z"), "1 December");
        assert_eq!(at("2026-12-31T23:59:59Z"), "1 January");
        assert_eq!(at("2028-01-31T00:00:00Z"), "1 February");
    }
}
