//! Texts become vectors.

use super::Programs;
use super::answer::route_of;
use super::receipt::{plain, usd};
use super::trouble::{of_not_embedded, of_refusal, sealed};
use crate::policy;
use crate::tenancy::TenantSnapshot;
use crate::virtual_keys::Program;
use contract::MessageId;
use engine::Embedded;
use tokio::time::Instant;
use uuid::Uuid;
use wire::door::{LeftOut, Trouble, read_embeddings, write_embeddings};

/// Headers of an answer.
type Told = Vec<(&'static str, String)>;

impl Programs {
    /// The answer to a request for vectors, and its headers.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn embed(
        &self,
        (snapshot, program): (&TenantSnapshot, &Program),
        body: &[u8],
        since: Instant,
    ) -> Result<(Vec<u8>, Told), Trouble> {
        let asked = read_embeddings(body)?;
        let entry = route_of(snapshot, program, &asked.alias)?;
        self.prepare(snapshot)
            .await
            .map_err(|error| sealed(&error))?;
        let turn = MessageId::from_uuid(Uuid::now_v7());
        // Vectors are read by nobody's cache: any key does as well as another.
        let admission =
            policy::admit_program(program, snapshot, entry, turn, turn.uuid(), self.node)
                .map_err(|refusal| of_refusal(&refusal, snapshot))?;
        let embedded = self.engine.embed(admission, asked.request).await;
        let embedded = embedded.map_err(|failed| of_not_embedded(&failed, snapshot))?;
        let body = write_embeddings(&asked.alias, &embedded.embeddings, asked.base64);
        Ok((body, headers((turn, since), &embedded, &asked.left_out)))
    }
}

fn headers((turn, since): (MessageId, Instant), embedded: &Embedded, left_out: &LeftOut) -> Told {
    let mut headers = vec![
        ("x-request-id", turn.uuid().to_string()),
        ("x-served-provider", embedded.provider.to_owned()),
        ("x-served-model", plain(&embedded.model)),
        ("x-paid-by-key", plain(&embedded.key_name)),
        ("x-attempts", embedded.attempts.to_string()),
        ("x-total-ms", since.elapsed().as_millis().to_string()),
    ];
    headers.extend(embedded.cost.map(|cost| ("x-cost-usd", usd(cost))));
    if !left_out.names().is_empty() {
        headers.push(("x-left-out", left_out.names().join(", ")));
    }
    headers
}
