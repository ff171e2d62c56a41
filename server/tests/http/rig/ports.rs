//! Ports for programs that are told theirs.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};

/// Below what the system gives to connections that go out (32768 and more on Linux): a port out of that range
/// may be somebody's between our look and the start of the program that was told it.
const FIRST: u32 = 10_000;
const COUNT: u32 = 20_000;

static TAKEN: AtomicU32 = AtomicU32::new(0);

/// A loopback address nobody listens on, over TCP and UDP, and that this process does not name twice. Test
/// processes that run at once begin at different places.
pub(crate) fn free_address() -> SocketAddr {
    let begin = std::process::id().wrapping_mul(97);
    for _ in 0..COUNT {
        let step = TAKEN.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + begin.wrapping_add(step) % COUNT;
        let address = SocketAddr::from(([127, 0, 0, 1], u16::try_from(port).unwrap()));
        if TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no port is free on loopback");
}
