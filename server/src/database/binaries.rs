//! PostgreSQL's programs on this machine.

use super::DatabaseError;
use std::path::{Path, PathBuf};

/// Folders that distributions put versioned installations in, with what follows the version.
const VERSIONED: [(&str, &str); 3] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr/local/lib/postgresql", "bin"),
    ("/opt/postgresql", "bin"),
];

/// A folder with `initdb` and `postgres` in it.
#[derive(Clone, Debug)]
pub(super) struct Binaries(PathBuf);

impl Binaries {
    /// The newest installation, or the one that wrote the existing `data`.
    pub(super) fn find(data: &Path) -> Result<Self, DatabaseError> {
        let mut found: Vec<(u32, PathBuf)> = VERSIONED
            .iter()
            .filter_map(|(base, bin)| Some((std::fs::read_dir(base).ok()?, bin)))
            .flat_map(|(entries, bin)| entries.flatten().map(move |entry| (entry, bin)))
            .filter_map(|(entry, bin)| {
                let version = entry.file_name().to_str()?.parse().ok()?;
                Some((version, entry.path().join(bin)))
            })
            .filter(|(_, bin)| has_programs(bin))
            .collect();
        found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
        let wanted = std::fs::read_to_string(data.join("PG_VERSION")).ok();
        if let Some(wanted) = wanted.as_deref().map(str::trim) {
            let fits = |version: &u32| version.to_string() == wanted;
            if let Some((_, bin)) = found.iter().find(|(version, _)| fits(version)) {
                return Ok(Self(bin.clone()));
            }
            if !found.is_empty() {
                return Err(DatabaseError::OtherVersion {
                    data: data.to_path_buf(),
                    found: wanted.to_owned(),
                });
            }
        }
        found
            .into_iter()
            .map(|(_, bin)| bin)
            .chain(on_path())
            .next()
            .map(Self)
            .ok_or_else(|| DatabaseError::NoBinaries {
                looked: VERSIONED
                    .map(|(base, bin)| format!("{base}/*/{bin}"))
                    .join(", ")
                    + " and PATH",
            })
    }

    /// The path of a program.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| has_programs(folder))
}

fn has_programs(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}
