//! Who cools, for how long, and who probes.

use super::{Breakers, CircuitIds, KEY_COOLDOWN, LONGEST_OWN};
use crate::admission::{Facts, Provider, Target, TargetKey, TargetLimits};
use crate::fault::Fault;
use contract::keys::{KeyPlace, KeyProvider, KeyScope};
use contract::{KeyId, TenantId};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::advance;
use uuid::Uuid;

fn ids(tenant: u128, key: u128, model: &str) -> CircuitIds {
    let target = Target {
        key: TargetKey {
            id: Some(KeyId::from_uuid(Uuid::from_u128(key))),
            secret: Uuid::from_u128(key),
            name: "Own".into(),
            provider: Provider::Keyed(KeyProvider::OpenAiCompatible),
            base_url: Some("https://provider.example/v1".into()),
            place: KeyPlace::default(),
            scope: KeyScope::Workspace,
        },
        model: model.into(),
        price: None,
        max_output: None,
        weight: 1,
        limits: TargetLimits::default(),
        facts: Facts::default(),
    };
    CircuitIds::of(TenantId::from_uuid(Uuid::from_u128(tenant)), &target)
}

fn fail(breakers: &Arc<Breakers>, ids: CircuitIds, fault: Fault, told: Option<u64>) {
    let told = told.map(Duration::from_secs);
    breakers.permit(ids).unwrap().failed(fault, told);
}

#[tokio::test(start_paused = true)]
async fn a_bad_key_cools_with_all_its_models_and_nobody_else() {
    let breakers = Arc::new(Breakers::default());
    fail(&breakers, ids(1, 1, "a"), Fault::KeyRejected, None);
    let cooling = breakers.permit(ids(1, 1, "b")).unwrap_err();
    assert_eq!(cooling.fault, Fault::KeyRejected);
    assert!(breakers.permit(ids(1, 2, "a")).is_ok(), "another key");
    assert!(breakers.permit(ids(2, 1, "a")).is_ok(), "another workspace");
    advance(KEY_COOLDOWN.mul_f64(1.1)).await;
    assert!(breakers.permit(ids(1, 1, "b")).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_cools_one_model_of_one_key_for_as_long_as_told() {
    let breakers = Arc::new(Breakers::default());
    fail(&breakers, ids(1, 1, "a"), Fault::RateLimited, Some(90));
    assert!(breakers.permit(ids(1, 1, "b")).is_ok());
    assert!(breakers.permit(ids(1, 2, "a")).is_ok());
    advance(Duration::from_secs(89)).await;
    assert!(
        breakers.permit(ids(1, 1, "a")).is_err(),
        "a provider's word is a floor"
    );
    advance(Duration::from_secs(11)).await;
    assert!(breakers.permit(ids(1, 1, "a")).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_target_opens_after_three_faults_in_a_row_and_for_every_key() {
    let breakers = Arc::new(Breakers::default());
    fail(&breakers, ids(1, 1, "a"), Fault::ProviderDown, None);
    fail(&breakers, ids(1, 1, "a"), Fault::Timeout, None);
    breakers.permit(ids(1, 1, "a")).unwrap().answered();
    for fault in [Fault::ProviderDown, Fault::Timeout, Fault::Cut] {
        fail(&breakers, ids(1, 1, "a"), fault, None);
    }
    assert!(breakers.permit(ids(1, 2, "a")).is_err());
    assert!(breakers.permit(ids(1, 2, "b")).is_ok());
}

#[tokio::test(start_paused = true)]
async fn one_probe_at_a_time_and_a_dropped_probe_is_returned() {
    let breakers = Arc::new(Breakers::default());
    fail(&breakers, ids(1, 1, "a"), Fault::RateLimited, None);
    advance(Duration::from_secs(6)).await;
    let probe = breakers.permit(ids(1, 1, "a")).unwrap();
    assert!(breakers.permit(ids(1, 1, "a")).is_err(), "the probe is out");
    drop(probe);
    let probe = breakers.permit(ids(1, 1, "a")).unwrap();
    probe.answered();
    assert!(breakers.permit(ids(1, 1, "a")).is_ok());
    assert!(breakers.permit(ids(1, 1, "a")).is_ok(), "closed again");
}

#[tokio::test(start_paused = true)]
async fn cooldowns_double_up_to_a_limit_and_never_shrink() {
    let breakers = Arc::new(Breakers::default());
    fail(&breakers, ids(1, 1, "a"), Fault::RateLimited, None);
    let mut last = Duration::ZERO;
    for _ in 0..6 {
        let cooling = breakers.permit(ids(1, 1, "a")).unwrap_err();
        assert!(
            cooling.retry_in >= last.mul_f64(0.8) && cooling.retry_in <= LONGEST_OWN.mul_f64(1.1)
        );
        last = cooling.retry_in;
        advance(cooling.retry_in + Duration::from_millis(1)).await;
        fail(&breakers, ids(1, 1, "a"), Fault::RateLimited, None);
    }
    assert!(last >= LONGEST_OWN.mul_f64(0.9));
}

#[tokio::test(start_paused = true)]
async fn what_the_request_did_is_nobodys_fault() {
    let breakers = Arc::new(Breakers::default());
    for _ in 0..10 {
        for fault in [
            Fault::BadRequest,
            Fault::ContextTooLong,
            Fault::ContentPolicy,
        ] {
            fail(&breakers, ids(1, 1, "a"), fault, None);
        }
    }
    assert!(breakers.permit(ids(1, 1, "a")).is_ok());
    assert!(breakers.lock().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_cooldown_of_our_own_may_be_cut_short_by_one() {
    let breakers = Arc::new(Breakers::default());
    for _ in 0..3 {
        fail(&breakers, ids(1, 1, "a"), Fault::ProviderDown, None);
    }
    let cooling = breakers.cooling(ids(1, 1, "a")).unwrap();
    assert_eq!(cooling.fault, Fault::ProviderDown);
    assert!(breakers.permit(ids(1, 1, "a")).is_err());
    let early = breakers.early(ids(1, 1, "a")).unwrap();
    assert!(breakers.early(ids(1, 1, "a")).is_none(), "one at a time");
    drop(early);
    breakers.early(ids(1, 1, "a")).unwrap().answered();
    assert_eq!(breakers.cooling(ids(1, 1, "a")), None, "it is back");
}

#[tokio::test(start_paused = true)]
async fn nobody_asks_before_a_providers_word_nor_with_a_key_it_refuses() {
    let breakers = Arc::new(Breakers::default());
    fail(&breakers, ids(1, 1, "a"), Fault::RateLimited, Some(20));
    assert!(breakers.early(ids(1, 1, "a")).is_none());
    fail(&breakers, ids(1, 2, "a"), Fault::RateLimited, None);
    assert!(breakers.early(ids(1, 2, "a")).is_some(), "nothing was said");
    fail(&breakers, ids(1, 3, "a"), Fault::KeyRejected, None);
    assert!(breakers.early(ids(1, 3, "a")).is_none());
}
