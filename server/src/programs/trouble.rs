//! What stops a program's request, in words for its developer: what happened, and whose move it is.
//! Never provider text, never an amount.

use crate::chat::first_of_next_month;
use crate::tenancy::TenantSnapshot;
use crate::virtual_keys::NotRecognised;
use contract::{AppError, ErrorCode, LimitScope};
use engine::{Ended, Fault, How, NotEmbedded, Reached, Refusal, What};
use jiff::Timestamp;
use wire::ProviderFault;
use wire::door::{Trouble, TroubleKind};

/// Words for a key that opens nothing. All keys that do not count are told alike: whoever tries keys
/// learns nothing from the answer.
#[must_use]
pub fn not_recognised(why: &NotRecognised) -> Trouble {
    match why {
        NotRecognised::WrongNetwork { .. } => said(
            TroubleKind::Forbidden,
            "This key may not be used from this network. An administrator of the workspace can \
             change where it may be used from.",
        ),
        _ => Trouble::new(TroubleKind::KeyRejected),
    }
}

/// Words for a request that was refused before anything was asked.
pub(super) fn of_refusal(refusal: &Refusal, snapshot: &TenantSnapshot) -> Trouble {
    match refusal {
        Refusal::Suspended => said(
            TroubleKind::Forbidden,
            "This workspace is paused. Its administrators know when it opens again.",
        ),
        Refusal::RoleMayNotChat => Trouble::new(TroubleKind::Forbidden),
        Refusal::NoRoute => Trouble::new(TroubleKind::ModelNotFound),
        Refusal::NoKey => Trouble::new(TroubleKind::Misconfigured),
        Refusal::OverBudget { scope } => spent(*scope, snapshot),
        Refusal::Unpriced => said(
            TroubleKind::Misconfigured,
            "This model has no price yet, and a limit on spending applies, so nothing was sent. An \
             administrator of the workspace can set the price.",
        ),
    }
}

/// Words for a turn that ended without an answer.
pub(super) fn of_end(ended: &Ended, snapshot: &TenantSnapshot) -> Trouble {
    let How::Failed(fault) = ended.how else {
        return of_fault(Fault::Cut);
    };
    let trouble = match &ended.limit {
        Some(reached) => of_limit(reached, snapshot),
        None => of_fault(fault),
    };
    Trouble {
        retry_after: ended.retry_after.or(trouble.retry_after),
        ..trouble
    }
}

/// Words for vectors that were not made.
pub(super) fn of_not_embedded(failed: &NotEmbedded, snapshot: &TenantSnapshot) -> Trouble {
    let trouble = match &failed.limit {
        Some(reached) => of_limit(reached, snapshot),
        None if failed.fault == Fault::NoTarget => said(
            TroubleKind::BadRequest,
            "The model behind this name makes no vectors. Ask for one that does.",
        ),
        None => of_fault(failed.fault),
    };
    Trouble {
        retry_after: failed.retry_after.or(trouble.retry_after),
        ..trouble
    }
}

/// Words for a fault of which nothing else is known.
pub(super) fn of_fault(fault: Fault) -> Trouble {
    match fault {
        Fault::NoKey
        | Fault::KeyRejected
        | Fault::NoCredit
        | Fault::ModelNotFound
        | Fault::EgressRefused => Trouble::new(TroubleKind::Misconfigured),
        Fault::RateLimited | Fault::TooFast => Trouble::new(TroubleKind::RateLimited),
        Fault::ProviderDown => Trouble::new(TroubleKind::Resting),
        Fault::Timeout => Trouble::new(TroubleKind::Timeout),
        Fault::Cut => Trouble::new(TroubleKind::Upstream),
        Fault::BadRequest => said(
            TroubleKind::BadRequest,
            "The model cannot take this request: something in it is not what it accepts.",
        ),
        Fault::ContextTooLong => Trouble::new(TroubleKind::ContextTooLong),
        Fault::ContentPolicy => Trouble::new(TroubleKind::ContentPolicy),
        Fault::OverBudget => Trouble::new(TroubleKind::BudgetUsed),
        Fault::NoTarget => said(
            TroubleKind::BadRequest,
            "No model behind this name can take this request as it is: it lacks something that is \
             asked for, such as images, tools or a context of this length, or the workspace does \
             not let the request go there.",
        ),
        Fault::LedgerDown | Fault::Internal => Trouble::new(TroubleKind::Internal),
    }
}

