//! Mail to the owners and admins of a workspace: a provider key in trouble, a workspace that is sealed, a
//! domain whose record is missing, and that any of them is over. Once each; the notices in the pages are there
//! besides. And invitations.
//!
//! Owns when a trouble begins and ends, the letters about it, their dress, and their delivery. A letter waits in the
//! database until the server took it, so a server that is down for a while, or a process that dies,
//! loses none; how many wait, and for how long, is bounded. Nobody who asks or checks anything waits
//! for mail.
//!
//! Refuses: whoever is not an owner, an admin, or invited at the moment it is sent; secrets, and words of a provider
//! or a key service, because a letter is made of sentences of ours and names of theirs; the name of
//! this program, because the letter is the workspace's; and addresses of people in the log.
//!
//! # The way out
//!
//! The mail server is a setting of the operator's, as the database is. It is reached directly and not
//! over the engine's guarded way out: that one guards against addresses that *clients* name, and would
//! refuse a server inside the operator's own network.

mod deliver;
mod dress;
mod invite;
mod notice;
mod sample;
mod send_due;
mod write_letter;

pub use deliver::{Letter, Mailer, MailerError, Undelivered};
pub use notice::Notices;
pub use sample::sample_invitation;
pub use send_due::Post;
