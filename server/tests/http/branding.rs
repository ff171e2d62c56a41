//! Dressing a workspace: draft, publish, history; what is uploaded; who may; who hears of it.

use crate::rig::House;
use crate::rig::browser::{Browser, Page, read, with_form};
use crate::rig::canaries::random_text;
use crate::rig::checks::{Checks, say};
use contract::branding::{BRAND_FIELDS, FieldKind};
use image::{ImageFormat, Rgba, RgbaImage};
use reqwest::header::{CONTENT_TYPE, ORIGIN};
use reqwest::{Method, Response};
use std::io::Cursor;
use std::time::Duration;
use tokio::time::timeout;

const PAGE: &str = "/admin/branding";
const SLUG: &str = "lumen";
/// Longest wait for a page to hear of a change; what it takes is measured elsewhere.
const HEARS_WITHIN: Duration = Duration::from_secs(20);

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "branding: a draft shows nobody, a publish everybody, and the way back is open",
            versions(house.clone()),
        )
        .await;
    checks
        .run(
            "branding: what is wrong comes back as it was typed",
            wrong(house.clone()),
        )
        .await;
    checks
        .run(
            "branding: nobody overwrites what they have not seen",
            at_once(house.clone()),
        )
        .await;
    checks
        .run(
            "branding: of an upload only pixels are kept, and hostile ones are refused",
            pictures(house.clone()),
        )
        .await;
    checks
        .run(
            "branding: only owners and admins see it or change it",
            rights(house.clone()),
        )
        .await;
    checks
        .run(
            "branding: the preview runs nothing and is framed by nobody else",
            preview(house.clone()),
        )
        .await;
    checks
        .run(
            "branding: open pages hear of a publish on every process",
            live(house.clone()),
        )
        .await;
    checks
        .run(
            "branding: icons and shared links are the client's",
            surfaces(house.clone()),
        )
        .await;
    checks
        .run(
            "branding: an invitation is mailed in the workspace's dress",
            invitation(house.clone()),
        )
        .await;
}

async fn owner(house: &House) -> Browser {
    Browser::enter(&house.server, SLUG, OWNER).await
}

const OWNER: &str = "edda@lumen.example";

type Fields = Vec<(String, String)>;

/// The form as the page has it.
pub(crate) async fn form_of(browser: &Browser) -> Fields {
    let page = browser.get(PAGE).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let seen = page.between("name=\"seen\" value=\"", '"').remove(0);
    let mut fields = vec![("seen".to_owned(), seen)];
    for field in BRAND_FIELDS {
        let part = match field.kind {
            FieldKind::Picture => format!("type=\"hidden\" name=\"{}\"", field.name),
            _ => format!("id=\"brand-{}\"", field.name),
        };
        let Some((_, rest)) = page.body.split_once(&part) else {
            continue;
        };
        let (tag, after) = rest.split_once('>').unwrap();
        let value = match field.kind {
            FieldKind::Lines => after.split("</textarea>").next().unwrap_or_default(),
            FieldKind::Corners => chosen(after),
            _ => tag
                .split_once("value=\"")
                .map_or("", |(_, it)| it.split('"').next().unwrap()),
        };
        fields.push((field.name.to_owned(), unescaped(value)));
    }
    fields
}

fn chosen(options: &str) -> &str {
    let all = options.split("</select>").next().unwrap_or_default();
    let mut options = all.split("<option ").skip(1);
    let found = options.find(|option| option.split('>').next().unwrap().contains("selected"));
    found.map_or("", |option| {
        let value = option.split_once("value=\"").map_or("", |(_, it)| it);
        value.split('"').next().unwrap_or_default()
    })
}

fn unescaped(html: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
    ];
    let text = pairs
        .iter()
        .fold(html.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&amp;", "&")
}

fn set(fields: &mut Fields, name: &str, value: &str) {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
}

async fn send(browser: &Browser, path: &str, fields: &Fields) -> Page {
    let pairs: Vec<(&str, &str)> = fields
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    browser.form(path, &pairs).await
}

