//! Who somebody is: passwords, sessions, invitations, and how often one may guess.
//!
//! Owns every way a session begins or ends. Refuses to say whether an account exists.

pub mod password;
pub mod token;

mod accept_invitation;
mod device;
mod end_sessions;
mod invite;
mod people;
mod prove;
mod read_people;
mod roles;
mod sign_in;
mod teams;
pub(crate) mod throttle;

pub(crate) use accept_invitation::name_of;
pub use invite::{Invitation, address_of, invite_in};
pub(crate) use people::kept_agent;
pub use people::{NewSession, People};
pub use roles::give_role;
pub use sign_in::SignIn;
pub use teams::{make_team, put_into_team, remove_team, team_name};
pub use throttle::ThrottleRules;
