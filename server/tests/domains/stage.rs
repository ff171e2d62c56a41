//! An installation whose names of clients lead to it, and two workspaces that want some.

use crate::names::Names;
use crate::rig::browser::Browser;
use crate::rig::server::Server;
use contract::domains::{Fact, FactState};
use server::cli::open::{self, Opened};
use server::config;
use server::domains::Domains;
use server::domains::dns::Dns;
use server::domains::probe::Prober;
use server::domains::rules::Rules;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::platform::claims::ClaimRow;

/// Longest wait for something to turn.
const WITHIN: Duration = Duration::from_secs(40);

/// Everything a check may use. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) names: Arc<Names>,
    pub(crate) server: Arc<Server>,
    pub(crate) opened: Arc<Opened>,
    pub(crate) domains: Domains,
}

impl Stage {
    /// A seeded installation with its server running.
    pub(crate) async fn open() -> Self {
        let names = Arc::new(Names::start());
        let resolvers = format!("[\"{}\"]", names.resolver);
        let settings = [
            ("LIVERY_LOG__FILTER", "warn"),
            ("LIVERY_DOMAINS__RESOLVERS", resolvers.as_str()),
            ("LIVERY_DOMAINS__TARGET_NAME", "target.test"),
            ("LIVERY_DOMAINS__TARGET_ADDRESSES", "[\"127.0.0.1\"]"),
            ("LIVERY_DOMAINS__TEST_NAMES", "true"),
        ];
        let server = Server::new("lv-domains", &settings);
        server.desk(&["seed", "demo"], None).await;
        server.start().await;
        let folder = server.data_dir();
        let listen = format!("127.0.0.1:{}", server.port());
        let here = [
            ("LIVERY_SERVER__DATA_DIR", folder.to_str().unwrap()),
            ("LIVERY_SERVER__LISTEN", listen.as_str()),
        ];
        let own = settings.into_iter().chain(here);
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let opened = open::open(config::load(None, own).unwrap()).await.unwrap();
        let domains = opened.domains().unwrap();
        Self {
            names,
            server: Arc::new(server),
            opened: Arc::new(opened),
            domains,
        }
    }

    /// Looks with other rules, at the same database.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Rules)) -> Domains {
        let mut rules = Rules::of(&self.opened.config);
        change(&mut rules);
        let prober = Prober::new(Arc::clone(&self.opened.keyring));
        let dns = Dns::new(&[self.names.resolver]).unwrap();
        Domains::new(
            self.opened.store.clone(),
            rules,
            (dns, prober),
            self.opened.notices.clone(),
        )
    }

    /// Looks that ask this server for names.
    pub(crate) fn asking(&self, server: std::net::SocketAddr) -> Domains {
        let prober = Prober::new(Arc::clone(&self.opened.keyring));
        let rules = Rules::of(&self.opened.config);
        Domains::new(
            self.opened.store.clone(),
            rules,
            (Dns::new(&[server]).unwrap(), prober),
            self.opened.notices.clone(),
        )
    }

    /// The owner of Nordwind.
    pub(crate) async fn mia(&self) -> Browser {
        Browser::enter(&self.server, "nordwind", "mia@nordwind.example").await
    }

    /// The owner of Halden.
    pub(crate) async fn ruth(&self) -> Browser {
        Browser::enter(&self.server, "halden", "ruth@halden.example").await
    }

    /// Claims a name on the page, and gives the claim.
    pub(crate) async fn claim(&self, browser: &Browser, host: &str) -> ClaimRow {
        let page = browser.form("/admin/domains", &[("host", host)]).await;
        assert_eq!(page.status, 303, "{}", page.body);
        assert_eq!(page.header("location"), format!("/admin/domains/{host}"));
        let slug = browser.origin();
        let slug = slug
            .trim_start_matches("http://")
            .split('.')
            .next()
            .unwrap();
        let tenant = self.opened.workspace(slug).await.unwrap().id;
        self.find(host, tenant).await.expect("no claim was made")
    }

    pub(crate) async fn find(&self, host: &str, tenant: contract::TenantId) -> Option<ClaimRow> {
        let claims = self.opened.store.claims().await.unwrap();
        claims
            .into_iter()
            .find(|claim| claim.host == host && claim.tenant == tenant)
    }

    /// What is known of a fact after a look.
    pub(crate) async fn known(&self, claim: &ClaimRow, fact: Fact) -> (FactState, String) {
        let page = self
            .domains
            .read_one(claim.tenant, &claim.host)
            .await
            .unwrap();
        let found = page
            .domain
            .facts
            .into_iter()
            .find(|it| it.fact == fact)
            .unwrap();
        (found.state, found.evidence)
    }

    /// Looks at a claim, as it is stored now.
    pub(crate) async fn look(&self, domains: &Domains, claim: &ClaimRow) -> Option<ClaimRow> {
        let now = self.find(&claim.host, claim.tenant).await?;
        domains.look_at(&now).await.unwrap()
    }

    /// Looks until a fact is as wanted.
    pub(crate) async fn until(&self, claim: &ClaimRow, fact: Fact, wanted: FactState) {
        let deadline = Instant::now() + WITHIN;
        loop {
            self.look(&self.domains, claim).await;
            let (state, evidence) = self.known(claim, fact).await;
            if state == wanted {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{} {}: {state:?}: {evidence}",
                claim.host,
                fact.label()
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// The status that a host answers with, and where it sends readers.
    pub(crate) async fn ask(&self, host: &str, path: &str) -> (u16, String) {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        let address = format!("http://127.0.0.1:{}{path}", self.server.port());
        let host = format!("{host}:{}", self.server.port());
        let answer = client
            .unwrap()
            .get(address)
            .header("host", host)
            .send()
            .await
            .unwrap();
        let to = answer
            .headers()
            .get("location")
            .map(|to| to.to_str().unwrap().to_owned());
        (answer.status().as_u16(), to.unwrap_or_default())
    }

    /// Asks until a host answers like this: other processes hear of a change a moment later.
    pub(crate) async fn until_status(&self, host: &str, wanted: u16) {
        let deadline = Instant::now() + WITHIN;
        loop {
            let (status, _) = self.ask(host, "/sign-in").await;
            if status == wanted {
                return;
            }
            assert!(Instant::now() < deadline, "{host}: {status}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The TXT record of a claim, as a line of the zone.
pub(crate) fn proof(claim: &ClaimRow) -> String {
    format!("_workspace-verify.{}. TXT \"{}\"", claim.host, claim.token)
}

/// The CNAME record of a claim, and what it points at.
pub(crate) fn way(claim: &ClaimRow) -> Vec<String> {
    vec![
        format!("{}. CNAME {}.target.test.", claim.host, claim.label),
        format!("{}.target.test. A 127.0.0.1", claim.label),
    ]
}
