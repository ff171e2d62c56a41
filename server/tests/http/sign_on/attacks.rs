//! Every attack by name: what comes back must begin no session, link nobody, and say why in the record.

use super::hostile::{CLIENT, Hostile, unsigned};
use super::stage::{Asked, DOMAIN, OWNER, PASSWORD, Stage, callback, encoded, made, now_s, serial};
use crate::rig::browser::{Browser, Page, read};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use std::time::Duration;

/// Nobody was let in.
fn refused(page: &Page, what: &str) {
    assert_ne!(page.status, 303, "{what}: {}", page.header("location"));
    assert!(page.new_session().is_none(), "{what}: a session began");
}

/// Somebody was.
fn let_in(page: &Page, what: &str) -> String {
    assert_eq!(page.status, 303, "{what}: {}", page.body);
    page.new_session().expect(what)
}

fn fresh(what: &str) -> String {
    format!("{what}{}", serial())
}

pub(super) async fn taken_in(stage: Stage) {
    let subject = fresh("new");
    let mut browser = stage.nobody();
    let groups = json!({"groups": ["staff", "it"]});
    browser.session = Some(let_in(&stage.signed_in(&subject, groups).await, "new"));
    let account = browser.get("/account").await;
    assert!(account.body.contains(&format!("{subject}@{DOMAIN}")));
    assert!(account.body.contains("<dd>admin<"), "{}", account.body);
    // The same person, whatever their address is by now; the role stays what it was here.
    let moved = json!({"email": "else@elsewhere.example", "groups": []});
    browser.session = Some(let_in(&stage.signed_in(&subject, moved).await, "again"));
    let account = browser.get("/account").await;
    assert!(account.body.contains(&format!("{subject}@{DOMAIN}")));
    // A value that is called like a role makes nobody an owner.
    let crafty = fresh("crafty");
    let page = stage.signed_in(&crafty, json!({"groups": ["owner"]})).await;
    browser.session = Some(let_in(&page, "crafty"));
    let account = browser.get("/account").await;
    assert!(account.body.contains("<dd>member<"), "{}", account.body);
    // No seat left, and nobody taken in at all.
    let few = [
        ("jit", "yes"),
        ("otherwise", "member"),
        ("seats", "1"),
        ("password", PASSWORD),
    ];
    assert_eq!(stage.form("/admission", &few).await.status, 303);
    refused(&stage.signed_in(&fresh("full"), json!({})).await, "no seat");
    assert!(stage.refused_as().await.contains("no_seat"));
    let off = [("otherwise", "member"), ("password", PASSWORD)];
    assert_eq!(stage.form("/admission", &off).await.status, 303);
    refused(&stage.signed_in(&fresh("off"), json!({})).await, "off");
    assert!(stage.refused_as().await.contains("not_taken_in"));
    let_in(&stage.signed_in(&subject, json!({})).await, "known");
    let owner = [
        ("jit", "yes"),
        ("otherwise", "owner"),
        ("password", PASSWORD),
    ];
    assert_eq!(stage.form("/admission", &owner).await.status, 422);
    let back = [
        ("jit", "yes"),
        ("claim", "groups"),
        ("rules", "it = admin"),
        ("otherwise", "member"),
        ("home_domains", DOMAIN),
        ("password", PASSWORD),
    ];
    assert_eq!(stage.form("/admission", &back).await.status, 303);
}

