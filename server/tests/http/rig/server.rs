//! The real program as a process: started, asked over its ports, stopped by its process id.

use super::ports::free_address;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_livery");
/// Longest wait for the first readiness: PostgreSQL may have to recover first.
const READY_WITHIN: Duration = Duration::from_mins(1);
/// Longest wait for an orderly end.
const END_WITHIN: Duration = Duration::from_mins(1);

/// One installation in a folder of its own. Dropping it ends its processes and removes the folder.
pub(crate) struct Server {
    folder: PathBuf,
    listen: SocketAddr,
    admin: SocketAddr,
    settings: Vec<(String, String)>,
    child: Mutex<Option<Child>>,
    /// The folder goes with the server.
    owns_folder: bool,
}

impl Server {
    /// Prepares a folder and two ports. Nothing runs yet.
    pub(crate) fn new(name: &str, settings: &[(&str, &str)]) -> Self {
        // Short, because the socket of PostgreSQL lies below it.
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        let site = folder.join("site");
        std::fs::create_dir_all(&site).unwrap();
        std::fs::write(site.join("hash.txt"), "js: x\nwasm: x\ncss: x\n").unwrap();
        let public = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public");
        for path in std::fs::read_dir(public)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if path.extension().is_some_and(|ending| ending == "js") {
                std::fs::copy(&path, site.join(path.file_name().unwrap())).unwrap();
            }
        }
        let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Self {
            folder,
            listen: free_address(),
            admin: free_address(),
            settings: settings.iter().map(pair).collect(),
            child: Mutex::new(None),
            owns_folder: true,
        }
    }

    /// Another process of the same installation, on ports of its own. Nothing of it runs yet.
    pub(crate) fn second(&self) -> Self {
        Self {
            folder: self.folder.clone(),
            listen: free_address(),
            admin: free_address(),
            settings: self.settings.clone(),
            child: Mutex::new(None),
            owns_folder: false,
        }
    }

    /// The same with one more setting, or another value of one.
    #[allow(dead_code, reason = "only some of the suites that share this ask")]
    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != key);
        self.settings.push((key.to_owned(), value.to_owned()));
        self
    }

    /// The port of the workspaces.
    pub(crate) fn port(&self) -> u16 {
        self.listen.port()
    }

    /// The private listener.
    #[allow(dead_code, reason = "only some of the suites that share this ask")]
    pub(crate) fn admin(&self) -> SocketAddr {
        self.admin
    }

    /// Everything the program stores.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Everything the program said while serving, over all its starts.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LIVERY_SERVER__LISTEN", self.listen.to_string())
            .envs(self.settings.iter().map(|(key, value)| (key, value)))
            .arg("--data-dir")
            .arg(self.data_dir());
        command
    }

    /// Runs an operator's command beside the server; it must succeed. Its JSON document.
    pub(crate) async fn desk(&self, args: &[&str], stdin: Option<&str>) -> Value {
        let output = self.desk_output(args, stdin).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?} was refused: {said}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What a command that must succeed says without `--json`.
    pub(crate) async fn said(&self, args: &[&str]) -> String {
        let mut command = self.command();
        command.args(args);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap());
        let output = output.await.unwrap();
        assert!(output.status.success(), "{args:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The exit code and the words of a command that is refused.
    pub(crate) async fn refused(&self, args: &[&str]) -> (Option<i32>, String) {
        self.refused_with(args, "").await
    }

    /// The same, with something on standard input.
    pub(crate) async fn refused_with(&self, args: &[&str], stdin: &str) -> (Option<i32>, String) {
        let output = self.desk_output(args, Some(stdin)).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said)
    }

    /// The words of a command that is refused with one setting otherwise.
    pub(crate) async fn refused_where(&self, setting: (&str, &str), args: &[&str]) -> String {
        let mut command = self.command();
        command.env(setting.0, setting.1).args(args);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap());
        let output = output.await.unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    async fn desk_output(&self, args: &[&str], stdin: Option<&str>) -> Output {
        let mut command = self.command();
        command
            .args(args)
            .arg("--json")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let stdin = stdin.unwrap_or_default().to_owned();
        let work = move || {
            let mut child = command.spawn().unwrap();
            // Commands that read no secret may be gone before this is written.
            let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
            child.wait_with_output().unwrap()
        };
        tokio::task::spawn_blocking(work).await.unwrap()
    }

    /// Starts the server as in production, and waits until it is ready.
    pub(crate) async fn start_for_real(&self) {
        self.start_with(&["serve"]).await;
    }

    /// Starts the server and waits until it is ready.
    pub(crate) async fn start(&self) {
        self.start_with(&["serve", "--demo"]).await;
    }

    async fn start_with(&self, words: &[&str]) {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log());
        let child = self
            .command()
            .args(words)
            .args(["--admin-listen", &self.admin.to_string()])
            .arg("--site-dir")
            .arg(self.folder.join("site"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.unwrap())
            .spawn()
            .unwrap();
        *self.child.lock().unwrap() = Some(child);
        let deadline = Instant::now() + READY_WITHIN;
        while !self.is_ready() {
            let ended = self
                .child
                .lock()
                .unwrap()
                .as_mut()
                .unwrap()
                .try_wait()
                .unwrap();
            let log = || std::fs::read_to_string(self.log()).unwrap_or_default();
            assert!(
                ended.is_none(),
                "the server ended at once: {}",
                end_of(&log())
            );
            assert!(Instant::now() < deadline, "never ready: {}", end_of(&log()));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn is_ready(&self) -> bool {
        self.private("/readyz")
            .is_ok_and(|answer| answer.starts_with("HTTP/1.0 200"))
    }

    /// What the private listener answers, head and body.
    pub(crate) fn private(&self, path: &str) -> std::io::Result<String> {
        let mut socket = std::net::TcpStream::connect(self.admin)?;
        socket.set_read_timeout(Some(Duration::from_secs(5)))?;
        socket.write_all(format!("GET {path} HTTP/1.0\r\nhost: localhost\r\n\r\n").as_bytes())?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        Ok(answer)
    }

    /// Whether the server was started and has not been seen to end.
    pub(crate) fn is_running(&self) -> bool {
        self.child.lock().unwrap().is_some()
    }

    /// The process id of the server, which must be running.
    pub(crate) fn id(&self) -> u32 {
        self.child.lock().unwrap().as_ref().unwrap().id()
    }

    /// Sends a signal to the server, which must be running.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(pid(self.id()), signal).unwrap();
    }

    /// Waits for the end of the server; its exit code, `None` when a signal ended it.
    pub(crate) async fn ended(&self) -> Option<i32> {
        let mut child = self.child.lock().unwrap().take().unwrap();
        let deadline = Instant::now() + END_WITHIN;
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status.code();
            }
            if Instant::now() > deadline {
                let _ = child.kill();
                let _ = child.wait();
                panic!("the server did not end");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Ends the server without any warning, as a power cut would.
    pub(crate) async fn kill(&self) {
        self.signal(Signal::SIGKILL);
        assert_eq!(
            self.ended().await,
            None,
            "a killed process has no exit code"
        );
    }

    /// Process ids of everything that still works in this installation's folder.
    pub(crate) fn database_processes(&self) -> Vec<u32> {
        processes_below(&self.data_dir())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(mut guard) = self.child.lock()
            && let Some(mut child) = guard.take()
        {
            let _ = child.kill();
            let _ = child.wait();
        }
        if !self.owns_folder {
            return;
        }
        for signal in [Signal::SIGQUIT, Signal::SIGKILL] {
            for id in self.database_processes() {
                let _ = kill(pid(id), signal);
            }
            for _ in 0..100 {
                if self.database_processes().is_empty() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn pid(id: u32) -> Pid {
    Pid::from_raw(i32::try_from(id).unwrap())
}

/// Processes whose working folder or command line lies below `folder`.
fn processes_below(folder: &Path) -> Vec<u32> {
    let own = std::process::id();
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|id| *id != own)
        .filter(|id| {
            let place = PathBuf::from(format!("/proc/{id}"));
            let works_below =
                std::fs::read_link(place.join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder));
            let names = std::fs::read(place.join("comm")).unwrap_or_default();
            works_below && names.starts_with(b"postgres")
        })
        .collect()
}

fn end_of(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}