/// Changes one field and publishes.
pub(crate) async fn publish(browser: &Browser, field: &str, value: &str) {
    let mut fields = form_of(browser).await;
    set(&mut fields, field, value);
    set(&mut fields, "wish", "publish");
    let page = send(browser, PAGE, &fields).await;
    let next = page.header("location").to_owned();
    assert_eq!(
        (page.status, next.as_str()),
        (303, "/admin/branding?done=published"),
        "{}",
        page.body
    );
}

/// The same form with a file, as browsers send it.
async fn upload(browser: &Browser, fields: &Fields, field: &str, file: &[u8]) -> Page {
    let line = format!("line-{}", random_text());
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!(
            "--{line}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend(part.into_bytes());
    }
    let head = format!(
        "--{line}\r\nContent-Disposition: form-data; name=\"file_{field}\"; filename=\"../x.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    body.extend(head.into_bytes());
    body.extend(file);
    body.extend(format!("\r\n--{line}--\r\n").into_bytes());
    let request = browser
        .request(Method::POST, PAGE)
        .header(ORIGIN, browser.origin())
        .header(
            CONTENT_TYPE,
            format!("multipart/form-data; boundary={line}"),
        )
        .body(body);
    read(request.send().await.unwrap()).await
}

async fn versions(house: House) {
    let edda = owner(&house).await;
    let stranger = Browser::at(&house.server, SLUG);
    let word = random_text();
    let mut fields = form_of(&edda).await;
    let before = fields.clone();
    set(&mut fields, "tagline", &word);
    set(&mut fields, "wish", "keep");
    let kept = send(&edda, PAGE, &fields).await;
    assert_eq!(kept.status, 303, "{}", kept.body);
    assert!(
        edda.get(PAGE).await.body.contains("A draft by Dr. Edda"),
        "the draft is there"
    );
    assert!(
        !stranger.get("/sign-in").await.body.contains(&word),
        "and nobody sees it"
    );
    publish(&edda, "corners", "square").await;
    let page = stranger.get("/sign-in").await;
    assert!(page.body.contains(&word), "{}", page.body);
    assert!(page.body.contains("--radius-control:3px"));
    let history = edda.get(PAGE).await;
    assert!(
        !history.body.contains("A draft by"),
        "what is published is no draft any more"
    );
    let older = history.between("/admin/branding/versions/", '/');
    let last = older
        .first()
        .expect("what was there before is a version")
        .clone();
    let path = format!("/admin/branding/versions/{last}/restore");
    let back = edda.form(&path, &[]).await;
    assert_eq!(
        back.header("location"),
        "/admin/branding?done=restored",
        "{}",
        back.body
    );
    assert!(
        !stranger.get("/sign-in").await.body.contains(&word),
        "the older look is back"
    );
    let now = form_of(&edda).await;
    assert_eq!(now[1..], before[1..], "every field of it");
    let none = edda
        .form("/admin/branding/versions/9999/restore", &[])
        .await;
    assert_eq!(none.status, 404);
    let records = edda.get("/admin/audit").await.body;
    for deed in [
        "Kept a draft of the look",
        "Published a look",
        "Went back to an older look",
    ] {
        assert!(records.contains(deed), "{deed}");
    }
}

async fn wrong(house: House) {
    let edda = owner(&house).await;
    let typed = random_text();
    let mut fields = form_of(&edda).await;
    for (name, value) in [
        ("colour", "mauve"),
        ("privacy_url", "javascript:alert(1)"),
        ("tagline", "</style><script>alert(1)</script>"),
        ("greeting", &typed),
        ("wish", "publish"),
    ] {
        set(&mut fields, name, value);
    }
    let page = send(&edda, PAGE, &fields).await;
    assert_eq!(page.status, 422);
    for part in [
        "value=\"mauve\"",
        &typed,
        "brand-colour-problem",
        "brand-privacy_url-problem",
    ] {
        assert!(page.body.contains(part), "{part}");
    }
    assert!(
        !page.body.contains("<script>alert"),
        "typed text stays text"
    );
    // A good picture beside bad words is kept for the next try.
    let page = upload(&edda, &fields, "icon", &png(40, 40)).await;
    assert_eq!(page.status, 422);
    let kept = page.between("type=\"hidden\" name=\"icon\" value=\"", '"');
    assert_eq!(kept.len(), 1, "the picture is in the form");
    assert_eq!(
        edda.get(&format!("/brand/{}.png", kept[0])).await.status,
        200
    );
    let stranger = Browser::at(&house.server, SLUG).get("/sign-in").await;
    assert!(!stranger.body.contains(&kept[0]) && !stranger.body.contains(&typed));
}

async fn at_once(house: House) {
    let (edda, other) = (owner(&house).await, owner(&house).await);
    let theirs = form_of(&other).await;
    publish(&edda, "tagline_detail", &random_text()).await;
    let typed = random_text();
    let mut late = theirs;
    set(&mut late, "greeting", &typed);
    set(&mut late, "wish", "publish");
    let page = send(&other, PAGE, &late).await;
    assert_eq!(page.status, 409, "{}", page.body);
    assert!(page.body.contains(&typed) && page.body.contains("changed the look since"));
    let stranger = Browser::at(&house.server, SLUG);
    assert!(!stranger.get("/sign-in").await.body.contains(&typed));
    // The page that says so has seen it: sent once more it goes through.
    let seen = page.between("name=\"seen\" value=\"", '"').remove(0);
    set(&mut late, "seen", &seen);
    assert_eq!(send(&other, PAGE, &late).await.status, 303);
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = RgbaImage::from_pixel(width, height, Rgba([200, 30, 60, 255]));
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A picture whose head says that it is so large; its checksum is right.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(8, 8);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// The checksum of PNG (its specification, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                0xedb8_8320 ^ (sum >> 1)
            } else {
                sum >> 1
            }
        })
    })
}