pub(super) async fn addresses(stage: Stage) {
    let cases = [
        ("link_needed", json!({"email": OWNER})),
        (
            "foreign_domain",
            json!({"email": "admin@brightfold.example"}),
        ),
        (
            "foreign_domain",
            json!({"email": format!("a@sub.{DOMAIN}")}),
        ),
        (
            "foreign_domain",
            json!({"email": format!("a@{DOMAIN}.evil.example")}),
        ),
        (
            "no_address",
            json!({"email": format!("a@evil.example@{DOMAIN}")}),
        ),
        ("no_address", json!({"email": "absent"})),
        ("address_not_verified", json!({"email_verified": "absent"})),
        // The library takes no text for a yes, and no number.
        ("token_unreadable", json!({"email_verified": "true"})),
        ("token_unreadable", json!({"email_verified": 1})),
        ("address_not_verified", json!({"email_verified": false})),
    ];
    for (code, claims) in cases {
        // The owner's domain is not proven, so what they are told is about that.
        let expected = if code == "link_needed" {
            "foreign_domain"
        } else {
            code
        };
        refused(&stage.signed_in(&fresh("a"), claims.clone()).await, code);
        let recorded = stage.refused_as().await;
        assert!(recorded.contains(expected), "{claims}: {recorded}");
    }
    // Somebody who is here already has to say so themselves, signed in.
    let subject = fresh("twin");
    let_in(&stage.signed_in(&subject, json!({})).await, "first");
    let email = format!("{subject}@{DOMAIN}");
    let page = stage
        .signed_in(&fresh("other"), json!({"email": email}))
        .await;
    refused(&page, "twin");
    assert!(stage.refused_as().await.contains("link_needed"));
    // The owner links an account of theirs, and comes in with it.
    let own = fresh("boss");
    let left = stage
        .owner
        .form(&format!("/account/sign-on/{}/link", stage.id), &[])
        .await;
    let url = left
        .header("refresh")
        .split_once("url=")
        .unwrap()
        .1
        .to_owned();
    let asked = super::stage::asked(&left, &url);
    let claims = stage.claims(&asked, &own, json!({}));
    // Another browser cannot finish what this one began.
    let linked = stage.come_back(&stage.owner, &asked, &claims).await;
    assert_eq!(
        linked.header("location"),
        "/account?done=linked",
        "{}",
        linked.body
    );
    let mut browser = stage.nobody();
    browser.session = Some(let_in(&stage.signed_in(&own, json!({})).await, "linked"));
    assert!(browser.get("/account").await.body.contains(OWNER));
}

async fn begin(stage: &Stage, browser: &Browser) -> (Asked, Value) {
    let asked = stage.ask(browser).await;
    let claims = stage.claims(&asked, &fresh("s"), json!({}));
    (asked, claims)
}

pub(super) async fn states(stage: Stage) {
    let browser = stage.nobody();
    // Missing and made up.
    let (asked, _) = begin(&stage, &browser).await;
    let page = browser.get("/auth/oidc/callback?code=a").await;
    refused(&page, "missing");
    let made_up = Asked {
        state: URL_SAFE_NO_PAD.encode([7_u8; 32]),
        ..asked.clone()
    };
    refused(
        &callback(&browser, &made_up, &[("code", "a")]).await,
        "made up",
    );
    // Another browser's: it has no cookie, or one of its own.
    let (asked, claims) = begin(&stage, &browser).await;
    let other = stage.ask(&stage.nobody()).await;
    let foreign = Asked {
        cookie: other.cookie.clone(),
        ..asked.clone()
    };
    refused(
        &stage.come_back(&browser, &foreign, &claims).await,
        "foreign",
    );
    refused(
        &stage.come_back(&browser, &asked, &claims).await,
        "taken away by the try before",
    );
    // Twice.
    let (asked, claims) = begin(&stage, &browser).await;
    let_in(&stage.come_back(&browser, &asked, &claims).await, "once");
    refused(&stage.come_back(&browser, &asked, &claims).await, "twice");
    // At the workspace next door.
    let (asked, claims) = begin(&stage, &browser).await;
    let next_door = Browser::at(&stage.house.server, "brightfold");
    refused(
        &stage.come_back(&next_door, &asked, &claims).await,
        "next door",
    );
    let_in(&stage.come_back(&browser, &asked, &claims).await, "at home");
    // The connection itself is unknown next door.
    let there = next_door.get(&format!("/sign-on/{}", stage.id)).await;
    assert_eq!(there.status, 404);
    // Where to go afterwards stays on this host.
    for next in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let path = format!("/sign-on/{}?{}", stage.id, encoded(&[("next", next)]));
        let page = browser.get(&path).await;
        let asked = super::stage::asked(&page, page.header("location"));
        let claims = stage.claims(&asked, &fresh("s"), json!({}));
        let page = stage.come_back(&browser, &asked, &claims).await;
        assert_eq!(page.header("location"), "/", "{next}");
    }
}

