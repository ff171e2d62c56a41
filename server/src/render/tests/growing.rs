//! Growing answers: any split gives the same blocks, frozen blocks stay, and nothing half-written
//! is seen.

use proptest::prelude::*;

use super::elements::assert_safe;
use super::{StreamRenderer, html, markdown, screen, visible};

/// Texts, and characters that no prefix of them may ever show.
const SAMPLES: [(&str, &str); 30] = [
    ("Some **bold** and *thin* and ***both*** words", "*"),
    ("Some __bold__ and _thin_ words", "_"),
    ("Mixed **bold with *thin* inside** after", "*"),
    ("A `code` span and ``two ` ticks`` here, done", "*"),
    ("Some `code` only", "`"),
    ("Gone ~~struck~~ words", "~"),
    ("Read [the guide](https://example.com/a_b?c=d) now", "[]()"),
    (
        "Read [the **bold** guide](https://example.com/guide \"Title\") now",
        "[]()*\"",
    ),
    ("See ![a chart](https://img.example/chart.png) there", "![]"),
    ("Site <https://example.com/path> there", "<>"),
    ("Fish &amp; chips &lt;3", ";"),
    ("Area $a^2 + b^2$ done", "$"),
    ("Area \\(a + b\\) done", "\\()$"),
    ("Block:\n\n$$\na + b\n$$\n\nafter", "$"),
    ("Block:\n\n\\[\na + b\n\\]\n\nafter", "\\[]$"),
    ("Inline display $$a+b$$ done", "$"),
    ("# Title\n\nText\n\n## Next one\n\nMore", "#"),
    ("Heading\n=======\n\nText\n\nSecond\n---\n\nEnd", "=-"),
    ("- one\n- two\n  - three\n- four", "-"),
    ("* one\n* **two**\n* three", "*"),
    ("1. one\n2. two\n10. three", "120."),
    ("- [ ] open\n- [x] done", "[]-"),
    ("> quote **bold**\n> more\n\nafter", ">*"),
    (
        "| Name | Cost |\n|:-----|-----:|\n| Tea | 12 |\n| **Pot** | 3 |\n\nafter",
        "|:-*",
    ),
    ("Intro line\n\n| A | B |\n| --- | --- |\n| x | y |\n", "|-"),
    ("Text\n\n```rust\nfn main() {}\n```\n\nafter", "`"),
    ("Text\n\n~~~\nplain\n~~~\n\nafter", "~"),
    ("- item\n\n  ```js\n  let a\n  ```\n- next", "`-"),
    ("One\n\n---\n\nTwo\n\n***\n\nThree", "-*"),
    (
        "Line with **bold\nover two** lines and `code\nover two` too",
        "*`",
    ),
];

fn prefixes(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.map(|end| &text[..end])
}

#[test]
fn unfinished_markup_is_never_seen() {
    for (text, forbidden) in SAMPLES {
        assert!(
            !visible(&html(text)).contains(|it| forbidden.contains(it)),
            "the sample itself shows its marks: {text:?} {}",
            html(text)
        );
        for prefix in prefixes(text) {
            let shown = screen(prefix);
            assert_safe(&shown, prefix);
            assert!(
                !visible(&shown).contains(|it| forbidden.contains(it)),
                "{prefix:?} shows {shown}"
            );
        }
    }
}

#[test]
fn no_half_written_address_can_be_followed() {
    for text in [
        "Read [the guide](https://example.com/long/path) now",
        "Bare https://example.com/long/path there",
        "Angle <https://example.com/long/path> there",
    ] {
        for prefix in prefixes(text) {
            for (at, _) in screen(prefix).match_indices("href=\"") {
                let shown = screen(prefix);
                let href = &shown[at + 6..];
                assert!(
                    href.starts_with("https://example.com/long/path\""),
                    "{prefix:?}: {shown}"
                );
            }
        }
    }
}

