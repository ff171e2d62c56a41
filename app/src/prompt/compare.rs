//! Two texts side by side, as one list of lines: each says in words and with a sign what became of it.

use super::line_diff::{Line, line_diff};
use leptos::prelude::*;

/// Lines around a change that stay visible.
const AROUND: usize = 3;

/// The lines between two texts.
#[component]
pub(super) fn Compare(
    /// The heading.
    title: String,
    older: String,
    newer: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let lines = line_diff(&older, &newer);
    let gone = lines
        .iter()
        .filter(|it| matches!(it, Line::Gone(_)))
        .count();
    let new = lines.iter().filter(|it| matches!(it, Line::New(_))).count();
    let count = match (gone, new) {
        (0, 0) => "They say the same.".to_owned(),
        (gone, new) => format!("{} removed, {} added.", lines_of(gone), lines_of(new)),
    };
    let rows = runs(&lines).into_iter().map(run).collect_view();
    view! {
        <section class="panel" aria-labelledby="compare-heading" id="compare">
            <div class="panel-head">
                <h2 id="compare-heading">{title}</h2>
                <span class="hint">{count}</span>
            </div>
            <div class="diff" tabindex="0" role="region" aria-label="Changes, line by line">
                <ol>{rows}</ol>
            </div>
            {children.map(|children| view! { <div class="panel-foot">{children()}</div> })}
        </section>
    }
}

fn lines_of(count: usize) -> String {
    match count {
        1 => "1 line".to_owned(),
        count => format!("{count} lines"),
    }
}

/// Lines as they are shown: one by one, or so many that did not change.
#[derive(Debug, PartialEq, Eq)]
enum Run<'a> {
    Line(Line<'a>),
    Unchanged(usize),
}

/// Leaves out what did not change and is not near a change.
fn runs<'a>(lines: &[Line<'a>]) -> Vec<Run<'a>> {
    let changed: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !matches!(line, Line::Same(_)))
        .map(|(at, _)| at)
        .collect();
    let is_near = |at: usize| {
        let from = changed.partition_point(|change| change + AROUND < at);
        changed
            .get(from)
            .is_some_and(|change| *change <= at + AROUND)
    };
    let mut runs = Vec::new();
    let mut left_out = 0;
    for (at, line) in lines.iter().enumerate() {
        if !is_near(at) {
            left_out += 1;
            continue;
        }
        if left_out > 0 {
            runs.push(Run::Unchanged(left_out));
            left_out = 0;
        }
        runs.push(Run::Line(*line));
    }
    if left_out > 0 {
        runs.push(Run::Unchanged(left_out));
    }
    runs
}

fn run(run: Run<'_>) -> AnyView {
    match run {
        Run::Line(Line::Same(text)) => {
            view! { <li class="same"><span class="sign" aria-hidden="true"></span><span>{shown(text)}</span></li> }
                .into_any()
        }
        Run::Line(Line::Gone(text)) => view! {
            <li class="gone">
                <span class="sign" aria-hidden="true">"−"</span>
                <span class="sr-only">"Removed: "</span>
                <del>{shown(text)}</del>
            </li>
        }
        .into_any(),
        Run::Line(Line::New(text)) => view! {
            <li class="new">
                <span class="sign" aria-hidden="true">"+"</span>
                <span class="sr-only">"Added: "</span>
                <ins>{shown(text)}</ins>
            </li>
        }
        .into_any(),
        Run::Unchanged(count) => {
            view! { <li class="unchanged">{lines_of(count)} " unchanged"</li> }.into_any()
        }
    }
}

/// An empty line keeps its height.
fn shown(text: &str) -> String {
    if text.is_empty() {
        "\u{a0}".to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Run, runs};
    use crate::prompt::line_diff::{Line, line_diff};

    #[test]
    fn what_is_far_from_a_change_is_counted() {
        let older: Vec<String> = (0..20).map(|at| at.to_string()).collect();
        let newer = older.join("\n").replace("\n10\n", "\nten\n");
        let older = older.join("\n");
        let lines = line_diff(&older, &newer);
        let told = runs(&lines);
        assert_eq!(told.first(), Some(&Run::Unchanged(7)));
        assert_eq!(told.get(1), Some(&Run::Line(Line::Same("7"))));
        assert_eq!(told.last(), Some(&Run::Unchanged(6)));
        assert_eq!(told.len(), 2 + 3 + 2 + 3);
        assert_eq!(runs(&line_diff("a\nb", "a\nb")), [Run::Unchanged(2)]);
    }
}
