//! The page of who did what: for owners, admins and auditors.
//!
//! A plain page whose address says what is shown, so that it can be sent to a colleague. Refuses to judge:
//! what a check of the log found comes from behind the port and is told as it is.

mod log_state;
mod records;
mod records_page;

pub(crate) use records_page::RecordsPage;
