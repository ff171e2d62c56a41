//! The keyring file: rotation, refusals, several processes at once.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::sync::Barrier;

use uuid::Uuid;

use super::{Bench, SECRET, TestFolder, bench, keyring_in};
use crate::vault::{Keyring, KeyringError, Vault, VaultError};

#[test]
fn rotation_keeps_old_secrets_readable_everywhere() {
    let Bench {
        vault: _,
        context,
        folder,
    } = bench();
    let keyring = keyring_in(&folder);
    let (vault, elsewhere) = (Vault::new(keyring.clone()), Vault::new(keyring_in(&folder)));
    let old = vault.seal(SECRET, &context).unwrap();
    assert_eq!(keyring.rotate().unwrap(), 2);
    let new = vault.seal(SECRET, &context).unwrap();
    assert_eq!((old[24], new[24]), (1, 2));
    for reader in [&vault, &elsewhere] {
        assert_eq!(&*reader.open(&old, &context).unwrap(), SECRET);
        assert_eq!(&*reader.open(&new, &context).unwrap(), SECRET);
    }
    let reopened = keyring_in(&folder);
    assert_eq!(reopened.current_version(), 2);
    assert_eq!(reopened.installation(), keyring.installation());
}

#[test]
fn another_keyring_is_another_world() {
    let (ours, theirs) = (bench(), bench());
    let sealed = ours.vault.seal(SECRET, &ours.context).unwrap();
    let opened = theirs.vault.open(&sealed, &ours.context);
    assert!(
        matches!(opened, Err(VaultError::UnknownKey { version: 1 })),
        "{opened:?}"
    );
    fs::remove_file(ours.folder.path().join("keyring.json")).unwrap();
    // What is in memory serves on; a version that has to be looked up does not.
    assert!(ours.vault.open(&sealed, &ours.context).is_ok());
    let mut newer = sealed;
    newer[24] = 9;
    let opened = ours.vault.open(&newer, &ours.context);
    assert!(
        matches!(opened, Err(VaultError::Unavailable(_))),
        "{opened:?}"
    );
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
                    keyring.rotate().unwrap();
                    keyring.installation()
                })
            })
            .collect();
        started.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert!(installations.iter().all(|it| *it == installations[0]));
    // Eight rotations on top of version 1, none lost.
    assert_eq!(Keyring::open_or_create(&path).unwrap().current_version(), 9);
}
