//! A real installation in a folder of its own: the demo workspaces, sealed keys for the provider, prices,
//! a limit that counts, the durable ledger on PostgreSQL. Set up by the program itself, then opened here.

use crate::figures::{line, quantile};
use crate::provider::Provider;
use crate::stages::step;
use crate::timing::{Reading, Timing};
use contract::{Caller, ConversationId, MessageId};
use engine::{
    Admission, AdmissionFacts, Ask, AskMessage, Asker, Broken, CancellationToken, Engine,
    EngineEvent, How, SystemPrompt,
};
use futures_util::StreamExt as _;
use server::chat::sealed_text::SealedText;
use server::cli::open::{self, Opened};
use server::cli::serve::assemble;
use server::config;
use server::identity::SignIn;
use server::identity::token::Token;
use server::installation::Installation;
use server::policy;
use server::site::Site;
use server::tenancy::TenantSnapshot;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use store::platform::sealing::SealingPhase;
use store::{LedgerWriter, NodeLease};
use uuid::Uuid;

const PROGRAM: &str = env!("CARGO_BIN_EXE_livery");
const WORKSPACE: &str = "nordwind";
const HOST: &str = "nordwind.localhost";
pub(crate) const MEMBER: &str = "anna@nordwind.example";

/// Counts questions, so that no two are the same and none is answered from the cache.
static ASKED: AtomicU64 = AtomicU64::new(0);

/// A question nobody asked before.
pub(crate) fn question() -> String {
    let number = ASKED.fetch_add(1, Ordering::Relaxed);
    format!("Question {number}: which of the three drafts should go to the board, and why?")
}

pub(crate) struct House {
    folder: PathBuf,
    opened: Opened,
    installation: Installation,
    engine: Engine,
    writer: LedgerWriter,
    lease: NodeLease,
    caller: Caller,
    token: Token,
    node: Uuid,
}

impl House {
    pub(crate) async fn open(provider: &Provider) -> Self {
        Self::open_with(provider, &[]).await
    }

