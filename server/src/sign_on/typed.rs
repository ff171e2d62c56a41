//! What was typed into the forms of a connection, read. Says which field cannot be used, and why.

use super::oidc::settings::{ClientAuthentication, OidcSettings};
use super::role_map::{RoleMap, RoleRule, may_be_mapped};
use crate::domains::name::DomainName;
use contract::keys::TypedSecret;
use contract::sign_on::{AdmissionFields, OidcFields};
use contract::{AppError, AppResult, ErrorCode, Role, Said, said};
use serde_json::Value;
use store::sign_on_connections::Admission;

/// Longest name of a connection, in characters.
const NAME_CHARS: usize = 80;
/// Longest issuer, client id, audience and tenant, in bytes.
const LONGEST: usize = 512;
/// Longest secret, in bytes.
const LONGEST_SECRET: usize = 2048;
/// More scopes than `openid`, `email` and `profile`.
const MOST_SCOPES: usize = 10;
/// Rules of a connection.
const MOST_RULES: usize = 100;
/// Domains that are led to a connection.
const MOST_HOME: usize = 50;
/// People a connection may fill a workspace to.
const MOST_SEATS: i32 = 1_000_000;

/// A connection over OpenID Connect, as it was typed.
pub struct Typed {
    /// Everything but the secret.
    pub fields: OidcFields,
    /// Empty: the one that is there stays.
    pub secret: TypedSecret,
}

/// Who is taken in, as it was typed.
pub struct TypedAdmission {
    /// Every field.
    pub fields: AdmissionFields,
}

fn invalid(words: impl Into<Said>) -> AppError {
    AppError::new(ErrorCode::Invalid, words)
}

/// A name of a connection without stray spaces.
pub(crate) fn read_name(typed: &str) -> AppResult<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = name.chars().count();
    if length == 0 || length > NAME_CHARS || name.contains(char::is_control) {
        return Err(invalid(said!(
            "Name: use between 1 and {most} characters.",
            most = NAME_CHARS.to_string()
        )));
    }
    Ok(name)
}

fn plain(what: &str, typed: &str, needed: bool) -> AppResult<String> {
    let text = typed.trim();
    let sound = text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
    if !sound || (needed && text.is_empty()) {
        return Err(invalid(said!(
            "{what}: copy it from the provider, without spaces.",
            what = what
        )));
    }
    Ok(text.to_owned())
}

impl Typed {
    /// Name, settings, and the secret where one was typed.
    pub(super) fn read(&self) -> AppResult<(String, OidcSettings, Option<&str>)> {
        let fields = &self.fields;
        let name = read_name(&fields.name)?;
        let issuer = plain("Issuer", &fields.issuer, true)?;
        let client_authentication = ClientAuthentication::parse(&fields.authentication)
            .ok_or_else(|| invalid("Client authentication: choose one of the list."))?;
        let scopes: Vec<String> = fields
            .scopes
            .split_whitespace()
            .filter(|scope| !matches!(*scope, "openid" | "email" | "profile"))
            .map(str::to_owned)
            .collect();
        let sound = |scope: &String| scope.bytes().all(|byte| byte.is_ascii_graphic());
        if scopes.len() > MOST_SCOPES || !scopes.iter().all(sound) {
            return Err(invalid(
                "Scopes: type at most ten words, with spaces between.",
            ));
        }
        let settings = OidcSettings {
            issuer,
            client_id: plain("Client id", &fields.client_id, true)?,
            client_authentication,
            scopes,
            tenant_pin: plain("Tenant id", &fields.tenant_pin, false)?,
            trust_addresses: fields.trust_addresses,
            sign_out_there: fields.sign_out_there,
        };
        if !settings.issuer.starts_with("https://") && !settings.issuer.starts_with("http://") {
            return Err(invalid("Issuer: it begins with https://."));
        }
        if settings.is_of_many() && settings.tenant_pin.is_empty() {
            return Err(invalid(
                "Tenant id: this issuer stands for every tenant of the provider. Type the id of yours.",
            ));
        }
        let secret = self.secret.expose().trim();
        if secret.len() > LONGEST_SECRET {
            return Err(invalid("Client secret: it is longer than any provider’s."));
        }
        Ok((name, settings, (!secret.is_empty()).then_some(secret)))
    }
}

/// The form that shows `settings`.
pub(super) fn fields_of(name: &str, settings: &OidcSettings) -> OidcFields {
    OidcFields {
        name: name.to_owned(),
        issuer: settings.issuer.clone(),
        client_id: settings.client_id.clone(),
        authentication: settings.client_authentication.as_str().to_owned(),
        scopes: settings.scopes.join(" "),
        tenant_pin: settings.tenant_pin.clone(),
        trust_addresses: settings.trust_addresses,
        sign_out_there: settings.sign_out_there,
    }
}

