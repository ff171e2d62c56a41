//! Giving an answer that is there already, at a pace that can be read along.

use crate::event::EngineEvent;
use crate::stream::Outlet;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Time between two pieces.
const STEP: Duration = Duration::from_millis(20);
/// A piece has at least so many bytes, so that a short answer is there sooner.
const SMALLEST: usize = 32;
/// A piece has so many bytes where there is no pace to keep.
const AT_ONCE: usize = 8 * 1024;

/// Gives `text` within `pace`; zero is at once. `false`: it was stopped.
pub(super) async fn replay(text: &str, pace: Duration, outlet: &Outlet) -> bool {
    let steps = usize::try_from(pace.as_millis() / STEP.as_millis()).unwrap_or(usize::MAX);
    let size = match steps {
        0 => AT_ONCE,
        steps => text.len().div_ceil(steps).max(SMALLEST),
    };
    let mut due = Instant::now();
    for piece in pieces(text, size) {
        let sent = async {
            if steps > 0 {
                sleep_until(due).await;
            }
            outlet.send(EngineEvent::Text(piece.to_owned())).await
        };
        let going_on = tokio::select! {
            biased;
            () = outlet.stop().cancelled() => false,
            sent = sent => sent,
        };
        if !going_on {
            return false;
        }
        due += STEP;
    }
    true
}

/// Pieces of about `size` bytes that end where a word does, if one does soon.
fn pieces(text: &str, size: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let least = rest.ceil_char_boundary(size);
        let most = rest.floor_char_boundary(size * 2).max(least);
        let word = rest[least..most].find(char::is_whitespace);
        let (piece, tail) = rest.split_at(word.map_or(least, |at| least + at));
        rest = tail;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn pieces_lose_nothing_and_cut_no_character() {
        for text in [
            "",
            "a",
            "ein Wort, zwei Wörter, drei",
            "éééééééééé",
            "   ",
            "🦀🦀🦀",
        ] {
            for size in [1, 2, 3, 5, 100] {
                let pieces: Vec<&str> = pieces(text, size).collect();
                assert_eq!(pieces.concat(), text);
                assert!(pieces.iter().all(|piece| !piece.is_empty()));
            }
        }
        let pieces: Vec<&str> = pieces("one two three", 3).collect();
        assert_eq!(pieces, ["one", " two", " th", "ree"]);
    }
}
