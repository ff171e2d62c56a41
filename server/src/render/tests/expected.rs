//! Markdown and the HTML it becomes.

use super::{html, markdown};

#[test]
fn text_and_emphasis() {
    let cases = [
        (
            "Hello *you* and **me**",
            "<p>Hello <em>you</em> and <strong>me</strong></p>",
        ),
        ("~~gone~~", "<p><del>gone</del></p>"),
        ("a `x < y` b", "<p>a <code>x &lt; y</code> b</p>"),
        (
            "# One\n\n## Two\n\n###### Six",
            "<h3>One</h3><h4>Two</h4><h6>Six</h6>",
        ),
        ("a  \nb", "<p>a<br>b</p>"),
        ("a\nb", "<p>a\nb</p>"),
        ("> q\n> r", "<blockquote><p>q\nr</p></blockquote>"),
        ("---", "<hr>"),
        ("a<br>b", "<p>a<br>b</p>"),
        ("&amp; &copy; &#60;", "<p>&amp; © &lt;</p>"),
        ("it costs $5 or $10", "<p>it costs $5 or $10</p>"),
        ("between $5-$10", "<p>between $5-$10</p>"),
        ("2*3 and 4*5", "<p>2<em>3 and 4</em>5</p>"),
        ("snake_case_name", "<p>snake_case_name</p>"),
    ];
    for (text, expected) in cases {
        assert_eq!(html(text), expected, "{text}");
    }
}

