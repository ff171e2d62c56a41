//! A real Redis of one test's own.

use super::ports::free_address;
use std::process::{Child, Command, Stdio};

/// On a free loopback port, without files. Dropping it kills it.
pub(crate) struct RealRedis {
    port: u16,
    child: Child,
}

impl RealRedis {
    pub(crate) fn start() -> Self {
        let port = free_address().port();
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed by deploy/bootstrap.sh");
        Self { port, child }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Names and values of everything in it.
    pub(crate) async fn dump(&self) -> Vec<(String, Vec<u8>)> {
        let url = self.url();
        let dump = tokio::task::spawn_blocking(move || {
            let mut connection = redis::Client::open(url).unwrap().get_connection().unwrap();
            let names: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut connection).unwrap();
            let dump = |name: String| {
                let value: Option<Vec<u8>> = redis::cmd("DUMP")
                    .arg(&name)
                    .query(&mut connection)
                    .unwrap();
                (name, value.unwrap_or_default())
            };
            names.into_iter().map(dump).collect()
        });
        dump.await.unwrap()
    }
}

impl Drop for RealRedis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