pub(super) async fn replays(stage: Stage) {
    let browser = stage.nobody();
    for (what, nonce) in [
        ("absent", json!("absent")),
        ("wrong", json!("AAAA")),
        ("empty", json!("")),
    ] {
        let page = stage.signed_in(&fresh("n"), json!({"nonce": nonce})).await;
        refused(&page, what);
        assert!(stage.refused_as().await.contains("(nonce"), "{what}");
    }
    // Of another sign-in.
    let first = stage.ask(&browser).await;
    let second = stage.ask(&browser).await;
    let claims = stage.claims(&first, &fresh("n"), json!({}));
    refused(&stage.come_back(&browser, &second, &claims).await, "reused");
    // A code that was given to somebody else's sign-in: the verifier does not fit.
    let (ours, theirs) = (stage.ask(&browser).await, stage.ask(&stage.nobody()).await);
    let claims = stage.claims(&ours, &fresh("n"), json!({}));
    let token = stage.idp.sign(&stage.idp.header(), &claims);
    stage.idp.give("injected", &theirs.challenge, token);
    let issuer = stage.idp.issuer();
    let page = callback(&browser, &ours, &[("code", "injected"), ("iss", &issuer)]).await;
    refused(&page, "injected");
    assert!(stage.refused_as().await.contains("token_refused"));
    // No code, and an error of the provider's: its words stay in the record.
    let asked = stage.ask(&browser).await;
    refused(
        &callback(&browser, &asked, &[("iss", &issuer)]).await,
        "no code",
    );
    let asked = stage.ask(&browser).await;
    let said = [
        ("error", "access_denied"),
        ("error_description", "<b>secret words</b>"),
        ("iss", &issuer),
    ];
    let page = callback(&browser, &asked, &said).await;
    refused(&page, "error");
    assert!(!page.body.contains("secret words"));
    assert_ne!(asked.query.get("code_challenge"), None);
}

pub(super) async fn mix_up(stage: Stage) {
    let browser = stage.nobody();
    let other = Hostile::start().await;
    let before = stage.idp.script().token_requests;
    for iss in [
        None,
        Some(other.issuer()),
        Some(format!("{}/", stage.idp.issuer())),
    ] {
        let asked = stage.ask(&browser).await;
        let claims = stage.claims(&asked, &fresh("m"), json!({}));
        let token = stage.idp.sign(&stage.idp.header(), &claims);
        stage.idp.give("mixed", &asked.challenge, token);
        let mut query = vec![("code", "mixed")];
        if let Some(iss) = &iss {
            query.push(("iss", iss));
        }
        refused(&callback(&browser, &asked, &query).await, "mix-up");
        assert!(stage.refused_as().await.contains("(iss_"), "{iss:?}");
    }
    assert_eq!(
        stage.idp.script().token_requests,
        before,
        "a code was sent somewhere"
    );
    assert_eq!(other.script().token_requests, 0);
}

/// Every way of signing that is none.
const FORGED: [&str; 13] = [
    "none",
    "empty signature",
    "HS256 with the client secret",
    "HS256 with the public key",
    "unknown key",
    "jku",
    "x5u",
    "jwk",
    "crit",
    "another algorithm than the key's",
    "a stranger's signature",
    "changed after signing",
    "no token",
];

fn forged(what: &str, idp: &Hostile, stranger: &Hostile, claims: &Value) -> String {
    let with = |more: Value| {
        let mut header = idp.header();
        for (name, value) in more.as_object().unwrap() {
            header[name] = value.clone();
        }
        header
    };
    let mac = |key: &[u8]| {
        let signed = unsigned(&with(json!({"alg": "HS256"})), claims);
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes()));
        format!("{signed}.{tag}")
    };
    let headed = |more: Value| idp.sign(&with(more), claims);
    match what {
        "none" => format!("{}.", unsigned(&with(json!({"alg": "none"})), claims)),
        "empty signature" => format!("{}.", unsigned(&idp.header(), claims)),
        "HS256 with the client secret" => mac(b"a-secret-of-the-provider"),
        "HS256 with the public key" => mac(&idp.public_bytes()),
        "unknown key" => headed(json!({"kid": "nobody's"})),
        "jku" => headed(json!({"jku": "http://127.0.0.1:9/keys"})),
        "x5u" => headed(json!({"x5u": "http://127.0.0.1:9/certificate"})),
        "jwk" => headed(json!({"jwk": stranger.key_set(&["k1".to_owned()], "sig")["keys"][0]})),
        "crit" => headed(json!({"crit": ["b64"], "b64": true})),
        "another algorithm than the key's" => headed(json!({"alg": "ES384"})),
        "a stranger's signature" => stranger.sign(&idp.header(), claims),
        "changed after signing" => {
            let honest = idp.sign(&idp.header(), claims);
            let (_, tag) = honest.rsplit_once('.').unwrap();
            let mut other = claims.clone();
            other["sub"] = json!("somebody else");
            format!("{}.{tag}", unsigned(&idp.header(), &other))
        }
        _ => "a.b".to_owned(),
    }
}

