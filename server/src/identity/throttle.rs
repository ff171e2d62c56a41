//! How often one may guess: per account and per network address, within a sliding quarter hour.
//!
//! Subjects are stored as hashes, so the table names nobody. Unknown accounts are counted like
//! known ones; otherwise the wait itself would tell which exist.

use crate::fault;
use contract::{AppError, AppResult, ErrorCode, TenantId};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::net::IpAddr;
use std::time::Duration;
use store::{Store, StoreError, TenantTx};

/// The window in which failures count.
const WINDOW: Duration = Duration::from_mins(15);

/// Failures allowed within the window.
#[derive(Clone, Copy, Debug)]
pub struct ThrottleRules {
    /// Per account.
    pub per_account: u32,
    /// Per address (IPv6: per /64, because a household owns that many).
    pub per_address: u32,
}

impl ThrottleRules {
    /// Whether another try may be made.
    pub async fn admit(
        self,
        store: &Store,
        tenant: TenantId,
        email: &str,
        address: IpAddr,
    ) -> AppResult<()> {
        let counted = async {
            let mut tx = store.enter(tenant).await?;
            let account = store::throttle::failures(&mut tx, &account(email), WINDOW).await?;
            let address = store::throttle::failures(&mut tx, &place(address), WINDOW).await?;
            tx.commit().await?;
            Ok::<_, StoreError>((account, address))
        };
        let (account, address) = counted
            .await
            .map_err(|error| fault::internal("reading the throttle", error))?;
        if account < self.per_account && address < self.per_address {
            return Ok(());
        }
        let seconds = u32::try_from(WINDOW.as_secs()).unwrap_or(u32::MAX);
        Err(AppError::new(
            ErrorCode::Throttled,
            "Too many attempts. Wait fifteen minutes and try again, or ask your administrator.",
        )
        .retry_after(seconds))
    }

    /// Counts a failure.
    pub async fn count(
        self,
        store: &Store,
        tenant: TenantId,
        email: &str,
        address: IpAddr,
    ) -> AppResult<()> {
        let counted = async {
            let mut tx = store.enter(tenant).await?;
            store::throttle::record(&mut tx, &account(email), WINDOW).await?;
            store::throttle::record(&mut tx, &place(address), WINDOW).await?;
            tx.commit().await
        };
        counted
            .await
            .map_err(|error| fault::internal("counting a failed sign-in", error))
    }

    /// Forgets the failures of an account after it was proven.
    pub async fn forgive(self, tx: &mut TenantTx, email: &str) -> Result<(), StoreError> {
        store::throttle::clear(tx, &account(email)).await
    }
}

fn account(email: &str) -> String {
    subject("account", email.as_bytes())
}

fn place(address: IpAddr) -> String {
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
