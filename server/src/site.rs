//! The browser half on disk: scripts, styles and fonts that `make build` made.

mod scripts;

use app::request::SmallScripts;
use axum::Router;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::middleware::map_response;
use axum::response::Response;
use leptos::config::{Env, LeptosOptions};
use scripts::Scripts;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower_http::services::ServeDir;

/// File in which the build notes the names it gave scripts and styles.
const HASH_FILE: &str = "hash.txt";

/// The folder and what pages need to know of it.
#[derive(Clone)]
pub struct Site {
    dir: PathBuf,
    options: LeptosOptions,
    scripts: Scripts,
}

/// The browser half is not where it should be.
#[derive(Debug, thiserror::Error)]
#[error(
    "the browser half is missing: no `{HASH_FILE}` in {tried}. Run `make build`, or name the \
     folder with --site-dir or LIVERY_SERVER__SITE_DIR"
)]
pub struct SiteMissing {
    tried: String,
}

impl Site {
    /// Finds the folder: as configured, or beside the program.
    ///
    /// # Errors
    /// When no candidate holds a finished build.
    pub fn find(configured: &Path) -> Result<Self, SiteMissing> {
        let candidates = if configured.as_os_str().is_empty() {
            beside_the_program()
        } else {
            vec![configured.to_path_buf()]
        };
        let dir = candidates
            .iter()
            .filter_map(|dir| dir.canonicalize().ok())
            .find(|dir| dir.join(HASH_FILE).is_file())
            .ok_or_else(|| SiteMissing {
                tried: candidates
                    .iter()
                    .map(|dir| dir.display().to_string())
                    .collect::<Vec<_>>()
                    .join(" or "),
            })?;
        let options = LeptosOptions::builder()
            .output_name("client")
            .site_root(dir.to_string_lossy().into_owned())
            .site_pkg_dir("assets")
            .hash_files(true)
            .hash_file(Arc::from(dir.join(HASH_FILE).to_string_lossy()))
            .env(Env::PROD)
            .build();
        let scripts = Scripts::read(&dir);
        Ok(Self {
            dir,
            options,
            scripts,
        })
    }

    /// The small scripts that plain pages may bring, by name.
    #[must_use]
    pub fn small_scripts(&self) -> &SmallScripts {
        self.scripts.names()
    }

    /// What the document's head needs: names of scripts and styles.
    #[must_use]
    pub const fn leptos_options(&self) -> &LeptosOptions {
        &self.options
    }

    /// Static files. Names under `/assets` carry a content hash, so they are kept for ever.
    pub fn assets(&self) -> Router {
        let files = |folder: &str| {
            ServeDir::new(self.dir.join(folder))
                .append_index_html_on_directories(false)
                .precompressed_br()
                .precompressed_gzip()
        };
        Router::new()
            .nest_service("/assets", files("assets"))
            .nest_service("/fonts", files("fonts"))
            .merge(self.scripts.routes())
            .layer(map_response(finish))
    }
}

async fn finish(mut response: Response) -> Response {
    let kept = if response.status().is_success() {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    crate::http::complete_headers(headers);
    response
}

fn beside_the_program() -> Vec<PathBuf> {
    let program = std::env::current_exe().and_then(|path| path.canonicalize());
    let Some(folder) = program
        .ok()
        .and_then(|path| path.parent().map(Path::to_path_buf))
    else {
        return Vec::new();
    };
    vec![folder.join("site"), folder.join("../site")]
}
