//! Checks with an AWS access key, against a desk that verifies signatures as AWS documents them
//! (Signature Version 4), with cryptography of its own.

use contract::keys::{CheckOutcome, KeyPlace, KeyProvider};
use engine::Egress;
use engine::key_check::{KeyCheck, check};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const ID: &str = "AKIAEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const REGION: &str = "eu-central-1";

/// A request as it arrived.
struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    async fn read(socket: &mut TcpStream) -> Option<Self> {
        let mut bytes = Vec::new();
        let mut part = [0; 4096];
        loop {
            let read = socket.read(&mut part).await.ok().filter(|read| *read > 0)?;
            bytes.extend_from_slice(&part[..read]);
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let request = Self {
                body: bytes[end + 4..].to_vec(),
                head,
            };
            let length = request.header("content-length");
            if request.body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(request);
            }
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().skip(1);
        lines.find_map(|line| line.strip_prefix(&format!("{name}: ")))
    }

    fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    /// Whether the signature is the one that `secret` makes over this request.
    fn is_signed_by(&self, secret: &str) -> Option<bool> {
        let authorization = self.header("authorization")?;
        let field = |name: &str| {
            let (_, rest) = authorization.split_once(&format!("{name}="))?;
            rest.split(',').next()
        };
        let (date, names) = (self.header("x-amz-date")?, field("SignedHeaders")?);
        assert!(names.split(';').any(|name| name == "host"), "{names}");
        let scope = format!("{}/{REGION}/bedrock/aws4_request", &date[..8]);
        assert_eq!(field("Credential")?, format!("{ID}/{scope}"));
        let (path, query) = self.path().split_once('?').unwrap_or((self.path(), ""));
        let mut canonical = String::new();
        let method = self.head.split(' ').next()?;
        // The path is encoded once more than it travels; nothing here has more than a percent sign.
        write!(
            canonical,
            "{method}\n{}\n{query}\n",
            path.replace('%', "%25")
        )
        .unwrap();
        for name in names.split(';') {
            writeln!(canonical, "{name}:{}", self.header(name)?.trim()).unwrap();
        }
        write!(canonical, "\n{names}\n{}", hex(&Sha256::digest(&self.body))).unwrap();
        let digest = hex(&Sha256::digest(canonical.as_bytes()));
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{digest}");
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in [&date[..8], REGION, "bedrock", "aws4_request", &text] {
            key = mac(&key, part.as_bytes());
        }
        Some(field("Signature")? == hex(&key))
    }
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Answers as Bedrock does to a signature that fits; the address, and what was sent to it.
async fn desk() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let log = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let Some(request) = Request::read(&mut socket).await else {
                continue;
            };
            let body = String::from_utf8_lossy(&request.body).into_owned();
            log.lock()
                .unwrap()
                .push(format!("{}\n{body}", request.head));
            let (status, body) = match request.is_signed_by(SECRET) {
                None => (403, r#"{"message":"Missing Authentication Token"}"#),
                Some(false) => (
                    403,
                    r#"{"message":"The request signature we calculated does not match the signature you provided."}"#,
                ),
                Some(true) if request.path().starts_with("/foundation-models") => (
                    200,
                    r#"{"modelSummaries":[{"modelId":"amazon.nova-micro-v1:0"}]}"#,
                ),
                Some(true) => (
                    200,
                    r#"{"output":{},"usage":{"inputTokens":4,"outputTokens":1}}"#,
                ),
            };
            let answer = format!(
                "HTTP/1.1 {status} told\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    (base, seen)
}

async fn outcome(base: &str, secret: &str, region: Option<&str>) -> CheckOutcome {
    let egress = Egress::new(&["127.0.0.0/8".parse().unwrap()], Duration::from_secs(2)).unwrap();
    let asked = KeyCheck {
        provider: KeyProvider::Bedrock,
        secret: secret.into(),
        base_url: base.to_owned(),
        place: KeyPlace {
            access_key_id: Some(ID.to_owned()),
            region: region.map(str::to_owned),
            ..KeyPlace::default()
        },
        answer: true,
    };
    check(&egress, &asked, |_| None, |_| ()).await.outcome
}

#[tokio::test]
async fn an_access_key_signs_and_its_secret_stays() {
    let (base, seen) = desk().await;
    assert_eq!(
        outcome(&base, SECRET, Some(REGION)).await,
        CheckOutcome::Valid
    );
    let seen = seen.lock().unwrap().clone();
    let signed = seen.iter().filter(|request| request.contains("Signature="));
    assert!(signed.count() >= 2, "models and an answer: {seen:#?}");
    assert!(seen.iter().all(|request| !request.contains(SECRET)));
    assert!(
        seen.iter().any(|request| request.contains("%3A")),
        "{seen:#?}"
    );
}

#[tokio::test]
async fn a_wrong_secret_and_a_missing_region_are_told() {
    let (base, seen) = desk().await;
    assert_eq!(
        outcome(&base, "another", Some(REGION)).await,
        CheckOutcome::Bad
    );
    let before = seen.lock().unwrap().len();
    assert_eq!(outcome(&base, SECRET, None).await, CheckOutcome::Unknown);
    let after = seen.lock().unwrap().clone();
    assert!(
        after[before..]
            .iter()
            .all(|request| !request.contains("authorization"))
    );
}
