//! `livery certificate …`: what is known of the certificates of hosts, and asking for new ones.

use super::{Common, Refused, open, output};
use crate::http::host_name;
use clap::Subcommand;
use serde_json::{Value, json};
use store::platform::certificates::{self, CertificateFact, CertificateRow, CertificateState};

/// `livery certificate`
#[derive(Subcommand)]
pub(super) enum CertificateCommand {
    /// List the hosts that have a certificate, or are to get one
    List,
    /// Say what is known of one
    Show {
        /// Which host
        #[arg(long)]
        host: String,
    },
    /// Ask for a new one now, whatever the old one's time is
    Renew {
        /// Which host
        #[arg(long)]
        host: String,
    },
    /// Choose whether browsers are told to come back to a host over TLS alone, for a year
    Hsts {
        /// Which host
        #[arg(long)]
        host: String,
        /// Tell them
        #[arg(long, conflicts_with = "off", required_unless_present = "off")]
        on: bool,
        /// Do not tell them; those that were told remember it
        #[arg(long)]
        off: bool,
    },
}

pub(super) async fn run(common: &Common, command: CertificateCommand) -> Result<(), Refused> {
    match command {
        CertificateCommand::List => list(common).await,
        CertificateCommand::Show { host } => show(common, &host).await,
        CertificateCommand::Renew { host } => renew(common, &host).await,
        CertificateCommand::Hsts { host, on, off: _ } => hsts(common, &host, on).await,
    }
}

async fn list(common: &Common) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let rows = opened.store.certificates().await?;
        if common.json {
            let rows: Vec<_> = rows.iter().map(document).collect();
            return output::document(&json!({ "certificates": rows }));
        }
        for row in &rows {
            output::line(format_args!("{}  {}", row.host, in_words(&row.fact)))?;
        }
        Ok(())
    })
    .await
}

async fn show(common: &Common, host: &str) -> Result<(), Refused> {
    let host = named(host)?;
    open::with_open(common, async |opened| {
        let rows = opened.store.certificates().await?;
        let row = rows.into_iter().find(|row| row.host == host);
        let row = row.ok_or_else(|| nobody_has(&host))?;
        if common.json {
            return output::document(&document(&row));
        }
        let fact = &row.fact;
        output::line(format_args!("Host:        {}", row.host))?;
        output::line(format_args!("Certificate: {}", in_words(fact)))?;
        if let Some(issuer) = &fact.issuer {
            output::line(format_args!("Issuer:      {issuer}"))?;
        }
        for (label, at) in [
            ("Renewal:    ", fact.renew_ms),
            ("Next look:  ", fact.next_ms),
            ("Last failed:", fact.failed_ms),
            ("Last shown: ", fact.served_ms),
        ] {
            if let Some(at) = at {
                output::line(format_args!("{label} {}", date(at)))?;
            }
        }
        match &fact.trouble {
            Some((_, words)) => output::line(format_args!("Trouble:     {words}")),
            None => Ok(()),
        }
    })
    .await
}

async fn renew(common: &Common, host: &str) -> Result<(), Refused> {
    let host = named(host)?;
    open::with_open(common, async |opened| {
        if !opened.store.renew_now(&host).await? {
            return Err(nobody_has(&host));
        }
        if common.json {
            return output::document(&json!({ "host": host }));
        }
        output::line(format_args!(
            "The next server that has a hand free asks for a new certificate for {host}."
        ))
    })
    .await
}

async fn hsts(common: &Common, host: &str, on: bool) -> Result<(), Refused> {
    let host = named(host)?;
    open::with_open(common, async |opened| {
        let row = opened.store.host_row(&host).await?;
        let row = row.ok_or_else(|| nobody_has(&host))?;
        let mut tx = opened.store.enter(row.tenant).await?;
        if !certificates::set_hsts(&mut tx, &host, on).await? {
            return Err(nobody_has(&host));
        }
        let action = if on {
            "domain.hsts-on"
        } else {
            "domain.hsts-off"
        };
        store::audit::append(&mut tx, (None, "operator"), action, &host).await?;
        tx.commit().await?;
        if common.json {
            return output::document(&json!({ "host": host, "hsts": on }));
        }
        let what = if on { "are" } else { "are not" };
        output::line(format_args!(
            "Browsers {what} told to come back to {host} over TLS alone."
        ))
    })
    .await
}

fn named(host: &str) -> Result<String, Refused> {
    host_name(host).ok_or_else(|| format!("`{host}` is not a host name").into())
}

fn nobody_has(host: &str) -> Refused {
    format!("no workspace has {host}, or it is too new; servers look once a minute").into()
}

fn in_words(fact: &CertificateFact) -> String {
    match &fact.state {
        CertificateState::None => "none".to_owned(),
        CertificateState::Waiting { why: None } => "waits for its turn".to_owned(),
        CertificateState::Waiting { why: Some(why) } => format!("waits: {why}"),
        CertificateState::Ordering => "is being ordered".to_owned(),
        CertificateState::Issued { until_ms } => format!("good until {}", date(*until_ms)),
        CertificateState::Failed { words, .. } => format!("failed: {words}"),
        CertificateState::RefusedByCaa { words } => format!("refused by CAA records: {words}"),
        CertificateState::CouldNotCheck { words } => format!("could not be checked: {words}"),
    }
}

fn document(row: &CertificateRow) -> Value {
    let fact = &row.fact;
    let state = match &fact.state {
        CertificateState::None => "none",
        CertificateState::Waiting { .. } => "waiting",
        CertificateState::Ordering => "ordering",
        CertificateState::Issued { .. } => "issued",
        CertificateState::Failed { .. } => "failed",
        CertificateState::RefusedByCaa { .. } => "refused-by-caa",
        CertificateState::CouldNotCheck { .. } => "could-not-check",
    };
    let until = match fact.state {
        CertificateState::Issued { until_ms } => Some(until_ms),
        _ => None,
    };
    let why = match &fact.state {
        CertificateState::Waiting { why } => why.clone(),
        _ => None,
    };
    json!({
        "host": row.host,
        "state": state,
        "until_ms": until,
        "waits_for": why,
        "issuer": fact.issuer,
        "renew_ms": fact.renew_ms,
        "next_ms": fact.next_ms,
        "served_ms": fact.served_ms,
        "failures": row.failures,
        "failed_ms": fact.failed_ms,
        "class": fact.trouble.as_ref().map(|(class, _)| class.as_str()),
        "words": fact.trouble.as_ref().map(|(_, words)| words),
    })
}

/// `2026-11-25 07:15 UTC`
fn date(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|at| {
            let at = at.to_zoned(jiff::tz::TimeZone::UTC);
            at.strftime("%Y-%m-%d %H:%M UTC").to_string()
        })
        .unwrap_or_default()
}
