//! Reads defaults, file and environment into a checked [`Config`].

use super::{Config, DEFAULTS, MailSection, MailTls, Scheme};
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use toml::{Table, Value};

/// Everything that is wrong with the settings, one line each.
#[derive(Debug, thiserror::Error)]
pub struct ConfigErrors(Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The configuration has {} problem(s):", self.0.len())?;
        for line in &self.0 {
            writeln!(f, "  - {line}")?;
        }
        write!(
            f,
            "Every key with its default is listed in docs/CONFIGURATION.md."
        )
    }
}

/// Merges defaults, `file` and `environment` (pairs of name and value) in that order.
///
/// # Errors
/// All unknown keys, wrong types and impossible values together.
pub fn load(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Config, ConfigErrors> {
    let mut problems = Vec::new();
    let defaults = parse(DEFAULTS, "the defaults", &mut problems);
    let mut settings = defaults.clone();
    if let Some(path) = file {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let given = parse(&text, &path.display().to_string(), &mut problems);
                merge_file(&mut settings, &defaults, given, &mut problems);
            }
            Err(error) => problems.push(format!("{}: cannot be read: {error}", path.display())),
        }
    }
    merge_environment(&mut settings, &defaults, environment, &mut problems);
    // Each section on its own, so that a mistake in one does not hide a mistake in the next.
    for (name, section) in &settings {
        let mut probe = defaults.clone();
        probe.insert(name.clone(), section.clone());
        if let Err(error) = Value::Table(probe).try_into::<Config>() {
            problems.push(format!("[{name}] {}", error.message()));
        }
    }
    if !problems.is_empty() {
        return Err(ConfigErrors(problems));
    }
    let config: Config = Value::Table(settings)
        .try_into()
        .map_err(|error| ConfigErrors(vec![error.message().to_owned()]))?;
    check(&config, problems).map(|()| config)
}

fn parse(text: &str, origin: &str, problems: &mut Vec<String>) -> Table {
    text.parse::<Table>().unwrap_or_else(|error| {
        problems.push(format!("{origin}: {}", error.message()));
        Table::new()
    })
}

fn merge_file(settings: &mut Table, defaults: &Table, given: Table, problems: &mut Vec<String>) {
    for (section, values) in given {
        let Value::Table(values) = values else {
            problems.push(format!("`{section}` is not a section"));
            continue;
        };
        for (key, value) in values {
            set(settings, defaults, &section, &key, value, problems);
        }
    }
}

fn merge_environment(
    settings: &mut Table,
    defaults: &Table,
    environment: impl Iterator<Item = (String, String)>,
    problems: &mut Vec<String>,
) {
    let sorted: BTreeMap<String, String> = environment.collect();
    for (name, text) in sorted {
        let usual = match name.as_str() {
            "DATABASE_URL" => Some("database"),
            "REDIS_URL" => Some("redis"),
            _ => None,
        };
        if let Some(section) = usual {
            let url = Value::String(text);
            set(settings, defaults, section, "url", url, problems);
            continue;
        }
        let Some(path) = name.strip_prefix("LIVERY_") else {
            continue;
        };
        let Some((section, key)) = path.split_once("__") else {
            problems.push(format!("{name}: expected LIVERY_<SECTION>__<KEY>"));
            continue;
        };
        let (section, key) = (section.to_lowercase(), key.to_lowercase());
        let default = defaults.get(&section).and_then(|values| values.get(&key));
        let value = match default {
            Some(Value::String(_)) | None => Value::String(text),
            // Numbers, booleans and lists are written as in the file.
            Some(_) => match format!("v = {text}").parse::<Table>() {
                Ok(mut table) => table.remove("v").unwrap_or(Value::String(text)),
                Err(_) => Value::String(text),
            },
        };
        set(settings, defaults, &section, &key, value, problems);
    }
}

fn set(
    settings: &mut Table,
    defaults: &Table,
    section: &str,
    key: &str,
    value: Value,
    problems: &mut Vec<String>,
) {
    let Some(default) = defaults.get(section).and_then(|values| values.get(key)) else {
        problems.push(format!("{section}.{key}: there is no such setting"));
        return;
    };
    if !default.same_type(&value) {
        let (expected, found) = (default.type_str(), value.type_str());
        problems.push(format!(
            "{section}.{key}: expected {expected}, found {found}"
        ));
        return;
    }
    if let Some(Value::Table(values)) = settings.get_mut(section) {
        values.insert(key.to_owned(), value);
    }
}

