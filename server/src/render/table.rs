//! Tables: which columns hold numbers, and the elements around rows and cells.

use pulldown_cmark::{Alignment, Event, Tag, TagEnd};

/// Opens a table in its own scrolling region.
pub(super) const OPEN: &str = "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" \
                               aria-label=\"Table\"><table>";
/// Closes what [`OPEN`] opened.
pub(super) const CLOSE: &str = "</table></div>";

/// What is known of a table before it is written, and how far writing has come.
#[derive(Debug)]
pub(super) struct TableShape {
    numeric: Vec<bool>,
    head: bool,
    body: bool,
    column: usize,
}

impl TableShape {
    /// Looks through `events` (from behind the table's start) for columns of numbers.
    pub(super) fn of(alignments: &[Alignment], events: &[Event<'_>]) -> Self {
        let mut columns: Vec<Column> = vec![Column::default(); alignments.len()];
        let mut in_head = false;
        let mut column = 0;
        let mut text = String::new();
        for event in events {
            match event {
                Event::Start(Tag::TableHead) => in_head = true,
                Event::End(TagEnd::TableHead) => (in_head, column) = (false, 0),
                Event::End(TagEnd::TableRow) => column = 0,
                Event::Start(Tag::TableCell) => text.clear(),
                Event::Text(part) | Event::Code(part) | Event::InlineMath(part) => {
                    text.push_str(part);
                }
                Event::End(TagEnd::TableCell) => {
                    if let Some(seen) = columns.get_mut(column).filter(|_| !in_head) {
                        seen.count(text.trim());
                    }
                    column += 1;
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        let numeric = alignments
            .iter()
            .zip(columns)
            .map(|(alignment, seen)| *alignment == Alignment::Right || seen.is_numeric())
            .collect();
        Self {
            numeric,
            head: true,
            body: false,
            column: 0,
        }
    }

    /// A body row begins; `true` for the first.
    pub(super) fn next_row(&mut self) -> bool {
        self.head = false;
        self.column = 0;
        !std::mem::replace(&mut self.body, true)
    }

    /// Opening and closing tag of the next cell.
    pub(super) fn next_cell(&mut self) -> (&'static str, &'static str) {
        let numeric = self.numeric.get(self.column).copied().unwrap_or(false);
        self.column += 1;
        match (self.head, numeric) {
            (true, true) => ("<th scope=\"col\" class=\"num\">", "</th>"),
            (true, false) => ("<th scope=\"col\">", "</th>"),
            (false, true) => ("<td class=\"num\">", "</td>"),
            (false, false) => ("<td>", "</td>"),
        }
    }

    /// Whether a body row has been written.
    pub(super) const fn has_body(&self) -> bool {
        self.body
    }
}

#[derive(Clone, Debug, Default)]
struct Column {
    numbers: usize,
    words: usize,
}

impl Column {
    fn count(&mut self, cell: &str) {
        if cell.is_empty() || matches!(cell, "-" | "–" | "—" | "n/a") {
            return;
        }
        if is_number(cell) {
            self.numbers += 1;
        } else {
            self.words += 1;
        }
    }

    const fn is_numeric(&self) -> bool {
        self.numbers > 0 && self.words == 0
    }
}

/// `1,234.50`, `-3 %`, `$ 12`, `1e9`, `€5`: digits with at most a short unit of signs around.
fn is_number(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    digits > 0
        && cell.chars().count() <= 24
        && cell.chars().all(|it| {
            it.is_ascii_digit() || it.is_whitespace() || "+-−.,'%‰$€£¥~≈×eE()/:".contains(it)
        })
        && !cell.contains("//")
}
