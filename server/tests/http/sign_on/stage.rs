//! A workspace that trusts a provider of ours, and a browser that goes there and comes back.

use super::hostile::{CLIENT, Hostile};
use crate::rig::House;
use crate::rig::browser::{Browser, Page, read};
use reqwest::Method;
use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use url::Url;

/// Who sets it up.
pub(super) const OWNER: &str = "mia@nordwind.example";
pub(super) const PASSWORD: &str = "nordwind-demo-only";
/// The domain of addresses that the workspace has.
pub(super) const DOMAIN: &str = "people.client.test";

static SERIAL: AtomicU64 = AtomicU64::new(0);

/// Everything a check needs.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) house: House,
    pub(super) idp: Hostile,
    pub(super) owner: Browser,
    pub(super) id: String,
}

/// A sign-on that has begun.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) challenge: String,
    pub(super) cookie: String,
    pub(super) query: HashMap<String, String>,
}

/// A number of this process's own.
pub(super) fn serial() -> u64 {
    SERIAL.fetch_add(1, Ordering::Relaxed)
}

pub(super) fn now_s() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

impl Stage {
    /// A connection that is tested and on, and takes people in.
    pub(super) async fn set(house: &House) -> Self {
        let idp = Hostile::start().await;
        let owner = Browser::enter(&house.server, "nordwind", OWNER).await;
        let vouch = ["sign-on", "vouch-domain", "--workspace", "nordwind", DOMAIN];
        house.server.desk(&vouch, None).await;
        let id = made(&owner, &idp.issuer(), "Company").await;
        let stage = Self {
            house: house.clone(),
            idp,
            owner,
            id,
        };
        let rules = [
            ("jit", "yes"),
            ("claim", "groups"),
            ("rules", "it = admin"),
            ("otherwise", "member"),
            ("home_domains", DOMAIN),
            ("password", PASSWORD),
        ];
        let saved = stage.form("/admission", &rules).await;
        assert_eq!(saved.status, 303, "{}", saved.body);
        let too_soon = stage.deed("on").await;
        assert_eq!(too_soon.status, 409, "nobody has tried it");
        let tested = stage.tested(json!({"groups": ["it"]})).await;
        assert!(
            tested.body.contains("The provider was understood"),
            "{}",
            tested.body
        );
        assert!(tested.body.contains("admin"), "the role is shown");
        assert!(tested.new_session().is_none(), "nobody is signed in");
        let on = stage.deed("on").await;
        assert_eq!(on.status, 303, "{}", on.body);
        stage
    }

    /// A form of the connection's page.
    pub(super) async fn form(&self, rest: &str, fields: &[(&str, &str)]) -> Page {
        let path = format!("/admin/sign-on/{}{rest}", self.id);
        self.owner.form(&path, fields).await
    }

    /// Something done with the connection as a whole.
    pub(super) async fn deed(&self, deed: &str) -> Page {
        self.form("/deed", &[("deed", deed), ("password", PASSWORD)])
            .await
    }

    /// A test sign-in with these claims on top of honest ones.
    pub(super) async fn tested(&self, more: Value) -> Page {
        let left = self.form("/test", &[]).await;
        assert_eq!(left.status, 200, "{}", left.body);
        let url = left.header("refresh").split_once("url=").unwrap().1;
        let asked = asked(&left, url);
        let claims = self.claims(&asked, "tester", more);
        self.come_back(&self.owner, &asked, &claims).await
    }

    /// Nobody, at the door of this workspace.
    pub(super) fn nobody(&self) -> Browser {
        Browser::at(&self.house.server, "nordwind")
    }

    /// Begins to sign in.
    pub(super) async fn ask(&self, browser: &Browser) -> Asked {
        let page = browser.get(&format!("/sign-on/{}", self.id)).await;
        assert_eq!(page.status, 303, "{}", page.body);
        asked(&page, page.header("location"))
    }

    /// Honest claims of `subject`, with `more` on top.
    pub(super) fn claims(&self, asked: &Asked, subject: &str, more: Value) -> Value {
        let now = now_s();
        let mut claims = json!({
            "iss": self.idp.issuer(),
            "sub": subject,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": asked.nonce,
            "sid": format!("session of {subject}"),
            "email": format!("{subject}@{DOMAIN}"),
            "email_verified": true,
            "name": "Somebody New",
        });
        for (name, value) in more.as_object().unwrap() {
            if value == "absent" {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        claims
    }

    /// The browser comes back with a code for these claims, honestly signed.
    pub(super) async fn come_back(&self, browser: &Browser, asked: &Asked, claims: &Value) -> Page {
        let token = self.idp.sign(&self.idp.header(), claims);
        self.come_back_with(browser, asked, token).await
    }

    /// The browser comes back with a code for this token.
    pub(super) async fn come_back_with(
        &self,
        browser: &Browser,
        asked: &Asked,
        token: String,
    ) -> Page {
        let code = format!("code{}", serial());
        self.idp.give(&code, &asked.challenge, token);
        let issuer = self.idp.issuer();
        callback(browser, asked, &[("code", &code), ("iss", &issuer)]).await
    }

    /// Signs `subject` in, honestly.
    pub(super) async fn signed_in(&self, subject: &str, more: Value) -> Page {
        let browser = self.nobody();
        let asked = self.ask(&browser).await;
        let claims = self.claims(&asked, subject, more);
        self.come_back(&browser, &asked, &claims).await
    }

    /// What the latest refusal was recorded as.
    pub(super) async fn refused_as(&self) -> String {
        let page = self.owner.get("/admin/audit?kind=people").await;
        let all = page.between("class=\"about\">", '<');
        all.into_iter().next().unwrap_or_default()
    }

    /// Takes the connection away.
    pub(super) async fn strike(&self) {
        let removed = self.deed("remove").await;
        assert_eq!(removed.status, 303, "{}", removed.body);
        let path = format!("/admin/sign-on/domains/{DOMAIN}/remove");
        self.owner.form(&path, &[]).await;
    }
}

/// Adds a connection. Its id.
pub(super) async fn made(owner: &Browser, issuer: &str, name: &str) -> String {
    let fields = [
        ("name", name),
        ("issuer", issuer),
        ("client_id", CLIENT),
        ("secret", "a-secret-of-the-provider"),
        ("authentication", "basic"),
        ("password", PASSWORD),
    ];
    let page = owner.form("/admin/sign-on/new-oidc", &fields).await;
    assert_eq!(page.status, 303, "{}", page.body);
    page.header("location")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned()
}

/// What a browser was sent away with.
pub(super) fn asked(page: &Page, url: &str) -> Asked {
    let url = Url::parse(url).unwrap();
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let cookies = page.headers.get_all(SET_COOKIE).iter();
    let cookie = cookies
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .find(|pair| pair.starts_with("sign-on="))
        .unwrap()
        .to_owned();
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["response_type"], "code");
    Asked {
        state: query["state"].clone(),
        nonce: query["nonce"].clone(),
        challenge: query["code_challenge"].clone(),
        cookie,
        query,
    }
}

/// Comes back to the callback with the state, the browser's cookie and `more`.
pub(super) async fn callback(browser: &Browser, asked: &Asked, more: &[(&str, &str)]) -> Page {
    let all = [&[("state", asked.state.as_str())][..], more].concat();
    let path = format!("/auth/oidc/callback?{}", encoded(&all));
    let request = browser
        .request(Method::GET, &path)
        .header(COOKIE, &asked.cookie);
    read(request.send().await.unwrap()).await
}

/// Pairs as they stand in a query or a form.
pub(super) fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