/// The class as an answer that has begun tells it; `None`: it broke off.
pub(super) const fn class_of(fault: Fault) -> Option<ProviderFault> {
    Some(match fault {
        Fault::KeyRejected | Fault::NoKey | Fault::EgressRefused => ProviderFault::KeyRejected,
        Fault::NoCredit => ProviderFault::NoCredit,
        Fault::RateLimited | Fault::TooFast => ProviderFault::RateLimited,
        Fault::ModelNotFound => ProviderFault::ModelNotFound,
        Fault::ContextTooLong => ProviderFault::ContextTooLong,
        Fault::ContentPolicy => ProviderFault::ContentPolicy,
        Fault::BadRequest => ProviderFault::BadRequest,
        Fault::Timeout => ProviderFault::Timeout,
        Fault::ProviderDown => ProviderFault::Down,
        Fault::Cut | Fault::OverBudget | Fault::LedgerDown | Fault::NoTarget | Fault::Internal => {
            return None;
        }
    })
}

/// Words for what storage or the vault refused.
pub(super) fn sealed(error: &AppError) -> Trouble {
    match error.code {
        ErrorCode::Sealed => said(
            TroubleKind::Resting,
            &format!(
                "This workspace is sealed: the key that opens it is switched off or cannot be \
                 reached. Its administrators see why. Reference: {}",
                error.reference
            ),
        ),
        _ => said(
            TroubleKind::Internal,
            &format!(
                "Something went wrong on our side. Try again; if it stays, tell an administrator \
                 this reference: {}",
                error.reference
            ),
        ),
    }
}

fn of_limit(reached: &Reached, snapshot: &TenantSnapshot) -> Trouble {
    let what = match reached.what {
        What::Spend => return spent(reached.scope, snapshot),
        What::Requests => "requests a minute",
        What::Tokens => "tokens a minute",
        What::Concurrent => "answers at once",
    };
    let whose = whose(reached.scope, snapshot);
    let model = reached.model.as_deref();
    let model = model.map_or_else(String::new, |model| format!(" with {model}"));
    Trouble {
        retry_after: reached.retry_in,
        ..said(
            TroubleKind::RateLimited,
            &format!("The limit of {what} of {whose}{model} is reached. Please try again later."),
        )
    }
}

fn spent(scope: LimitScope, snapshot: &TenantSnapshot) -> Trouble {
    let (whose, who) = (whose(scope, snapshot), &snapshot.raised_by);
    let resets = first_of_next_month(Timestamp::now());
    said(
        TroubleKind::BudgetUsed,
        &format!(
            "This month's budget of {whose} is used up. It begins anew on {resets}. {who} can \
             raise it."
        ),
    )
}

fn whose(scope: LimitScope, snapshot: &TenantSnapshot) -> String {
    match scope {
        LimitScope::Workspace => "the workspace".to_owned(),
        LimitScope::Team(team) => match snapshot.team_names.get(&team) {
            Some(name) => format!("team {name}"),
            None => "the team".to_owned(),
        },
        LimitScope::Member(_) => "the person this key belongs to".to_owned(),
        LimitScope::VirtualKey(_) => "this key".to_owned(),
    }
}

fn said(kind: TroubleKind, message: &str) -> Trouble {
    Trouble {
        message: message.to_owned(),
        ..Trouble::new(kind)
    }
}
