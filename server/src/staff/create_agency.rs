//! A new agency, by an operator.

use super::{Roster, deed};
use crate::fault;
use contract::{AgencyId, AppError, AppResult, ErrorCode, Said, Staff, said};
use store::StoreError;
use store::platform::agencies::AgencyRow;
use uuid::Uuid;

/// Longest name, in characters.
const NAME_CHARS: usize = 80;

impl Roster {
    /// Makes an agency. For operators.
    pub async fn create_agency(&self, staff: &Staff, name: &str, slug: &str) -> AppResult<()> {
        if !staff.is_operator() {
            return Err(AppError::not_found());
        }
        let invalid = |words: Said| AppError::new(ErrorCode::Invalid, words);
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || name.chars().count() > NAME_CHARS || name.contains(char::is_control) {
            let words = said!(
                "Name: use between 1 and {most} characters.",
                most = NAME_CHARS
            );
            return Err(invalid(words));
        }
        let row = AgencyRow {
            id: AgencyId::from_uuid(Uuid::now_v7()),
            slug: slug.trim().to_lowercase(),
            name,
            demo: false,
        };
        let deed = deed(staff, "agency.created", &row.slug);
        match self.store.create_agency(&row, &deed).await {
            Ok(()) => Ok(()),
            Err(StoreError::Taken(_)) => Err(AppError::new(
                ErrorCode::Conflict,
                said!(
                    "The short name “{slug}” is in use. Choose another.",
                    slug = &row.slug
                ),
            )),
            Err(StoreError::RuleBroken(_)) => Err(invalid(said!(
                "Short name: use lower-case letters, digits and hyphens between them."
            ))),
            Err(error) => Err(fault::internal("creating an agency", error)),
        }
    }
}