    /// With more settings.
    pub(crate) async fn open_with(provider: &Provider, more: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("engine-bench-{}", std::process::id()));
        let site = folder.join("site");
        std::fs::create_dir_all(&site).unwrap();
        std::fs::write(site.join("hash.txt"), "js: x\nwasm: x\ncss: x\n").unwrap();
        let data = folder.join("data");
        desk(&data, &["seed", "demo"], "");
        let settings = [
            ("LIVERY_SERVER__DATA_DIR", data.to_str().unwrap()),
            ("LIVERY_EGRESS__ALLOW_PRIVATE", ALLOWED),
        ];
        let settings = settings.iter().chain(more);
        let settings = settings.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = config::load(None, settings).unwrap();
        let opened = open::open(config).await.unwrap();
        for mode in ["fixed", "jitter", "now", "paced", "refuse"] {
            connect(&data, provider, mode);
        }
        let targets = ["--target", "refuse:bench-1", "--target", "now:bench-1"];
        route(&data, "second", &targets);
        let limit = [
            "limit",
            "set",
            "--workspace",
            WORKSPACE,
            "--usd",
            "1000000",
            "--per",
            "month",
        ];
        desk(&data, &limit, "");
        let node = Uuid::now_v7();
        let lease = NodeLease::acquire(&opened.store, node).await.unwrap();
        let writer = LedgerWriter::start(opened.store.clone());
        let site = Site::find(&site).unwrap();
        let (installation, engine) = assemble(&opened, site, &writer, &lease).unwrap();
        let (caller, token) = sign_in(&installation).await;
        let tenant = caller.tenant();
        engine
            .meters()
            .seed(tenant, engine::Month::now(), contract::NanoUsd::ZERO);
        Self {
            folder,
            opened,
            installation,
            engine,
            writer,
            lease,
            caller,
            token,
            node,
        }
    }

    /// Seals the workspace under a key of its own, and carries the move to its end as the server does.
    pub(crate) async fn seal_under(&self, address: &str, key: &str, token: &str) {
        let attach = ["kms", "attach", "transit", "--workspace", WORKSPACE];
        let place = ["--address", address, "--key", key];
        let data = self.folder.join("data");
        desk(&data, &[&attach[..], &place[..]].concat(), token);
        let moves = self.installation.moves();
        loop {
            let sealing = self
                .opened
                .store
                .sealing(self.caller.tenant())
                .await
                .unwrap();
            if sealing.unwrap().phase == SealingPhase::Settled {
                break;
            }
            tokio::time::sleep(moves.patience() / 20).await;
            moves.carry_on().await;
        }
        // What was opened before is sealed otherwise now.
        self.installation.snapshots().forget_all();
    }

    /// Microseconds until a sign-in with a wrong password is refused.
    pub(crate) async fn refused_sign_in(&self, email: &str) -> f64 {
        let attempt = SignIn {
            email: email.to_owned(),
            password: "not the password of anybody".into(),
            address: Ipv4Addr::LOCALHOST.into(),
            user_agent: String::new(),
        };
        let began = Instant::now();
        let people = self.installation.people();
        let refused = people.sign_in(self.caller.tenant(), attempt).await;
        let took = began.elapsed().as_secs_f64() * 1e6;
        let code = refused.err().unwrap().code;
        assert_eq!(code, contract::ErrorCode::Invalid);
        took
    }

    /// Asks as a chat does, from the host's name to the last word.
    pub(crate) async fn ask(&self, alias: &str) -> Timing {
        let mut reading = Reading::begin();
        self.each_word(alias, |word| reading.add(word)).await;
        reading.end()
    }

    /// The same, and tells every piece as it comes.
    pub(crate) async fn each_word(&self, alias: &str, tell: impl FnMut(&str)) {
        let snapshot = self.snapshot().await;
        step("workspace found");
        let admission = self.admit(&snapshot, alias);
        step("admitted");
        self.run(&snapshot, admission, tell).await;
    }

    /// Asks a route whose first target refuses, at an address that never refused before: its circuit is
    /// closed.
    pub(crate) async fn fall_back(&self, provider: &Provider, number: usize) -> Timing {
        let snapshot = self.snapshot().await;
        let entry = snapshot.route_of(&self.caller, Some("second")).unwrap();
        let mut route = entry.route.clone();
        let address = provider.base_url(&format!("refuse-{number}"));
        route.targets[0].key.base_url = Some(address);
        let facts = AdmissionFacts {
            tenant: self.caller.tenant(),
            member: Some(self.caller.member()),
            turn: MessageId::from_uuid(Uuid::now_v7()),
            affinity: Uuid::now_v7(),
            node: self.node,
            role: self.caller.role(),
            workspace_active: true,
            environment: snapshot.environment,
            route: Some(route),
            budget: snapshot.budget,
            cache: snapshot.cache.clone(),
            limits: engine::AskerLimits::default(),
        };
        let admission = engine::admit(facts).unwrap();
        let mut reading = Reading::begin();
        self.run(&snapshot, admission, |word| reading.add(word))
            .await;
        reading.end()
    }

    async fn snapshot(&self) -> Arc<TenantSnapshot> {
        let snapshot = self.installation.snapshots().of_host(HOST).await;
        snapshot.unwrap().unwrap()
    }

    fn admit(&self, snapshot: &TenantSnapshot, alias: &str) -> Admission {
        let entry = snapshot.route_of(&self.caller, Some(alias));
        let conversation = ConversationId::from_uuid(Uuid::now_v7());
        let turn = MessageId::from_uuid(Uuid::now_v7());
        policy::admit(&self.caller, snapshot, entry, turn, conversation, self.node).unwrap()
    }

    async fn run(
        &self,
        snapshot: &TenantSnapshot,
        admission: Admission,
        mut tell: impl FnMut(&str),
    ) {
        let ask = Ask {
            system: self.prompt(snapshot).await,
            conversation: engine::Conversation::Chat(vec![AskMessage {
                role: Asker::User,
                text: question(),
            }]),
            bypass_cache: false,
            broken: Broken::Abort,
        };
        step("instructions open");
        let mut events = self.engine.run(admission, ask, CancellationToken::new());
        while let Some(event) = events.next().await {
            match event {
                EngineEvent::Started(_) | EngineEvent::Continued(_) | EngineEvent::Piece(_) => {}
                EngineEvent::Text(text) => tell(&text),
                EngineEvent::Ended(ended) => assert_eq!(ended.how, How::Complete),
            }
        }
    }

    /// The workspace's instructions, opened as each turn does.
    async fn prompt(&self, snapshot: &TenantSnapshot) -> Option<SystemPrompt> {
        let prompt = snapshot.prompt.as_ref()?;
        let unlocked = self.opened.vault.unlock(self.caller.tenant()).await;
        let text = SealedText::new(unlocked.unwrap());
        Some(SystemPrompt {
            version: prompt.version,
            text: text.open_prompt(prompt.id, &prompt.sealed_body).unwrap(),
        })
    }

    /// Steps on the way to a question, each alone.
    pub(crate) async fn small_steps(&self) {
        let snapshot = self.snapshot().await;
        assert!(snapshot.prompt.is_some());
        let mut prompt = Vec::new();
        let mut admission = Vec::new();
        let mut session = Vec::new();
        for _ in 0..1_000 {
            let began = Instant::now();
            std::hint::black_box(self.prompt(&snapshot).await);
            prompt.push(began.elapsed().as_secs_f64() * 1e6);
            let began = Instant::now();
            std::hint::black_box(self.admit(&snapshot, "now"));
            admission.push(began.elapsed().as_secs_f64() * 1e6);
            let began = Instant::now();
            let people = self.installation.people();
            let found = people.caller_of(self.caller.tenant(), &self.token).await;
            assert!(found.unwrap().is_some());
            session.push(began.elapsed().as_secs_f64() * 1e6);
        }
        for (what, mut all) in [
            ("read the workspace's instructions, us", prompt),
            ("admit a question, us", admission),
            ("find the session of a cookie in the database, us", session),
        ] {
            line(what, "median", quantile(&mut all, 0.5));
            line(what, "p99", quantile(&mut all, 0.99));
        }
    }

    /// Processor time of the database so far, in microseconds.
    pub(crate) fn database_cpu(&self) -> f64 {
        let folder = self.folder.join("data");
        let entries = std::fs::read_dir("/proc").unwrap().flatten();
        let below = entries.filter(|entry| {
            let cwd = std::fs::read_link(entry.path().join("cwd"));
            cwd.is_ok_and(|cwd| cwd.starts_with(&folder))
        });
        below.map(|entry| cpu(&entry.path())).sum()
    }

    pub(crate) async fn close(self) {
        self.engine.drain().await;
        self.writer.close().await;
        self.lease.release().await;
        self.opened.close().await;
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Processor time of this process so far, in microseconds.
pub(crate) fn own_cpu() -> f64 {
    cpu(Path::new("/proc/self"))
}

/// User and system time of a process and of the children it has collected; proc(5), fields 14 to 17, in
/// hundredths of a second.
fn cpu(process: &Path) -> f64 {
    let Ok(stat) = std::fs::read_to_string(process.join("stat")) else {
        return 0.0;
    };
    let after_name = stat.rsplit(')').next().unwrap();
    let fields = after_name.split_whitespace().skip(11).take(4);
    let ticks: f64 = fields.map(|field| field.parse::<f64>().unwrap()).sum();
    ticks * 10_000.0
}

const ALLOWED: &str = "[\"127.0.0.0/8\"]";

/// Runs the program as an operator does.
fn desk(data: &Path, args: &[&str], stdin: &str) {
    let mut child = Command::new(PROGRAM)
        .env("LIVERY_EGRESS__ALLOW_PRIVATE", ALLOWED)
        .arg("--data-dir")
        .arg(data)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    assert!(child.wait().unwrap().success(), "{args:?}");
}

fn connect(data: &Path, provider: &Provider, mode: &str) {
    let base_url = provider.base_url(mode);
    let add = ["key", "add", "--workspace", WORKSPACE, "--name", mode];
    let place = ["--provider", "openai-compatible", "--base-url", &base_url];
    desk(data, &[&add[..], &place[..]].concat(), "sk-bench");
    route(data, mode, &["--target", &format!("{mode}:bench-1")]);
}

fn route(data: &Path, alias: &str, targets: &[&str]) {
    let set = ["route", "set", "--workspace", WORKSPACE, "--alias", alias];
    desk(
        data,
        &[&set[..], targets, &["--price", "0.15/0.60"]].concat(),
        "",
    );
}

async fn sign_in(installation: &Installation) -> (Caller, Token) {
    let snapshot = installation.snapshots().of_host(HOST).await;
    let tenant = snapshot.unwrap().unwrap().id;
    let people = installation.people();
    let begun = people.sign_in_as_demo(tenant, MEMBER, "bench").await;
    let session = begun.unwrap().unwrap();
    let token = Token::presented(secrecy::ExposeSecret::expose_secret(&session.token)).unwrap();
    let caller = people.caller_of(tenant, &token).await.unwrap().unwrap();
    (caller, token)
}
