//! Guests: people of the agency or the operator who open a client's workspace as an administrator.
//!
//! Owns how they come in (a code from the platform host, once, within a minute), how long they stay (half
//! an hour), and that the workspace's own log says when it began, when it ended, who came, on whose
//! behalf and why. What a guest may do is [`contract::Role::Guest`]'s: asked behind every port, as for
//! everybody else. Refuses where the workspace does not let guests come.

mod come_in;
mod leave;
mod make_code;
mod read_guests;

pub use leave::close_expired;
pub(crate) use make_code::reason_of;
pub(crate) use read_guests::{now_ms, view};

use crate::mail::Notices;
use contract::{GuestId, MemberId};
use serde_json::{Value, json};
use std::time::Duration;
use store::guests::GuestRow;
use store::{Store, StoreError, TenantTx};

/// How long a stay lasts.
pub const STAY: Duration = Duration::from_mins(30);
/// How long a code is good.
const CODE: Duration = Duration::from_mins(1);

/// Guests of all workspaces. Cheap to clone.
#[derive(Clone)]
pub struct Guests {
    store: Store,
    notices: Notices,
}

impl Guests {
    /// Over `store`; `notices` write to owners, where there is mail.
    #[must_use]
    pub const fn new(store: Store, notices: Notices) -> Self {
        Self { store, notices }
    }
}

/// A guest's name as the workspace reads it: with the house they come from.
fn known_as(name: &str, house: &str) -> String {
    let house = if house.is_empty() {
        "the operator"
    } else {
        house
    };
    format!("{name} ({house})")
}

/// Records something about a stay in the workspace's own log: who it was, as whom, and why.
async fn record(
    tx: &mut TenantTx,
    row: &GuestRow,
    action: &str,
    how: &str,
) -> Result<(), StoreError> {
    let who = known_as(&row.name, &row.house);
    let actor = (Some(MemberId::from_uuid(row.staff.uuid())), who.as_str());
    let detail = about(row.id, row, how);
    store::audit::append_with(tx, actor, action, &row.reason, |_| detail).await
}

fn about(id: GuestId, row: &GuestRow, how: &str) -> Value {
    json!({
        "stay": id,
        "staff": row.staff,
        "email": row.email,
        "house": row.house,
        "subject": "administrator",
        "until_ms": row.expires_ms,
        "how": how,
    })
}