pub(super) async fn signatures(stage: Stage) {
    let browser = stage.nobody();
    let idp = &stage.idp;
    let stranger = Hostile::start().await;
    for what in FORGED {
        let asked = stage.ask(&browser).await;
        let claims = stage.claims(&asked, &fresh("f"), json!({}));
        let token = forged(what, idp, &stranger, &claims);
        refused(&stage.come_back_with(&browser, &asked, token).await, what);
    }
    // A key that is for encryption signs nothing.
    let names = idp.script().names.clone();
    let keys = idp.key_set(&names, "enc").to_string();
    idp.script().keys = Some(keys);
    let tested = stage.tested(json!({})).await;
    assert!(
        tested.body.contains("does not work yet"),
        "use enc: {}",
        tested.body
    );
    idp.script().keys = None;
    assert!(
        stage
            .tested(json!({}))
            .await
            .body
            .contains("was understood")
    );
}

pub(super) async fn claims(stage: Stage) {
    let now = now_s();
    let cases = [
        ("audience", json!({"aud": "somebody else"})),
        ("audience", json!({"aud": "absent"})),
        ("audience", json!({"aud": [CLIENT, "somebody else"]})),
        (
            "audience",
            json!({"aud": [CLIENT, "somebody else"], "azp": CLIENT}),
        ),
        ("authorized_party", json!({"azp": "somebody else"})),
        ("issuer", json!({"iss": format!("{}/", stage.idp.issuer())})),
        ("issuer", json!({"iss": "https://evil.example"})),
        ("clock", json!({"exp": now - 3_600, "iat": now - 7_200})),
        ("clock", json!({"iat": now + 3_600, "exp": now + 7_200})),
        ("clock", json!({"nbf": now + 3_600})),
        ("clock", json!({"iat": now - 200_000})),
        ("no_subject", json!({"sub": ""})),
        ("no_subject", json!({"sub": " padded"})),
    ];
    for (code, more) in cases {
        refused(&stage.signed_in(&fresh("c"), more.clone()).await, code);
        let recorded = stage.refused_as().await;
        assert!(recorded.contains(&format!("({code}")), "{more}: {recorded}");
    }
    for more in [
        json!({"exp": "absent"}),
        json!({"iat": "absent"}),
        json!({"sub": "absent"}),
    ] {
        refused(&stage.signed_in(&fresh("c"), more.clone()).await, "absent");
    }
    let_in(
        &stage.signed_in(&fresh("c"), json!({"azp": CLIENT})).await,
        "honest",
    );
}

/// Requests for keys and for tokens.
fn asked_of(idp: &Hostile) -> (usize, usize) {
    let script = idp.script();
    (script.key_requests, script.token_requests)
}

pub(super) async fn discovery(stage: Stage) {
    let idp = &stage.idp;
    let cases = [
        ("another issuer", json!({"issuer": "https://idp.example"})),
        (
            "a slash more",
            json!({"issuer": format!("{}/", idp.issuer())}),
        ),
        ("private keys", json!({"jwks_uri": "https://10.0.0.1/keys"})),
        (
            "metadata service",
            json!({"token_endpoint": "http://169.254.169.254/token"}),
        ),
        (
            "plain http outside",
            json!({"token_endpoint": "http://idp.example/token"}),
        ),
        (
            "a database's port",
            json!({"jwks_uri": "http://127.0.0.1:5432/keys"}),
        ),
        (
            "another port",
            json!({"token_endpoint": "http://127.0.0.1:1234/token"}),
        ),
        ("a file", json!({"jwks_uri": "file:///etc/passwd"})),
        (
            "a name and a password",
            json!({"userinfo_endpoint": "https://a:b@idp.example/"}),
        ),
        (
            "plain challenges only",
            json!({"code_challenge_methods_supported": ["plain"]}),
        ),
    ];
    for (what, more) in cases {
        let before = asked_of(idp);
        idp.script().discovery = more;
        let page = stage.form("/test", &[]).await;
        let after = asked_of(idp);
        idp.script().discovery = json!({});
        assert_eq!(page.status, 422, "{what}: {}", page.body);
        assert_eq!(before, after, "{what}: something was asked");
    }
    assert!(
        stage
            .tested(json!({}))
            .await
            .body
            .contains("was understood")
    );
    // A name that is nobody's provider, and an issuer inside the house.
    for issuer in [
        "https://10.0.0.1",
        "https://127.0.0.1:22",
        "http://idp.example",
    ] {
        let id = made(&stage.owner, issuer, &fresh("Inside ")).await;
        let path = format!("/admin/sign-on/{id}");
        let page = stage.owner.form(&format!("{path}/test"), &[]).await;
        assert_eq!(page.status, 422, "{issuer}: {}", page.body);
        let gone = [("deed", "remove"), ("password", PASSWORD)];
        let gone = stage.owner.form(&format!("{path}/deed"), &gone).await;
        assert_eq!(gone.status, 303, "{}", gone.body);
    }
}