#[test]
fn expected_pairs_of_text_and_screen() {
    let cases = [
        ("**bo", "<p><strong>bo</strong></p>"),
        ("text **", "<p>text</p>"),
        ("text **bold*", "<p>text <strong>bold</strong></p>"),
        ("a *b **c", "<p>a <em>b <strong>c</strong></em></p>"),
        ("`co", "<p><code>co</code></p>"),
        ("[te", "<p>te</p>"),
        ("[text](htt", "<p>text</p>"),
        ("go ![alt](ht", "<p>go</p>"),
        ("go ![al", "<p>go</p>"),
        ("2 * 3", "<p>2 * 3</p>"),
        ("2*3 ok", "<p>2*3 ok</p>"),
        ("costs $5 and", "<p>costs $5 and</p>"),
        (
            "let $x^",
            "<p>let <code class=\"math-source\">x^</code></p>",
        ),
        (
            "$$\n\\frac{a",
            "<div class=\"math-block\" tabindex=\"0\"><code class=\"math-source\">\\frac{a</code></div>",
        ),
        ("Title\n==", "<p>Title</p>"),
        ("Title\n-", "<p>Title</p>"),
        ("```", ""),
        ("```ru", ""),
        ("``", ""),
        ("#", ""),
        ("1.", ""),
        ("- ", ""),
        ("- [", ""),
        ("<div cla", "<p>&lt;div cla</p>"),
        ("a < b", "<p>a &lt; b</p>"),
        ("AT&T", "<p>AT</p>"),
        ("Hello!", "<p>Hello!</p>"),
        (
            "| a | b",
            "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\
             <thead><tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr></thead></table></div>",
        ),
        (
            "```rust\nlet a\nle",
            "<figure class=\"code\" data-lang=\"rust\"><figcaption>rust</figcaption><pre tabindex=\"0\">\
             <code><span class=\"k\">let</span> a\nle</code></pre></figure>",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(screen(text).replace(" </", "</"), expected, "{text:?}");
    }
}

#[test]
fn a_finished_block_is_frozen_before_the_next_line_ends() {
    let mut renderer = StreamRenderer::new();
    renderer.push("First paragraph.\n\nSecond par");
    assert_eq!(renderer.frozen().len(), 1);
    assert_eq!(&*renderer.open(), "<p>Second par</p>");
    renderer.push("agraph\n\n```rust\nfn a() {}\n```\nBack");
    assert_eq!(renderer.frozen().len(), 3);
    assert_eq!(&*renderer.open(), "<p>Back</p>");
    let (blocks, source) = renderer.finish();
    assert_eq!(blocks.len(), 4);
    assert!(source.starts_with("First") && source.ends_with("Back"));
}

fn pushed(text: &str, cuts: &[usize]) -> Vec<String> {
    let mut renderer = StreamRenderer::new();
    let mut before: Vec<String> = Vec::new();
    let mut from = 0;
    let mut cuts: Vec<usize> = cuts
        .iter()
        .map(|cut| text.floor_char_boundary(cut % (text.len() + 1)))
        .collect();
    cuts.sort_unstable();
    cuts.push(text.len());
    for cut in cuts {
        renderer.push(&text[from..cut]);
        from = cut;
        let frozen: Vec<String> = renderer.frozen().iter().map(ToString::to_string).collect();
        assert!(frozen.starts_with(&before), "a frozen block changed");
        assert_safe(&renderer.open(), text);
        before = frozen;
    }
    let (blocks, _) = renderer.finish();
    let blocks: Vec<String> = blocks.iter().map(ToString::to_string).collect();
    assert!(
        blocks.starts_with(&before),
        "a frozen block changed at the end"
    );
    blocks
}

#[test]
fn one_character_at_a_time_gives_the_same_blocks() {
    for (text, _) in SAMPLES {
        let every: Vec<usize> = (0..=text.len()).collect();
        assert_eq!(pushed(text, &every), markdown(text), "{text:?}");
    }
    // Found by chance: the parser reads the line behind a definition in its own way.
    for text in [
        "aaa\n\n[x]: https://e.example\n    \\(aa1\n\n    \t\t$$a[a\n",
        "[x]: https://e.example\nword   \n1. *  \n\n[x]: https://e.example\n*\n|$$```\n\n---\n1  $$a",
        "- a\n\n[x]: https://e.example\n    b\n\nc\n\n[y]: https://e.example\n",
    ] {
        let every: Vec<usize> = (0..=text.len()).collect();
        assert_eq!(pushed(text, &every), markdown(text), "{text:?}");
    }
    let all = SAMPLES.map(|(text, _)| text).join("\n\n");
    let every: Vec<usize> = (0..=all.len()).collect();
    assert_eq!(pushed(&all, &every), markdown(&all));
}

/// Text made of the pieces Markdown is made of.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "word ",
        "1",
        " ",
        "  ",
        "    ",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "*",
        "**",
        "_",
        "`",
        "```",
        "~~~",
        "~~",
        "$",
        "$$",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "[",
        "]",
        "(",
        ")",
        "![",
        "](",
        "<",
        ">",
        "> ",
        "- ",
        "-",
        "1. ",
        "+ ",
        "# ",
        "=",
        "---\n",
        "===\n",
        "|",
        "| a | b |\n",
        "|---|---|\n",
        "&",
        "&amp;",
        "\\",
        "\"",
        "'",
        "https://example.com/x",
        "javascript:",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "<div>",
        "[x]: https://e.example\n",
        "[x]",
        "- [ ] ",
        "ü",
        "🙂",
        "\u{0}",
        "^",
        "{",
        "}",
        "\\frac",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_of_any_text_gives_the_same_blocks(
        text in markup(),
        cuts in prop::collection::vec(any::<usize>(), 0..12),
    ) {
        let whole = markdown(&text);
        prop_assert_eq!(pushed(&text, &cuts), whole.clone());
        for block in &whole {
            assert_safe(block, &text);
        }
    }

    #[test]
    fn any_characters_give_safe_blocks(text in "\\PC*", tail in "(?s).{0,40}") {
        let text = format!("{text}\n{tail}");
        for block in markdown(&text) {
            assert_safe(&block, &text);
        }
        assert_safe(&screen(&text), &text);
    }
}
