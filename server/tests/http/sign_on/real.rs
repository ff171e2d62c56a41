//! A certified provider (npm oidc-provider): the whole way of a browser, there and back, and two of them.

use super::stage::{Asked, PASSWORD, Stage, asked, encoded, serial};
use crate::rig::browser::{Browser, Page, read};
use crate::rig::ports::free_address;
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method};
use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use url::Url;

/// Longest way through the provider's pages.
const MOST_STEPS: usize = 20;

/// The running provider.
struct Certified {
    child: Child,
    /// Held open: it says more than one line, and dies where nobody listens.
    _out: BufReader<ChildStdout>,
    port: u16,
}

impl Drop for Certified {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the provider is installed. `None` only outside continuous integration.
pub(super) fn installed() -> Option<OsString> {
    let found = std::env::var_os("OIDC_SERVER");
    assert!(
        found.is_some() || std::env::var("CI").is_err(),
        "OIDC_SERVER must name the certified provider, see end2end/oidc/set-up.sh"
    );
    found
}

impl Certified {
    async fn start(script: &OsString, redirect: &str) -> Self {
        let (script, redirect) = (script.clone(), redirect.to_owned());
        let port = free_address().port();
        let started = tokio::task::spawn_blocking(move || {
            let mut child = Command::new("node")
                .arg(script)
                .args([port.to_string(), redirect])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut line = String::new();
            let mut out = BufReader::new(child.stdout.take().unwrap());
            while line != "ready\n" {
                line.clear();
                assert!(out.read_line(&mut line).unwrap() > 0, "it ended");
            }
            (child, out)
        });
        let (child, out) = started.await.unwrap();
        Self {
            child,
            _out: out,
            port,
        }
    }

    fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Signs in there as `login`, and says yes to whatever is asked. The address that leads back.
    async fn pass(&self, from: &str, login: &str) -> Url {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        let mut jar: HashMap<String, String> = HashMap::new();
        let mut next = (Method::GET, Url::parse(from).unwrap(), String::new());
        for _ in 0..MOST_STEPS {
            let (method, url, body) = next;
            let cookies = jar.iter().map(|(name, value)| format!("{name}={value}"));
            let cookies = cookies.collect::<Vec<_>>().join("; ");
            let request = client
                .request(method, url.clone())
                .header(COOKIE, cookies)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body);
            let answer = request.send().await.unwrap();
            for cookie in answer.headers().get_all(SET_COOKIE) {
                let pair = cookie.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                jar.insert(name.to_owned(), value.to_owned());
            }
            if let Some(to) = answer.headers().get(LOCATION) {
                let to = url.join(to.to_str().unwrap()).unwrap();
                if to.port() != Some(self.port) {
                    return to;
                }
                next = (Method::GET, to, String::new());
                continue;
            }
            let status = answer.status();
            let page = answer.text().await.unwrap();
            let prompt = if page.contains("value=\"login\"") {
                "login"
            } else {
                "consent"
            };
            assert!(page.contains("name=\"prompt\""), "{status}: {page}");
            let action = page.split("action=\"").nth(1).unwrap();
            let action = url.join(action.split('"').next().unwrap()).unwrap();
            let fields = [("prompt", prompt), ("login", login), ("password", "any")];
            next = (Method::POST, action, encoded(&fields));
        }
        panic!("the provider leads round in circles");
    }
}

/// Comes back to the workspace at `back` with what the browser kept.
async fn returned(browser: &Browser, asked: &Asked, back: &Url) -> Page {
    let path = format!("{}?{}", back.path(), back.query().unwrap_or_default());
    let request = browser
        .request(Method::GET, &path)
        .header(COOKIE, &asked.cookie);
    read(request.send().await.unwrap()).await
}

/// Adds a connection to the provider, tries it, and switches it on.
async fn connected(stage: &Stage, provider: &Certified, name: &str) -> Stage {
    let id = super::stage::made(&stage.owner, &provider.issuer(), name).await;
    let there = Stage {
        id,
        ..stage.clone()
    };
    let rules = [
        ("jit", "yes"),
        ("claim", "groups"),
        ("rules", "it = admin"),
        ("otherwise", "member"),
        ("password", PASSWORD),
    ];
    assert_eq!(there.form("/admission", &rules).await.status, 303);
    let left = there.form("/test", &[]).await;
    let url = left
        .header("refresh")
        .split_once("url=")
        .unwrap()
        .1
        .to_owned();
    let back = provider.pass(&url, "it-tester").await;
    let page = returned(&stage.owner, &asked(&left, &url), &back).await;
    assert!(page.body.contains("was understood"), "{}", page.body);
    assert!(
        page.body.contains("it-tester@people.client.test"),
        "{}",
        page.body
    );
    assert!(page.new_session().is_none(), "a test signs nobody in");
    assert_eq!(there.deed("on").await.status, 303);
    there
}

pub(super) async fn certified(stage: Stage) {
    let Some(script) = installed() else { return };
    let redirect = format!("{}/auth/oidc/callback", stage.owner.origin());
    let one = Certified::start(&script, &redirect).await;
    let two = Certified::start(&script, &redirect).await;
    let first = connected(&stage, &one, "Certified one").await;
    let second = connected(&stage, &two, "Certified two").await;
    // Somebody new comes in, twice, as the same person.
    let login = format!("it{}", serial());
    let mut browser = stage.nobody();
    for _ in 0..2 {
        let page = browser
            .get(&format!("/sign-on/{}?next=/account", first.id))
            .await;
        let url = page.header("location").to_owned();
        let back = one.pass(&url, &login).await;
        let page = returned(&browser, &asked(&page, &url), &back).await;
        assert_eq!(page.header("location"), "/account", "{}", page.body);
        browser.session = page.new_session();
        let account = browser.get("/account").await;
        assert!(
            account
                .body
                .contains(&format!("{login}@people.client.test"))
        );
        assert!(account.body.contains("<dd>admin<"), "{}", account.body);
        browser.session = None;
    }
    // Mix-up: what one provider gave is brought back as an answer of the other.
    let nobody = stage.nobody();
    let page = nobody.get(&format!("/sign-on/{}", first.id)).await;
    let (at_one, url) = (
        asked(&page, page.header("location")),
        page.header("location").to_owned(),
    );
    let page = nobody.get(&format!("/sign-on/{}", second.id)).await;
    let at_two = asked(&page, page.header("location"));
    let mut back = one.pass(&url, &login).await;
    let kept: Vec<(String, String)> = back.query_pairs().into_owned().collect();
    let swapped = kept.iter().map(|(name, value)| match name.as_str() {
        "state" => (name.clone(), at_two.state.clone()),
        _ => (name.clone(), value.clone()),
    });
    let swapped: Vec<(String, String)> = swapped.collect();
    back.query_pairs_mut().clear().extend_pairs(&swapped);
    let page = returned(&nobody, &at_two, &back).await;
    assert!(page.new_session().is_none(), "mixed up");
    assert!(stage.refused_as().await.contains("(iss_other"));
    // The code itself is good still, where it belongs; a second time it is not.
    back.query_pairs_mut().clear().extend_pairs(&kept);
    let page = returned(&nobody, &at_one, &back).await;
    assert!(page.new_session().is_some(), "{}", page.body);
    // Signing out here leads there.
    browser.session = page.new_session();
    for there in [first, second] {
        assert_eq!(there.deed("remove").await.status, 303);
    }
    assert_eq!(
        browser.get("/account").await.status,
        303,
        "the sessions went with it"
    );
}
