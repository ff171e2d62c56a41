//! The small scripts that plain pages may bring: `*.js` at the top of the site folder, written by hand.
//!
//! Owns their addresses, which carry a hash of what is in them, so that browsers keep them for ever.
//! Refuses whatever is larger than [`LARGEST`]: a page that needs more is not a plain page.

use app::request::SmallScripts;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::future::ready;
use std::path::Path as FilePath;
use std::sync::Arc;

/// The largest small script, in bytes.
pub(super) const LARGEST: usize = 3 * 1024;
const FOLDER: &str = "/scripts";

/// The scripts, by the last part of their addresses.
#[derive(Clone, Default)]
pub(super) struct Scripts {
    files: Arc<HashMap<String, Vec<u8>>>,
    names: SmallScripts,
}

impl Scripts {
    /// Reads what is there. A file that cannot be read, or is too large, is left out and told in the log.
    pub(super) fn read(dir: &FilePath) -> Self {
        let mut files = HashMap::new();
        let mut names = Vec::new();
        for path in std::fs::read_dir(dir)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "js"))
        {
            let Some(name) = path.file_stem().and_then(|name| name.to_str()) else {
                continue;
            };
            match std::fs::read(&path) {
                Ok(text) if text.len() <= LARGEST => {
                    let file = format!("{name}.{}.js", short_hash(&text));
                    names.push((name.to_owned(), format!("{FOLDER}/{file}")));
                    files.insert(file, text);
                }
                Ok(_) => tracing::error!(script = name, "a small script is too large"),
                Err(error) => tracing::error!(script = name, %error, "a script cannot be read"),
            }
        }
        Self {
            files: Arc::new(files),
            names: SmallScripts::new(names),
        }
    }

    /// What pages write to bring one.
    pub(super) fn names(&self) -> &SmallScripts {
        &self.names
    }

    /// `GET /scripts/<name>.<hash>.js`
    pub(super) fn routes(&self) -> Router {
        let files = self.files.clone();
        let serve = move |Path(file): Path<String>| ready(answer(files.get(&file)));
        Router::new().route(&format!("{FOLDER}/{{file}}"), get(serve))
    }
}

fn answer(text: Option<&Vec<u8>>) -> Response {
    match text {
        Some(text) => (
            [(CONTENT_TYPE, "text/javascript; charset=utf-8")],
            text.clone(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Enough to tell one version from the next.
fn short_hash(text: &[u8]) -> String {
    let hash = Sha256::digest(text);
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, Scripts, answer};
    use std::path::Path;

    #[test]
    fn what_is_in_the_repository_is_small() {
        let public = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public");
        let files = std::fs::read_dir(public).unwrap().flatten();
        for path in files
            .map(|it| it.path())
            .filter(|it| it.extension().is_some_and(|it| it == "js"))
        {
            let size = path.metadata().unwrap().len();
            assert!(size <= LARGEST as u64, "{}: {size} bytes", path.display());
        }
    }

    #[test]
    fn a_script_is_served_under_its_hash_and_no_other_name() {
        let folder = std::env::temp_dir().join(format!("scripts-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("one.js"), "'use strict';").unwrap();
        std::fs::write(folder.join("huge.js"), " ".repeat(LARGEST + 1)).unwrap();
        std::fs::write(folder.join("hash.txt"), "css: x").unwrap();
        let scripts = Scripts::read(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(scripts.names().address_of("huge"), None);
        let address = scripts.names().address_of("one").unwrap();
        let ask = |path: &str| answer(scripts.files.get(path.strip_prefix("/scripts/").unwrap()));
        let found = ask(address);
        assert_eq!(found.status(), 200);
        let media = &found.headers()["content-type"];
        assert_eq!(media, "text/javascript; charset=utf-8");
        for path in [
            "/scripts/one.js",
            "/scripts/hash.txt",
            "/scripts/../hash.txt",
        ] {
            assert_eq!(ask(path).status(), 404, "{path}");
        }
    }
}
