//! Committed files that results are compared with. `UPDATE_GOLDEN=1` writes what there is now; the
//! difference is then read by a person.

use std::fs;
use std::path::PathBuf;

/// A file below the doors' folder.
pub(crate) fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/doors")
        .join(name)
}

/// Names of a door's request files, without their ending.
pub(crate) fn requests(door: &str) -> Vec<String> {
    let files = fs::read_dir(file(door)).unwrap();
    let names = files.filter_map(|file| {
        let name = file.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".request.json").map(str::to_owned)
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert!(!names.is_empty(), "{door}");
    names
}

/// `None`: it is as committed.
pub(crate) fn difference(name: &str, text: &str) -> Option<String> {
    let file = file(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, text).unwrap();
    }
    let golden = fs::read_to_string(&file).unwrap_or_default();
    (golden != text).then(|| format!("{}:\n{text}", file.display()))
}