impl TypedAdmission {
    /// Reads it. `tests`: whether names for tests are names here.
    pub(super) fn read(&self, tests: bool) -> AppResult<Admission> {
        let fields = &self.fields;
        let claim = plain("Claim", &fields.claim, false)?;
        let lines = fields.rules.lines().filter(|line| !line.trim().is_empty());
        let rules = lines.map(read_rule).collect::<AppResult<Vec<_>>>()?;
        if rules.len() > MOST_RULES {
            return Err(invalid("Rules: there are more than a hundred."));
        }
        if !rules.is_empty() && claim.is_empty() {
            return Err(invalid(
                "Claim: rules need one to look at, for example groups.",
            ));
        }
        if !fields.otherwise.is_empty() {
            read_role(&fields.otherwise)?;
        }
        if fields.jit && rules.is_empty() && fields.otherwise.is_empty() {
            return Err(invalid(
                "Nobody would be taken in: add a rule, or choose a role for everybody else.",
            ));
        }
        let seats = match fields.seats.trim() {
            "" => None,
            typed => Some(
                typed
                    .parse()
                    .ok()
                    .filter(|seats| (0..=MOST_SEATS).contains(seats))
                    .ok_or_else(|| invalid("Seats: type a whole number, or nothing."))?,
            ),
        };
        let domains = fields.home_domains.split([' ', ',', '\n', '\r', '\t']);
        let domains = domains.filter(|domain| !domain.is_empty());
        let home_domains: Vec<String> = domains
            .map(|typed| read_domain(typed, tests))
            .collect::<AppResult<_>>()?;
        if home_domains.len() > MOST_HOME {
            return Err(invalid("Domains: there are more than fifty."));
        }
        let map = RoleMap {
            claim,
            rules,
            otherwise: fields.otherwise.clone(),
        };
        Ok(Admission {
            jit: fields.jit,
            role_map: serde_json::to_value(map).unwrap_or(Value::Null),
            seats,
            home_domains,
        })
    }
}

fn read_rule(line: &str) -> AppResult<RoleRule> {
    let (value, role) = line
        .rsplit_once('=')
        .ok_or_else(|| invalid("Rules: write a value, an equals sign and a role on each line."))?;
    let value = value.trim();
    if value.is_empty() || value.len() > LONGEST {
        return Err(invalid("Rules: a value is missing or too long."));
    }
    Ok(RoleRule {
        value: value.to_owned(),
        role: read_role(role.trim())?.as_str().to_owned(),
    })
}

fn read_role(typed: &str) -> AppResult<Role> {
    let role = Role::parse(typed).filter(|role| may_be_mapped(*role));
    role.ok_or_else(|| {
        invalid(
            "Rules: a role is none of those listed. Nobody becomes an owner by what a provider says.",
        )
    })
}

/// A domain of addresses in its one form.
pub(super) fn read_domain(typed: &str, tests: bool) -> AppResult<String> {
    let typed = typed.trim().trim_start_matches('@');
    let name = DomainName::read(typed, tests)
        .map_err(|refused| invalid(Said::read(refused.to_string())))?;
    Ok(name.ascii().to_owned())
}

/// The form that shows who is taken in.
pub(super) fn admission_fields(
    jit: bool,
    map: &RoleMap,
    seats: Option<i32>,
    home_domains: &[String],
) -> AdmissionFields {
    let rule = |rule: &RoleRule| format!("{} = {}", rule.value, rule.role);
    AdmissionFields {
        jit,
        claim: map.claim.clone(),
        rules: map.rules.iter().map(rule).collect::<Vec<_>>().join("\n"),
        otherwise: map.otherwise.clone(),
        seats: seats.map(|seats| seats.to_string()).unwrap_or_default(),
        home_domains: home_domains.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::{AdmissionFields, OidcFields, Typed, TypedAdmission, TypedSecret};

    fn oidc(change: impl FnOnce(&mut OidcFields)) -> Result<String, String> {
        let mut fields = OidcFields {
            name: "Company".to_owned(),
            issuer: "https://idp.example".to_owned(),
            client_id: "us".to_owned(),
            authentication: "basic".to_owned(),
            ..OidcFields::default()
        };
        change(&mut fields);
        let typed = Typed {
            fields,
            secret: TypedSecret::new(String::new()),
        };
        let read = typed.read().map(|(name, ..)| name);
        read.map_err(|error| error.message.to_string())
    }

    #[test]
    fn a_connection_names_the_field_that_cannot_be_used() {
        assert!(oidc(|_| ()).is_ok());
        let wrong = [
            oidc(|it| it.name.clear()),
            oidc(|it| it.issuer = "idp.example".to_owned()),
            oidc(|it| it.issuer = "https://idp.example/ a".to_owned()),
            oidc(|it| it.client_id.clear()),
            oidc(|it| it.authentication = "jwt".to_owned()),
            oidc(|it| it.issuer = "https://idp.example/common/v2.0".to_owned()),
        ];
        for refused in wrong {
            assert!(refused.unwrap_err().contains(':'));
        }
    }

    #[test]
    fn rules_lead_to_roles_there_are_and_never_to_owner() {
        let read = |rules: &str, otherwise: &str| {
            let fields = AdmissionFields {
                jit: true,
                claim: "groups".to_owned(),
                rules: rules.to_owned(),
                otherwise: otherwise.to_owned(),
                ..AdmissionFields::default()
            };
            TypedAdmission { fields }.read(false).is_ok()
        };
        assert!(read("cn=it,dc=x = admin\n\nstaff=member", ""));
        assert!(read("", "member"));
        for (rules, otherwise) in [
            ("bosses = owner", ""),
            ("", "owner"),
            ("", ""),
            ("x = guest", ""),
            ("x", "member"),
            ("= admin", ""),
        ] {
            assert!(!read(rules, otherwise), "{rules:?} {otherwise:?}");
        }
    }
}
