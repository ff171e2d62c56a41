//! What a document's references to secrets lead to. Read once, kept until the document is applied,
//! erased then; never printed, not even in an error.

use super::problem::Problems;
use super::shape::{Document, KeyPart};
use contract::keys::KEY_MAX_BYTES;
use std::collections::HashMap;
use std::path::Path;
use zeroize::Zeroizing;

/// Secrets by environment and name of the key.
#[derive(Default)]
pub(super) struct Secrets(HashMap<(String, String), Zeroizing<String>>);

impl Secrets {
    /// Reads what `document` refers to: variables through `variable`, files beside `folder`.
    /// Every reference that leads to no key is told beside, by field.
    pub(super) fn read(
        document: &Document,
        folder: &Path,
        variable: impl Fn(&str) -> Option<String>,
    ) -> (Self, Problems) {
        let (mut secrets, mut problems) = (HashMap::new(), Problems::default());
        for (index, key) in document.keys.iter().flatten().enumerate() {
            let Some(part) = &key.secret else { continue };
            let (path, found) = if let Some(name) = &part.env {
                let missing = || format!("the environment variable {name} is not set");
                (
                    format!("keys[{index}].secret.env"),
                    variable(name).ok_or_else(missing),
                )
            } else {
                let file = part.file.as_deref().unwrap_or_default();
                (
                    format!("keys[{index}].secret.file"),
                    read_file(&folder.join(file)),
                )
            };
            let found = found.map(Zeroizing::new).and_then(|text| check(&text));
            if let Some(secret) = problems.keep(&path, found) {
                secrets.insert((key.environment.clone(), key.name.clone()), secret);
            }
        }
        (Self(secrets), problems)
    }

    /// The secret for a key; `None`: the document names none.
    #[must_use]
    pub(super) fn of(&self, key: &KeyPart) -> Option<&Zeroizing<String>> {
        self.0.get(&(key.environment.clone(), key.name.clone()))
    }

    /// No key has one.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn read_file(path: &Path) -> Result<String, String> {
    let told = |error: std::io::Error| format!("{}: {}", path.display(), error.kind());
    let size = std::fs::metadata(path).map_err(told)?.len();
    if size > KEY_MAX_BYTES as u64 {
        return Err(format!("{}: this is not a key", path.display()));
    }
    std::fs::read_to_string(path).map_err(told)
}

/// Trimmed, and of letters that a key can have.
fn check(found: &Zeroizing<String>) -> Result<Zeroizing<String>, String> {
    let trimmed = Zeroizing::new(found.trim().to_owned());
    if trimmed.is_empty() {
        return Err("there is nothing in it".to_owned());
    }
    if trimmed.len() > KEY_MAX_BYTES || !trimmed.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("what is in it is not a key".to_owned());
    }
    Ok(trimmed)
}
