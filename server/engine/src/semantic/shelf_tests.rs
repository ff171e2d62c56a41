use super::{ShelfLimits, Shelves};
use crate::semantic::place::{Partition, Place, Scope};
use contract::TenantId;
use std::time::Duration;
use tokio::time::advance;
use uuid::Uuid;

const LIMITS: ShelfLimits = ShelfLimits {
    partition_entries: 64,
    tenant_bytes: 200_000,
    total_bytes: 300_000,
    ttl: Duration::from_mins(10),
};

fn place(tenant: u128, partition: u8) -> Place {
    Place {
        tenant: TenantId::from_uuid(Uuid::from_u128(tenant)),
        scope: Scope::of_byte(partition),
        partition: Partition::of_byte(partition),
    }
}

/// A vector of its own for each number.
fn vector(number: usize) -> Vec<f32> {
    let angle = f32::from(u16::try_from(number).unwrap()) * 0.01;
    let mut vector = vec![0.0; 32];
    (vector[0], vector[1]) = (angle.cos(), angle.sin());
    vector
}

fn first(shelves: &Shelves<usize>, place: &Place, number: usize) -> Option<usize> {
    let found = shelves.find(place, (&vector(number), 0.99999), |_| true);
    found.first().map(|candidate| candidate.answer)
}

#[tokio::test(start_paused = true)]
async fn answers_are_found_in_their_own_place_only() {
    let shelves = Shelves::new(LIMITS);
    shelves.keep(&place(1, 1), (&vector(5), "q"), 50, 100);
    assert_eq!(first(&shelves, &place(1, 1), 5), Some(50));
    assert_eq!(first(&shelves, &place(2, 1), 5), None);
    assert_eq!(first(&shelves, &place(1, 2), 5), None);
    assert_eq!(first(&shelves, &place(1, 1), 60), None);
}

#[tokio::test(start_paused = true)]
async fn the_same_question_gets_the_newer_answer() {
    let shelves = Shelves::new(LIMITS);
    shelves.keep(&place(1, 1), (&vector(5), "q"), 50, 100);
    let bytes = shelves.bytes();
    shelves.keep(&place(1, 1), (&vector(5), "q"), 51, 100);
    assert_eq!(first(&shelves, &place(1, 1), 5), Some(51));
    assert_eq!(shelves.bytes(), bytes);
}

#[tokio::test(start_paused = true)]
async fn answers_grow_old() {
    let shelves = Shelves::new(LIMITS);
    shelves.keep(&place(1, 1), (&vector(5), "q"), 50, 100);
    advance(Duration::from_secs(599)).await;
    assert_eq!(first(&shelves, &place(1, 1), 5), Some(50));
    advance(Duration::from_secs(2)).await;
    assert_eq!(first(&shelves, &place(1, 1), 5), None);
}

#[tokio::test(start_paused = true)]
async fn a_partition_holds_so_many_and_the_oldest_go() {
    let shelves = Shelves::new(LIMITS);
    for number in 0..65 {
        shelves.keep(
            &place(1, 1),
            (&vector(number), &format!("q{number}")),
            number,
            100,
        );
        advance(Duration::from_secs(1)).await;
    }
    let left = (0..65).filter(|number| first(&shelves, &place(1, 1), *number).is_some());
    assert_eq!(left.count(), 61);
    assert_eq!(first(&shelves, &place(1, 1), 3), None);
    assert_eq!(first(&shelves, &place(1, 1), 64), Some(64));
}

#[tokio::test(start_paused = true)]
async fn bytes_are_bounded_for_one_and_for_all() {
    let shelves = Shelves::new(LIMITS);
    for partition in 1..=8 {
        for number in 0..20 {
            shelves.keep(
                &place(1, partition),
                (&vector(number), &format!("q{number}")),
                number,
                2_000,
            );
        }
    }
    assert!(shelves.bytes() <= LIMITS.tenant_bytes);
    assert_eq!(
        first(&shelves, &place(1, 1), 1),
        None,
        "the partition used longest ago gave way"
    );
    assert_eq!(first(&shelves, &place(1, 8), 1), Some(1));
    for tenant in 2..6 {
        for number in 0..50 {
            shelves.keep(
                &place(tenant, 1),
                (&vector(number), &format!("q{number}")),
                number,
                2_000,
            );
        }
    }
    assert!(shelves.bytes() <= LIMITS.total_bytes);
    assert_eq!(first(&shelves, &place(5, 1), 49), Some(49));
    shelves.keep(&place(5, 1), (&vector(60), "huge"), 60, LIMITS.tenant_bytes);
    assert_eq!(first(&shelves, &place(5, 1), 60), None);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_wanted_any_more_is_gone_and_nothing_else() {
    let shelves = Shelves::new(LIMITS);
    let keep_all = || {
        for (answer, (tenant, partition)) in [(1, 1), (1, 2), (2, 1)].into_iter().enumerate() {
            shelves.keep(&place(tenant, partition), (&vector(1), "q"), answer, 100);
        }
    };
    let there = || {
        [(1, 1), (1, 2), (2, 1)]
            .map(|(tenant, partition)| first(&shelves, &place(tenant, partition), 1).is_some())
    };
    let tenant = place(1, 1).tenant;
    keep_all();
    assert!(
        shelves
            .find(&place(1, 1), (&vector(1), 0.9), |answer| *answer != 0)
            .is_empty()
    );
    shelves.retain(tenant, |answer| *answer != 0);
    assert_eq!(there(), [false, true, true]);
    keep_all();
    shelves.forget(&place(1, 1), "q");
    assert_eq!(there(), [false, true, true]);
    shelves.retain(tenant, |_| false);
    assert_eq!(there(), [false, false, true]);
    shelves.retain(place(2, 1).tenant, |_| false);
    assert_eq!(shelves.bytes(), 0);
}
