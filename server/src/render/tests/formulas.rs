//! Formulas: whatever is written between the dollars, the result is known `MathML` or its source.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::elements::assert_safe;
use super::html;
use crate::render::math;

fn latex() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "1",
        " ",
        "{",
        "}",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "^",
        "_",
        "'",
        "&",
        "\\\\",
        "\\frac",
        "\\sqrt",
        "\\sum",
        "\\int_0^1",
        "\\left(",
        "\\right)",
        "\\left.",
        "\\middle|",
        "\\text{<b>}",
        "\\begin{matrix}",
        "\\end{matrix}",
        "\\begin{array}{l|r}",
        "\\end{array}",
        "\\begin{align*}",
        "\\end{align*}",
        "\\begin{cases}",
        "\\end{cases}",
        "\\mathbf",
        "\\color{red}",
        "\\colorbox{red}",
        "\\hat",
        "\\overbrace",
        "\\substack",
        "\\limits",
        "\\not",
        "\\hline",
        "\\tag{1}",
        "\\char`x",
        "\\unicode{3c}",
        "\\rule{1em}{2em}",
        "\\hspace{1em}",
        "\\kern-1em",
        "\\href{x}{y}",
        "\\operatorname{x}",
        "\\overset",
        "\\binom",
        "\\genfrac",
        "\\displaystyle",
        "\\Large",
        "#1",
        "%c\n",
        "<",
        ">",
        "\"",
        "=",
        "+",
        "\\",
        "~",
        "\\,",
        "ü",
        "\u{202e}",
        "\\phantom",
        "\\boxed",
        "\\mathchoice",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_formula_is_drawn_or_shown(latex in latex()) {
        let begun = Instant::now();
        for draw in [math::push_inline, math::push_display_inline, math::push_block] {
            let mut out = String::new();
            draw(&mut out, &latex);
            assert_safe(&out, &latex);
            prop_assert!(!out.contains(" style=") && !out.contains("<merror"));
        }
        prop_assert!(begun.elapsed() < Duration::from_secs(2), "{latex}");
    }

    #[test]
    fn the_gate_lets_nothing_else_through(text in "[<>/=\" a-z&;!-]{0,60}") {
        if let Some(admitted) = math::admit(&format!("<math>{text}</math>")) {
            assert_safe(&admitted, &text);
        }
    }
}

#[test]
fn the_gate_refuses_what_is_not_presentation() {
    for hostile in [
        "<math><script>x</script></math>",
        "<math><annotation-xml><p>x</p></annotation-xml></math>",
        "<math><semantics><mi>x</mi></semantics></math>",
        "<math><maction>x</maction></math>",
        "<math><mglyph src=\"x\"/></math>",
        "<math><mi>x</math>",
        "<math><mi>x</mrow></math>",
        "<math",
        "<math><mi a=x></mi></math>",
        "<math></math></math>",
        "<math><!--x--></math>",
    ] {
        assert_eq!(math::admit(hostile), None, "{hostile}");
    }
    assert_eq!(
        math::admit("<math href=\"javascript:1\" style=\"x\" onload=\"y\" display=\"block\"><mi>&amp;&x;</mi></math>").as_deref(),
        Some("<math display=\"block\"><mi>&amp;&amp;x;</mi></math>")
    );
}

#[test]
fn common_formulas_are_drawn() {
    for latex in [
        "x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}",
        "\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}",
        "\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}",
        "\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}",
        "f(x) = \\begin{cases} 1 & x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}",
        "\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}",
        "\\lim_{x \\to 0} \\frac{\\sin x}{x} = 1",
        "\\mathbb{R}^n, \\mathcal{L}, \\vec{v}, \\hat{y}, \\overline{AB}",
        "P(A \\mid B) = \\frac{P(B \\mid A)\\,P(A)}{P(B)}",
        "V_n = V_0 \\left(1 + \\frac{r}{100}\\right)^n",
    ] {
        let drawn = html(&format!("$$\n{latex}\n$$\n"));
        assert!(
            drawn.contains("<math display=\"block\">"),
            "{latex}: {drawn}"
        );
    }
}
