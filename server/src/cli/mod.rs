//! The command line: what an operator types and a program outside calls.
//!
//! Every command works whether the server runs or not. With `--json` exactly one JSON document
//! goes to standard output. Secrets are read from standard input, never from arguments.
//! Exit codes: 0 done, 1 refused (reason on standard error), 2 wrong usage.

mod agency;
mod apply;
mod audit;
mod cache;
mod certificate;
mod check_config;
mod config_schema;
mod convert;
mod domain;
mod export;
mod key;
mod keyring;
mod kms;
mod ledger_export;
mod limit;
mod mail;
mod migrate;
mod models_fetch;
pub mod open;
mod operator;
mod output;
mod route_args;
mod route_explain;
mod route_set;
mod seed_demo;
pub mod serve;
mod serve_tls;
mod sign_on;
mod team;
mod virtual_key;
pub mod workspace_create;
mod workspace_delete;
mod workspace_list;
mod workspace_logo;

use clap::{Args, Parser, Subcommand};
use route_args::{Need, RouteExplainArgs, RouteOption, RouteRemoveArgs, RouteSetArgs};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// A refusal, in words for the person at the terminal.
pub type Refused = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
#[command(
    name = "livery",
    version,
    about = "Self-hosted white-label AI workspaces"
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Options every command takes.
#[derive(Args, Clone, Default)]
pub struct Common {
    /// State folder (embedded database, keyring)
    #[arg(long, global = true)]
    pub data_dir: Option<PathBuf>,
    /// Settings file
    #[arg(long, global = true)]
    pub config: Option<PathBuf>,
    /// Print one JSON document on standard output
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server
    Serve(ServeArgs),
    /// Bring the database to this program's version
    Migrate,
    /// Fill an installation with something to look at
    #[command(subcommand)]
    Seed(Seed),
    /// Check the settings without starting
    CheckConfig {
        /// Print docs/CONFIGURATION.md instead
        #[arg(long)]
        page: bool,
    },
    /// Workspaces
    #[command(subcommand)]
    Workspace(Workspace),
    /// Names of clients
    #[command(subcommand)]
    Domain(domain::DomainCommand),
    /// Identity providers of workspaces
    #[command(subcommand)]
    SignOn(sign_on::SignOnCommand),
    /// People who run the installation
    #[command(subcommand)]
    Operator(operator::OperatorCommand),
    /// Resellers and their people
    #[command(subcommand)]
    Agency(agency::AgencyCommand),
    /// Provider keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Keys for programs
    #[command(subcommand)]
    VirtualKey(virtual_key::VirtualKeyCommand),
    /// Groups of members
    #[command(subcommand)]
    Team(team::TeamCommand),
    /// A client's own key at a key service
    #[command(subcommand)]
    Kms(kms::KmsCommand),
    /// Certificates of hosts
    #[command(subcommand)]
    Certificate(certificate::CertificateCommand),
    /// Mail to administrators
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// The installation's own keys
    #[command(subcommand)]
    Keyring(keyring::KeyringCommand),
    /// Routes from model aliases to provider models
    #[command(subcommand)]
    Route(Route),
    /// Local models
    #[command(subcommand)]
    Models(Models),
    /// What may be spent, and how fast may be asked
    #[command(subcommand)]
    Limit(limit::LimitCommand),
    /// Answers that are given again
    #[command(subcommand)]
    Cache(cache::CacheCommand),
    /// Write a workspace down as a document
    Export(export::ExportArgs),
    /// Make workspaces as a document says, whole or not at all
    Apply(apply::ApplyArgs),
    /// Make documents of what you come from
    #[command(subcommand)]
    Convert(convert::ConvertCommand),
    /// The form of documents
    #[command(subcommand)]
    Config(config_schema::ConfigCommand),
    /// The record of who did what
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// The record of what was used and what it cost
    #[command(subcommand)]
    Ledger(Ledger),
}

/// `livery serve`
#[derive(Args, Default)]
pub struct ServeArgs {
    /// Address of the workspaces
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// Address of /healthz, /readyz and /metrics
    #[arg(long)]
    pub admin_listen: Option<SocketAddr>,
    /// Folder of the browser half
    #[arg(long)]
    pub site_dir: Option<PathBuf>,
    /// One-click sign-in for demo people and loopback providers; never in production
    #[arg(long)]
    pub demo: bool,
}

#[derive(Subcommand)]
enum Seed {
    /// Two demo agencies, four demo workspaces, people of every role, a few conversations
    Demo,
}

#[derive(Subcommand)]
enum Workspace {
    /// Create a workspace
    Create(WorkspaceCreateArgs),
    /// List workspaces
    List,
    /// Set the logo: PNG, JPEG or WebP, at most 1 MB
    Logo(WorkspaceLogoArgs),
    /// Delete a workspace and everything in it
    Delete {
        /// Which
        #[arg(long)]
        slug: String,
        /// The slug once more: nothing brings it back
        #[arg(long)]
        confirm: String,
    },
}

