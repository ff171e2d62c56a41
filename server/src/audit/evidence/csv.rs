//! Tables as text that spreadsheets open (RFC 4180). Refuses to let a cell be a formula: what people typed
//! must not run where an auditor opens it.

use std::fmt::Write as _;

/// Adds one row.
pub(super) fn row(text: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        write_cell(text, cell);
    }
    text.push_str("\r\n");
}

fn write_cell(text: &mut String, cell: &str) {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if runs { "'" } else { "" };
    if cell.contains(['"', ',', '\n', '\r']) {
        let _ = write!(text, "\"{guard}{}\"", cell.replace('"', "\"\""));
    } else {
        text.push_str(guard);
        text.push_str(cell);
    }
}

/// A moment in RFC 3339, UTC, to the second; empty for none.
pub(super) fn moment(ms: Option<i64>) -> String {
    let at = ms.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    at.map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{moment, row};

    #[test]
    fn cells_are_quoted_where_they_must_be_and_never_run() {
        let mut text = String::new();
        row(
            &mut text,
            &["plain", "a, b", "say \"so\"", "=1+1", "-5,x", ""],
        );
        assert_eq!(
            text,
            "plain,\"a, b\",\"say \"\"so\"\"\",'=1+1,\"'-5,x\",\r\n"
        );
    }

    #[test]
    fn moments_are_told_in_utc() {
        assert_eq!(moment(Some(1_764_000_000_000)), "2025-11-24T16:00:00Z");
        assert_eq!(moment(None), "");
    }
}
