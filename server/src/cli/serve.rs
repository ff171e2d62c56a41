//! `livery serve`: starts the server, and ends it in order.

use super::open::{self, Opened};
use super::serve_tls::Secure;
use super::workspace_create::people;
use super::{Common, Refused, ServeArgs};
use crate::audit::{Anchors, AuditLog};
use crate::billing::{DurableLedger, StoredTreasury};
use crate::branding::{Branding, Drawn, LiveBrands};
use crate::cache::{self, Cache, StoredLessons};
use crate::certificates::Certificates;
use crate::chat::Chat;
use crate::chat::live_turns::LiveTurns;
use crate::clients::Clients;
use crate::config::{Config, LogFormat, Network};
use crate::guests::Guests;
use crate::identity::People;
use crate::installation::{Installation, Parts};
use crate::keys::{Keys, KeysInUse, Terms};
use crate::limits::{Counting, SharedLimiter};
use crate::mail::{Mailer, Post};
use crate::models::Models;
use crate::overview::Overviews;
use crate::programs::Programs;
use crate::prompts::Prompts;
use crate::site::Site;
use crate::staff::Roster;
use crate::tenancy::Snapshots;
use crate::virtual_keys::VirtualKeys;
use crate::workspace::Workspaces;
use crate::{http, jobs};
use engine::semantic::ShelfLimits;
use engine::{Engine, EngineSettings, Limits, MemoryLimiter};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use store::{LedgerWriter, NodeLease};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long open connections may take to close once the answers have ended.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

pub(super) async fn serve(common: &Common, args: ServeArgs) -> Result<(), Refused> {
    let mut config = open::settings(common)?;
    apply(&mut config, args)?;
    start_log(&config)?;
    let site = Site::find(&config.server.site_dir)?;
    let opened = open::open(config).await?;
    let outcome = serve_opened(&opened, site).await;
    opened.close().await;
    outcome
}

fn apply(config: &mut Config, args: ServeArgs) -> Result<(), Refused> {
    let server = &mut config.server;
    if let Some(listen) = args.listen {
        server.listen = listen;
    }
    if let Some(listen) = args.admin_listen {
        server.admin_listen = listen;
    }
    if let Some(dir) = args.site_dir {
        server.site_dir = dir;
    }
    if args.demo {
        server.demo = true;
        config
            .egress
            .allow_private
            .push(Network::try_from("127.0.0.0/8".to_owned())?);
    }
    Ok(())
}

fn start_log(config: &Config) -> Result<(), Refused> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log.filter)
        .map_err(|error| format!("log.filter: {error}"))?;
    // What the framework says of a form it cannot read repeats what was typed, at every level.
    let quiet = "axum::rejection=off".parse();
    let filter = match quiet {
        Ok(quiet) => filter.add_directive(quiet),
        Err(_) => filter,
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match config.log.format {
        LogFormat::Text => log.with_target(false).try_init(),
        LogFormat::Json => log.json().try_init(),
    }
    .map_err(|error| error.to_string().into())
}

async fn serve_opened(opened: &Opened, site: Site) -> Result<(), Refused> {
    let server = &opened.config.server;
    let listener = bind(server.listen).await?;
    let admin = bind(server.admin_listen).await?;
    let secure = Secure::open(&opened.config).await?;
    let node = Uuid::now_v7();
    let post = post(opened)?;
    let lease = NodeLease::acquire(&opened.store, node).await?;
    let writer = LedgerWriter::start(opened.store.clone());
    let (installation, engine) = assemble(opened, site, &writer, &lease)?;
    let stop = CancellationToken::new();
    let mut jobs = jobs::start(&installation, &engine, &lease, &stop).await?;
    if let Some(post) = post {
        jobs.add(post.run(stop.clone()));
    }
    let drained = CancellationToken::new();
    let mut routes = http::router(installation.clone());
    let mut doors = Vec::new();
    if let Some(secure) = secure {
        let begun = secure.begin(&installation, routes, node, (&mut jobs, &stop), &drained);
        doors.push(begun.0);
        routes = begun.1;
    }
    doors.push(tokio::spawn(run(listener, routes, drained.clone())));
    doors.push(tokio::spawn(run(
        admin,
        http::admin::router(installation.clone()),
        drained.clone(),
    )));
    tracing::info!(listen = %server.listen, admin = %server.admin_listen, "serving");
    asked_to_stop().await?;
    drain(&installation).await;
    drained.cancel();
    for task in doors {
        // A connection that a browser keeps open does not keep the process alive.
        let _ = tokio::time::timeout(CLOSE_WITHIN, task).await;
    }
    stop.cancel();
    jobs.finish().await;
    cache::keep_counts(&opened.store, &engine).await;
    cache::keep_similar_counts(&opened.store, &engine).await;
    engine.keep_lessons().await;
    installation.virtual_keys().write_uses().await;
    installation.certificates().write_served().await;
    writer.close().await;
    if let Err(error) = opened.store.drain_ledger().await {
        tracing::warn!(%error, "ledger entries wait for the next start");
    }
    // Everything spent is in the ledger by now: what is left of the limits is the others'.
    engine.meters().close().await;
    lease.release().await;
    tracing::info!("stopped");
    Ok(())
}

