//! Colours for code, line by line.
//!
//! Owns a small scanner that knows the lexical shape of common languages: comments, strings,
//! numbers, keywords. It keeps one small state between lines, so a growing block never has to be
//! read again, and it looks at every byte a bounded number of times, so no input makes it slow.
//! It refuses to understand more than that: grammar-driven highlighters cost regular expressions
//! whose running time an answer could choose.

mod grammar;
mod languages;
mod markup;
mod scan;

use super::escape::push_text;
use grammar::Grammar;

/// Class names of tokens, as the style sheet knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Nothing special: no element is written.
    Plain,
    /// Keyword.
    Keyword,
    /// String or character.
    Text,
    /// Comment.
    Comment,
    /// Number or constant.
    Number,
    /// Type, key, attribute, variable.
    Type,
    /// Function.
    Function,
    /// Operator.
    Operator,
    /// Punctuation.
    Punctuation,
}

impl Token {
    const fn class(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Keyword => Some("k"),
            Self::Text => Some("s"),
            Self::Comment => Some("c"),
            Self::Number => Some("n"),
            Self::Type => Some("t"),
            Self::Function => Some("f"),
            Self::Operator => Some("o"),
            Self::Punctuation => Some("p"),
        }
    }
}

/// Longest code that is coloured, in bytes of one block; what follows is plain. Colours multiply
/// the size of what is sent.
const COLOURED_MAX_BYTES: usize = 64 * 1024;

/// Reads the lines of one code block from the first to the last.
#[derive(Clone, Debug)]
pub(super) struct Highlighter {
    grammar: Option<&'static Grammar>,
    state: State,
    coloured: usize,
}

/// What a line inherits from the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Normal,
    /// In a block comment, so many deep.
    Comment(u32),
    /// In the string opened by this rule of the grammar.
    Text(usize),
    /// Inside `<…>`.
    Tag,
}

impl Highlighter {
    /// A highlighter for the language named in an info string; unknown names are plain.
    pub(super) fn new(language: &str) -> Self {
        Self {
            grammar: languages::find(language),
            state: State::Normal,
            coloured: 0,
        }
    }

    /// Appends `line` (with or without its line end) as escaped HTML with spans.
    pub(super) fn push_line(&mut self, out: &mut String, line: &str) {
        self.coloured = self.coloured.saturating_add(line.len());
        let Some(grammar) = self.grammar.filter(|_| self.coloured <= COLOURED_MAX_BYTES) else {
            push_text(out, line);
            return;
        };
        let (content, end) = match line.strip_suffix('\n') {
            Some(content) => (content, "\n"),
            None => (line, ""),
        };
        let mut spans = Spans::new(out);
        self.state = if grammar.markup {
            markup::scan(self.state, content, &mut spans)
        } else {
            scan::scan(grammar, self.state, content, &mut spans)
        };
        spans.end();
        out.push_str(end);
    }

    /// Appends a whole text.
    pub(super) fn push_all(&mut self, out: &mut String, code: &str) {
        for line in code.split_inclusive('\n') {
            self.push_line(out, line);
        }
    }
}

/// Writes tokens; neighbours of one class share an element.
struct Spans<'a> {
    out: &'a mut String,
    open: Token,
}

impl<'a> Spans<'a> {
    const fn new(out: &'a mut String) -> Self {
        Self {
            out,
            open: Token::Plain,
        }
    }

    fn push(&mut self, token: Token, text: &str) {
        if text.is_empty() {
            return;
        }
        if token != self.open {
            self.end();
            if let Some(class) = token.class() {
                self.out.push_str("<span class=\"");
                self.out.push_str(class);
                self.out.push_str("\">");
            }
            self.open = token;
        }
        push_text(self.out, text);
    }

    fn end(&mut self) {
        if self.open != Token::Plain {
            self.out.push_str("</span>");
            self.open = Token::Plain;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Highlighter;

    fn coloured(language: &str, code: &str) -> String {
        let mut out = String::new();
        Highlighter::new(language).push_all(&mut out, code);
        out
    }

    #[test]
    fn tokens_get_their_class() {
        let cases = [
            (
                "rust",
                "fn main() {}",
                r#"<span class="k">fn</span> <span class="f">main</span><span class="p">()</span> <span class="p">{}</span>"#,
            ),
            (
                "rust",
                "&'a str",
                r#"<span class="o">&amp;</span><span class="t">&#39;a</span> <span class="t">str</span>"#,
            ),
            ("rust", "'x'", r#"<span class="s">&#39;x&#39;</span>"#),
            ("python", "# hi", r#"<span class="c"># hi</span>"#),
            (
                "py",
                "x = 0x1F",
                r#"x <span class="o">=</span> <span class="n">0x1F</span>"#,
            ),
            (
                "json",
                r#"{"a": "b"}"#,
                r#"<span class="p">{</span><span class="t">&quot;a&quot;</span><span class="p">:</span> <span class="s">&quot;b&quot;</span><span class="p">}</span>"#,
            ),
            (
                "sql",
                "select 1",
                r#"<span class="k">select</span> <span class="n">1</span>"#,
            ),
            (
                "yaml",
                "a: true",
                r#"<span class="t">a</span><span class="p">:</span> <span class="n">true</span>"#,
            ),
            (
                "html",
                "<b a='c'>x",
                r#"<span class="p">&lt;</span><span class="k">b</span> <span class="t">a</span><span class="o">=</span><span class="s">&#39;c&#39;</span><span class="p">&gt;</span>x"#,
            ),
            ("nonsense", "<b>", "&lt;b&gt;"),
        ];
        for (language, code, expected) in cases {
            assert_eq!(coloured(language, code), expected, "{language}: {code}");
        }
    }

    #[test]
    fn comments_and_strings_span_lines() {
        let html = coloured("c", "/* a\nb */ c");
        assert_eq!(
            html,
            "<span class=\"c\">/* a</span>\n<span class=\"c\">b */</span> c"
        );
        let html = coloured("python", "\"\"\"a\nb\"\"\" c");
        assert!(
            html.ends_with("<span class=\"s\">b&quot;&quot;&quot;</span> c"),
            "{html}"
        );
    }

    #[test]
    fn colours_never_change_the_code() {
        let code = "let s = \"a\\\"<&>\"; // ünï\n/* 'x */ 1..2 `t` #![x] @y $z <a href=\"q\">\n";
        for language in [
            "rust", "js", "bash", "html", "css", "sql", "yaml", "toml", "diff", "x",
        ] {
            let html = coloured(language, code);
            let mut plain = String::new();
            let mut inside = false;
            for character in html.chars() {
                match character {
                    '<' => inside = true,
                    '>' => inside = false,
                    other if !inside => plain.push(other),
                    _ => {}
                }
            }
            let plain = plain
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
            assert_eq!(plain, code, "{language}");
        }
    }
}