fn check(config: &Config, mut problems: Vec<String>) -> Result<(), ConfigErrors> {
    let host = &config.server.platform_host;
    if host.is_empty() || *host != host.to_lowercase() || host.contains(['/', ':', ' ']) {
        problems.push(format!(
            "server.platform_host: `{host}` is not a lower-case host name"
        ));
    }
    let name = &config.server.platform_name;
    if name.trim().is_empty() || name.chars().count() > 60 || name.contains(char::is_control) {
        problems.push("server.platform_name: between 1 and 60 characters".to_owned());
    }
    if config.database.max_connections < 2 {
        problems.push("database.max_connections: at least 2 are needed".to_owned());
    }
    if config.session.max_days == 0 {
        problems.push("session.max_days: at least 1".to_owned());
    }
    if !(1..=60).contains(&config.vault.key_seconds) {
        problems.push("vault.key_seconds: 1 to 60".to_owned());
    }
    let engine = &config.engine;
    for (name, seconds) in [
        ("connect_seconds", engine.connect_seconds),
        ("head_seconds", engine.head_seconds),
        ("first_text_seconds", engine.first_text_seconds),
        ("head_with_next_seconds", engine.head_with_next_seconds),
        (
            "first_text_with_next_seconds",
            engine.first_text_with_next_seconds,
        ),
        ("stall_seconds", engine.stall_seconds),
        ("total_seconds", engine.total_seconds),
    ] {
        if seconds == 0 {
            problems.push(format!("engine.{name}: at least 1"));
        }
    }
    if config.server.demo && config.server.public_scheme == super::Scheme::Https {
        problems.push(
            "server.demo: one-click sign-in is for a local machine and cannot be combined with \
             server.public_scheme = \"https\""
                .to_owned(),
        );
    }
    check_domains(config, &mut problems);
    check_tls(config, &mut problems);
    check_mail(&config.mail, &mut problems);
    if problems.is_empty() {
        Ok(())
    } else {
        Err(ConfigErrors(problems))
    }
}

fn check_domains(config: &Config, problems: &mut Vec<String>) {
    let domains = &config.domains;
    let name = domains.target_name.as_str();
    let sound = name.is_empty() || crate::http::host_name(name).as_deref() == Some(name);
    // The label of a claim stands before it.
    if !sound || name.len() > 200 {
        problems.push(format!(
            "domains.target_name: `{name}` is not a lower-case host name"
        ));
    }
    if domains.resolvers.len() > 4 {
        problems.push("domains.resolvers: at most 4".to_owned());
    }
}

fn check_tls(config: &Config, problems: &mut Vec<String>) {
    let tls = &config.tls;
    let Some(listen) = tls.listen else { return };
    if config.server.public_scheme != Scheme::Https {
        problems.push(
            "tls.listen: where this program ends TLS, people reach it over TLS; set \
             server.public_scheme = \"https\""
                .to_owned(),
        );
    }
    if listen == config.server.listen || listen == config.server.admin_listen {
        problems.push(format!("tls.listen: {listen} is taken by another listener"));
    }
    if !tls.directory.starts_with("https://") {
        problems.push(format!(
            "tls.directory: `{}` does not begin with https://",
            tls.directory
        ));
    }
    if !tls.contact.is_empty() && tls.contact.parse::<lettre::Address>().is_err() {
        problems.push(format!("tls.contact: `{}` is not an address", tls.contact));
    }
    let name = tls.caa.as_str();
    if !name.is_empty() && crate::http::host_name(name).as_deref() != Some(name) {
        problems.push(format!("tls.caa: `{name}` is not a lower-case domain name"));
    }
}

