//! The vector of a question from the workspace's own embedding model.
//!
//! A call like any other: under the turn's admission, on its reservation, with the tenant's key, in the ledger under the
//! turn as no attempt at an answer. Made only for a question that is compared with others. Where it takes too long,
//! nothing similar is looked for, and what it used is paid all the same.

use super::Turn;
use crate::admission::{Admission, Provider, Route};
use crate::reserve::Reservation;
use crate::run::Shared;
use crate::semantic::Question;
use crate::vectors::{Work, embed_held};
use std::future::pending;
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use wire::embeddings::{EmbedRequest, Input, Purpose};

/// Longest wait for it. Beyond, a fresh answer has begun sooner.
const WITHIN: Duration = Duration::from_secs(1);

/// The question with its vector; `None`: it is too long, or there is no vector in time.
pub(super) async fn own_vector(
    turn: &mut Turn,
    shared: &Shared,
    own: &Admission,
    (text, stop): (&str, &CancellationToken),
    reservation: &mut Reservation,
) -> Option<Question> {
    let asked = Question::without_vector(text)?;
    let request = EmbedRequest {
        inputs: vec![Input::Text(text.to_owned())],
        dimensions: None,
        purpose: Purpose::Likeness,
    };
    let stop = stop.child_token();
    let work = Work {
        shared,
        admission: own,
        request: &request,
        stop: &stop,
        is_answer: false,
    };
    let patience = async {
        sleep(WITHIN).await;
        stop.cancel();
        pending::<()>().await;
    };
    let held = tokio::select! {
        held = embed_held(work, turn.permit.as_mut(), reservation) => held,
        () = patience => return None,
    };
    turn.cost = turn.cost.zip(held.cost).map(|(sum, cost)| sum + cost);
    turn.settling.extend(held.settling);
    match held.told {
        Ok(embedded) => {
            let vector = embedded.embeddings.vectors.into_iter().next()?;
            Some(asked.with(of_length_one(vector)?))
        }
        Err(not) => {
            let fault = not.fault.code();
            tracing::warn!(
                fault,
                "no vector from the workspace's provider: nothing similar is looked for"
            );
            None
        }
    }
}

/// The same for the same vectors: whoever is asked first, and which model. Another address may serve
/// another model under the same name.
pub(super) fn own_id(route: &Route) -> Option<String> {
    let first = route.targets.first()?;
    if first.key.provider == Provider::Demo {
        return None;
    }
    Some(format!(
        "{} {} {}",
        first.key.provider.as_str(),
        first.key.base_url.as_deref().unwrap_or_default(),
        first.model
    ))
}

fn of_length_one(mut vector: Vec<f32>) -> Option<Vec<f32>> {
    let length = vector.iter().map(|it| it * it).sum::<f32>().sqrt();
    if !length.is_normal() {
        return None;
    }
    for it in &mut vector {
        *it /= length;
    }
    Some(vector)
}

#[cfg(test)]
mod tests {
    use super::of_length_one;

    #[test]
    fn vectors_are_brought_to_length_one() {
        assert_eq!(of_length_one(vec![3.0, 4.0]), Some(vec![0.6, 0.8]));
        assert_eq!(of_length_one(vec![0.0, 0.0]), None);
        assert_eq!(of_length_one(vec![f32::MAX, f32::MAX]), None);
    }
}
