//! Whole answers as models write them, seen at every moment of their growth.

use super::elements::assert_safe;
use super::{html, screen, visible};

const ANSWERS: [&str; 4] = [
    "## Side by side\n\nHere is **what matters**, in `short`:\n\n| | Offer A | Offer B |\n|--|:-:|--:|\n\
     | Price per month | $ 240 | $ 310 |\n| Set-up | **2 weeks** | 3 days |\n| Formula | $a^2$ | `x` |\n\n\
     - **A is cheaper only on paper.** Leaving costs [more](https://example.com/a).\n- B starts sooner.\n\
     \x20 - Nested **point**\n  - Another\n- Neither contains training.\n\n> Ask *both* in writing.\n\nDone.",
    "Sure! To install it:\n\n1. **Clone** the code:\n\n   ```bash\n   git clone https://example.com/x.git\n   cd x\n   \
     ```\n\n2. Build it:\n\n   ```rust\n   fn main() {\n       let a = \"**\";\n   }\n   ```\n\n3. Run `x --help`.\n\n\
     ---\n\n### Notes\n\n* It needs ~5 minutes & 2 GB.\n* See ![shot](https://img.example/a.png) too.\n\nAnything else?",
    "The roots are \\( x_1 \\) and \\( x_2 \\):\n\n\\[\nx = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}\n\\]\n\nIf $\\Delta > 0$, \
     then **two** roots.\n\n$$\n\\begin{aligned}\na &= b \\\\\n+ c &= d\n\\end{aligned}\n$$\n\nSo _that_ is it: ~~no~~ yes. \
     It costs $5, not $10.",
    "# Plan\n\nShort intro\nover two lines.\n\nGoals\n-----\n\n- [ ] Write **tests**\n- [x] Read `docs`\n\n\
     | $n$ | Sum |\n|--:|--:|\n| 1 | 1.5 |\n| 2 | 3 |\n\n```json\n{\n  \"a\": [1, 2],\n  \"b\": null\n}\n```\n\n\
     > **Note:** a quote with a list\n>\n> - one\n> - two\n\n***bold and thin***, **bold *and* thin**, and `` a`b ``.\n\n\
     <https://example.com> https://example.org/path_(x). End",
];

/// What no moment of any of them may show outside code.
const MARKS: [&str; 18] = [
    "**", "](", "```", "$$", "|-", "| ", "##", "\\(", "\\[", "[ ]", "[x]", "![", "~~", "___", "--",
    "\u{e0f0}", "[W", "$\\",
];

/// `html` without what stands in code blocks.
fn without_code(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("<pre") {
        out.push_str(&rest[..at]);
        rest = rest[at..].split_once("</pre>").map_or("", |it| it.1);
    }
    out.push_str(rest);
    out
}

#[test]
fn answers_grow_without_showing_their_marks() {
    for answer in ANSWERS {
        let whole = visible(&without_code(&html(answer)));
        for mark in MARKS {
            let shown = whole.contains(mark) && !(mark == "--" && answer.contains("--help"));
            assert!(!shown, "{mark} in the finished answer: {whole}");
        }
        for (end, _) in answer.char_indices() {
            let shown = screen(&answer[..end]);
            assert_safe(&shown, &answer[..end]);
            let text = visible(&without_code(&shown));
            for mark in MARKS {
                let help = mark == "--" && text.contains("x --");
                assert!(
                    !text.contains(mark) || help,
                    "{mark} after {:?}: {shown}",
                    &answer[..end]
                );
            }
        }
    }
}

#[test]
fn answers_do_not_jump_back() {
    // What has been read stays: from one character to the next, at most the last few words of the
    // open block may be taken back (a marker turning out to be text, a word becoming a formula).
    for answer in ANSWERS {
        let mut before = 0;
        for (end, _) in answer.char_indices() {
            let length = visible(&screen(&answer[..end])).chars().count();
            assert!(
                length + 60 >= before,
                "after {:?}: {before} to {length}",
                &answer[..end]
            );
            before = length;
        }
    }
}