/// Puts the parts of an installation together, with its engine. Nothing runs yet.
pub fn assemble(
    opened: &Opened,
    site: Site,
    writer: &LedgerWriter,
    lease: &NodeLease,
) -> Result<(Installation, Engine), Refused> {
    let (store, vault) = (opened.store.clone(), opened.vault.clone());
    let ledger = Arc::new(DurableLedger::new(writer.clone()));
    let settings = engine_settings(&opened.config)?;
    let people = people(opened)?;
    let keys = keys(opened)?;
    let snapshots = Snapshots::new(store.clone());
    let in_use = KeysInUse::new(keys.clone(), snapshots.clone());
    let treasury = Arc::new(StoredTreasury::new(store.clone(), lease));
    let counting = counting(opened);
    let limiter = Arc::new(counting.clone());
    let engine =
        Engine::beside_others(settings, ledger, Arc::new(in_use), limiter, Some(treasury))?;
    if let Some(embedder) = crate::embeddings::embedder(&opened.config.semantic.model_dir)? {
        engine.embed_with(embedder);
    }
    let keyring = Arc::clone(&opened.keyring);
    engine.learn_in(Arc::new(StoredLessons::new(store.clone(), keyring)));
    let cache = Cache::of(opened, snapshots.clone());
    if let Some(shared) = cache.shared() {
        engine.share_answers(Arc::new(shared.clone()));
    }
    let live = LiveTurns::default();
    let chat = Chat::new(
        store.clone(),
        vault,
        engine.clone(),
        snapshots.clone(),
        live.clone(),
        lease.node(),
    );
    let models = Models::new(store.clone(), engine.clone());
    let programs = Programs::new(
        store.clone(),
        opened.vault.clone(),
        engine.clone(),
        lease.node(),
    );
    let workspaces = Workspaces::new(
        store.clone(),
        (snapshots.clone(), live.clone()),
        people.clone(),
        Anchors::of(opened),
    );
    let mailer = Mailer::open(&opened.config.mail)?;
    let roster = roster(opened, &people)?;
    let clients = Clients::new(
        (store.clone(), opened.config.server.clone()),
        (people.clone(), roster.clone()),
        snapshots.clone(),
        (mailer, opened.redis.clone()),
    );
    let overviews = Overviews::new(
        store.clone(),
        engine.clone(),
        (snapshots.clone(), keys.clone()),
        &opened.config.server.platform_host,
    );
    let prompts = Prompts::new(store.clone(), opened.vault.clone(), snapshots.clone());
    let mail = &opened.config.mail;
    let mail_from = (!mail.host.is_empty()).then(|| mail.from.clone());
    let branding = Branding::new(store.clone(), snapshots.clone(), mail_from);
    let installation = Installation::new(Parts {
        sign_on: opened.sign_on(&people)?,
        guests: Guests::new(store.clone(), opened.notices.clone()),
        roster,
        clients,
        config: opened.config.clone(),
        certificates: certificates(opened),
        store,
        site,
        snapshots,
        live,
        chat,
        cache,
        people,
        keys,
        models,
        programs,
        anchors: Anchors::of(opened),
        audit: AuditLog::new(opened.store.clone(), Anchors::of(opened)),
        workspaces,
        domains: opened.domains()?,
        overviews,
        prompts,
        moves: opened.moves(),
        virtual_keys: VirtualKeys::new(opened.store.clone(), Arc::clone(&opened.keyring)),
        vault: opened.vault.clone(),
        counting,
        notices: opened.notices.clone(),
        branding,
        live_brands: LiveBrands::default(),
        drawn: Drawn::new(opened.store.clone()),
        stopping: AtomicBool::new(false),
    });
    Ok((installation, engine))
}