async fn pictures(house: House) {
    let edda = owner(&house).await;
    let mut fields = form_of(&edda).await;
    set(&mut fields, "wish", "keep");
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let mut cut = png(64, 64);
    cut.truncate(cut.len() / 2);
    for (what, file) in [
        ("svg", svg.to_vec()),
        ("html", b"<!doctype html><script>alert(1)</script>".to_vec()),
        ("cut", cut),
        ("bomb", claiming(60_000, 60_000)),
        ("wide", claiming(5_000, 20)),
        ("large", [png(8, 8), vec![0; 1_100_000]].concat()),
        ("text", b"GIF89a and so on".to_vec()),
    ] {
        let page = upload(&edda, &fields, "logo_light", &file).await;
        assert_eq!(page.status, 422, "{what}: {}", page.body);
        assert!(page.body.contains("brand-logo_light-problem"), "{what}");
    }
    // More than a form may have is not even read.
    let huge = upload(&edda, &fields, "logo_light", &vec![7; 6_000_000]).await;
    assert!(matches!(huge.status, 400 | 413), "{}", huge.status);
    // A picture that is a page as well: what is served is the picture and nothing else.
    let marker = random_text();
    let both = [
        png(60, 20),
        format!("<script>{marker}</script>").into_bytes(),
    ]
    .concat();
    let page = upload(&edda, &fields, "logo_light", &both).await;
    assert_eq!(page.status, 303, "{}", page.body);
    let kept = form_of(&edda).await;
    let (_, name) = kept.iter().find(|(name, _)| name == "logo_light").unwrap();
    let address = format!("/brand/{name}.png");
    let request = edda.request(Method::GET, &address).send().await.unwrap();
    assert_eq!(request.headers()["content-type"], "image/png");
    let served = request.bytes().await.unwrap();
    assert!(
        !served
            .windows(marker.len())
            .any(|part| part == marker.as_bytes())
    );
    image::load_from_memory(&served).unwrap();
    let halden = Browser::at(&house.server, "halden");
    assert_eq!(
        halden.get(&address).await.status,
        404,
        "a neighbour's picture"
    );
    // A name that was never uploaded here is refused, as is somebody else's.
    let mut foreign = form_of(&edda).await;
    set(&mut foreign, "icon", &"ab".repeat(32));
    set(&mut foreign, "wish", "publish");
    let page = send(&edda, PAGE, &foreign).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("brand-icon-problem"));
    let thrown = send(
        &edda,
        PAGE,
        &vec![("wish".to_owned(), "discard".to_owned())],
    )
    .await;
    assert_eq!(thrown.header("location"), "/admin/branding?done=discarded");
}

