//! The form for a key. Only a name is needed; everything else makes the key narrower.

use super::PATH;
use crate::request::ProgramFields;
use crate::ui::Environments;
use contract::keys::KeyEnvironment;
use contract::programs::{PROGRAM_NAME_MAX_CHARS, ProgramFor};
use contract::{MemberId, TeamId};
use leptos::prelude::*;

/// Name and environment; folded below: for whom, what, from where, until when, how much.
#[component]
pub(super) fn MakeForm(
    fields: ProgramFields,
    open: bool,
    environment: KeyEnvironment,
    models: Vec<(KeyEnvironment, String)>,
    members: Vec<ProgramFor<MemberId>>,
    teams: Vec<ProgramFor<TeamId>>,
) -> impl IntoView {
    let chosen = KeyEnvironment::parse(&fields.environment).unwrap_or(environment);
    let narrowed = fields.is_narrowed();
    let members = members.into_iter().map(|it| (it.id.to_string(), it.name));
    let teams = teams.into_iter().map(|it| (it.id.to_string(), it.name));
    view! {
        <details class="panel fold" open=open>
            <summary>"Make a key"</summary>
            <div class="fold-inner">
                <form method="post" action=PATH class="form program-form" autocomplete="off">
                    <div class="field">
                        <label for="program-name">"Name"</label>
                        <input
                            id="program-name" class="input" name="name" required value=fields.name
                            maxlength=PROGRAM_NAME_MAX_CHARS.to_string() autocomplete="off"
                            placeholder="For example: Nightly report"
                        />
                    </div>
                    <Environments chosen/>
                    <details class="fold narrow" open=narrowed>
                        <summary>"Make it narrower"</summary>
                        <div class="fold-inner">
                            <Choice name="member" label="Member" everybody="Nobody in particular"
                                hint="It counts as this member and dies with their account."
                                chosen=fields.member options=members.collect()/>
                            <Choice name="team" label="Team" everybody="No team"
                                hint="It counts as this team, and provider keys of the team pay for it."
                                chosen=fields.team options=teams.collect()/>
                            <Text name="models" label="Models" value=fields.models hint=there_are(&models)/>
                            <Text name="networks" label="Networks" value=fields.networks
                                hint="Where it may be used from, like 10.0.0.0/8, with commas between. Empty: from anywhere."/>
                            <Text name="expires" label="Last day" kind="date" value=fields.expires
                                hint="Until its end in UTC. Empty: until it is revoked."/>
                            <Text name="usd" label="US dollars a month" value=fields.usd mode="decimal"
                                hint="What it may spend in a calendar month, like 40 or 2.50. Empty: what the workspace may."/>
                            <Text name="requests" label="Questions a minute" value=fields.requests mode="numeric"
                                hint="Empty: as many as the workspace may."/>
                        </div>
                    </details>
                    <div class="actions">
                        <button type="submit" class="button primary">"Make the key"</button>
                        <span class="hint">"Its token is shown once, on the next page."</span>
                    </div>
                </form>
            </div>
        </details>
    }
}

/// One of some, or none.
#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    everybody: &'static str,
    hint: &'static str,
    chosen: String,
    options: Vec<(String, String)>,
) -> impl IntoView {
    if options.is_empty() {
        return ().into_any();
    }
    let id = format!("program-{name}");
    let hint_id = format!("{id}-hint");
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id class="input" name=name aria-describedby=hint_id.clone()>
                <option value="">{everybody}</option>
                {options}
            </select>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
    .into_any()
}

#[component]
fn Text(
    name: &'static str,
    label: &'static str,
    value: String,
    #[prop(into)] hint: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "text")] mode: &'static str,
) -> impl IntoView {
    let id = format!("program-{name}");
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id class="input" name=name type=kind value=value inputmode=mode
                autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-describedby=hint_id.clone()
            />
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
}

/// Which models can be named, by environment.
fn there_are(models: &[(KeyEnvironment, String)]) -> String {
    let named = KeyEnvironment::ALL.iter().filter_map(|environment| {
        let of = models.iter().filter(|(place, _)| place == environment);
        let names: Vec<&str> = of.map(|(_, alias)| alias.as_str()).collect();
        let words = || format!(" {}: {}.", environment.label(), names.join(", "));
        (!names.is_empty()).then(words)
    });
    let named: String = named.collect();
    format!("With commas between. Empty: every model of the environment.{named}")
}

#[cfg(test)]
mod tests {
    use super::there_are;
    use contract::keys::KeyEnvironment;

    #[test]
    fn models_are_told_by_environment() {
        let models = [
            (KeyEnvironment::Production, "careful".to_owned()),
            (KeyEnvironment::Production, "fast".to_owned()),
            (KeyEnvironment::Development, "trial".to_owned()),
        ];
        let said = there_are(&models);
        assert!(
            said.ends_with("Development: trial. Production: careful, fast."),
            "{said}"
        );
    }
}
