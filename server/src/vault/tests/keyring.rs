//! The keyring file: rotation, refusals, several processes at once.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::sync::Barrier;

use uuid::Uuid;

use super::{Bench, SECRET, TENANT, TestFolder, bench, keyring_in, unlocked};
use crate::vault::{Keyring, KeyringError, Passphrase, VaultError};

#[test]
fn a_rotation_spreads_moves_and_raises_the_floor() {
    let Bench {
        vault: before,
        context,
        folder,
    } = bench();
    let (here, elsewhere) = (keyring_in(&folder), keyring_in(&folder));
    let old = before.seal(SECRET, &context).unwrap();
    assert_eq!(here.add_version().unwrap(), 2);
    let spread = unlocked(&here).seal(SECRET, &context).unwrap();
    assert_eq!((old[24], spread[24]), (1, 1), "it does not wrap yet");
    // Whoever asked since then opens what is wrapped under it before wrapping under it.
    let reader = unlocked(&elsewhere);
    here.make_newest_current().unwrap();
    let new = unlocked(&here).seal(SECRET, &context).unwrap();
    assert_eq!(new[24], 2);
    for sealed in [&old, &spread, &new] {
        assert_eq!(&*reader.open(sealed, &context).unwrap(), SECRET);
    }
    here.raise_floor().unwrap();
    let after = unlocked(&elsewhere);
    assert_eq!(&*after.open(&new, &context).unwrap(), SECRET);
    let stale = after.open(&old, &context);
    assert_eq!(stale, Err(VaultError::UnknownKey { version: 1 }));
    let reopened = keyring_in(&folder);
    assert_eq!((reopened.current_version(), reopened.floor()), (2, 2));
    assert_eq!(reopened.installation(), here.installation());
    assert_eq!(*reopened.audit_key(TENANT), *before_audit_key(&folder));
}

/// The audit key of a keyring that was never rotated, but for the versions taken away again.
fn before_audit_key(folder: &TestFolder) -> zeroize::Zeroizing<[u8; 32]> {
    let path = folder.path().join("keyring.json");
    let text = fs::read_to_string(&path).unwrap();
    let mut stored: serde_json::Value = serde_json::from_str(&text).unwrap();
    stored["versions"].as_array_mut().unwrap().truncate(1);
    stored["current"] = 1.into();
    stored.as_object_mut().unwrap().remove("floor");
    let copy = TestFolder::new();
    let path = copy.path().join("keyring.json");
    fs::write(&path, stored.to_string()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    keyring_in(&copy).audit_key(TENANT)
}

#[test]
fn another_keyring_is_another_world() {
    let (ours, theirs) = (bench(), bench());
    let sealed = ours.vault.seal(SECRET, &ours.context).unwrap();
    let opened = theirs.vault.open(&sealed, &ours.context);
    assert_eq!(opened, Err(VaultError::UnknownKey { version: 1 }));
}

#[test]
fn a_lost_file_does_not_stop_who_has_read_it() {
    let bench = bench();
    let keyring = keyring_in(&bench.folder);
    let sealed = bench.vault.seal(SECRET, &bench.context).unwrap();
    fs::remove_file(bench.folder.path().join("keyring.json")).unwrap();
    let again = unlocked(&keyring);
    assert_eq!(&*again.open(&sealed, &bench.context).unwrap(), SECRET);
}

#[test]
fn the_file_is_private_and_whole() {
    let folder = TestFolder::new();
    let path = folder.path().join("keyring.json");
    drop(Keyring::open_or_create(&path).unwrap());
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
    let names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert_eq!(names, ["keyring.json"]);
    for mode in [0o640, 0o604, 0o660, 0o700, 0o644] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let refused = Keyring::open_or_create(&path).map(drop);
        let loose = matches!(refused, Err(KeyringError::LooseMode { .. }));
        assert!(loose, "{mode:o}: {refused:?}");
    }
}

#[test]
fn links_folders_and_pipes_are_refused() {
    let folder = TestFolder::new();
    let real = folder.path().join("real.json");
    drop(Keyring::open_or_create(&real).unwrap());
    let link = folder.path().join("link.json");
    symlink(&real, &link).unwrap();
    let dangling = folder.path().join("dangling.json");
    symlink(folder.path().join("nowhere"), &dangling).unwrap();
    let pipe = folder.path().join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::from_bits_truncate(0o600)).unwrap();
    for path in [&link, &dangling, &folder.path().to_path_buf(), &pipe] {
        let refused = Keyring::open_or_create(path).map(drop);
        assert!(
            matches!(refused, Err(KeyringError::NotAFile)),
            "{path:?}: {refused:?}"
        );
    }
}

