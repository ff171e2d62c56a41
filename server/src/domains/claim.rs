//! Beginning a claim, and every reason not to.

use super::name::{DomainName, NameRefused, is_at_or_below};
use super::rules::Rules;
use super::{Domains, Who, failed};
use contract::{AppError, AppResult, ErrorCode, Said, TenantId, said};
use rand::Rng as _;
use store::StoreError;
use store::platform::claims::change::NewClaim;
use store::platform::claims::{self, ClaimRow, Standing};
use store::platform::domains;
use uuid::Uuid;

/// Claims of one workspace at once.
const MOST_CLAIMS: usize = 50;
/// Random bytes of what proves a claim: 160 bits.
const TOKEN_BYTES: usize = 20;
/// Random bytes of the name that a claim's host points at: 80 bits.
const LABEL_BYTES: usize = 10;

impl Domains {
    /// Begins a claim of a workspace on a name as it was typed.
    ///
    /// # Errors
    /// [`ErrorCode::Invalid`]: no workspace can have it; [`ErrorCode::Conflict`]: this one cannot now.
    pub async fn claim_for(
        &self,
        tenant: TenantId,
        who: Who<'_>,
        typed: &str,
    ) -> AppResult<ClaimRow> {
        let name = self.readable(typed)?;
        let host = name.ascii();
        let new = NewClaim {
            id: Uuid::now_v7(),
            host: host.to_owned(),
            token: random_hex::<TOKEN_BYTES>(),
            label: random_hex::<LABEL_BYTES>(),
            begun_by: who.1.to_owned(),
        };
        let begun = async {
            let mut tx = self.store.enter(tenant).await?;
            if let Some(refused) = self.refusal(&mut tx, host).await? {
                return Ok(Err(refused));
            }
            match claims::change::begin(&mut tx, &new).await {
                Err(StoreError::Taken(_)) => return Ok(Err(claimed_already())),
                begun => begun?,
            }
            store::audit::append(&mut tx, who, "domain.claimed", host).await?;
            let row = claims::get(&mut tx, host).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(row.ok_or_else(AppError::not_found))
        };
        begun.await.map_err(failed)?
    }

    /// A name that may be a client's, in its one form.
    fn readable(&self, typed: &str) -> AppResult<DomainName> {
        let invalid = |refused: NameRefused| AppError::new(ErrorCode::Invalid, refused.said());
        let name = DomainName::read(typed, self.rules.test_names).map_err(invalid)?;
        if self.rules.is_own(name.ascii()) {
            return Err(AppError::new(
                ErrorCode::Invalid,
                "That name belongs to this installation itself. Add a name of your own.",
            ));
        }
        Ok(name)
    }

    async fn refusal(
        &self,
        tx: &mut store::TenantTx,
        host: &str,
    ) -> Result<Option<AppError>, StoreError> {
        let own = domains::list(tx).await?;
        if own.iter().any(|row| row.host == host) {
            return Ok(Some(conflict(said!(
                "That name serves this workspace already."
            ))));
        }
        let begun = claims::list(tx).await?;
        if begun.iter().any(|row| row.host == host) {
            return Ok(Some(claimed_already()));
        }
        if begun.len() >= MOST_CLAIMS {
            return Ok(Some(conflict(said!(
                "There are 50 domains here, and no more can be added. Remove one that is not needed."
            ))));
        }
        let standing = claims::standing(tx, host, self.rules.quarantine_ms()).await?;
        Ok(words_of(standing, self.rules()).map(conflict))
    }
}

fn claimed_already() -> AppError {
    conflict(said!(
        "That name has been added already. Its page says what is missing."
    ))
}

fn conflict(words: impl Into<Said>) -> AppError {
    AppError::new(ErrorCode::Conflict, words)
}

/// Why a name that stands like this is not to be had; `None`: it is. Whose it is stays untold.
pub(super) fn words_of(standing: Standing, rules: &Rules) -> Option<Said> {
    let days = rules.quarantine.as_secs() / (24 * 60 * 60);
    Some(match standing {
        Standing::Free => return None,
        Standing::Elsewhere => said!(
            "That name is in use in another workspace of this installation. If it is yours, have it \
             removed there first."
        ),
        Standing::BelowElsewhere => said!(
            "That name lies below one that is in use in another workspace of this installation. Only \
             that workspace can add names below it."
        ),
        Standing::OfAnAgency => said!(
            "That name belongs to the addresses that this installation gives its workspaces by itself. \
             Add a name of your own."
        ),
        Standing::Buried => said!(
            "That name was in use in another workspace until a short time ago. It can be added once its \
             DNS records no longer lead here, or {days} days after it was removed there.",
            days = days
        ),
    })
}

/// Why a suffix cannot be an agency's; `None`: it can. Such names are the operator's to give.
#[must_use]
pub fn refused_base(suffix: &str, rules: &Rules) -> Option<String> {
    if let Err(refused) = DomainName::read(suffix, rules.test_names) {
        return Some(refused.to_string());
    }
    let platform = &rules.platform_host;
    if is_at_or_below(suffix, platform) || is_at_or_below(platform, suffix) {
        return Some(format!(
            "{suffix} is part of the platform’s own domain {platform}"
        ));
    }
    None
}

fn random_hex<const BYTES: usize>() -> String {
    let mut bytes = [0_u8; BYTES];
    rand::rng().fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{random_hex, refused_base};
    use crate::domains::test_pieces::rules;

    #[test]
    fn tokens_are_long_and_each_is_another() {
        assert_eq!(random_hex::<20>().len(), 40);
        assert_ne!(random_hex::<20>(), random_hex::<20>());
    }

    #[test]
    fn the_platforms_own_names_are_nobodys() {
        let rules = rules();
        for host in [
            "platform.test",
            "a.platform.test",
            "b.a.platform.test",
            "target.test",
            "x.target.test",
        ] {
            assert!(rules.is_own(host), "{host}");
        }
        assert!(!rules.is_own("myplatform.test") && !rules.is_own("ai.client.com"));
        assert!(refused_base("ai.agency.test", &rules).is_none());
        assert!(refused_base("x.platform.test", &rules).is_some());
        assert!(refused_base("co.uk", &rules).is_some());
    }
}