pub(super) async fn key_sets(stage: Stage) {
    let idp = &stage.idp;
    let huge = format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
    let many: Vec<String> = (0..10_000).map(|number| format!("k{number}")).collect();
    let many = idp.key_set(&many, "sig").to_string();
    let hundred_and_one: Vec<String> = (0..101).map(|number| format!("k{number}")).collect();
    let hundred_and_one = idp.key_set(&hundred_and_one, "sig").to_string();
    for (what, keys) in [
        ("huge", huge),
        ("many", many),
        ("a hundred and one", hundred_and_one),
        ("no set", "[]".to_owned()),
    ] {
        idp.script().keys = Some(keys);
        let page = stage.form("/test", &[]).await;
        idp.script().keys = None;
        assert_eq!(page.status, 422, "{what}: {}", page.body);
    }
    idp.script().slow = Duration::from_secs(60);
    let page = stage.form("/test", &[]).await;
    idp.script().slow = Duration::ZERO;
    assert_eq!(page.status, 422, "{}", page.body);
    assert!(page.body.contains("in time"), "{}", page.body);
    assert!(
        stage
            .tested(json!({}))
            .await
            .body
            .contains("was understood")
    );
    // A new key is found by asking once; a name that is nobody's is asked for once a minute.
    let before = idp.script().key_requests;
    idp.script().names.push("k2".to_owned());
    let_in(&stage.signed_in(&fresh("k"), json!({})).await, "rotated");
    assert_eq!(idp.script().key_requests, before + 1);
    let browser = stage.nobody();
    for _ in 0..4 {
        let asked = stage.ask(&browser).await;
        let claims = stage.claims(&asked, &fresh("k"), json!({}));
        let token = idp.sign(&json!({"alg": "ES256", "kid": "nobody's"}), &claims);
        refused(
            &stage.come_back_with(&browser, &asked, token).await,
            "nobody's",
        );
    }
    assert_eq!(
        idp.script().key_requests,
        before + 2,
        "asked more than once"
    );
}

