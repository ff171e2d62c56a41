//! Providers that send more than anybody needs: compressed bodies that grow, headers without end, and
//! heads that come a byte at a time. Time and memory stay bounded, and neighbours are answered.

use crate::harness::{House, settings, target};
use crate::upstream::{Act, Upstream, good};
use engine::{Fault, How, Limits};
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(300);
/// What this process may grow by while it is sent far more, in kilobytes.
const MOST_GROWTH_KB: u64 = 192 * 1024;

/// How a turn ends that asks this provider, while another asks a good one.
async fn ends(script: Vec<Act>, limits: Limits) -> How {
    let (bad, neighbour) = (
        Upstream::start(vec![script]).await,
        Upstream::start(vec![good()]).await,
    );
    let mut settings = settings();
    settings.limits = limits;
    let house = House::new(settings);
    let (told, other) = tokio::join!(
        house.ask(vec![target(&bad.base_url(), 7)]),
        house.ask(vec![target(&neighbour.base_url(), 8)]),
    );
    assert_eq!(
        other.ended.how,
        How::Complete,
        "a neighbour was not answered"
    );
    let asked = bad.requests().join("\n").to_lowercase();
    assert!(
        !asked.contains("accept-encoding"),
        "compression is asked for: {asked}"
    );
    told.ended.how
}

fn limits() -> Limits {
    Limits {
        head: Duration::from_secs(20),
        first_text: Duration::from_secs(20),
        total: Duration::from_secs(30),
        ..Limits::default()
    }
}

/// Memory of this process, in kilobytes.
fn memory_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// One megabyte of zeros, a thousand times over, in a stored form that any reader of gzip would unfold.
fn gzip_bomb() -> Vec<u8> {
    // A deflate block of fixed codes that repeats one byte: three bits of header, the byte, then
    // "258 again" as often as is wanted. Written bit by bit, least significant first.
    let mut bits = Bits::default();
    bits.push(0b011, 3);
    bits.push_code(0x30, 8);
    for _ in 0..200_000 {
        // Length 258 is code 285 (fixed code 11000101), distance 1 is code 0.
        bits.push_code(0b1100_0101, 8);
        bits.push_code(0, 5);
    }
    bits.push_code(0, 7);
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    file.extend(bits.bytes);
    file.extend([0; 8]);
    file
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        for index in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = u8::from(value >> index & 1 == 1);
            *self.bytes.last_mut().unwrap() |= bit << (self.used % 8);
            self.used += 1;
        }
    }

    /// Codes of Huffman come most significant bit first.
    fn push_code(&mut self, code: u32, count: u32) {
        for index in (0..count).rev() {
            self.push(code >> index & 1, 1);
        }
    }
}

#[tokio::test]
async fn a_compressed_body_is_not_unfolded() {
    let bomb = gzip_bomb();
    assert!(bomb.len() < 400_000);
    for kind in ["text/event-stream", "application/json"] {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-encoding: gzip\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            bomb.len()
        );
        let before = memory_kb();
        let how = ends(vec![Act::Send(head), Act::Bytes(bomb.clone())], limits()).await;
        assert!(matches!(how, How::Failed(_)), "{kind}: {how:?}");
        let grown = memory_kb().saturating_sub(before);
        assert!(grown < MOST_GROWTH_KB, "{kind}: grew by {grown} kB");
    }
}

#[tokio::test]
async fn headers_without_end_end_the_attempt() {
    let line = format!("x-flood: {}\r\n", "y".repeat(8_000));
    let many = "x-flood: y\r\n".repeat(2_000);
    let long = format!("x-flood: {}\r\n", "y".repeat(2_000_000));
    let start = || Act::Send("HTTP/1.1 200 OK\r\n".to_owned());
    for (what, script) in [
        ("endless", vec![start(), Act::Repeat(line)]),
        ("many", vec![start(), Act::Send(many), Act::AwaitClose]),
        ("long", vec![start(), Act::Send(long), Act::AwaitClose]),
        (
            "no end of a line",
            vec![start(), Act::Repeat("z".repeat(8_000))],
        ),
    ] {
        let before = memory_kb();
        let how = ends(script, limits()).await;
        assert!(
            matches!(how, How::Failed(Fault::ProviderDown | Fault::Timeout)),
            "{what}: {how:?}"
        );
        let grown = memory_kb().saturating_sub(before);
        assert!(grown < MOST_GROWTH_KB, "{what}: grew by {grown} kB");
    }
}

#[tokio::test]
async fn a_head_that_drips_is_not_waited_for() {
    let mut script = vec![Act::Send("HTTP/1.1 200 OK\r\n".to_owned())];
    for _ in 0..400 {
        script.push(Act::Send("x-drip: y\r\n".to_owned()));
        script.push(Act::Wait(SHORT / 6));
    }
    let slow = Limits {
        head: SHORT * 3,
        ..limits()
    };
    assert_eq!(ends(script, slow).await, How::Failed(Fault::Timeout));
}