#[test]
fn lists() {
    let cases = [
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>"),
        ("1. a\n   - b", "<ol><li>a<ul><li>b</li></ul></li></ol>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        (
            "- [x] done\n- [ ] open",
            "<ul><li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"Done\"> \
             done</li><li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"To do\"> \
             open</li></ul>",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(html(text).replace('\n', ""), expected, "{text}");
    }
}

#[test]
fn links_show_where_they_lead() {
    let attributes = "rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\"";
    let cases = [
        (
            "[docs](https://example.com/a)",
            format!(
                "<p><a href=\"https://example.com/a\" {attributes}>docs<span class=\"link-host\">example.com</span></a></p>"
            ),
        ),
        (
            "[example.com](https://example.com/)",
            format!("<p><a href=\"https://example.com/\" {attributes}>example.com</a></p>"),
        ),
        (
            "see https://example.com/x_y_z, ok",
            format!(
                "<p>see <a href=\"https://example.com/x_y_z\" {attributes}>https://example.com/x_y_z</a>, ok</p>"
            ),
        ),
        (
            "(https://example.com/a(b))",
            format!(
                "<p>(<a href=\"https://example.com/a(b)\" {attributes}>https://example.com/a(b)</a>)</p>"
            ),
        ),
        (
            "<mailto:a@b.example>",
            format!("<p><a href=\"mailto:a@b.example\" {attributes}>mailto:a@b.example</a></p>"),
        ),
        (
            "[https://bank.example](https://evil.example)",
            format!(
                "<p><a href=\"https://evil.example/\" {attributes}>https://bank.example<span class=\"link-host\">evil.example</span></a></p>"
            ),
        ),
        (
            "[https://bank.example/evil.example](https://evil.example)",
            format!(
                "<p><a href=\"https://evil.example/\" {attributes}>https://bank.example/evil.example<span class=\"link-host\">evil.example</span></a></p>"
            ),
        ),
        ("[here](/admin)", "<p>here</p>".to_owned()),
        ("[x](#top)", "<p>x</p>".to_owned()),
        ("[x](ftp://a.example)", "<p>x</p>".to_owned()),
        (
            "[a][1]\n\n[1]: https://example.com",
            format!(
                "<p><a href=\"https://example.com/\" {attributes}>a<span class=\"link-host\">example.com</span></a></p>"
            ),
        ),
        (
            "[r]: https://example.com\n\nfirst\n\n[R]",
            format!(
                "<p>first</p><p><a href=\"https://example.com/\" {attributes}>R<span class=\"link-host\">example.com</span></a></p>"
            ),
        ),
        (
            "![a cat](https://img.example/c.png?q=1)",
            "<p><span class=\"blocked-image\">a cat (image from img.example)</span></p>".to_owned(),
        ),
        (
            "![](data:image/png;base64,AAAA)",
            "<p><span class=\"blocked-image\">(image)</span></p>".to_owned(),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(html(text), expected, "{text}");
    }
}

#[test]
fn code_keeps_its_language_and_colours() {
    assert_eq!(
        html("```rust\nlet x = 1;\n```\n"),
        "<figure class=\"code\" data-lang=\"rust\"><figcaption>rust</figcaption><pre tabindex=\"0\">\
         <code><span class=\"k\">let</span> x <span class=\"o\">=</span> <span class=\"n\">1</span>\
         <span class=\"p\">;</span>\n</code></pre></figure>"
    );
    let plain = "<figure class=\"code\" data-lang=\"\"><figcaption>text</figcaption>\
                 <pre tabindex=\"0\"><code>a\n</code></pre></figure>";
    for text in [
        "```\na\n```",
        "~~~~\na\n~~~~~\n",
        "    a\n",
        "```\"><script>\na\n```",
    ] {
        assert_eq!(html(text), plain, "{text}");
    }
    // In a list the parser reads the fence, at the top level the stream does: same result.
    let nested = html("- x\n\n  ```py\n  a\n  ```\n");
    assert!(
        nested.contains("data-lang=\"py\"") && nested.contains("<code>a\n</code>"),
        "{nested}"
    );
}

#[test]
fn tables_scroll_and_align_numbers() {
    assert_eq!(
        html("| Item | Cost |\n|---|---|\n| Tea | $ 1.20 |\n| Pot | 30 |\n"),
        "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\
         <thead><tr><th scope=\"col\">Item</th><th scope=\"col\" class=\"num\">Cost</th></tr></thead>\
         <tbody><tr><td>Tea</td><td class=\"num\">$ 1.20</td></tr>\
         <tr><td>Pot</td><td class=\"num\">30</td></tr></tbody></table></div>"
    );
    let right = html("| a |\n|--:|\n| x |\n");
    assert!(right.contains("<td class=\"num\">x</td>"), "{right}");
    assert!(html("| a |\n|---|\n").ends_with("</thead></table></div>"));
}

#[test]
fn math_becomes_mathml_or_shows_its_source() {
    let inline = html("Let $x^2$ be");
    assert!(
        inline.contains("<span class=\"math\"><math display=\"inline\"><msup>"),
        "{inline}"
    );
    assert_eq!(html("Let \\(x^2\\) be"), inline);
    let block = html("$$\n\\frac{a}{b}\n+ c\n$$\n");
    assert!(
        block.starts_with("<div class=\"math-block\" tabindex=\"0\"><math"),
        "{block}"
    );
    assert!(
        block.contains("<mfrac>") && !block.contains("<ul>"),
        "{block}"
    );
    assert_eq!(html("\\[\n\\frac{a}{b}\n+ c\n\\]\n"), block);
    for bad in [
        "\\nosuchcommand{",
        "\\href{javascript:alert(1)}{x}",
        "\\includegraphics{x.png}",
    ] {
        let shown = html(&format!("$${bad}$$"));
        assert!(!shown.contains("<math"), "{bad}: {shown}");
        assert!(shown.contains("class=\"math-source\""), "{bad}: {shown}");
    }
    assert!(!html("$\\color{red} x$").contains("style"));
}

#[test]
fn blocks_are_cut_where_a_reader_would() {
    let text = "# T\n\nPara one\nstill one\n\n- a\n- b\n\n1. x\n\n> q\n\n```\ncode\n\nmore\n```\n\n| a |\n|-|\n| b |\n\n$$\nx\n$$\nend";
    assert_eq!(markdown(text).len(), 9);
    assert!(markdown("").is_empty() && markdown("\n \n\n").is_empty());
    assert_eq!(markdown("a\r\n\r\nb\rc"), ["<p>a</p>", "<p>b\nc</p>"]);
}
