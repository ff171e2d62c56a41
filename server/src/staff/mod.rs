//! People of the platform host: the operator's and the agencies'. They sign in there and nowhere else; a
//! member of a workspace is nobody here, and they are nobody on a workspace's host.
//!
//! Owns their sessions (twelve hours at most, one hour without use), how often one may guess, and the
//! links with which they choose a password. Refuses to say whether an account exists. What they do is
//! recorded in the platform's own log, in the transaction that does it.

mod create_agency;
mod invite_staff;
mod read_staff;
mod sign_in;

pub use invite_staff::{NewLink, StaffGrant};

use crate::identity::password::Passwords;
use crate::identity::{People, ThrottleRules};
use crate::mail::Mailer;
use contract::Staff;
use std::time::Duration;
use store::Store;
use store::platform::staff_log::Deed;

/// A session ends after this time, however much it is used.
pub const LONGEST: Duration = Duration::from_hours(12);
/// A session that was not used for so long is over.
pub const IDLE: Duration = Duration::from_hours(1);

/// Staff of the installation. Cheap to clone.
#[derive(Clone)]
pub struct Roster {
    store: Store,
    passwords: Passwords,
    rules: ThrottleRules,
    mailer: Option<Mailer>,
    /// Scheme, host and port of the platform host.
    address: String,
    /// What the platform host calls itself.
    name: String,
}

impl Roster {
    /// `people` lend what checks passwords and how often one may guess; `address` and `name` are the
    /// platform host's.
    #[must_use]
    pub fn new(
        store: Store,
        people: &People,
        mailer: Option<Mailer>,
        (address, name): (String, String),
    ) -> Self {
        Self {
            store,
            passwords: people.passwords(),
            rules: people.rules(),
            mailer,
            address,
            name,
        }
    }
}

/// A deed of `staff`, to be recorded.
pub(crate) fn deed(staff: &Staff, action: &'static str, object: &str) -> Deed {
    Deed::new(Some(staff.id()), staff.name(), action, object)
}
