//! The client's dress in the first bytes, and nobody else's name in them.

use crate::rig::House;
use crate::rig::browser::{Browser, Page};
use crate::rig::canaries::random_text;
use crate::rig::chat::question;
use crate::rig::checks::Checks;
use std::time::Duration;

/// Slug, name, somebody, colour, and another word that only this workspace uses.
const WORKSPACES: [(&str, &str, &str, &str, &str); 4] = [
    (
        "nordwind",
        "Nordwind Legal",
        "anna@nordwind.example",
        "#006652",
        "Ask the file",
    ),
    (
        "halden",
        "Halden Energy",
        "tim@halden.example",
        "#1f4fa3",
        "Every shift",
    ),
    (
        "lumen",
        "Lumen Clinic",
        "paul@lumen.example",
        "#6b3fa0",
        "More time",
    ),
    (
        "brightfold",
        "Brightfold Studio",
        "sam@brightfold.example",
        "#f2b705",
        "Good ideas",
    ),
];
/// Names of the product, of resellers, and of what it is made of.
const HOUSE_NAMES: [&str; 7] = [
    "livery",
    "kontor",
    "vale",
    "leptos",
    "axum",
    "tokio",
    "wasm_bindgen",
];

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "brand: the first bytes carry the client's dress",
            dress(house.clone()),
        )
        .await;
    checks
        .run(
            "brand: an uploaded logo is shown at once, on its own host only",
            logos(house.clone()),
        )
        .await;
    checks
        .run(
            "brand: icon and manifest are the client's",
            icons(house.clone()),
        )
        .await;
    checks
        .run("brand: no page names anybody else", names(house.clone()))
        .await;
    checks
        .run(
            "brand: every answer carries the guarding headers",
            headers(house.clone()),
        )
        .await;
    checks
        .run(
            "brand: pages hold no inline style and no script without its nonce",
            inline(house.clone()),
        )
        .await;
}

async fn dress(house: House) {
    for (slug, name, _, _, tagline) in WORKSPACES {
        let page = Browser::at(&house.server, slug).get("/sign-in").await;
        assert_eq!(page.status, 200);
        let (head, body) = page.body.split_once("<body").unwrap();
        assert!(
            head.contains(&format!("<title>Sign in · {name}</title>")),
            "{slug}: {head}"
        );
        for part in [
            "<style nonce=",
            "--brand",
            "rel=\"icon\"",
            "rel=\"manifest\"",
            "theme-color",
        ] {
            assert!(head.contains(part), "{slug}: {part} is not in the head");
        }
        assert!(body.contains(tagline), "{slug}");
    }
    let mut themes: Vec<String> = Vec::new();
    for (slug, ..) in WORKSPACES {
        let page = Browser::at(&house.server, slug).get("/sign-in").await;
        let css = page.body.split_once("<style").unwrap().1;
        themes.push(
            css.split_once("</style>")
                .unwrap()
                .0
                .split_once('>')
                .unwrap()
                .1
                .to_owned(),
        );
    }
    themes.sort();
    themes.dedup();
    assert_eq!(
        themes.len(),
        WORKSPACES.len(),
        "two workspaces share one set of colours"
    );
}

/// Only pixels are kept, under a name that is nobody else's.
async fn logos(house: House) {
    let file = std::env::temp_dir().join(format!("{}.png", random_text()));
    image::RgbaImage::from_pixel(64, 32, image::Rgba([0, 101, 84, 255]))
        .save(&file)
        .unwrap();
    let path = file.to_str().unwrap();
    let logo = ["workspace", "logo", "--slug", "lumen", "--light", path];
    let set = house.server.desk(&logo, None).await;
    std::fs::remove_file(&file).unwrap();
    let address = format!("/brand/{}.png", set["light"].as_str().unwrap());
    let lumen = Browser::at(&house.server, "lumen");
    let shown = async {
        while !lumen.get("/sign-in").await.body.contains(&address) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), shown)
        .await
        .expect("the running server shows the new logo");
    let picture = lumen.get(&address).await;
    assert_eq!(
        (picture.status, picture.header("content-type")),
        (200, "image/png")
    );
    let halden = Browser::at(&house.server, "halden");
    assert_eq!(halden.get(&address).await.status, 404, "a neighbour's logo");
}

