//! Makes a workspace as its document says: planned, done and looked at again in one transaction, so
//! that it happens whole or not at all. Nothing that cannot be undone happens before it commits:
//! secrets are read, and the workspace's key is fetched, before it begins.
//!
//! While it runs nobody else changes what a document can say; people go on chatting.

use super::carry_out::{OPERATOR, carry_out};
use super::plan::{Choices, Grounds, Plan, plan};
use super::problem::Problems;
use super::read::Written;
use super::secrets::Secrets;
use super::shape::{Document, PricePart};
use super::state::State;
use super::step::Step;
use crate::chat::sealed_text::SealedText;
use crate::cli::Refused;
use crate::cli::open::Opened;
use crate::vault::Unlocked;
use contract::TenantId;
use std::collections::HashSet;
use std::path::Path;
use store::platform::{changes, domains, workspaces};
use store::{StoreError, TenantTx};

/// Most tries when another transaction was in the way.
const TRIES: u32 = 4;

/// What is asked for.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// What was chosen.
    pub choices: Choices,
    /// Only the plan; nothing is changed.
    pub dry_run: bool,
    /// Files of secrets are beside this folder.
    pub folder: &'a Path,
}

/// What was done, or would be.
#[derive(Default)]
pub struct Outcome {
    /// In order.
    pub steps: Vec<Step>,
    /// What was not done, and why.
    pub notes: Vec<String>,
    /// Addresses and links of people who were invited.
    pub invitations: Vec<(String, String)>,
}

/// Applies a document to a workspace that is there.
///
/// # Errors
/// [`Problems`] when the document does not fit; otherwise what storage or the vault refused. Nothing is
/// changed then.
pub async fn apply(
    opened: &Opened,
    tenant: TenantId,
    written: &Written,
    job: &Job<'_>,
) -> Result<Outcome, Refused> {
    let document = &written.document;
    let (secrets, missing) = Secrets::read(document, job.folder, |name| std::env::var(name).ok());
    let needed = document.prompt.is_some() || !secrets.is_empty();
    let unlocked = if needed {
        Some(opened.vault.unlock(tenant).await?)
    } else {
        None
    };
    let run = Run {
        opened,
        document,
        secrets: &secrets,
        missing: &missing,
        unlocked: unlocked.as_ref(),
        job,
    };
    let mut tries = 0;
    loop {
        tries += 1;
        match run.once(tenant).await {
            Err(error) if tries < TRIES && is_in_the_way(&error) => {}
            outcome => return outcome.map_err(|error| placed(written, error)),
        }
    }
}

/// What a document would do to a workspace that is not there yet.
///
/// # Errors
/// [`Problems`] when the document does not fit.
pub async fn plan_new(
    opened: &Opened,
    (slug, name): (&str, &str),
    written: &Written,
    job: &Job<'_>,
) -> Result<Outcome, Refused> {
    let document = &written.document;
    let (secrets, missing) = Secrets::read(document, job.folder, |name| std::env::var(name).ok());
    let mut taken = HashSet::new();
    for part in document.hosts.iter().flatten() {
        if opened.store.workspace_by_host(&part.host).await?.is_some() {
            taken.insert(part.host.clone());
        }
    }
    let mut state = State::fresh(slug, name, &opened.config.server.platform_host);
    state.prices = opened.store.prices(&priced(document)).await?;
    let grounds = Grounds {
        secrets: &secrets,
        unlocked: None,
        taken: &taken,
        choices: job.choices,
    };
    let plan = planned(&state, document, &grounds, &missing);
    let plan = plan.map_err(|problems| written.place(problems))?;
    Ok(Outcome {
        steps: plan.steps,
        notes: plan.notes,
        ..Outcome::default()
    })
}

/// The plan, or everything that is in its way, secrets that are missing included.
fn planned(
    state: &State,
    document: &Document,
    grounds: &Grounds<'_>,
    missing: &Problems,
) -> Result<Plan, Problems> {
    let (plan, mut problems) = match plan(state, document, grounds) {
        Ok(plan) => (plan, Problems::default()),
        Err(problems) => (Plan::default(), problems),
    };
    problems.0.extend(missing.0.iter().cloned());
    if problems.0.is_empty() {
        return Ok(plan);
    }
    Err(problems)
}

