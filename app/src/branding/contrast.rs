//! The proof: what was asked for, what is used, and why, for every place where the colours go.

use contract::branding::ContrastLine;
use leptos::prelude::*;

/// The table. The preview sends a fresh one with every look at it.
#[component]
pub(super) fn ContrastTable(lines: Vec<ContrastLine>) -> impl IntoView {
    let shifted = lines.iter().filter(|line| line.is_shifted()).count();
    let summary = match shifted {
        0 => "Your colour is used as it is everywhere.".to_owned(),
        1 => "In one place another tone is used; the last column says why.".to_owned(),
        more => format!("In {more} places another tone is used; the last column says why."),
    };
    let rows = lines.into_iter().map(row).collect_view();
    view! {
        <section class="panel" id="contrast" aria-labelledby="contrast-heading">
            <div class="panel-head"><h2 id="contrast-heading">"Contrast"</h2><p class="hint">{summary}</p></div>
            <div class="table-panel" tabindex="0" role="region" aria-label="Contrast of the colours">
                <table class="records contrast">
                    <thead>
                        <tr>
                            <th scope="col">"Where"</th>
                            <th scope="col">"Asked"</th>
                            <th scope="col">"Used"</th>
                            <th scope="col" class="number">"Needed"</th>
                            <th scope="col">"Why"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

fn row(line: ContrastLine) -> impl IntoView {
    let why = why(&line);
    view! {
        <tr>
            <th scope="row">{line.place}</th>
            <td><Swatch colour=line.asked against=line.against.clone()/> <span class="tone-ratio">{line.ratio_asked} ":1"</span></td>
            <td><Swatch colour=line.used against=line.against/> <span class="tone-ratio">{line.ratio_used} ":1"</span></td>
            <td class="number">{line.least} ":1"</td>
            <td>{why}</td>
        </tr>
    }
}

fn why(line: &ContrastLine) -> &'static str {
    let ratio = |text: &str| text.parse::<f64>().unwrap_or_default();
    if !line.is_shifted() {
        "As asked."
    } else if line.place.ends_with("sign-in, dark") {
        "A bright surface would glare at night, so it steps back."
    } else if ratio(&line.ratio_asked) < ratio(&line.least) {
        "Too close to what it stands on. Its lightness moved until it can be read; the hue is yours."
    } else {
        "Moved along with the colour of links, so that both are one."
    }
}

/// A colour on what it stands on, with its name.
#[component]
pub(super) fn Swatch(colour: String, #[prop(optional)] against: String) -> impl IntoView {
    let ground = if against.is_empty() {
        colour.clone()
    } else {
        against
    };
    view! {
        <span class="tone">
            <svg viewBox="0 0 28 18" width="28" height="18" aria-hidden="true">
                <rect width="28" height="18" rx="4" fill=ground/>
                <rect x="6" y="4" width="16" height="10" rx="2" fill=colour.clone()/>
            </svg>
            <code>{colour}</code>
        </span>
    }
}
