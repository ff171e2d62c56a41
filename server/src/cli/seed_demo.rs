//! `livery seed demo`: an installation to look at, and who can sign in where.

use super::{Common, Refused, open, output};
use crate::demo;

pub(super) async fn seed_demo(common: &Common) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let workspaces = demo::seed(opened).await?;
        if common.json {
            return output::document(&serde_json::json!({ "workspaces": workspaces }));
        }
        let port = opened.config.server.listen.port();
        let scheme = opened.config.server.public_scheme.as_str();
        output::line("Demo workspaces (invented names, demo data):\n")?;
        for workspace in workspaces {
            output::line(format_args!(
                "  {}  {scheme}://{}:{port}/",
                workspace.name, workspace.host
            ))?;
            for person in workspace.people {
                let (email, role, password) = (person.email, person.role, person.password);
                output::line(format_args!(
                    "      {email:<28} {role:<8} password: {password}"
                ))?;
            }
            output::line("")?;
        }
        Ok(())
    })
    .await
}
