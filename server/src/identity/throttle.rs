//! How often one may guess: per account and per network address, within a sliding quarter hour.
//!
//! Subjects are stored as hashes, so the table names nobody. Unknown accounts are counted like
//! known ones; otherwise the wait itself would tell which exist.

use crate::fault;
use contract::{AppError, AppResult, ErrorCode, Said, TenantId, said};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::net::IpAddr;
use std::time::Duration;
use store::{Store, StoreError, TenantTx};

/// The window in which failures count.
pub(crate) const WINDOW: Duration = Duration::from_mins(15);

/// Failures allowed within the window.
#[derive(Clone, Copy, Debug)]
pub struct ThrottleRules {
    /// Per account.
    pub per_account: u32,
    /// Per address (IPv6: per /64, because a household owns that many).
    pub per_address: u32,
}

impl ThrottleRules {
    /// Admits a try and counts it as a failure until it proves to be none. Counting comes first,
    /// in one statement, so that tries at the same moment cannot all pass below the limit.
    pub async fn admit(
        self,
        store: &Store,
        tenant: TenantId,
        email: &str,
        address: IpAddr,
    ) -> AppResult<()> {
        let (account, address) = (account(email), place(address));
        let counted = async {
            let mut tx = store.enter(tenant).await?;
            let from_here = store::throttle::record(&mut tx, &address, WINDOW).await?;
            let of_account = store::throttle::record(&mut tx, &account, WINDOW).await?;
            let within = of_account <= self.per_account && from_here <= self.per_address;
            if !within {
                // What is refused unseen is no failure: waiting must not make the wait longer,
                // and one account must not use up the address of all others.
                store::throttle::take_back(&mut tx, &address).await?;
                store::throttle::take_back(&mut tx, &account).await?;
            }
            tx.commit().await?;
            Ok::<_, StoreError>(within)
        };
        if counted
            .await
            .map_err(|error| fault::internal("counting a sign-in", error))?
        {
            return Ok(());
        }
        Err(too_many(said!(
            "Too many attempts. Wait fifteen minutes and try again, or ask your administrator."
        )))
    }

    /// A try was good: forgets the failures of the account, and that the address made this one.
    pub async fn forgive(
        self,
        tx: &mut TenantTx,
        email: &str,
        address: IpAddr,
    ) -> Result<(), StoreError> {
        // In the order of `admit`, so that two people at one address cannot wait for each other.
        store::throttle::take_back(tx, &place(address)).await?;
        store::throttle::clear(tx, &account(email)).await
    }
}

/// Who has guessed too often, in `words`.
pub(crate) fn too_many(words: impl Into<Said>) -> AppError {
    let seconds = u32::try_from(WINDOW.as_secs()).unwrap_or(u32::MAX);
    AppError::new(ErrorCode::Throttled, words).retry_after(seconds)
}

/// An account as it is counted.
pub(crate) fn account(email: &str) -> String {
    subject("account", email.as_bytes())
}

/// A network address as it is counted.
pub(crate) fn place(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => subject("address", &address.octets()),
        IpAddr::V6(address) => subject("address", &address.octets()[..8]),
    }
}

fn subject(kind: &str, what: &[u8]) -> String {
    let digest = Sha256::new()
        .chain_update(kind)
        .chain_update([0])
        .chain_update(what)
        .finalize();
    digest.iter().fold(String::from(kind), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{account, place};

    #[test]
    fn subjects_name_nobody_and_do_not_mix() {
        assert!(!account("anna@nordwind.example").contains("anna"));
        assert_ne!(account("10.0.0.1"), place("10.0.0.1".parse().unwrap()));
        assert_eq!(
            place("2001:db8::1".parse().unwrap()),
            place("2001:db8::2".parse().unwrap())
        );
        assert_ne!(
            place("2001:db8::1".parse().unwrap()),
            place("2001:db8:0:1::1".parse().unwrap())
        );
    }
}
