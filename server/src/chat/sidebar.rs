//! The sidebar: conversations, models, and what was spent of the limit.

use super::Chat;
use super::limit_words::first_of_next_month;
use crate::fault;
use crate::tenancy::TenantSnapshot;
use contract::chat::{Attention, ConversationSummary, MeterOf, MeterView, Sidebar};
use contract::keys::CheckOutcome;
use contract::{AppResult, Caller, ErrorCode, LimitScope, NanoUsd, said};
use jiff::Timestamp;
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
        crate::billing::seed_meter(&self.store, &self.engine, caller.tenant()).await?;
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
            attention: attention(caller, sealed.is_some(), &trouble)
                .or_else(|| about_guest(caller, &snapshot)),
            sealed,
            models: snapshot
                .models_of(caller)
                .map(|entry| entry.model.clone())
                .collect(),
            meter: self.meter(caller, &snapshot).await,
            member_name: caller.name().to_owned(),
            member_email: caller.email().to_owned(),
            may_chat: caller.role().may_chat(),
            may_manage_members: caller.role().may_manage_members(),
        })
    }

    /// The limit that leaves the caller least, of all that hold for them; what the workspace has
    /// spent where there is none.
    async fn meter(&self, caller: &Caller, snapshot: &TenantSnapshot) -> Option<MeterView> {
        let limits = snapshot
            .limits
            .of(Some(caller.member()), caller.teams(), None, "");
        let own = limits.caps.iter().map(|it| (it.scope, Some(it.cap)));
        let purses = own.chain([(LimitScope::Workspace, snapshot.budget)]);
        let purses: Vec<_> = purses.collect();
        let scopes: Vec<_> = purses.iter().map(|(scope, _)| *scope).collect();
        let meters = self.engine.meters();
        meters.refresh(caller.tenant(), &scopes).await;
        let spent = |scope| meters.spent_by(caller.tenant(), scope).unwrap_or_default();
        let left = |(scope, cap): &(LimitScope, Option<NanoUsd>)| {
            cap.map_or(NanoUsd::new(i64::MAX), |cap| cap - spent(*scope))
        };
        let (scope, limit) = purses.into_iter().min_by_key(left)?;
        let spent = spent(scope);
        if limit.is_none() && spent == NanoUsd::ZERO {
            return None;
        }
        Some(MeterView {
            of: meter_of(scope, snapshot),
            spent,
            limit,
            resets: first_of_next_month(Timestamp::now()),
            raised_by: snapshot.raised_by.clone(),
        })
    }
}

fn meter_of(scope: LimitScope, snapshot: &TenantSnapshot) -> MeterOf {
    match scope {
        LimitScope::Workspace => MeterOf::Workspace,
        LimitScope::Member(_) | LimitScope::VirtualKey(_) => MeterOf::Own,
        LimitScope::Team(team) => {
            MeterOf::Team(snapshot.team_names.get(&team).cloned().unwrap_or_default())
        }
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

/// What leads an owner to read who came in as an administrator, until they say that they have.
fn about_guest(caller: &Caller, snapshot: &TenantSnapshot) -> Option<Attention> {
    let told = caller.role().may_receive_guests() && snapshot.guest.is_some();
    told.then(|| Attention {
        words: said!("Somebody came in as an administrator. See who."),
        href: "/admin/workspace".to_owned(),
    })
}

/// What leads somebody to a key they can do something about.
fn attention(caller: &Caller, sealed: bool, trouble: &Trouble) -> Option<Attention> {
    let (words, href) = match (sealed && caller.role().may_manage_keys(), trouble) {
        (true, _) => (said!("This workspace is sealed. See why."), "/admin/keys"),
        (_, Trouble { shared: true, .. }) => {
            (said!("A provider key needs attention."), "/admin/keys")
        }
        (_, Trouble { own: true, .. }) => {
            (said!("Your personal key needs attention."), "/account/keys")
        }
        _ => return None,
    };
    Some(Attention {
        words,
        href: href.to_owned(),
    })
}
