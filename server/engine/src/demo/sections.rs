//! The texts of the demo answers. Invented, and of use to nobody but a reader of the demo.

/// Languages of the code samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// For small tasks.
    Python,
    /// For programs.
    Rust,
    /// For questions to a database.
    Sql,
}

/// Everything a page can render, once.
pub(super) fn tour() -> String {
    r#"## What you can do here

Ask a question, watch the answer arrive, and stop it whenever you have read enough. An answer can hold:

- **emphasis**, `code` in a line, and [links](https://example.com/guide) that open elsewhere;
- lists inside lists,
  - such as this one;
- tables, code with colours, and mathematics.

## A small table

| Step | Who does it | Time |
|--|--|--:|
| Ask | You | 1 min |
| Draft | The model | 10 s |
| Check | You again | 2 min |

## A little code

```python
def total(hours: list[float], rate: float) -> float:
    """The invoice before tax."""
    return round(sum(hours) * rate, 2)

print(total([7.5, 6.0, 8.25], 90.0))
```

## A little mathematics

If a project grows by $r$ percent a year, after $n$ years it has become

$$
V_n = V_0 \left(1 + \frac{r}{100}\right)^n
$$

> A sample model cannot be wrong in an interesting way. A real one can, so check what matters.

## Try next

1. Ask for a comparison, a plan, or some SQL.
2. Edit your question to open a branch, and switch between the two.
3. Copy the code block with the button in its corner."#
        .to_owned()
}

/// A sample in one language, with an explanation around it.
pub(super) fn code(language: Language) -> String {
    let (name, sample) = match language {
        Language::Python => ("python", PYTHON),
        Language::Rust => ("rust", RUST),
        Language::Sql => ("sql", SQL),
    };
    format!(
        "## The idea\n\nTake orders as they come, leave out the cancelled ones, and add up what \
         each customer has bought. The result is a short list, largest first, which is what most \
         reports want.\n\n## The code\n\n```{name}\n{sample}\n```\n\n## How it works\n\n\
         1. **Filter first.** Cancelled orders never reach the sum, so nothing has to be taken \
         away later.\n2. **Group once.** Each customer appears a single time, however many orders \
         there are.\n3. **Sort last.** Only the totals are sorted, and there are few of them.\n\n\
         ## Before you use it\n\n- Amounts are whole cents: money and rounding errors do not mix.\n\
         - An empty list of orders gives an empty result, not an error.\n- Add a test with two \
         customers and one cancelled order; it finds most mistakes.\n\nAsk for the same sample in \
         Python, Rust or SQL to see how each one is coloured."
    )
}

const PYTHON: &str = r#"from collections import Counter

def totals(orders: list[dict]) -> list[tuple[str, int]]:
    """Cents per customer, largest first."""
    sums = Counter()
    for order in orders:
        if order["state"] != "cancelled":
            sums[order["customer"]] += order["cents"]
    return sums.most_common()"#;

const RUST: &str = r"use std::collections::HashMap;

/// Cents per customer, largest first.
fn totals(orders: &[Order]) -> Vec<(&str, u64)> {
    let mut sums: HashMap<&str, u64> = HashMap::new();
    for order in orders.iter().filter(|order| !order.cancelled) {
        *sums.entry(order.customer.as_str()).or_default() += order.cents;
    }
    let mut totals: Vec<_> = sums.into_iter().collect();
    totals.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    totals
}";

const SQL: &str = r"-- Cents per customer, largest first
SELECT customer, sum(cents) AS total
FROM orders
WHERE state <> 'cancelled'
GROUP BY customer
HAVING sum(cents) > 0
ORDER BY total DESC, customer
LIMIT 20;";

/// Two offers side by side.
pub(super) fn comparison() -> String {
    r"## Side by side

| | Offer A | Offer B |
|--|--|--|
| Price per month | $ 240 | $ 310 |
| Set-up | 2 weeks | 3 days |
| Support | By mail, next day | By phone, same day |
| Contract | 24 months | Monthly |
| Data stays in | Ireland | Your country |

## What the table does not say

- **Offer A is cheaper only on paper.** Its long contract makes a change of mind expensive: leaving after a year still costs twelve more payments.
- **Offer B starts sooner.** If every week without it costs you more than $ 70, the difference in price is gone before the first month is over.
- Neither price contains training. Ask both for a number in writing.

## A rule of thumb

Let $d$ be the difference in monthly price and $w$ the value of one week. The quicker offer wins as soon as

$$
w \cdot \Delta t > d \cdot m
$$

where $\Delta t$ is the time saved in weeks and $m$ the months you are sure to stay.

## Suggestion

Take the shorter contract while you are still learning what you need, and ask again in half a year. All of these figures are invented for the demo."
        .to_owned()
}

/// A derivation with inline and displayed formulas.
pub(super) fn mathematics() -> String {
    r"## The question in symbols

Suppose you put aside an amount $a$ every month and each month adds interest at the rate $i$. After $n$ months you hold the sum of all payments, each grown for as long as it was there:

$$
S_n = a + a(1+i) + a(1+i)^2 + \dots + a(1+i)^{n-1}
$$

## Making it short

This is a geometric series. Multiply both sides by $1 + i$, subtract the first line from the second, and everything between the ends cancels:

$$
S_n = a \cdot \frac{(1+i)^n - 1}{i}
$$

## A number to hold on to

| $a$ | $i$ | $n$ | $S_n$ |
|--:|--:|--:|--:|
| 100 | 0.002 | 12 | 1,213.29 |
| 100 | 0.002 | 60 | 6,368.09 |

## Two checks

1. For $i \to 0$ the fraction tends to $n$, so $S_n \to a\,n$: without interest you own what you paid in.
2. For $n = 1$ the fraction is exactly $1$: the last payment has had no time to grow.

> Checking the edges of a formula takes a minute and finds most slips of the pen.

Ask for the same with payments at the beginning of each month to see how one factor changes."
        .to_owned()
}

/// A letter with variants.
pub(super) fn letter() -> String {
    r"## A draft

> Dear Ms Example,
>
> thank you for your patience while we looked into the delivery of last Tuesday. The parcel left our house in time and was held back by the carrier because a line of the address was missing. It is on its way again and will reach you **by Friday**.
>
> We have added the missing line to your record, so that it cannot happen twice, and have taken the shipping fee off the invoice.
>
> With kind regards
> The demo team

## Why it is written this way

- **The answer comes first.** Friday is what the reader wants to know; everything else explains it.
- **One cause, no excuses.** A single sentence says what went wrong, and the next one what changes.
- **The gesture is small and already done.** Nobody has to ask for it.

## Variants

| Tone | Change |
|--|--|
| Shorter | Leave out the second paragraph |
| Warmer | Open with the reader's own words |
| Formal | Name the order number in the subject |

## Before you send it

1. Put in the real name and day.
2. Read it aloud once.
3. Check that the fee is really off the invoice."
        .to_owned()
}

/// A plan in phases.
pub(super) fn plan() -> String {
    r"## The plan in one line

Decide what success is, do the smallest version that can show it, and look at the figures before you do more.

## Phases

| Week | What happens | Done when |
|--:|--|--|
| 1 | Talk to five customers | Their words are written down |
| 2 | One page, one offer | A stranger understands it |
| 3 | Show it to a hundred people | Ten of them ask back |
| 4 | Look at the figures | You know what to drop |

## First steps

1. **Name one number** that tells whether it worked, and write down today's value.
2. Ask who has to agree, and ask them *before* the first week rather than after the third.
3. Set a date on which you will stop if nothing moves.

## What tends to go wrong

- Everything is equally important, so nothing is finished. Keep a list of what you will **not** do.
- The page is polished for two weeks although nobody has read it yet.
- Results are judged by mood. The number from step one helps.

## A quick estimate

With $n$ visitors and a share $p$ who answer, expect about $n \cdot p$ answers, give or take $\sqrt{n \cdot p}$. For a hundred visitors and ten percent that is ten, give or take three: enough to learn something, not enough to celebrate."
        .to_owned()
}

/// A summary of a text that does not exist.
pub(super) fn summary() -> String {
    r"## In short

The text makes one claim, gives two reasons, and leaves one question open. You can read it in four minutes, or these lines in one.

## The main points

- **Claim.** Small teams decide quicker because fewer people have to be told, not because they work harder.
- **First reason.** Every additional person adds a line of contact to everybody else, so contacts grow like $n(n-1)/2$ while hands grow like $n$.
- **Second reason.** What is written down once need not be told again; small teams write later and pay for it.

| People | Contacts |
|--:|--:|
| 3 | 3 |
| 6 | 15 |
| 12 | 66 |

## What it leaves open

Whether larger teams that write everything down keep the advantage. The author hopes so, and offers an example instead of figures.

## Should you read the whole text?

1. *Yes*, if you are about to split a team: the middle part has a useful list of signs.
2. *No*, if you only need the argument: it is complete above.

> A summary is a promise that nothing important was left out. Hold real ones to it.

This summary is invented for the demo, like the text it speaks of."
        .to_owned()
}