/// Which hosts are ours, and their certificates.
fn certificates(opened: &Opened) -> Certificates {
    let host = &opened.config.server.platform_host;
    Certificates::new(opened.store.clone(), Arc::clone(&opened.keyring), host)
}

/// Counts together with the other processes where there is a Redis, and alone where there is none.
fn counting(opened: &Opened) -> Counting {
    let redis = opened.redis.clone();
    redis.map_or_else(
        || Counting::Alone(MemoryLimiter::default()),
        |redis| Counting::Together(SharedLimiter::new(redis)),
    )
}

/// Who sends letters; `None`: there is no mail.
fn post(opened: &Opened) -> Result<Option<Post>, Refused> {
    let mailer = Mailer::open(&opened.config.mail)?;
    Ok(mailer.map(|mailer| Post {
        store: opened.store.clone(),
        vault: opened.vault.clone(),
        custody: opened.custody.clone(),
        notices: opened.notices.clone(),
        mailer,
        server: opened.config.server.clone(),
    }))
}

/// People of the platform host.
pub(super) fn roster(opened: &Opened, people: &People) -> Result<Roster, Refused> {
    let server = &opened.config.server;
    let named = (
        server.address_of(&server.platform_host),
        server.platform_name.clone(),
    );
    let mailer = Mailer::open(&opened.config.mail)?;
    Ok(Roster::new(opened.store.clone(), people, mailer, named))
}

/// The keys of an installation.
pub(super) fn keys(opened: &Opened) -> Result<Keys, Refused> {
    Ok(Keys::new(
        opened.store.clone(),
        (opened.vault.clone(), opened.custody.clone()),
        people(opened)?,
        opened.egress.clone(),
        (
            Terms::read(&opened.config.keys.terms_file)?,
            opened.notices.clone(),
        ),
    ))
}

fn engine_settings(config: &Config) -> Result<EngineSettings, Refused> {
    let engine = &config.engine;
    Ok(EngineSettings {
        limits: Limits {
            connect: Duration::from_secs(engine.connect_seconds),
            head: Duration::from_secs(engine.head_seconds),
            first_text: Duration::from_secs(engine.first_text_seconds),
            head_with_next: Duration::from_secs(engine.head_with_next_seconds),
            first_text_with_next: Duration::from_secs(engine.first_text_with_next_seconds),
            stall: Duration::from_secs(engine.stall_seconds),
            total: Duration::from_secs(engine.total_seconds),
            ..Limits::default()
        },
        allow_private: open::allowed_networks(config)?,
        cache_bytes: cache::bytes(engine.cache_megabytes),
        cache_bytes_each: cache::bytes(engine.cache_workspace_megabytes),
        cache_ttl: Duration::from_secs(engine.cache_minutes.saturating_mul(60)),
        replay: Duration::from_millis(engine.replay_milliseconds),
        similar: ShelfLimits {
            tenant_bytes: megabytes(config.semantic.megabytes_each),
            total_bytes: megabytes(config.semantic.megabytes),
            ..ShelfLimits::default()
        },
        ..EngineSettings::default()
    })
}

const fn megabytes(count: usize) -> usize {
    count.saturating_mul(1024 * 1024)
}

pub(super) async fn bind(address: SocketAddr) -> Result<TcpListener, Refused> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}").into())
}

async fn run(listener: TcpListener, router: axum::Router, stop: CancellationToken) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    // Small writes leave at once: a stream of words must not wait for its own acknowledgements.
    let listener = axum::serve::ListenerExt::tap_io(listener, |socket| {
        let _ = socket.set_nodelay(true);
    });
    let server = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned());
    if let Err(error) = server.await {
        tracing::error!(%error, "a listener ended");
    }
}

async fn asked_to_stop() -> Result<(), Refused> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Lets running answers finish for a while, then ends them as interrupted with what they have.
async fn drain(installation: &Installation) {
    installation.begin_stopping();
    let turns = installation.live_turns();
    let deadline = Instant::now() + Duration::from_secs(installation.config().server.drain_seconds);
    tracing::info!(answers = turns.count(), "stopping");
    while turns.count() > 0 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    turns.interrupt_all();
    let deadline = Instant::now() + CLOSE_WITHIN;
    while turns.count() > 0 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
