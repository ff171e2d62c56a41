//! `livery check-config`: tells every mistake in the settings without starting anything.

use super::{Common, Refused, open, output};
use crate::config::configuration_page;

pub(super) fn check_config(common: &Common, page: bool) -> Result<(), Refused> {
    if page {
        use std::io::Write as _;
        return std::io::stdout()
            .lock()
            .write_all(configuration_page().as_bytes())
            .map_err(Into::into);
    }
    let config = open::settings(common)?;
    if common.json {
        return output::document(&serde_json::json!({ "valid": true }));
    }
    output::line(format_args!(
        "The settings are sound. Workspaces at {}, data in {}.",
        config.server.listen,
        config.server.data_dir.display()
    ))
}