async fn rights(house: House) {
    for email in ["anna@nordwind.example", "ida@nordwind.example"] {
        let person = Browser::enter(&house.server, "nordwind", email).await;
        let fields = [("greeting", "Eve"), ("seen", "0.0"), ("wish", "publish")];
        for page in [
            person.get(PAGE).await,
            person.get("/admin/branding/preview").await,
            person.form(PAGE, &fields).await,
            person.form("/admin/branding/preview", &fields).await,
            person.form("/admin/branding/versions/1/restore", &[]).await,
        ] {
            assert_eq!(page.status, 403, "{email}: {}", page.body);
            assert!(!page.body.contains("brand-form"));
        }
    }
    let stranger = Browser::at(&house.server, "nordwind");
    for path in [PAGE, "/admin/branding/preview"] {
        let page = stranger.form(path, &[("wish", "publish")]).await;
        assert_eq!((page.status, page.header("location")), (303, "/sign-in"));
    }
}

async fn preview(house: House) {
    let edda = owner(&house).await;
    let word = random_text();
    for surface in ["sign-in", "chat", "mail", "phone"] {
        let fields = [
            ("surface", surface),
            ("name", &format!("{word}</style><script>alert(1)</script>")),
            ("colour", "#f2b705"),
        ];
        let page = edda.form("/admin/branding/preview", &fields).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("sandbox allow-same-origin") && !policy.contains("script"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'self'"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        assert_eq!(page.header("x-frame-options"), "SAMEORIGIN");
        assert!(page.body.contains(&word), "{surface}");
        assert!(
            !page.body.to_lowercase().contains("<script"),
            "{surface}: {}",
            page.body
        );
        assert_eq!(page.body.matches("srcdoc=").count(), 2);
        assert!(page.body.contains("#f2b705") && page.body.contains("id=\"contrast\""));
    }
    assert!(
        !edda.get(PAGE).await.body.contains(&word),
        "a look at it keeps nothing"
    );
}

/// Waits for an event that tells `word`.
async fn hears(stream: &mut Response, word: &str) {
    let mut heard = String::new();
    let told = async {
        while let Some(piece) = stream.chunk().await.unwrap() {
            heard.push_str(&String::from_utf8_lossy(&piece));
            if heard.contains(word) {
                return true;
            }
        }
        false
    };
    let told = timeout(HEARS_WITHIN, told).await;
    assert!(matches!(told, Ok(true)), "{told:?} without {word}: {heard}");
}

async fn listen(browser: &Browser) -> Response {
    let version = browser.get("/sign-in").await;
    let version = version.between("data-version=\"", '"');
    let seen = version.first().cloned().unwrap_or_default();
    let path = format!("/brand/live?seen={seen}");
    let stream = browser.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(stream.status(), 200);
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    stream
}

async fn live(house: House) {
    let edda = owner(&house).await;
    let second = house.server.second();
    second.start().await;
    let here = Browser::at(&house.server, SLUG);
    let there = Browser::at(&second, SLUG);
    let elsewhere = Browser::at(&house.server, "halden");
    let mut streams = [listen(&here).await, listen(&there).await];
    let mut neighbour = listen(&elsewhere).await;
    for _ in 0..2 {
        let word = random_text();
        publish(&edda, "greeting", &word).await;
        for stream in &mut streams {
            hears(stream, &word).await;
        }
    }
    // A page that missed it is told as soon as it listens again.
    let path = "/brand/live?seen=something-older";
    let mut late = here.request(Method::GET, path).send().await.unwrap();
    hears(&mut late, "\"greeting\"").await;
    // What the neighbour hears is silence.
    let silence = timeout(Duration::from_millis(500), async {
        while let Some(piece) = neighbour.chunk().await.unwrap() {
            let text = String::from_utf8_lossy(&piece).into_owned();
            assert!(!text.contains("event: brand"), "{text}");
        }
    });
    assert!(silence.await.is_err(), "the neighbour goes on listening");
    // The end of a session ends its pages'.
    let mut own = edda
        .request(Method::GET, "/brand/live")
        .send()
        .await
        .unwrap();
    hears(&mut own, "\"greeting\"").await;
    assert_eq!(edda.form("/sign-out", &[]).await.status, 303);
    let ended = timeout(HEARS_WITHIN, async {
        while let Ok(Some(_)) = own.chunk().await {}
    });
    ended.await.expect("the stream of an ended session ends");
    // Nor does a page keep a process from stopping.
    second.signal(nix::sys::signal::Signal::SIGTERM);
    assert_eq!(second.ended().await, Some(0));
    let platform = Browser::at(&house.server, "");
    assert_eq!(platform.get("/brand/live").await.status, 404);
}

async fn surfaces(house: House) {
    let mut seen = Vec::new();
    for slug in ["nordwind", SLUG] {
        let browser = Browser::at(&house.server, slug);
        for path in [
            "/icon-180.png",
            "/icon-192.png",
            "/icon-512.png",
            "/social.png",
        ] {
            let answer = browser.request(Method::GET, path).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            assert_eq!(answer.headers()["content-type"], "image/png");
            let picture = answer.bytes().await.unwrap();
            image::load_from_memory(&picture).unwrap();
            seen.push(picture);
        }
        let page = browser.get("/sign-in").await;
        let head = page.body.split("<body").next().unwrap().to_owned();
        let picture = format!("content=\"{}/social.png", browser.origin());
        for part in [
            "og:title",
            "og:description",
            "apple-touch-icon",
            "twitter:card",
            &picture,
        ] {
            assert!(head.contains(part), "{slug}: {part} in {head}");
        }
        let manifest = browser.get("/manifest.webmanifest").await;
        let manifest: serde_json::Value = manifest.json();
        assert_eq!(manifest["icons"].as_array().unwrap().len(), 4);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 8, "two workspaces share a picture");
    assert_eq!(
        Browser::at(&house.server, "")
            .get("/icon-180.png")
            .await
            .status,
        404
    );
}

async fn invitation(house: House) {
    let Some(sink) = house.sink.clone() else {
        return say("branding: no mail server was named: invitations were not mailed");
    };
    let edda = owner(&house).await;
    publish(&edda, "sender_name", "Lumen people").await;
    let email = format!("{}@lumen.example", random_text());
    // Headers that a proxy would send change nothing about where the link leads.
    let request = edda
        .request(Method::POST, "/admin/members/invite")
        .header(ORIGIN, edda.origin())
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example");
    let fields = [("email", email.as_str()), ("role", "member")];
    let page = read(with_form(request, &fields).send().await.unwrap()).await;
    assert!(page.body.contains("on its way by mail"), "{}", page.body);
    let shown = page.between("/invite/", '"').remove(0);
    house.canaries.watch("invitation token", &shown);
    let letter = timeout(Duration::from_mins(1), async {
        loop {
            let found = sink.about("an invitation to join");
            if let Some(letter) = found.into_iter().find(|it| it.to() == [email.as_str()]) {
                return letter;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let letter = letter.await.expect("a letter to whoever is invited");
    assert!(letter.came_safely());
    assert!(
        letter.header("From").starts_with("Lumen people"),
        "{}",
        letter.header("From")
    );
    let link = letter
        .text()
        .lines()
        .find(|line| line.contains("/invite/"))
        .unwrap()
        .to_owned();
    let (address, token) = link.split_once("/invite/").unwrap();
    house.canaries.watch("invitation token", token);
    assert_eq!(address, edda.origin(), "the workspace's own address");
    assert_ne!(token, shown, "a link of its own");
    assert!(
        letter.html().contains(&link) && letter.html().contains("#6b3fa0"),
        "{}",
        letter.html()
    );
    assert!(!letter.all().contains("evil.example"));
    for name in ["livery", "nordwind", "vale"] {
        assert!(!letter.html().to_lowercase().contains(name), "{name}");
    }
    let guest = Browser::at(&house.server, SLUG);
    let password = house.canaries.fresh("password");
    let fields = [("name", "Gast"), ("password", password.as_str())];
    let joined = guest.form(&format!("/invite/{token}"), &fields).await;
    assert_eq!(joined.status, 303);
    assert_eq!(
        guest.get(&format!("/invite/{shown}")).await.status,
        404,
        "it works once, by either link"
    );
}
