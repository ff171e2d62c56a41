//! Sealed values as somebody may have written them into the database: whatever the bytes are,
//! opening ends without a panic, and only what was sealed for this place opens.
#![no_main]
#![allow(dead_code, reason = "the modules are the server's, and not all of them is used here")]

mod vault;

use contract::TenantId;
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;
use vault::{KeyRef, Unlocked, WorkspaceKey, WorkspaceKeys};
use zeroize::Zeroizing;

const SECRET: &[u8] = b"what was sealed";

static UNLOCKED: LazyLock<Unlocked> = LazyLock::new(|| {
    let name = KeyRef {
        id: Uuid::nil(),
        version: 1,
    };
    let key = WorkspaceKey::new(Zeroizing::new([7; 32]));
    let keys = WorkspaceKeys::new(name, vec![(name, key)]).expect("the key is among those held");
    let tenant = TenantId::from_uuid(Uuid::from_u128(2));
    Unlocked::new(Uuid::from_u128(1), tenant, Arc::new(keys))
});

/// Sealed once, so that the fuzzer meets bytes that nearly open.
static SEALED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let place = UNLOCKED.context("messages", Uuid::from_u128(3), "sealed_body");
    UNLOCKED.seal(SECRET, &place).expect("it can be sealed")
});

fuzz_target!(|bytes: &[u8]| {
    let place = UNLOCKED.context("messages", Uuid::from_u128(3), "sealed_body");
    // As it comes.
    assert!(UNLOCKED.open(bytes, &place).is_err());
    // On top of something that opens: where, what, and how much of it stays.
    let Some((&[at, keep], patch)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let mut changed = SEALED.clone();
    let at = usize::from(at) % changed.len();
    for (byte, patch) in changed[at..].iter_mut().zip(patch) {
        *byte ^= patch;
    }
    changed.truncate(changed.len() - usize::from(keep) % 8);
    let opened = UNLOCKED.open(&changed, &place);
    if changed == *SEALED {
        assert_eq!(opened.expect("nothing was changed").as_slice(), SECRET);
    } else {
        assert!(opened.is_err());
    }
});
