//! People of the platform host: who they are, what they may do, their sessions and invitations.

mod accounts;
mod grants;
mod sessions;
mod throttle;

pub use accounts::{Invited, NewStaff, OfferRow, StaffRow};
pub use sessions::{NewStaffSession, StaffSession};
pub use throttle::Tries;
