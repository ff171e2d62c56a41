//! Who belongs to an agency, and what a link offers.

use super::Roster;
use super::invite_staff::gone;
use crate::fault;
use crate::identity::token::Token;
use contract::staff::{AgencyView, StaffOffer};
use contract::{AgencyId, AppError, AppResult, Staff};
use store::StoreError;

impl Roster {
    /// What a link offers. Unknown, used, replaced and expired links look the same.
    pub async fn offer(&self, token: &str) -> AppResult<StaffOffer> {
        let token = Token::presented(token).ok_or_else(gone)?;
        let found = self.store.staff_offer(&token.hash()).await;
        let found = found.map_err(|error| fault::internal("reading a staff invitation", error))?;
        let row = found.ok_or_else(gone)?;
        Ok(StaffOffer {
            email: row.email,
            invited_by: row.invited_by,
        })
    }

    /// Every agency with its people, by short name.
    pub async fn agencies(&self, staff: &Staff) -> AppResult<Vec<AgencyView>> {
        if !staff.is_operator() {
            return Err(AppError::not_found());
        }
        self.read_agencies().await
    }

    /// One agency with its people. Needs [`Staff::may_run`].
    pub async fn team(&self, staff: &Staff, agency: AgencyId) -> AppResult<AgencyView> {
        if !staff.may_run(agency) {
            return Err(AppError::not_found());
        }
        let all = self.read_agencies().await?.into_iter();
        let mut wanted = all.filter(|view| view.id == agency);
        wanted.next().ok_or_else(AppError::not_found)
    }

    async fn read_agencies(&self) -> AppResult<Vec<AgencyView>> {
        let read = async {
            let agencies = self.store.agencies().await?;
            let clients = self.store.clients_by_agency().await?;
            let people = self.store.staff_with_grants().await?;
            let of = |id: AgencyId| {
                let theirs = people.iter().filter(move |(agency, _)| *agency == Some(id));
                theirs.map(|(_, person)| person.clone()).collect()
            };
            let views = agencies.into_iter().map(|row| AgencyView {
                clients: clients
                    .iter()
                    .find(|(id, _)| *id == row.id)
                    .map_or(0, |(_, count)| *count),
                people: of(row.id),
                id: row.id,
                slug: row.slug,
                name: row.name,
            });
            Ok::<_, StoreError>(views.collect())
        };
        read.await
            .map_err(|error| fault::internal("listing agencies", error))
    }
}
