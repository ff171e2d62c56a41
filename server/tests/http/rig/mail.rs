//! The operator's mail server: a real one in a process of its own, that keeps what it takes.

use super::ports::free_address;
use serde_json::Value;
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Name and password of the account that may send.
const ACCOUNT: (&str, &str) = ("notices", "the-password-of-the-mail-server");
/// Address that letters come from.
pub(crate) const FROM: &str = "notices@agency.example";
/// Longest wait for a letter: the first tries are some seconds apart.
const ARRIVES_WITHIN: Duration = Duration::from_mins(1);

/// The mail server. Dropping it ends its process and removes its folder.
pub(crate) struct Sink {
    python: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
    child: Mutex<Option<Child>>,
}

/// A letter as the server took it.
#[derive(Clone, Debug)]
pub(crate) struct Taken(Value);

impl Sink {
    /// `None` only outside continuous integration, when nobody said where it is installed.
    pub(crate) fn prepare() -> Option<Self> {
        let python = std::env::var_os("MAIL_SINK_PYTHON");
        assert!(
            python.is_some() || std::env::var("CI").is_err(),
            "MAIL_SINK_PYTHON must name a Python with the mail server's parts"
        );
        let address = free_address();
        // Another house of the same process has another port, and another folder.
        let name = format!("lv-mail-{}-{}", std::process::id(), address.port());
        let sink = Self {
            python: python?.into(),
            folder: std::env::temp_dir().join(name),
            address,
            child: Mutex::new(None),
        };
        let made = sink
            .program()
            .arg("certificates")
            .arg(&sink.folder)
            .status();
        assert!(made.unwrap().success(), "no certificates were made");
        std::fs::write(sink.password_file(), format!("{}\n", ACCOUNT.1)).unwrap();
        Some(sink)
    }

    fn program(&self) -> Command {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/mail/sink.py");
        let mut command = Command::new(&self.python);
        command
            .arg(script)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }

    fn password_file(&self) -> PathBuf {
        self.folder.join("password")
    }

    /// What the operator writes down about it.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let path = |path: PathBuf| path.to_str().unwrap().to_owned();
        vec![
            ("LIVERY_MAIL__HOST", self.address.ip().to_string()),
            ("LIVERY_MAIL__PORT", self.address.port().to_string()),
            ("LIVERY_MAIL__CA_FILE", path(self.folder.join("ca.pem"))),
            ("LIVERY_MAIL__USER", ACCOUNT.0.to_owned()),
            ("LIVERY_MAIL__PASSWORD_FILE", path(self.password_file())),
            ("LIVERY_MAIL__FROM", FROM.to_owned()),
        ]
    }

    /// Takes letters from now on.
    pub(crate) fn start(&self) {
        let port = self.address.port().to_string();
        let child = self
            .program()
            .args(["serve", &port])
            .arg(&self.folder)
            .args([ACCOUNT.0, ACCOUNT.1])
            .spawn()
            .unwrap();
        *self.child.lock().unwrap() = Some(child);
        let begun = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            assert!(
                begun.elapsed() < ARRIVES_WITHIN,
                "the mail server does not start"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Takes no more.
    pub(crate) fn stop(&self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// What it took so far.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        let Ok(files) = std::fs::read_dir(self.folder.join("letters")) else {
            return Vec::new();
        };
        files
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
            .map(|path| Taken(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()))
            .collect()
    }

    /// Letters whose subject contains `text`.
    pub(crate) fn about(&self, text: &str) -> Vec<Taken> {
        let taken = self.taken().into_iter();
        taken
            .filter(|letter| letter.header("Subject").contains(text))
            .collect()
    }

    /// Waits for the letter to somebody who gets only one.
    pub(crate) async fn to(&self, email: &str) -> Taken {
        let begun = Instant::now();
        loop {
            let mut letters = self.taken().into_iter();
            if let Some(letter) = letters.find(|letter| letter.to() == [email]) {
                return letter;
            }
            assert!(begun.elapsed() < ARRIVES_WITHIN, "no letter to {email}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until there are so many of these.
    pub(crate) async fn until(&self, text: &str, count: usize) -> Vec<Taken> {
        let begun = Instant::now();
        loop {
            let letters = self.about(text);
            if letters.len() >= count {
                return letters;
            }
            assert!(
                begun.elapsed() < ARRIVES_WITHIN,
                "{} letters about {text:?} of {count}",
                letters.len()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Taken {
    /// A header, as a reader's program shows it; there must be one.
    pub(crate) fn header(&self, name: &str) -> String {
        let headers = self.0["headers"].as_array().unwrap().iter();
        let mut found = headers.filter(|header| header[0] == name);
        let value = found.next().unwrap_or_else(|| panic!("no {name}"))[1].as_str();
        assert!(found.next().is_none(), "{name} stands there twice");
        value.unwrap().to_owned()
    }

    /// Names of all headers.
    pub(crate) fn header_names(&self) -> Vec<&str> {
        let headers = self.0["headers"].as_array().unwrap().iter();
        headers.map(|header| header[0].as_str().unwrap()).collect()
    }

    /// Whom the server was told to give it to.
    pub(crate) fn to(&self) -> Vec<&str> {
        let to = self.0["to"].as_array().unwrap().iter();
        to.map(|to| to.as_str().unwrap()).collect()
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        self.0["text"].as_str().unwrap()
    }

    /// The same as a document; empty: there is none.
    pub(crate) fn html(&self) -> &str {
        self.0["html"].as_str().unwrap()
    }

    /// Everything as it came over the line, with what was said before it.
    pub(crate) fn all(&self) -> String {
        format!(
            "{}\n{}\n{}",
            self.0["raw"].as_str().unwrap(),
            self.text(),
            self.0["hello"]
        )
    }

    /// It came over an encrypted line from somebody who had signed in.
    pub(crate) fn came_safely(&self) -> bool {
        self.0["encrypted"] == true && self.0["signed_in"] == true && self.0["from"] == FROM
    }
}
