//! A line to a service on loopback that holds back what the service answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Line {
    port: u16,
    /// Microseconds by which every piece of an answer comes later.
    late: Arc<AtomicU64>,
}

impl Line {
    /// To the service at `port`. Carries until the program ends.
    pub(crate) async fn open(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let late = Arc::<AtomicU64>::default();
        let own = listener.local_addr().unwrap().port();
        let shared = Arc::clone(&late);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(carry(socket, port, Arc::clone(&shared)));
            }
        });
        Self { port: own, late }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on answers come so much later.
    pub(crate) fn delay(&self, by: Duration) {
        let by = u64::try_from(by.as_micros()).unwrap();
        self.late.store(by, Ordering::SeqCst);
    }
}

async fn carry(asker: TcpStream, port: u16, late: Arc<AtomicU64>) {
    let service = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    asker.set_nodelay(true).unwrap();
    service.set_nodelay(true).unwrap();
    let (mut from_asker, mut to_asker) = asker.into_split();
    let (mut from_service, mut to_service) = service.into_split();
    let questions = tokio::io::copy(&mut from_asker, &mut to_service);
    let answers = async {
        let mut piece = [0; 8_192];
        while let Ok(length @ 1..) = from_service.read(&mut piece).await {
            tokio::time::sleep(Duration::from_micros(late.load(Ordering::SeqCst))).await;
            if to_asker.write_all(&piece[..length]).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        _ = questions => {}
        () = answers => {}
    }
}
