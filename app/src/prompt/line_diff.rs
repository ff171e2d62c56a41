//! Two texts line by line: what is in both, what is gone, what is new. Pure, so that it can be tested.

/// Most places compared at once; larger middles are told as gone and new whole. Bounds a page to a few
/// megabytes and milliseconds whatever it is asked to compare.
const MOST_CELLS: usize = 4_000_000;

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// In both.
    Same(&'a str),
    /// In the older one alone.
    Gone(&'a str),
    /// In the newer one alone.
    New(&'a str),
}

/// From `older` to `newer`, by a longest common subsequence of their lines; of a changed place, what is
/// gone comes before what is new.
pub(super) fn line_diff<'a>(older: &'a str, newer: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<_>, Vec<_>) = (older.lines().collect(), newer.lines().collect());
    let same = |(one, other): &(&&str, &&str)| one == other;
    let head = old.iter().zip(&new).take_while(same).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let pairs = old_rest.iter().rev().zip(new_rest.iter().rev());
    let tail = pairs.take_while(same).count();
    let (old_middle, old_tail) = old_rest.split_at(old_rest.len() - tail);
    let new_middle = &new_rest[..new_rest.len() - tail];
    let mut lines: Vec<Line<'a>> = old[..head].iter().map(|line| Line::Same(line)).collect();
    lines.extend(middle(old_middle, new_middle));
    lines.extend(old_tail.iter().map(|line| Line::Same(line)));
    lines
}

fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let width = new.len() + 1;
    let cells = (old.len() + 1).saturating_mul(width);
    if cells > MOST_CELLS {
        let gone = old.iter().map(|line| Line::Gone(line));
        return gone.chain(new.iter().map(|line| Line::New(line))).collect();
    }
    // Length of the longest common subsequence of what is left from each place on.
    let mut longest = vec![0_u32; cells];
    for (at, one) in old.iter().enumerate().rev() {
        for (to, other) in new.iter().enumerate().rev() {
            longest[at * width + to] = if one == other {
                longest[(at + 1) * width + to + 1] + 1
            } else {
                longest[(at + 1) * width + to].max(longest[at * width + to + 1])
            };
        }
    }
    let mut lines = Vec::with_capacity(old.len() + new.len());
    let (mut at, mut to) = (0, 0);
    while at < old.len() || to < new.len() {
        let (one, other) = (old.get(at), new.get(to));
        match (one, other) {
            (Some(one), Some(other)) if one == other => {
                lines.push(Line::Same(one));
                (at, to) = (at + 1, to + 1);
            }
            (Some(one), other)
                if other.is_none()
                    || longest[(at + 1) * width + to] >= longest[at * width + to + 1] =>
            {
                lines.push(Line::Gone(one));
                at += 1;
            }
            (_, Some(other)) => {
                lines.push(Line::New(other));
                to += 1;
            }
            (_, None) => break,
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::Line::{Gone, New, Same};
    use super::line_diff;

    #[test]
    fn what_is_in_both_stays_where_it_is() {
        assert_eq!(
            line_diff("one\ntwo\nthree\nfour", "one\n2\nthree\nfour\nfive"),
            [
                Same("one"),
                Gone("two"),
                New("2"),
                Same("three"),
                Same("four"),
                New("five")
            ]
        );
        assert_eq!(line_diff("same", "same"), [Same("same")]);
        assert_eq!(line_diff("", "a\nb"), [New("a"), New("b")]);
        assert_eq!(line_diff("a\nb", ""), [Gone("a"), Gone("b")]);
        assert_eq!(
            line_diff("a\na\na", "a\na"),
            [Same("a"), Same("a"), Gone("a")]
        );
    }

    /// Whatever the texts are, both can be read out of what is told.
    #[test]
    fn both_texts_can_be_read_out_of_it() {
        let words = ["a", "b", "c", ""];
        let mut state = 7_u32;
        let mut next = |most: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % most
        };
        for _ in 0..2_000 {
            let mut text = || {
                let lines: Vec<&str> = (0..next(9)).map(|_| words[next(4) as usize]).collect();
                lines.join("\n")
            };
            let (older, newer) = (text(), text());
            let told = line_diff(&older, &newer);
            let read = |keep_gone: bool| -> Vec<&str> {
                let kept = told.iter().filter_map(|line| match *line {
                    Same(line) => Some(line),
                    Gone(line) => keep_gone.then_some(line),
                    New(line) => (!keep_gone).then_some(line),
                });
                kept.collect()
            };
            assert_eq!(read(true), older.lines().collect::<Vec<_>>());
            assert_eq!(read(false), newer.lines().collect::<Vec<_>>());
        }
    }

    #[test]
    fn texts_that_share_nothing_and_are_long_are_told_whole() {
        let many = |word: &str| {
            let lines: Vec<String> = (0..2_100).map(|at| format!("{word}{at}")).collect();
            lines.join("\n")
        };
        let told_of = (many("a"), many("b"));
        let told = line_diff(&told_of.0, &told_of.1);
        assert_eq!(told.len(), 4_200);
        assert!(matches!((told[0], told[4_199]), (Gone("a0"), New("b2099"))));
    }
}