/// Models whose prices a document names.
fn priced(document: &Document) -> Vec<(String, String)> {
    let prices = document.prices.iter().flatten();
    let pair = |price: &PricePart| (price.provider.clone(), price.model.clone());
    prices.map(pair).collect()
}

fn placed(written: &Written, error: Refused) -> Refused {
    match error.downcast::<Problems>() {
        Ok(problems) => written.place(*problems).into(),
        Err(other) => other,
    }
}

/// Whether another transaction made this one fail; trying again is right then.
fn is_in_the_way(error: &Refused) -> bool {
    let store = error.downcast_ref::<StoreError>();
    store.is_some_and(StoreError::is_transient)
}

struct Run<'a> {
    opened: &'a Opened,
    document: &'a Document,
    secrets: &'a Secrets,
    missing: &'a Problems,
    unlocked: Option<&'a Unlocked>,
    job: &'a Job<'a>,
}

impl Run<'_> {
    /// One try. Dropping the transaction on the way undoes everything.
    async fn once(&self, tenant: TenantId) -> Result<Outcome, Refused> {
        let mut tx = self.opened.store.enter(tenant).await?;
        if !self.job.dry_run {
            workspaces::hold(&mut tx).await?;
        }
        let taken = self.hosts_taken(&mut tx).await?;
        let grounds = Grounds {
            secrets: self.secrets,
            unlocked: self.unlocked,
            taken: &taken,
            choices: self.job.choices,
        };
        let state = self.state(&mut tx).await?;
        let Plan { steps, notes } = planned(&state, self.document, &grounds, self.missing)?;
        let mut outcome = Outcome {
            notes,
            ..Outcome::default()
        };
        if !self.job.dry_run && !steps.is_empty() {
            for step in &steps {
                let invited = carry_out(&mut tx, &step.act, &state, &grounds).await?;
                if let Some(invitation) = invited {
                    let host = state.row.primary_host.clone().unwrap_or_default();
                    let base = self.opened.config.server.address_of(&host);
                    let link = invitation.link(&base);
                    outcome.invitations.push((invitation.email, link));
                }
            }
            note_whole(&mut tx, &steps).await?;
            self.look_again(&mut tx, &grounds).await?;
            changes::announce_with(&mut tx).await?;
        }
        tx.commit().await?;
        outcome.steps = steps;
        Ok(outcome)
    }

    /// What was asked for must be what is there now. What is left to do would be done again and again.
    async fn look_again(&self, tx: &mut TenantTx, grounds: &Grounds<'_>) -> Result<(), Refused> {
        let state = self.state(tx).await?;
        let left = plan(&state, self.document, grounds)?.steps;
        let Some(step) = left.first() else {
            return Ok(());
        };
        Err(format!("nothing was changed, because this would not have taken: {step}").into())
    }

    async fn state(&self, tx: &mut TenantTx) -> Result<State, Refused> {
        let host = &self.opened.config.server.platform_host;
        let priced = priced(self.document);
        let wanted = self.document.prompt.is_some();
        let unlocked = self.unlocked.filter(|_| wanted).cloned();
        let sealed = unlocked.map(SealedText::new);
        State::read(tx, host, &priced, sealed.as_ref()).await
    }

    async fn hosts_taken(&self, tx: &mut TenantTx) -> Result<HashSet<String>, StoreError> {
        let mut taken = HashSet::new();
        for part in self.document.hosts.iter().flatten() {
            if domains::is_elsewhere(tx, &part.host).await? {
                taken.insert(part.host.clone());
            }
        }
        Ok(taken)
    }
}

/// One record for the whole, besides those of the deeds.
async fn note_whole(tx: &mut TenantTx, steps: &[Step]) -> Result<(), StoreError> {
    let said = match steps.len() {
        1 => "1 change".to_owned(),
        many => format!("{many} changes"),
    };
    let items: Vec<_> = steps.iter().map(|step| step.item.clone()).collect();
    store::audit::append_with(
        tx,
        OPERATOR,
        "workspace.applied",
        &said,
        |_| serde_json::json!({ "items": items }),
    )
    .await
}
