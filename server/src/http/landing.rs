//! The platform host's first page, in development and demo mode only: whom to sign in as.

use super::RequestPlace;
use super::host::Arrival;
use crate::demo::people::people_of;
use crate::installation::Installation;
use app::request::{LandingPerson, LandingView, LandingWorkspace};
use std::sync::Arc;

/// What the page lists. Empty outside demo mode: the page then says there is nothing here.
pub(super) async fn view(installation: &Installation, arrival: &Arrival) -> Arc<LandingView> {
    if !installation.config().server.demo {
        return Arc::default();
    }
    let workspaces = match installation.store().workspaces().await {
        Ok(workspaces) => workspaces,
        Err(error) => {
            let _ = crate::fault::internal("listing demo workspaces", error);
            return Arc::default();
        }
    };
    let mut listed = Vec::new();
    for workspace in workspaces.into_iter().filter(|workspace| workspace.demo) {
        let Some(people) = people_of(&workspace.slug) else {
            continue;
        };
        let host = format!("{}.{}", workspace.slug, arrival.authority);
        let url = format!("{}://{host}", arrival.scheme.as_str());
        let Ok(Some(snapshot)) = installation.snapshots().of_id(workspace.id).await else {
            continue;
        };
        listed.push(LandingWorkspace {
            name: workspace.name.clone(),
            mark: snapshot.brand.mark.clone(),
            colour: snapshot.colours.brand.clone(),
            on_colour: snapshot.colours.on_brand.clone(),
            people: people
                .iter()
                .map(|person| LandingPerson {
                    name: person.name.clone(),
                    role: person.role.as_str().to_owned(),
                    email: person.email.clone(),
                    action: format!("{url}/demo/sign-in?{}", query(&person.email)),
                })
                .collect(),
            url,
        });
    }
    Arc::new(LandingView {
        title: "Livery demo".to_owned(),
        workspaces: listed,
    })
}

/// Hosts the page's forms may post to, for its content security policy. Empty everywhere else.
pub(super) fn form_targets(installation: &Installation, place: &RequestPlace) -> String {
    if place.workspace.is_some() || !installation.config().server.demo {
        return String::new();
    }
    format!(
        " {}://*.{}",
        place.arrival.scheme.as_str(),
        place.arrival.authority
    )
}

fn query(email: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("email", email)
        .finish()
}
