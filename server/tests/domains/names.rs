//! A real authoritative name server (knot) and a real resolver in front of it (unbound), on ports of
//! their own, with a zone that a test writes.

use crate::rig::ports::free_address;
use std::io::Write as _;
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Longest wait for a server to answer.
const READY_WITHIN: Duration = Duration::from_secs(20);

/// Both servers and the zone `test.`. Dropping it ends them and removes their folder.
pub(crate) struct Names {
    folder: PathBuf,
    authority: SocketAddr,
    pub(crate) resolver: SocketAddr,
    running: Mutex<Running>,
}

struct Running {
    knot: Option<Child>,
    unbound: Child,
    serial: u32,
    lines: Vec<String>,
}

impl Names {
    /// Starts both, with a zone that holds nothing yet.
    pub(crate) fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("lv-names-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("db")).unwrap();
        let (authority, resolver) = (free_address(), free_address());
        write(&folder.join("test.zone"), &zone(1, &[]));
        write(&folder.join("knot.conf"), &knot_conf(&folder, authority));
        write(
            &folder.join("unbound.conf"),
            &unbound_conf(&folder, authority, resolver),
        );
        let running = Running {
            knot: Some(knot(&folder)),
            unbound: spawn(
                Command::new("/usr/sbin/unbound")
                    .args(["-d", "-p", "-c"])
                    .arg(folder.join("unbound.conf")),
            ),
            serial: 1,
            lines: Vec::new(),
        };
        let names = Self {
            folder,
            authority,
            resolver,
            running: Mutex::new(running),
        };
        wait_for(names.authority, "knot");
        wait_for(names.resolver, "unbound");
        names
    }

    /// The zone holds these lines now, and nothing else: `ai.client CNAME x.target`.
    pub(crate) fn publish(&self, lines: &[String]) {
        let mut running = self.running.lock().unwrap();
        running.serial += 1;
        running.lines = lines.to_vec();
        write(&self.folder.join("test.zone"), &zone(running.serial, lines));
        let reloaded = Command::new("/usr/sbin/knotc")
            .arg("-s")
            .arg(self.folder.join("knot.sock"))
            .args(["-b", "zone-reload", "test"])
            .output()
            .unwrap();
        assert!(reloaded.status.success(), "{reloaded:?}");
    }

    /// The authority is gone: the resolver answers SERVFAIL.
    pub(crate) fn silence(&self) {
        let mut running = self.running.lock().unwrap();
        if let Some(mut knot) = running.knot.take() {
            let _ = knot.kill();
            let _ = knot.wait();
        }
    }

    /// The authority is back.
    pub(crate) fn speak(&self) {
        let mut running = self.running.lock().unwrap();
        running.knot = Some(knot(&self.folder));
        drop(running);
        wait_for(self.authority, "knot");
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        if let Ok(running) = self.running.get_mut() {
            for child in running.knot.iter_mut().chain([&mut running.unbound]) {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn knot(folder: &Path) -> Child {
    spawn(
        Command::new("/usr/sbin/knotd")
            .arg("-c")
            .arg(folder.join("knot.conf")),
    )
}

fn spawn(command: &mut Command) -> Child {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    child.unwrap_or_else(|error| {
        panic!("{command:?}: {error}; deploy/bootstrap.sh test installs it")
    })
}

/// Asks for the start of the zone until somebody answers.
fn wait_for(server: SocketAddr, name: &str) {
    // One question: SOA of `test.` (RFC 1035, section 4.1).
    let question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04test\x00\x00\x06\x00\x01";
    let deadline = Instant::now() + READY_WITHIN;
    let mut answer = [0_u8; 512];
    loop {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket
            .set_read_timeout(Some(Duration::from_millis(300)))
            .unwrap();
        let asked = socket.send_to(question, server);
        let told = asked.and_then(|_| socket.recv(&mut answer));
        // The last four bits of the second pair of flags are the outcome; 0 is a good one.
        if told.is_ok_and(|length| length > 12) && answer[3] & 0x0f == 0 {
            return;
        }
        assert!(Instant::now() < deadline, "{name} never answered");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn write(path: &Path, text: &str) {
    let mut file = std::fs::File::create(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn zone(serial: u32, lines: &[String]) -> String {
    format!(
        "$ORIGIN test.\n$TTL 1\n@ SOA ns.test. nobody.test. {serial} 60 60 600 1\n@ NS ns.test.\n\
         ns A 127.0.0.1\n{}\n",
        lines.join("\n")
    )
}

fn knot_conf(folder: &Path, listen: SocketAddr) -> String {
    let (folder, port) = (folder.display(), listen.port());
    format!(
        "server:\n    rundir: {folder}\n    listen: 127.0.0.1@{port}\n    udp-workers: 1\n    \
         tcp-workers: 1\n    background-workers: 1\ndatabase:\n    storage: {folder}/db\ncontrol:\n    \
         listen: {folder}/knot.sock\nlog:\n  - target: stderr\n    any: error\ntemplate:\n  - id: default\n    \
         storage: {folder}\n    file: \"%s.zone\"\n    zonefile-load: whole\n    zonefile-sync: -1\n    \
         journal-content: none\nzone:\n  - domain: test\n"
    )
}

fn unbound_conf(folder: &Path, authority: SocketAddr, listen: SocketAddr) -> String {
    let folder = folder.display();
    format!(
        "server:\n  interface: 127.0.0.1\n  port: {}\n  username: \"\"\n  chroot: \"\"\n  \
         directory: \"{folder}\"\n  pidfile: \"{folder}/unbound.pid\"\n  use-syslog: no\n  logfile: \"\"\n  \
         num-threads: 1\n  do-ip6: no\n  module-config: \"iterator\"\n  do-not-query-localhost: no\n  \
         access-control: 127.0.0.0/8 allow\n  local-zone: \"test.\" nodefault\n  cache-max-ttl: 0\n  \
         cache-max-negative-ttl: 0\n  infra-host-ttl: 1\n  infra-keep-probing: yes\n  \
         unblock-lan-zones: yes\nremote-control:\n  control-enable: no\nstub-zone:\n  name: \"test.\"\n  \
         stub-addr: 127.0.0.1@{}\n",
        listen.port(),
        authority.port()
    )
}