fn check_mail(mail: &MailSection, problems: &mut Vec<String>) {
    if mail.host.is_empty() {
        return;
    }
    if mail.from.parse::<lettre::Address>().is_err() {
        problems.push(format!("mail.from: `{}` is not an address", mail.from));
    }
    let has_password = !mail.password_file.as_os_str().is_empty();
    if mail.user.is_empty() == has_password {
        problems.push("mail.user and mail.password_file: both, or neither".to_owned());
    }
    let here = mail.host.parse::<IpAddr>().map_or_else(
        |_| mail.host == "localhost",
        |address| address.is_loopback(),
    );
    if mail.tls == MailTls::None && has_password && !here {
        problems.push(
            "mail.tls: a password is not sent to another machine without encryption".to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::load;

    fn from(pairs: &[(&str, &str)]) -> Result<super::Config, super::ConfigErrors> {
        load(
            None,
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn defaults_are_valid() {
        let config = from(&[]).unwrap();
        assert_eq!(config.server.platform_host, "localhost");
    }

    #[test]
    fn the_environment_overrides() {
        let config = from(&[
            ("LIVERY_SERVER__LISTEN", "127.0.0.1:9"),
            ("LIVERY_EGRESS__ALLOW_PRIVATE", "[\"127.0.0.0/8\"]"),
            ("LIVERY_SERVER__DEMO", "true"),
            ("DATABASE_URL", "postgres://x"),
            ("REDIS_URL", "redis://y"),
        ])
        .unwrap();
        assert_eq!(config.server.listen.port(), 9);
        assert_eq!(config.egress.allow_private.len(), 1);
        assert!(config.server.demo);
        assert_eq!(config.database.url, "postgres://x");
        assert_eq!(config.redis.url, "redis://y");
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let problems = from(&[
            ("LIVERY_SERVER__LISTEN", "nonsense"),
            ("LIVERY_SERVER__COLOUR", "red"),
            ("LIVERY_SERVER__DEMO", "7"),
            ("LIVERY_LOG__FORMAT", "xml"),
            ("LIVERY_ODD", "1"),
        ])
        .unwrap_err()
        .to_string();
        for part in [
            "[server]",
            "server.colour",
            "server.demo",
            "[log]",
            "LIVERY_ODD",
        ] {
            assert!(problems.contains(part), "{part} missing in:\n{problems}");
        }
    }

    #[test]
    fn one_click_sign_in_is_refused_in_production() {
        let problems = from(&[
            ("LIVERY_SERVER__DEMO", "true"),
            ("LIVERY_SERVER__PUBLIC_SCHEME", "https"),
        ]);
        assert!(problems.unwrap_err().to_string().contains("server.demo"));
    }

    #[test]
    fn mail_is_off_or_whole() {
        let host = ("LIVERY_MAIL__HOST", "smtp.example");
        let user = ("LIVERY_MAIL__USER", "livery");
        let file = ("LIVERY_MAIL__PASSWORD_FILE", "/run/secrets/smtp");
        let plain = ("LIVERY_MAIL__TLS", "none");
        assert!(from(&[]).is_ok());
        assert!(from(&[host, from_address(), user, file]).is_ok());
        for wrong in [
            vec![host],
            vec![host, from_address(), user],
            vec![host, from_address(), file],
            vec![host, from_address(), user, file, plain],
            vec![
                host,
                ("LIVERY_MAIL__FROM", "a@b.example\r\nBcc: eve@evil.example"),
            ],
            vec![host, from_address(), ("LIVERY_MAIL__TLS", "ssl")],
        ] {
            let problems = from(&wrong).unwrap_err().to_string();
            assert!(problems.contains("mail"), "{problems}");
        }
        let here = ("LIVERY_MAIL__HOST", "127.0.0.1");
        assert!(from(&[here, from_address(), user, file, plain]).is_ok());
    }

    #[test]
    fn tls_is_off_or_whole() {
        let listen = ("LIVERY_TLS__LISTEN", "127.0.0.1:8443");
        let https = ("LIVERY_SERVER__PUBLIC_SCHEME", "https");
        assert_eq!(from(&[]).unwrap().tls.listen, None);
        let config = from(&[listen, https]).unwrap();
        assert_eq!(config.tls.listen.unwrap().port(), 8443);
        let staging = from(&[listen, https, ("LIVERY_TLS__STAGING", "true")]).unwrap();
        assert!(staging.tls.directory().contains("staging"));
        for wrong in [
            vec![listen],
            vec![("LIVERY_TLS__LISTEN", "8443"), https],
            vec![listen, https, ("LIVERY_SERVER__LISTEN", "127.0.0.1:8443")],
            vec![
                listen,
                https,
                ("LIVERY_TLS__DIRECTORY", "http://ca.example"),
            ],
            vec![listen, https, ("LIVERY_TLS__CONTACT", "nobody")],
            vec![listen, https, ("LIVERY_TLS__CAA", "Not A Name")],
            vec![listen, https, ("LIVERY_TLS__RESOLVERS", "[\"localhost\"]")],
        ] {
            let problems = from(&wrong).unwrap_err().to_string();
            assert!(problems.contains("tls"), "{problems}");
        }
    }

    fn from_address() -> (&'static str, &'static str) {
        ("LIVERY_MAIL__FROM", "notices@agency.example")
    }
}