#[test]
fn damaged_files_are_refused_and_never_replaced() {
    let folder = TestFolder::new();
    let path = folder.path().join("keyring.json");
    drop(Keyring::open_or_create(&path).unwrap());
    let good = fs::read_to_string(&path).unwrap();
    let key = good
        .split("\"key\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    for bad in [
        String::new(),
        "{}".to_owned(),
        good[..good.len() / 2].to_owned(),
        good.replace(key, &key[..40]),
        good.replace(key, "not base64"),
        good.replace("\"current\":1", "\"current\":2"),
        good.replace("\"format\":1", "\"format\":9"),
        good.replace("\"current\":1", "\"current\":1,\"floor\":2"),
        good.replace("\"format\"", "\"surprise\":1,\"format\""),
    ] {
        fs::write(&path, &bad).unwrap();
        let refused = Keyring::open_or_create(&path).map(drop);
        assert!(
            matches!(refused, Err(KeyringError::Malformed(_))),
            "{bad:?}: {refused:?}"
        );
        assert!(!format!("{refused:?}").contains(key));
        assert_eq!(fs::read_to_string(&path).unwrap(), bad);
    }
}

#[test]
fn many_starts_and_rotations_at_once_agree() {
    let folder = TestFolder::new();
    let path = folder.path().join("keyring.json");
    let barrier = Barrier::new(8);
    let installations: Vec<Uuid> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    let keyring = Keyring::open_or_create(&path).unwrap();
                    keyring.add_version().unwrap();
                    keyring.installation()
                })
            })
            .collect();
        started.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert!(installations.iter().all(|it| *it == installations[0]));
    // Eight rotations on top of version 1, none lost.
    assert_eq!(Keyring::open_or_create(&path).unwrap().newest_version(), 9);
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(&format!("{text}\n")).unwrap()
}

#[test]
fn a_passphrase_locks_the_file_and_nothing_else_changes() {
    let Bench {
        vault,
        context,
        folder,
    } = bench();
    let path = folder.path().join("keyring.json");
    let sealed = vault.seal(SECRET, &context).unwrap();
    let plain = fs::read_to_string(&path).unwrap();
    let key = plain
        .split("\"key\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let right = || Some(passphrase("correct horse battery"));
    let locked = Keyring::open_with(&path, right()).unwrap();
    let stored = fs::read_to_string(&path).unwrap();
    assert!(
        !stored.contains(key) && stored.contains("argon2id"),
        "it is locked at once"
    );
    assert_eq!(&*unlocked(&locked).open(&sealed, &context).unwrap(), SECRET);
    // A rotation keeps it locked, with a salt of its own.
    locked.add_version().unwrap();
    locked.make_newest_current().unwrap();
    let again = fs::read_to_string(&path).unwrap();
    let salt = |text: &str| text.split("\"salt\":\"").nth(1).unwrap()[..24].to_owned();
    assert_ne!(salt(&stored), salt(&again));
    let reopened = Keyring::open_with(&path, right()).unwrap();
    assert_eq!(reopened.current_version(), 2);
    assert_eq!(
        &*unlocked(&reopened).open(&sealed, &context).unwrap(),
        SECRET
    );
    // Neither nobody nor somebody else opens it, and nothing is written then.
    let nobody = Keyring::open_or_create(&path).map(drop);
    assert!(matches!(nobody, Err(KeyringError::Locked)), "{nobody:?}");
    let wrong = Keyring::open_with(&path, Some(passphrase("correct horse batterz"))).map(drop);
    assert!(
        matches!(wrong, Err(KeyringError::WrongPassphrase)),
        "{wrong:?}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), again);
    // The keys of two versions do not stand in for one another.
    let mut swapped: serde_json::Value = serde_json::from_str(&again).unwrap();
    let one = swapped["versions"][0]["key"].take();
    let two = swapped["versions"][1]["key"].take();
    swapped["versions"][0]["key"] = two;
    swapped["versions"][1]["key"] = one;
    fs::write(&path, swapped.to_string()).unwrap();
    let swapped = Keyring::open_with(&path, right()).map(drop);
    assert!(
        matches!(swapped, Err(KeyringError::WrongPassphrase)),
        "{swapped:?}"
    );
}

#[test]
fn a_lock_that_asks_for_too_much_or_a_passphrase_that_is_nothing_is_refused() {
    let folder = TestFolder::new();
    let path = folder.path().join("keyring.json");
    let right = || Some(passphrase("correct horse battery"));
    drop(Keyring::open_with(&path, right()).unwrap());
    let good = fs::read_to_string(&path).unwrap();
    for (from, to) in [
        ("\"memory_kib\":65536", "\"memory_kib\":4000000000"),
        ("\"passes\":3", "\"passes\":4000000000"),
        ("argon2id", "md5"),
    ] {
        assert!(good.contains(from));
        fs::write(&path, good.replace(from, to)).unwrap();
        let refused = Keyring::open_with(&path, right()).map(drop);
        assert!(
            matches!(refused, Err(KeyringError::Malformed(_))),
            "{to}: {refused:?}"
        );
    }
    for weak in ["", "short", "           x"] {
        let refused = Passphrase::new(weak).map(drop);
        assert!(
            matches!(refused, Err(KeyringError::WeakPassphrase)),
            "{weak:?}"
        );
    }
}