async fn post(stage: &Stage, fields: [(&'static str, String); 6]) -> Page {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, it)| (*name, it.as_str()))
        .collect();
    stage.form("", &fields).await
}

pub(super) async fn changes(stage: Stage) {
    let subject = fresh("old");
    let mut person = stage.nobody();
    person.session = Some(let_in(
        &stage.signed_in(&subject, json!({})).await,
        "before",
    ));
    assert_eq!(person.get("/account").await.status, 200);
    let issuer = stage.idp.issuer();
    let fields = |password: &'static str, client: &'static str| {
        [
            ("name", "Company".to_owned()),
            ("issuer", issuer.clone()),
            ("client_id", client.to_owned()),
            ("secret", String::new()),
            ("authentication", "basic".to_owned()),
            ("password", password.to_owned()),
        ]
    };
    let wrong = post(&stage, fields("not-the-password-here", "another")).await;
    assert_eq!(wrong.status, 403, "{}", wrong.body);
    assert_eq!(
        person.get("/account").await.status,
        200,
        "nothing was changed"
    );
    let changed = post(&stage, fields(PASSWORD, "another")).await;
    assert_eq!(changed.status, 303, "{}", changed.body);
    assert_eq!(
        person.get("/account").await.status,
        303,
        "the session ended"
    );
    let gone = stage.nobody().get(&format!("/sign-on/{}", stage.id)).await;
    assert_eq!(gone.status, 404, "it is off");
    assert_eq!(
        stage.deed("on").await.status,
        409,
        "it has to be tried again"
    );
    let back = post(&stage, fields(PASSWORD, CLIENT)).await;
    assert_eq!(back.status, 303, "{}", back.body);
    assert!(
        stage
            .tested(json!({}))
            .await
            .body
            .contains("was understood")
    );
    assert_eq!(stage.deed("on").await.status, 303);
    refused(&stage.signed_in(&subject, json!({})).await, "frozen");
    assert!(stage.refused_as().await.contains("links_frozen"));
    assert_eq!(stage.deed("confirm").await.status, 303);
    let_in(&stage.signed_in(&subject, json!({})).await, "confirmed");
    // Somebody who may not manage sign-on does not.
    let page = person
        .form(&format!("/admin/sign-on/{}/test", stage.id), &[])
        .await;
    assert_eq!(page.header("location"), "/sign-in");
}

async fn tell(stage: &Stage, token: &str) -> Page {
    let request = stage
        .nobody()
        .request(Method::POST, &format!("/auth/oidc/logout/{}", stage.id))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(encoded(&[("logout_token", token)]));
    read(request.send().await.unwrap()).await
}

pub(super) async fn logout(stage: Stage) {
    let subject = fresh("out");
    let mut person = stage.nobody();
    let event = "http://schemas.openid.net/event/backchannel-logout";
    let honest = |more: Value| {
        let now = now_s();
        let mut claims = json!({
            "iss": stage.idp.issuer(), "aud": CLIENT, "iat": now, "exp": now + 120,
            "jti": fresh("j"), "sid": format!("session of {subject}"), "events": { event: {} },
        });
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    };
    person.session = Some(let_in(&stage.signed_in(&subject, json!({})).await, "in"));
    let header = stage.idp.header();
    for wrong in [
        json!({"nonce": "n"}),
        json!({"aud": "somebody else"}),
        json!({"iss": "https://evil.example"}),
        json!({"events": {}}),
        json!({"exp": 1}),
    ] {
        let token = stage.idp.sign(&header, &honest(wrong.clone()));
        assert_eq!(tell(&stage, &token).await.status, 400, "{wrong}");
    }
    let stranger = Hostile::start().await;
    let forged = stranger.sign(&header, &honest(json!({})));
    assert_eq!(tell(&stage, &forged).await.status, 400);
    let elsewhere = honest(json!({"sid": "session of nobody"}));
    assert_eq!(
        tell(&stage, &stage.idp.sign(&header, &elsewhere))
            .await
            .status,
        200
    );
    assert_eq!(person.get("/account").await.status, 200, "still there");
    let good = stage.idp.sign(&header, &honest(json!({})));
    assert_eq!(tell(&stage, &good).await.status, 200);
    assert_eq!(person.get("/account").await.status, 303, "it is over");
    // By the person, and the same token a second time ends nothing.
    person.session = Some(let_in(&stage.signed_in(&subject, json!({})).await, "again"));
    assert_eq!(tell(&stage, &good).await.status, 200);
    assert_eq!(person.get("/account").await.status, 200, "replayed");
    let mut by_person = honest(json!({"sub": subject}));
    by_person.as_object_mut().unwrap().remove("sid");
    assert_eq!(
        tell(&stage, &stage.idp.sign(&header, &by_person))
            .await
            .status,
        200
    );
    assert_eq!(person.get("/account").await.status, 303, "it is over");
}

pub(super) async fn enforced(stage: Stage) {
    let door = |email: &'static str| {
        let browser = stage.nobody();
        async move {
            browser
                .form("/sign-in", &[("email", email), ("password", PASSWORD)])
                .await
        }
    };
    let member = "jonas@nordwind.example";
    assert_eq!(stage.deed("enforce").await.status, 303);
    refused(&door(member).await, "a member with a password");
    let_in(&door(OWNER).await, "an owner");
    let page = stage.nobody().get("/sign-in").await;
    assert!(
        page.body.contains("owners of this workspace only"),
        "{}",
        page.body
    );
    assert!(page.body.contains(&format!("/sign-on/{}", stage.id)));
    // From the address to the connection, whether anybody has it or not.
    for email in [format!("nobody@{DOMAIN}"), format!("somebody@{DOMAIN}")] {
        let page = stage.nobody().form("/sign-on", &[("email", &email)]).await;
        assert!(page.header("location").contains(&stage.id), "{}", page.body);
    }
    let page = stage.nobody().form("/sign-on", &[("email", OWNER)]).await;
    assert_eq!(page.status, 422);
    assert_eq!(stage.deed("relax").await.status, 303);
}