/// `livery workspace create`
#[derive(Args)]
pub struct WorkspaceCreateArgs {
    /// Short name in the address, lower-case letters, digits and hyphens
    #[arg(long)]
    pub slug: String,
    /// Name people read
    #[arg(long)]
    pub name: String,
    /// Brand colour, #rrggbb; without it nobody has chosen one
    #[arg(long)]
    pub colour: Option<String>,
    /// A host name of its own, besides <slug>.<platform host>
    #[arg(long)]
    pub host: Option<String>,
    /// Sends an owner's invitation link to standard output
    #[arg(long)]
    pub owner_email: Option<String>,
    /// Short name of the agency that looks after it
    #[arg(long)]
    pub agency: Option<String>,
}

/// `livery workspace logo`
#[derive(Args)]
pub struct WorkspaceLogoArgs {
    /// Which workspace
    #[arg(long)]
    pub slug: String,
    /// Picture for light pages, and for dark ones where they have none of their own
    #[arg(long, required_unless_present = "dark")]
    pub light: Option<PathBuf>,
    /// Picture for dark pages
    #[arg(long)]
    pub dark: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Route {
    /// Point an alias at an ordered list of provider models
    Set(RouteSetArgs),
    /// Say which targets answer, and why the others do not
    Explain(RouteExplainArgs),
    /// Remove an alias; conversations that used it stay readable
    Remove(RouteRemoveArgs),
}

#[derive(Subcommand)]
enum Models {
    /// Fetch the weights that find similar questions, about 90 MB, and check them
    Fetch(ModelsFetchArgs),
}

/// `livery models fetch`
#[derive(Args)]
pub struct ModelsFetchArgs {
    /// Folder to put them in; default: models/all-minilm-l6-v2 in the data folder
    #[arg(long)]
    pub to: Option<PathBuf>,
    /// Address of the folder they are fetched from; whatever comes is checked against digests this
    /// program knows
    #[arg(long, default_value = models_fetch::SOURCE)]
    pub from: String,
}

#[derive(Subcommand)]
enum Ledger {
    /// Every row of a workspace
    Export {
        /// Slug of the workspace
        #[arg(long)]
        workspace: String,
    },
}

/// Runs the command line and says how it ended.
pub fn run() -> ExitCode {
    crate::fault::tell_panics_by_place();
    let Cli { common, command } = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return output::refuse(&error),
    };
    let outcome = runtime.block_on(dispatch(&common, command));
    // Blocking work that outlived its caller must not keep the process alive.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::refuse(error.as_ref()),
    }
}

async fn dispatch(common: &Common, command: Command) -> Result<(), Refused> {
    match command {
        Command::Serve(args) => serve::serve(common, args).await,
        Command::Migrate => migrate::migrate(common).await,
        Command::Seed(Seed::Demo) => seed_demo::seed_demo(common).await,
        Command::CheckConfig { page } => check_config::check_config(common, page),
        Command::Workspace(Workspace::Create(args)) => workspace_create::create(common, args).await,
        Command::Workspace(Workspace::List) => workspace_list::list(common).await,
        Command::Workspace(Workspace::Logo(args)) => workspace_logo::set(common, &args).await,
        Command::Workspace(Workspace::Delete { slug, confirm }) => {
            workspace_delete::delete(common, &slug, &confirm).await
        }
        Command::Domain(command) => domain::run(common, command).await,
        Command::SignOn(command) => sign_on::run(common, command).await,
        Command::Operator(command) => operator::run(common, command).await,
        Command::Agency(command) => agency::run(common, command).await,
        Command::Key(command) => key::run(common, command).await,
        Command::VirtualKey(command) => virtual_key::run(common, command).await,
        Command::Team(command) => team::run(common, command).await,
        Command::Kms(command) => kms::run(common, command).await,
        Command::Certificate(command) => certificate::run(common, command).await,
        Command::Mail(command) => mail::run(common, command).await,
        Command::Keyring(command) => keyring::run(common, command).await,
        Command::Route(Route::Set(args)) => route_set::set(common, args).await,
        Command::Route(Route::Explain(args)) => route_explain::show(common, args).await,
        Command::Cache(command) => cache::run(common, command).await,
        Command::Route(Route::Remove(args)) => route_set::remove(common, &args).await,
        Command::Models(Models::Fetch(args)) => models_fetch::fetch(common, args).await,
        Command::Export(args) => export::run(common, args).await,
        Command::Apply(args) => apply::run(common, args).await,
        Command::Convert(command) => convert::run(common, &command),
        Command::Config(command) => config_schema::run(&command),
        Command::Audit(command) => audit::run(common, command).await,
        Command::Limit(command) => limit::run(common, command).await,
        Command::Ledger(Ledger::Export { workspace }) => {
            ledger_export::export(common, &workspace).await
        }
    }
}
