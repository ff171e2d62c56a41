//! On the workspace's host: the code becomes a stay, and the stay's token a caller.

use super::{Guests, STAY, known_as, record};
use crate::fault;
use crate::identity::NewSession;
use crate::identity::token::Token;
use contract::staff::GuestOffer;
use contract::{
    AppError, AppResult, Caller, ErrorCode, GuestId, MemberId, Role, SessionId, Stay, TenantId,
};
use store::StoreError;
use store::guests::{GuestRow, NewGuest};
use store::platform::guest_codes;
use uuid::Uuid;

impl Guests {
    /// What a code lets somebody do. Unknown, used and expired ones, those of another workspace, and
    /// those of one that lets nobody come, look the same.
    pub(super) async fn read_offer(&self, tenant: TenantId, code: &str) -> AppResult<GuestOffer> {
        let code = Token::presented(code).ok_or_else(gone)?;
        let found = async {
            let mut tx = self.store.enter(tenant).await?;
            let found = guest_codes::find(&mut tx, &code.hash(), false).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(found)
        };
        let found = found
            .await
            .map_err(|error| fault::internal("reading a guest's code", error))?;
        let row = found.ok_or_else(gone)?;
        Ok(GuestOffer {
            name: row.name,
            house: row.house,
            reason: row.reason,
            minutes: u32::try_from(STAY.as_secs() / 60).unwrap_or(u32::MAX),
        })
    }

    /// Uses the code up: a stay begins, is recorded, and owners are told.
    pub async fn come_in(&self, tenant: TenantId, code: &str) -> AppResult<NewSession> {
        let code = Token::presented(code).ok_or_else(gone)?;
        let token = Token::fresh();
        let begun = async {
            let mut tx = self.store.enter(tenant).await?;
            let Some(found) = guest_codes::find(&mut tx, &code.hash(), true).await? else {
                return Ok(None);
            };
            if !guest_codes::may_stay(&mut tx, found.staff).await? {
                return Ok(None);
            }
            let guest = NewGuest {
                id: GuestId::from_uuid(Uuid::now_v7()),
                token_hash: token.hash(),
                staff: found.staff,
                name: found.name,
                email: found.email,
                house: found.house,
                reason: found.reason,
                lifetime: STAY,
            };
            store::guests::begin(&mut tx, &guest).await?;
            let row = store::guests::find(&mut tx, &guest.token_hash).await?;
            let row = row.ok_or_else(|| StoreError::Inconsistent("a stay".to_owned()))?;
            guest_codes::expect_until(&mut tx, row.expires_ms).await?;
            record(
                &mut tx,
                &row,
                "guest.came",
                "by a code from the platform host",
            )
            .await?;
            self.notices
                .guest_came(&mut tx, row.id, row.begun_ms)
                .await?;
            tx.commit().await?;
            self.notices.wake();
            Ok::<_, StoreError>(Some(row))
        };
        begun
            .await
            .map_err(|error| fault::internal("letting a guest in", error))?
            .ok_or_else(gone)?;
        Ok(NewSession {
            token: token.secret(),
            max_age_seconds: STAY.as_secs(),
        })
    }

    /// The guest behind a token on the host of `tenant`, while the stay lasts.
    pub async fn caller_of(&self, tenant: TenantId, token: &Token) -> AppResult<Option<Caller>> {
        let found = async {
            let mut tx = self.store.enter(tenant).await?;
            let mut found = store::guests::find(&mut tx, &token.hash()).await?;
            if let Some(row) = &found
                && !guest_codes::may_stay(&mut tx, row.staff).await?
            {
                found = None;
            }
            tx.commit().await?;
            Ok::<_, StoreError>(found)
        };
        let found = found
            .await
            .map_err(|error| fault::internal("reading a guest's stay", error))?;
        Ok(found.map(|row| caller(tenant, row)))
    }
}

fn caller(tenant: TenantId, row: GuestRow) -> Caller {
    let stay = Stay {
        house: row.house.clone(),
        until_ms: row.expires_ms,
    };
    Caller::new(
        tenant,
        MemberId::from_uuid(row.staff.uuid()),
        SessionId::from_uuid(row.id.uuid()),
        Role::Guest,
        known_as(&row.name, &row.house),
        row.email,
    )
    .as_guest(stay)
}

fn gone() -> AppError {
    AppError::new(
        ErrorCode::NotFound,
        "This way in is not valid any more. It works once and for a minute. Open the client again from \
         the platform host.",
    )
}