async fn icons(house: House) {
    let mut seen = Vec::new();
    for (slug, name, ..) in WORKSPACES {
        let browser = Browser::at(&house.server, slug);
        let icon = browser.get("/favicon.svg").await;
        assert_eq!(
            (icon.status, icon.header("content-type")),
            (200, "image/svg+xml")
        );
        assert!(!icon.body.contains("<script"));
        assert_eq!(browser.get("/favicon.ico").await.body, icon.body);
        let manifest = browser.get("/manifest.webmanifest").await;
        assert_eq!(manifest.header("content-type"), "application/manifest+json");
        let document: serde_json::Value = manifest.json();
        assert_eq!(document["name"], name);
        only_own_names(&manifest, slug);
        seen.push(icon.body);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(
        seen.len(),
        WORKSPACES.len(),
        "two workspaces share one icon"
    );
}

async fn names(house: House) {
    for (slug, name, person, ..) in WORKSPACES {
        let stranger = Browser::at(&house.server, slug);
        for path in [
            "/sign-in",
            "/nothing/here",
            "/invite/none",
            "/brand/none.png",
            "/robots.txt",
        ] {
            only_own_names(&stranger.get(path).await, slug);
        }
        let missing = stranger.get("/nothing/here").await;
        assert_eq!(missing.status, 404);
        assert!(
            missing.body.contains(name),
            "the 404 wears the client's dress"
        );
        let member = Browser::enter(&house.server, slug, person).await;
        let chat = member.get("/").await;
        assert_eq!(chat.status, 200);
        assert!(
            chat.body.contains(&format!("<title>{name}</title>")),
            "{slug}"
        );
        let mut demo = question("Show me what this workspace can do");
        demo.alias = None;
        let turn = member.send(&demo).await;
        let conversation = member.get(&format!("/c/{}", turn.conversation)).await;
        assert_eq!(conversation.status, 200);
        for page in [
            &chat,
            &conversation,
            &member.get("/account").await,
            &member.get("/admin/members").await,
        ] {
            only_own_names(page, slug);
        }
        if slug == "nordwind" {
            let owner = Browser::enter(&house.server, slug, "mia@nordwind.example").await;
            for path in [
                "/admin/keys",
                "/admin/keys/sealing",
                "/admin/branding",
                "/admin/branding/preview",
            ] {
                let page = owner.get(path).await;
                assert_eq!(page.status, 200, "{path}");
                only_own_names(&page, slug);
            }
        }
        let stop = serde_json::json!({ "answer_id": turn.answer.id });
        assert_eq!(member.call("stop_turn", &stop).await.status, 200);
    }
}

async fn headers(house: House) {
    let member = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    let platform = Browser::at(&house.server, "");
    for page in [
        Browser::at(&house.server, "nordwind").get("/sign-in").await,
        member.get("/").await,
        member.get("/nothing/here").await,
        member.get("/favicon.svg").await,
        member.get("/assets/none.js").await,
        member.call("load_sidebar", &serde_json::json!({})).await,
        member.form("/account/sessions/none/end", &[]).await,
        platform.get("/").await,
    ] {
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("x-frame-options"), "DENY");
        // Not `no-referrer`: browsers would send `Origin: null` with the host's own forms. The
        // platform's page posts to other hosts, which must learn its origin and nothing more.
        let told = page.header("referrer-policy");
        assert!(matches!(told, "same-origin" | "origin"), "{told}");
        assert!(told == "same-origin" || page.body.contains("/demo/sign-in"));
        assert!(!page.header("cache-control").is_empty());
        for header in ["server", "x-powered-by", "via"] {
            assert!(!page.headers.contains_key(header), "{header}");
        }
    }
}

async fn inline(house: House) {
    let member = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    let mut nonces = Vec::new();
    for path in ["/", "/account", "/nothing/here"] {
        let page = member.get(path).await;
        let policy = page.header("content-security-policy").to_owned();
        let nonce = policy
            .split_once("'nonce-")
            .unwrap()
            .1
            .split_once('\'')
            .unwrap()
            .0
            .to_owned();
        assert!(
            !page.body.contains(" style=\""),
            "an inline style attribute on {path}"
        );
        for event in [" onclick=", " onload=", " onerror=", "javascript:"] {
            assert!(!page.body.contains(event), "{event} on {path}");
        }
        for tag in ["<script", "<style"] {
            for element in page.between(tag, '>') {
                assert!(
                    element.contains(&format!("nonce=\"{nonce}\"")),
                    "{path}: {tag}{element}>"
                );
            }
        }
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "a nonce was used twice");
}

/// The page and its headers name no other workspace, no reseller and not the product.
fn only_own_names(page: &Page, own: &str) {
    let text = format!("{:?}{}", page.headers, page.body).to_lowercase();
    let text = text
        .replace("delivery", "")
        .replace("equivale", "")
        .replace("prevale", "");
    let others = WORKSPACES
        .iter()
        .map(|(slug, ..)| *slug)
        .filter(|slug| *slug != own);
    for name in HOUSE_NAMES.into_iter().chain(others) {
        if let Some(at) = text.find(name) {
            let from = text[..at]
                .char_indices()
                .rev()
                .nth(60)
                .map_or(0, |(index, _)| index);
            panic!("{own} names {name}: …{}", &text[from..at + name.len()]);
        }
    }
}
