//! Sealed values: changed, cut, moved, printed.

use std::fs;
use std::time::Instant;

use contract::TenantId;
use proptest::prelude::*;
use uuid::Uuid;

use super::{Bench, SECRET, bench, is_tampered, keyring_in};
use crate::vault::keys::DataKey;
use crate::vault::{SECRET_MAX_BYTES, SealContext, VaultError};

#[test]
fn what_is_sealed_opens_again() {
    let Bench {
        vault,
        context,
        folder: _folder,
    } = bench();
    for secret in [&b""[..], b"x", SECRET, &[0; 4096], "Größe 🔑".as_bytes()] {
        let sealed = vault.seal(secret, &context).unwrap();
        assert_eq!(&*vault.open(&sealed, &context).unwrap(), secret);
    }
    let large = vec![1; SECRET_MAX_BYTES + 1];
    assert!(matches!(
        vault.seal(&large, &context),
        Err(VaultError::TooLarge)
    ));
}

#[test]
fn no_two_envelopes_share_anything_secret() {
    let Bench {
        vault,
        context,
        folder: _folder,
    } = bench();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..2000 {
        let sealed = vault.seal(SECRET, &context).unwrap();
        assert!(!sealed.windows(8).any(|window| window == &SECRET[..8]));
        // Everything behind the name of the key: wrapped key, commitment, nonce, ciphertext.
        assert!(
            sealed[27..]
                .chunks(12)
                .take(14)
                .all(|part| seen.insert(part.to_vec()))
        );
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let Bench {
        vault,
        context,
        folder: _folder,
    } = bench();
    let sealed = vault.seal(SECRET, &context).unwrap();
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed[at] ^= 1 << bit;
            let opened = vault.open(&changed, &context);
            // Bytes 5 to 24 name the key: another name is an unknown key.
            let named =
                (5..25).contains(&at) && matches!(opened, Err(VaultError::UnknownKey { .. }));
            assert!(
                named || is_tampered(&opened),
                "byte {at} bit {bit}: {opened:?}"
            );
        }
    }
}

#[test]
fn cut_and_lengthened_envelopes_are_refused() {
    let Bench {
        vault,
        context,
        folder: _folder,
    } = bench();
    let sealed = vault.seal(SECRET, &context).unwrap();
    for length in 0..sealed.len() {
        assert!(
            is_tampered(&vault.open(&sealed[..length], &context)),
            "{length}"
        );
    }
    for extra in [&[0_u8][..], &[0xff; 16], &sealed[..]] {
        let longer = [&sealed[..], extra].concat();
        assert!(is_tampered(&vault.open(&longer, &context)));
    }
}

#[test]
fn an_envelope_opens_only_in_its_place() {
    let Bench {
        vault,
        context,
        folder: _folder,
    } = bench();
    let sealed = vault.seal(SECRET, &context).unwrap();
    let other = Uuid::from_u128(9);
    let places = [
        SealContext {
            installation: other,
            ..context
        },
        SealContext {
            tenant: TenantId::from_uuid(other),
            ..context
        },
        SealContext {
            table: "prompts",
            ..context
        },
        SealContext {
            row: other,
            ..context
        },
        SealContext {
            column: "name",
            ..context
        },
        // The same letters, divided differently.
        SealContext {
            table: "provider_keyss",
            column: "ecret",
            ..context
        },
    ];
    for place in places {
        assert!(is_tampered(&vault.open(&sealed, &place)), "{place:?}");
    }
}

#[test]
fn a_wrapped_key_of_another_place_does_not_fit() {
    let Bench {
        vault,
        context,
        folder: _folder,
    } = bench();
    let other = SealContext {
        row: Uuid::from_u128(99),
        ..context
    };
    let (ours, theirs) = (
        vault.seal(SECRET, &context).unwrap(),
        vault.seal(b"theirs", &other).unwrap(),
    );
    let mut mixed = ours.clone();
    mixed[27..87].copy_from_slice(&theirs[27..87]);
    assert!(is_tampered(&vault.open(&mixed, &context)));
    assert!(is_tampered(&vault.open(&mixed, &other)));
}

#[test]
fn nothing_prints_a_secret() {
    let Bench {
        vault,
        context,
        folder,
    } = bench();
    let keyring = keyring_in(&folder);
    let key = DataKey::from_zeroizing(zeroize::Zeroizing::new([0xab; 32]));
    assert_eq!(format!("{key:?}"), "DataKey(***)");
    let stored = fs::read_to_string(folder.path().join("keyring.json")).unwrap();
    let secret = stored
        .split("\"key\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    for shown in [
        format!("{vault:?}"),
        format!("{keyring:?}"),
        format!("{context:?}"),
    ] {
        assert!(
            !shown.contains(secret) && !shown.contains("171, 171"),
            "{shown}"
        );
    }
    let error = vault.open(b"LVS", &context).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("sk-demo"));
}

#[test]
fn sealing_and_opening_is_quick() {
    let Bench {
        vault,
        context,
        folder: _folder,
    } = bench();
    let secret = [7; 1024];
    let begun = Instant::now();
    let rounds = 2000;
    for _ in 0..rounds {
        let sealed = vault.seal(&secret, &context).unwrap();
        assert_eq!(vault.open(&sealed, &context).unwrap().len(), 1024);
    }
    let each = begun.elapsed() / rounds;
    println!("seal and open of 1 KiB: {each:?}");
    assert!(each.as_millis() < 50, "{each:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_refused_without_a_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        header in any::<bool>(),
    ) {
        let fixture = bench_once();
        let mut sealed = bytes;
        if header {
            let mut start = b"LVS\x01\x01".to_vec();
            start.append(&mut sealed);
            sealed = start;
        }
        prop_assert!(fixture.vault.open(&sealed, &fixture.context).is_err());
    }
}

fn bench_once() -> &'static Bench {
    static BENCH: std::sync::LazyLock<Bench> = std::sync::LazyLock::new(bench);
    &BENCH
}
